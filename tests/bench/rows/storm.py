"""Ten thousand changes a second over many builds: few repaints, and the last state is shown."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from bench.content import numbered
from bench.cupola import controlled, read_trace
from bench.figures import Limit, Measured, Pair, Row, percentile
from bench.processes import Child, run_child
from bench.setup import Setup, python
from bench.trees import TreeSpec

_CHANGES_PER_S: Final = 10_000
_SECOND_NS: Final = 10**9


def storm(setup: Setup) -> Measured:
    """200 active builds, written in turn."""
    tree = setup.tree(TreeSpec(200, 2000, active=200))
    folder = setup.new_folder("storm")
    files, trace = folder / "files.txt", folder / "trace.jsonl"
    files.write_text("\n".join(map(str, tree.phase_files)), "utf-8")
    with controlled(setup, tree.root, trace=trace, timed=True) as cupola:
        cupola.hear()
        cupola.settle(at_least_s=2)
        lasts_s = setup.scaled(10, 3)
        wrote = run_child(
            python("storm.py", str(_CHANGES_PER_S), str(lasts_s), str(files)), setup.environment()
        )
        ended = time.monotonic()
        late = _wrong(cupola, wrote["last"])
        caught_up_s = time.monotonic() - ended
        state = cupola.ask("state")
    slots = state["slots_ms"]
    return {
        "repaints": Pair(_most_per_second(trace)),
        "not last": Pair(late),
        "caught up": Pair(caught_up_s),
        "longest slot": Pair(max((wall for wall, _ in slots), default=0.0)),
        "p99 slot": Pair(percentile([wall for wall, _ in slots], 0.99)),
        "longest slot's work": Pair(max((own for _, own in slots), default=0.0)),
        "changes/s": Pair(wrote["changes"] / wrote["seconds"]),
    }


def _wrong(cupola: Child, last: dict[str, int], at_most_s: float = 3.0) -> int:
    """How many builds do not show their last state, in the list and on the page, when it stays so."""
    end = time.monotonic() + at_most_s
    while True:
        state = cupola.ask("state")
        wrong = _differing(state, last)
        if not wrong or time.monotonic() > end:
            return wrong
        time.sleep(0.05)


def _differing(state: dict[str, Any], last: dict[str, int]) -> int:
    details: dict[str, str | None] = state["details"]
    label: str = state["label"]
    wanted = {Path(file).parents[1].name: numbered(number) for file, number in last.items()}
    wrong = sum(details.get(project) != detail for project, detail in wanted.items())
    return wrong + (wanted.get(state["shown"], label) not in label)


def _most_per_second(trace: Path) -> int:
    """The most paints that any panel got within any second."""
    by_panel: dict[str, list[int]] = defaultdict(list)
    for line in read_trace(trace, "painted"):
        by_panel[line.panel].append(line.ns)
    return max((_most_within_second(times) for times in by_panel.values()), default=0)


def _most_within_second(times: Sequence[int]) -> int:
    most, first = 0, 0
    for at, ns in enumerate(times):
        while ns - times[first] >= _SECOND_NS:
            first += 1
        most = max(most, at - first + 1)
    return most


STORM: Final = Row(
    "storm",
    "10,000 changes a second over 200 builds",
    "repaints: the most of one panel within any second (trace: painted); not last: builds whose last state is"
    " shown neither in the list nor on the page after 3 s; slots: every one that the engine or a tick called,"
    " by the clock and (work) by the processor: beside the storm a slot also waits for one",
    (
        Limit("repaints", "/s", at_most=10),
        Limit("not last", "builds", at_most=0),
        Limit("caught up", "s"),
        Limit("longest slot's work", "ms", at_most=16),
        Limit("p99 slot", "ms", at_most=16),
        Limit("longest slot", "ms"),
        Limit("changes/s", ""),
    ),
    storm,
)
