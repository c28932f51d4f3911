"""What Cupola costs when nothing happens, and how many watches it holds meanwhile."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bench.cupola import controlled, read_trace, started
from bench.figures import Limit, Measured, Pair, Row
from bench.processes import Child
from bench.setup import Setup, python
from bench.trees import Tree, TreeSpec


@dataclass(frozen=True, slots=True)
class Rest:
    """Percent of a core, and wake-ups a minute."""

    cpu_percent: float
    wake_ups: float


def idle(setup: Setup) -> Measured:
    """In a small tree."""
    return rest_in(setup, setup.tree(TreeSpec(10, 203, active=3)))


def rest_in(setup: Setup, tree: Tree) -> Measured:
    """Shown, hidden and the empty window rest beside each other through the same minute."""
    empty = Child(python("empty_window.py"), setup.environment())
    trace = setup.new_folder("trace") / "trace.jsonl"
    away_child = controlled(setup, tree.root, trace=trace)
    with controlled(setup, tree.root) as shown, away_child as hidden, empty:
        for child in (shown, hidden, empty):
            child.hear()
        hidden.settle(at_least_s=3)
        hidden.ask("hide")
        for child in (shown, hidden, empty):
            child.settle(at_most_s=10)
        since_ns = time.monotonic_ns()
        ours, away, theirs = rests([shown, hidden, empty], setup.scaled(60, 15))
    painted = sum(line.ns >= since_ns for line in read_trace(trace, "painted"))
    return {
        "painted hidden": Pair(painted),
        "shown": Pair(ours.cpu_percent, theirs.cpu_percent),
        "hidden": Pair(away.cpu_percent, theirs.cpu_percent),
        "wake-ups hidden": Pair(away.wake_ups, theirs.wake_ups),
        "wake-ups shown": Pair(ours.wake_ups, theirs.wake_ups),
    }


def rests(children: Sequence[Child], lasts_s: float) -> list[Rest]:
    """What each child costs through the same time."""
    before = [(time.monotonic(), child.cpu_s(), child.wake_ups()) for child in children]
    time.sleep(lasts_s)
    found = []
    for child, (began, cpu_s, woken) in zip(children, before, strict=True):
        spent_s = time.monotonic() - began
        percent = 100 * (child.cpu_s() - cpu_s) / spent_s
        found.append(Rest(percent, 60 * (child.wake_ups() - woken) / spent_s))
    return found


def watches(setup: Setup) -> Measured:
    """By differences between trees, so that what the root and the shown build need of their own drops out."""
    one_ended = _besides_entered(setup, TreeSpec(1, rich=True))[0]
    ended = _besides_entered(setup, TreeSpec(21, 400, rich=True))[0]
    one_active = _besides_entered(setup, TreeSpec(21, 400, active=1, rich=True))[0]
    active, in_all, directories = _besides_entered(setup, TreeSpec(21, 400, active=11, rich=True))
    per_ended = (ended - one_ended) / 20
    return {
        "ended build": Pair(per_ended),
        "active build": Pair((active - one_active) / 10 + per_ended),
        "in all": Pair(in_all, directories),
    }


def _besides_entered(setup: Setup, spec: TreeSpec) -> tuple[int, int, int]:
    """Watches without those on plain directories, all watches, and all directories of the tree."""
    tree = setup.tree(spec)
    with started(setup, tree.root) as cupola:
        cupola.settle(at_least_s=2.5)
        watches = cupola.watches()
    directories = 1 + sum(path.is_dir() for path in tree.root.rglob("*"))
    return watches - tree.entered, watches, directories


IDLE: Final = Row(
    "idle",
    "idle for 60 s, 10 builds of which 3 active",
    "processor time of all threads from /proc/PID/task/*/schedstat; wake-ups: sum of their voluntary context"
    " switches, nothing subtracted, per minute",
    (
        Limit("shown", "% of a core", at_most=0.5),
        Limit("hidden", "% of a core", at_most=0.1),
        Limit("wake-ups hidden", "/min", at_most=15),
        Limit("wake-ups shown", "/min"),
        Limit("painted hidden", "panels", at_most=0),
    ),
    idle,
)
WATCHES: Final = Row(
    "watches",
    "watches: per ended and active build, besides the directories that the search entered",
    "inotify lines in /proc/PID/fdinfo; reference: one watch per directory",
    (
        Limit("ended build", "watches", at_most=2),
        Limit("active build", "watches", at_most=10),
        Limit("in all", "watches"),
    ),
    watches,
)
