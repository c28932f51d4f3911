"""Fifty numbered writes in every way that there is, by other processes: each is shown, and soon.

For every write, that value or a newer one is shown within 300 ms after it. A value that stood for longer than
that, and the last one always, is itself shown. Nothing else counts as shown: neither an
older value nor a build that is gone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from cupola.domain.models import BuildModel
from cupola.engine.feed import Change
from support.engine_host import EngineHost
from support.processes import Lines, Watch, writer
from support.project_files import put
from support.scoring import Shown, judge, number_in, project_of, roots_of, score
from support.writer import WAYS, phase_text

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the table is inotify's"),
    pytest.mark.slow,
]


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
