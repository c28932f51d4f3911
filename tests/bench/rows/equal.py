"""Equal content written again and again: nothing is painted, until one character differs."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Final

from bench.cupola import BUILD_PAGE, controlled, read_trace
from bench.figures import Limit, Measured, Pair, Row
from bench.processes import Child, run_child
from bench.setup import Setup, python
from bench.trees import TreeSpec

_WRITES: Final = 1000
_PAUSE_MS: Final = (2, 25)


def equal(setup: Setup) -> Measured:
    """The window's clock is held, so that what is painted is painted because of a file."""
    tree = setup.tree(TreeSpec(10, 202, active=3))
    file, trace = tree.phase_files[0], setup.new_folder("trace") / "trace.jsonl"
    with controlled(setup, tree.root, trace=trace) as cupola, _observer(setup, tree.root, file) as reference:
        cupola.hear()
        cupola.settle(at_least_s=2)
        _write(setup, file, 1, 1)
        cupola.settle()
        cupola.ask("hold")
        time.sleep(0.6)  # paints of the write above are through
        cupola.ask("count")
        reference.ask("report")
        _write(setup, file, int(setup.scaled(_WRITES, 200)), 1)
        cupola.settle()
        equal_paints, theirs = sum(cupola.ask("count").values()), reference.ask("report")["paints"]
        changed_ns = time.perf_counter_ns()
        _write(setup, file, 1, 2)
        cupola.settle()
        one_paints, their_one = sum(cupola.ask("count").values()), reference.ask("report")["paints"]
    gated = {line.panel for line in read_trace(trace, "gated") if line.ns > changed_ns}
    panels = {"page" if panel in BUILD_PAGE else panel for panel in gated}
    return {
        "paints": Pair(equal_paints, theirs),
        "panels after": Pair(len(panels)),
        "paints after": Pair(one_paints, their_one),
    }


def _observer(setup: Setup, root: Path, file: Path) -> Child:
    child = Child(python("observer.py", str(root), str(file)), setup.environment())
    child.hear()
    return child


def _write(setup: Setup, file: Path, writes: int, first: int) -> None:
    order = {"files": [str(file)], "writes": writes, "pause_ms": _PAUSE_MS, "first": first, "change": False}
    run_child(python("writer.py", json.dumps(order)), setup.environment())


EQUAL: Final = Row(
    "equal",
    "equal content rewritten 1,000 times; then one character changed",
    "paints: paint events of any widget of the process, the ticks of ages held; panels after: panels that the"
    " changed write passed the gate of (header and activity are one, the page); 2 to 25 ms apart",
    (
        Limit("paints", "", at_most=0),
        Limit("panels after", "", at_most=1, exactly=True),
        Limit("paints after", ""),
    ),
    equal,
)
