"""A file write in another process until the panel is painted, alone and beside unrelated changes."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bench.content import numbered
from bench.cupola import Traced, read_trace, started
from bench.figures import Limit, Measured, Pair, Row, percentile
from bench.processes import Child, run_child
from bench.setup import Setup, python
from bench.trees import Tree, TreeSpec

_FIRST: Final = 1
_PAUSE_MS: Final = (120, 260)
"""Longer than the reference's debounce, and out of step with everything."""
_CHANGES_PER_S: Final = 4000
_SETTLES_S: Final = 1.0


@dataclass(slots=True)
class Waits:
    """Milliseconds from the begin of each write to the paint that showed it.

    `missed` writes were never shown; `untimed` ones passed the gate, but no event stood behind them, so that
    their paint is not in the trace.
    """

    shown_ms: list[float] = field(default_factory=list)
    missed: int = 0
    untimed: int = 0

    def pair(self, share: float, other: Waits | None) -> Pair:
        """A percentile beside the reference's."""
        reference = percentile(other.shown_ms, share) if other and other.shown_ms else None
        return Pair(percentile(self.shown_ms, share), reference)


def isolated(setup: Setup) -> Measured:
    """In a small tree."""
    return latency_in(setup, setup.tree(TreeSpec(10, 200, active=1)))


def latency_in(setup: Setup, ours: Tree) -> Measured:
    """Cupola in a tree, the reference in a small one beside it; they are written to in turn."""
    theirs = setup.tree(TreeSpec(10, 201, active=1))
    files = [tree.phase_files[0] for tree in (ours, theirs)]
    trace = setup.new_folder("trace") / "trace.jsonl"
    with started(setup, ours.root, trace=trace) as cupola, _observer(setup, theirs) as reference:
        cupola.settle(at_least_s=2)
        times = _write(setup, files, int(setup.scaled(220, 40)))
        cupola.settle()
        painted = reference.ask("report")["painted"]
    seen, theirs_seen = waits_of(trace, times[0]), _of_report(painted, times[1])
    return {
        "p50": seen.pair(0.5, theirs_seen),
        "p99": seen.pair(0.99, theirs_seen),
        "missed": Pair(seen.missed, theirs_seen.missed),
        "untimed": Pair(seen.untimed),
    }


def beside_churn(setup: Setup) -> Measured:
    """First Cupola, then the reference, because the latter may use up the machine."""
    tree = setup.tree(TreeSpec(100, 30_600, active=1))
    writes = int(setup.scaled(220, 40))
    folders = setup.new_folder("churn") / "folders.txt"
    folders.write_text("\n".join(map(str, (*tree.plain, *tree.skipped))), "utf-8")
    trace = setup.new_folder("trace") / "trace.jsonl"
    with started(setup, tree.root, trace=trace) as cupola:
        cupola.settle(at_least_s=2)
        rate, times = _write_beside_churn(setup, tree, folders, writes)
        cupola.settle(at_most_s=3)
    seen = waits_of(trace, times)
    with _observer(setup, tree) as reference:
        _, their_times = _write_beside_churn(setup, tree, folders, writes // 5)
        painted = reference.ask("report")["painted"]
    theirs = _of_report(painted, their_times)
    return {
        "p50": seen.pair(0.5, theirs),
        "p99": seen.pair(0.99, theirs),
        "missed": Pair(_percent(seen), _percent(theirs)),
        "changes/s": Pair(rate),
    }


def _percent(waits: Waits) -> float:
    return 100 * waits.missed / max(1, waits.missed + waits.untimed + len(waits.shown_ms))


def _observer(setup: Setup, tree: Tree) -> Child:
    command = python("observer.py", str(tree.root), str(tree.phase_files[0]))
    child = Child(command, setup.environment())
    child.hear()
    child.settle(at_most_s=4)
    return child


def _write(setup: Setup, files: Sequence[Path], writes: int) -> list[list[int]]:
    order = {
        "files": [str(file) for file in files],
        "writes": writes,
        "pause_ms": _PAUSE_MS,
        "first": _FIRST,
        "change": True,
    }
    times: list[list[int]] = run_child(python("writer.py", json.dumps(order)), setup.environment())
    return times


def _write_beside_churn(setup: Setup, tree: Tree, folders: Path, writes: int) -> tuple[float, list[int]]:
    with Child(python("churn.py", str(_CHANGES_PER_S)), setup.environment()) as churn:
        churn.say(str(folders))
        churn.ask("begin")
        times = _write(setup, tree.phase_files[:1], writes)[0]
        done = churn.ask("report")
    return done["changes"] / done["seconds"], times


def waits_of(trace: Path, times: Sequence[int], panel: str = "build") -> Waits:
    """Each write makes one new digest of the panel: it has to be painted before the next write begins."""
    painted, gated = (
        [line for line in read_trace(trace, kind) if line.panel == panel] for kind in ("painted", "gated")
    )
    waits, before = Waits(), ""
    ends = [*times[1:], times[-1] + 10**9]
    for began, end in zip(times, ends, strict=True):
        shown = _first_new(painted, began, end, before)
        passed = _first_new(gated, began, end, before)
        if shown is not None:
            waits.shown_ms.append((shown.ns - began) / 1e6)
        elif passed is not None:
            waits.untimed += 1
        else:
            waits.missed += 1
        before = passed.digest if passed is not None else before
    return waits


def _first_new(lines: Sequence[Traced], began: int, end: int, before: str) -> Traced | None:
    """The first line in this time that shows something else than before."""
    return next((line for line in lines if began <= line.ns < end and line.digest != before), None)


def _of_report(painted: Sequence[tuple[int, str]], times: Sequence[int]) -> Waits:
    """The reference's label shows the number of the write."""
    at = {text: ns for ns, text in reversed(painted)}
    waits = Waits()
    for number, began in enumerate(times, _FIRST):
        ns = at.get(numbered(number), -math.inf)
        if ns < began:
            waits.missed += 1
        else:
            waits.shown_ms.append((ns - began) / 1e6)
    return waits


ISOLATED: Final = Row(
    "latency",
    "file write to panel painted, isolated",
    "from just before the writer's open() to the first paint event of the page (trace: painted); writes in"
    " turn to both, 120 to 260 ms apart; missed: not shown before the next write began; untimed: shown, but"
    " the trace has no event behind it and so no paint (a sweep met the write first)",
    (
        Limit("p50", "ms", at_most=4, times=1 / 20),
        Limit("p99", "ms", at_most=20),
        Limit("missed", "writes", at_most=0),
        Limit("untimed", "writes"),
    ),
    isolated,
)
BESIDE: Final = Row(
    "churn",
    "the same beside 4,000 unrelated file changes a second, 30,600 directories",
    "as latency, 100 projects; the reference (no event filter) gets a fifth of the writes",
    (
        Limit("p50", "ms"),
        Limit("p99", "ms", at_most=60),
        Limit("missed", "%", at_most=0),
        Limit("changes/s", ""),
    ),
    beside_churn,
)
