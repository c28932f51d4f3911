"""Many projects, memory, and the start."""

from __future__ import annotations

import time
from statistics import median
from typing import Final

from bench.cupola import places, read_trace, started
from bench.figures import Limit, Measured, Pair, Row
from bench.processes import Child, run_child
from bench.setup import Setup, python
from bench.trees import Tree, TreeSpec


def projects(setup: Setup) -> Measured:
    """A first start and one with the state that it left, beside a recursive observer on the same tree."""
    return armed_in(setup, setup.tree(TreeSpec(1000, 30_600, active=10)))


def armed_in(setup: Setup, tree: Tree) -> Measured:
    """The same in any tree."""
    state = setup.new_folder("state")
    options = places(setup, tree.root, state=state)
    recursive = run_child(python("recursive.py", str(tree.root)), setup.environment())["armed_s"]
    first = run_child(python("engine.py", *options), setup.environment())
    again = run_child(python("engine.py", *options), setup.environment())
    return {
        "armed": Pair(first["armed_s"], recursive),
        "ready": Pair(first["ready_s"]),
        "ready again": Pair(again["ready_s"]),
        "processor": Pair(first["cpu_s"]),
        "watches": Pair(first["watches"]),
    }


def memory(setup: Setup) -> Measured:
    """Of 100 builds."""
    return memory_in(setup, setup.tree(TreeSpec(100, 2000, active=10)))


def memory_in(setup: Setup, tree: Tree) -> Measured:
    """Both have been there for as long."""
    empty = Child(python("empty_window.py"), setup.environment())
    with started(setup, tree.root) as cupola, empty:
        time.sleep(setup.scaled(60, 10))
        return {"private": Pair(cupola.private_mb(), empty.private_mb())}


def start(setup: Setup) -> Measured:
    """In turn, the first of each not counted: it warms the disk."""
    ours: list[tuple[float, float]] = []
    theirs: list[float] = []
    for _ in range(int(setup.scaled(8, 4))):
        ours.append(_start(setup))
        theirs.append(_start_empty(setup))
    window, build = (median(column) for column in zip(*ours[1:], strict=True))
    return {"first paint": Pair(window, median(theirs[1:])), "first build": Pair(build)}


def _start(setup: Setup) -> tuple[float, float]:
    """Milliseconds from the spawn to the first paint, and until the page shows a build."""
    tree = setup.tree(TreeSpec(10, 204, active=1))
    trace = setup.new_folder("trace") / "trace.jsonl"
    with started(setup, tree.root, trace=trace) as cupola:
        cupola.settle()
        spawned_ns = cupola.spawned_ns
    painted = next(line for line in read_trace(trace, "painted") if line.panel == "window")
    shown = next(line for line in read_trace(trace, "gated") if line.panel == "build")
    return (painted.ns - spawned_ns) / 1e6, (shown.ns - spawned_ns) / 1e6


def _start_empty(setup: Setup) -> float:
    with Child(python("empty_window.py"), setup.environment()) as empty:
        painted_ns: int = empty.hear()["painted_ns"]
        return (painted_ns - empty.spawned_ns) / 1e6


PROJECTS: Final = Row(
    "projects",
    "1,000 projects among 30,600 directories: armed",
    "the engine alone, from its start; armed: all that was found is watched, without what active builds get"
    " besides; ready: all was read once; again: with the state of the first start; reference: watchdog's"
    " recursive observer, with an event filter",
    (
        Limit("armed", "s", at_most=1),
        Limit("ready", "s"),
        Limit("ready again", "s"),
        Limit("processor", "s"),
        Limit("watches", ""),
    ),
    projects,
)
MEMORY: Final = Row(
    "memory",
    "private memory, 100 builds, after 60 s",
    "Private_Clean and Private_Dirty of /proc/PID/smaps_rollup",
    (Limit("private", "MB", plus=40),),
    memory,
)
START: Final = Row(
    "start",
    "start to first paint",
    "from before the spawn to the end of the first paint of the window (trace: painted, window); first build:"
    " until the page takes one (trace: gated); medians of 7 of each, in turn",
    (Limit("first paint", "ms", times=1.5), Limit("first build", "ms")),
    start,
)
