"""Fifty numbered writes in every way that there is, by other processes: each is shown, and soon.

For every write, that value or a newer one is shown within 300 ms after it. A value that stood for longer than
the window of coalescing, and the last one always, is itself shown. Nothing else counts as shown: neither an
older value nor a build that is gone.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from cupola.domain.models import BuildModel
from cupola.engine.feed import Change
from support.engine_host import EngineHost
from support.processes import Line, Lines, Watch, writer
from support.project_files import put
from support.writer import WAYS, phase_text

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the table is inotify's"),
    pytest.mark.slow,
]

SOON_MS = 300.0
STOOD_MS = 150.0
"""The window of 100 ms, and 50 ms for two busy cores: who stands shorter may be passed over."""
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
        if itself is None and stood_ms > STOOD_MS:
            missed.append(number)
    return Score(way, tuple(late), tuple(missed), tuple(latencies))


def project_of(base: Path, way: str) -> Path:
    """Ways that remove a root have one to themselves."""
    return base / (way if way in ROOT_WAYS else "root") / way.replace("_", "-")


def roots_of(base: Path) -> list[Path]:
    return [base / "root", *(base / way for way in sorted(ROOT_WAYS))]


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """All projects with a value 0 in them, and a folder outside."""
    for way in WAYS:
        project = project_of(tmp_path, way)
        put(
            project / ".context-foundry/current-phase.json",
            phase_text(0, project.name),
            mtime=1_795_000_000.0,
        )
    (tmp_path / "outside").mkdir()
    return tmp_path


@pytest.fixture
def writers(base: Path) -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def written_in_all_ways(base: Path, stack: ExitStack) -> dict[str, Lines]:
    """All writers at once, each with its own pauses."""
    return {
        way: stack.enter_context(writer(way, project_of(base, way), base / "outside", seed=seed))
        for seed, way in enumerate(WAYS)
    }


def judge(capsys: pytest.CaptureFixture[str], scores: list[Score]) -> None:
    with capsys.disabled():
        print("", *scores, sep="\n")
    bad = [str(one) for one in scores if one.late or one.missed]
    assert not bad, "\n".join(bad)


def number_in(detail: object) -> int:
    return int(str(detail).removeprefix("write "))


def test_that_the_feed_tells_every_value_soon(
    base: Path, writers: ExitStack, capsys: pytest.CaptureFixture[str]
) -> None:
    with EngineHost(base / "places", *roots_of(base)) as host:
        host.ready()
        children = written_in_all_ways(base, writers)
        writes = {way: child.until_done() for way, child in children.items()}
        for way in WAYS:
            host.until(project_of(base, way).name, detail=f"write {len(writes[way]):04d}")
        seen: dict[str, Shown] = {way.replace("_", "-"): [] for way in WAYS}
        for at, event in host.timed:
            if isinstance(event, Change) and isinstance(event.model, BuildModel):
                seen[event.model.project].append((at, number_in(event.model.detail)))
        judge(capsys, [score(way, writes[way], seen[way.replace("_", "-")]) for way in WAYS])


def test_that_watch_prints_every_value_soon(
    base: Path, writers: ExitStack, capsys: pytest.CaptureFixture[str]
) -> None:
    with Watch(*roots_of(base), state=base / "places") as watch:
        watch.ready()
        children = written_in_all_ways(base, writers)
        writes = {way: child.until_done() for way, child in children.items()}
        for way in WAYS:
            watch.until(project_of(base, way).name, detail=f"write {len(writes[way]):04d}")
        seen: dict[str, Shown] = {way.replace("_", "-"): [] for way in WAYS}
        for at, line in watch.timed:
            if line["event"] == "build":
                seen[line["build"]["project"]].append((at, number_in(line["build"]["detail"])))
        judge(capsys, [score(way, writes[way], seen[way.replace("_", "-")]) for way in WAYS])
