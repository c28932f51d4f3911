"""Thousands of builds: the list under keyboard and search, and what each further project costs."""

from __future__ import annotations

import time
from typing import Final

from bench.cupola import controlled, places
from bench.figures import Limit, Measured, Pair, Row
from bench.processes import run_child
from bench.setup import Setup, python
from bench.trees import Tree, TreeSpec

_MOST: Final = 5_000
_FRAME_MS: Final = 1000 / 60
SIZES: Final = (1, 10, 100, 1_000, _MOST)


def many(setup: Setup) -> Measured:
    """The window on 5,000 projects: keys, search, one change, memory; the reference has five."""
    few = _window(setup, _tree(setup, 5))
    ours = _window(setup, _tree(setup, int(setup.scaled(_MOST, 500))))
    return {name: Pair(ours[name], few[name]) for name in ours}


def _window(setup: Setup, tree: Tree) -> dict[str, float]:
    with controlled(setup, tree.root) as cupola:
        cupola.hear()
        cupola.settle(at_most_s=120, at_least_s=2)
        while len(cupola.ask("state")["details"]) < len(tree.projects):
            time.sleep(0.2)
        cupola.settle(at_most_s=60)
        keys, search = cupola.ask("keys"), cupola.ask("search")
        return {
            "key, p99": keys["p99"],
            "key, longest": keys["longest"],
            "search, longest": search["longest"],
            "private": cupola.private_mb(),
        }


def growth(setup: Setup) -> Measured:
    """The engine alone on trees of growing size; the figures of each are named after it."""
    figures: dict[str, Pair] = {}
    for size in SIZES if not setup.quick else SIZES[:3]:
        tree = _tree(setup, size)
        told = run_child(python("engine.py", *places(setup, tree.root)), setup.environment())
        for name, unit in (("armed", "armed_s"), ("ready", "ready_s"), ("processor", "cpu_s")):
            figures[f"{name}, {size:,}"] = Pair(told[unit])
    return figures


def _tree(setup: Setup, projects: int) -> Tree:
    return setup.tree(TreeSpec(projects, 3 * projects, active=min(3, projects)))


MANY: Final = Row(
    "many",
    "5,000 builds in the list",
    "key: Down, PageDown, End and Home in the list, each until it is painted; search: each letter of a name,"
    " until the list is painted; reference: the same window with 5 builds",
    (
        Limit("key, p99", "ms", at_most=_FRAME_MS),
        Limit("key, longest", "ms", at_most=2 * _FRAME_MS),
        Limit("search, longest", "ms", at_most=2 * _FRAME_MS),
        Limit("private", "MB"),
    ),
    many,
)
GROWTH: Final = Row(
    "growth",
    "1 to 5,000 projects",
    "the engine alone, seconds from its start: watched, read, and processor time; `--plot FILE` draws it",
    tuple(
        Limit(f"{name}, {size:,}", "s", at_most=5.0 if (name, size) == ("armed", _MOST) else None)
        for name in ("armed", "ready", "processor")
        for size in SIZES
    ),
    growth,
)
