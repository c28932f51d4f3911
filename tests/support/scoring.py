"""What was shown of numbered writes, held against when they were written."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.processes import Line

SOON_MS = 300.0
"""What is later is printed as late; how long it takes is the benches' to judge. What stands shorter may
be passed over: of thousands that stood for 150 ms one was, on a busy machine, with no event lost."""
FAR_TOO_LATE_MS = 2000.0
"""Nothing but a lost event that a sweep made good takes so long."""
ROOT_WAYS = frozenset({"root_recreated", "root_moved"})

Shown = list[tuple[int, int]]
"""When (ns) which number was shown."""


@dataclass(frozen=True, slots=True)
class Score:
    """How one way of writing was seen."""

    way: str
    late: tuple[tuple[int, float], ...]
    missed: tuple[int, ...]
    latencies_ms: tuple[float, ...]

    def __str__(self) -> str:
        ordered = sorted(self.latencies_ms)
        p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
        return (
            f"{self.way:18} shown {len(ordered):3} p50 {statistics.median(ordered):6.1f} p99 {p99:6.1f} "
            f"max {ordered[-1]:6.1f} ms, late {list(self.late)}, missed {list(self.missed)}"
        )


def score(way: str, writes: list[Line], shown: Shown) -> Score:
    """Hold what was shown against what was written."""
    latencies, late, missed = [], [], []
    for place, write in enumerate(writes):
        number, over = write["number"], write["over"]
        soon = next((at for at, value in shown if value >= number and at >= write["began"]), None)
        waited_ms = float("inf") if soon is None else (soon - over) / 1e6
        if waited_ms > SOON_MS:
            late.append((number, waited_ms))
        itself = next((at for at, value in shown if value == number), None)
        if itself is not None:
            latencies.append(max((itself - over) / 1e6, 0.0))
        stood_ms = (writes[place + 1]["began"] - over) / 1e6 if place + 1 < len(writes) else float("inf")
        if itself is None and stood_ms > SOON_MS:
            missed.append(number)
    return Score(way, tuple(late), tuple(missed), tuple(latencies))


def project_of(base: Path, way: str) -> Path:
    """Ways that remove a root have one to themselves."""
    return base / (way if way in ROOT_WAYS else "root") / way.replace("_", "-")


def roots_of(base: Path) -> list[Path]:
    return [base / "root", *(base / way for way in sorted(ROOT_WAYS))]


def judge(capsys: pytest.CaptureFixture[str], scores: list[Score]) -> None:
    with capsys.disabled():
        print("", *scores, sep="\n")
    bad = [str(one) for one in scores if one.missed or any(late > FAR_TOO_LATE_MS for _, late in one.late)]
    assert not bad, "\n".join(bad)


def number_in(detail: object) -> int:
    return int(str(detail).removeprefix("write "))
