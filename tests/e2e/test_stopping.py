"""SIGTERM in a storm: the end is quick and clean, and the next start knows what this one knew."""

from __future__ import annotations

import random
import subprocess
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from cupola.domain.models import ActivityEntry, Elapsed, PipelineStep
from support.engine_host import EngineHost
from support.processes import Line, Watch, cupola_command, environment, status_json, storm
from support.project_files import put_phase
from support.storm import STEPS_PER_PHASE, content

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="signals"),
    pytest.mark.slow,
]

BUILDS = 40
CHANGES = 10_000
LAST = CHANGES // BUILDS - 1
FIRST = 2 * STEPS_PER_PHASE + 1
"""Where the storm goes on after phases that were seen from start to end."""
ROUNDS = 20


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root with all builds at their first step."""
    with storm(tmp_path / "root", builds=BUILDS, changes=BUILDS) as first:
        first.until_done()
        first.let_go()
    return tmp_path / "root"


def reached(moment: int, lines: list[Line]) -> bool:
    """Whether a storm has made so many changes."""
    return bool(lines) and lines[-1].get("changes", CHANGES) >= moment


def headers(lines: list[Line]) -> dict[str, Line]:
    """The newest header of each project."""
    return {line["build"]["project"]: line["build"] for line in lines if line["event"] == "build"}


def test_that_sigterm_at_any_moment_of_a_storm_ends_watch_with_zero_within_a_second(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(7)
    step = 1
    took: list[float] = []
    ids: set[tuple[str, str, str]] = set()
    for _ in range(ROUNDS):
        moment = chance.randrange(100, CHANGES, 100)
        with (
            Watch(root, state=tmp_path) as watch,
            storm(root, builds=BUILDS, changes=CHANGES, first=step) as writer,
        ):
            step += LAST
            watch.ready()
            writer.wait_for(partial(reached, moment), f"{moment} changes")
            code, seconds = watch.terminate()
            took.append(seconds)
            assert (code, watch.complaints()) == (0, "")
        ids |= {(one["project"], one["id"], one["first_seen"]) for one in headers(watch.all).values()}
    with capsys.disabled():
        print(f"\nSIGTERM to end, {ROUNDS} times: longest {max(took) * 1000:.0f} ms")
    assert max(took) < 1.0
    assert len(ids) == BUILDS, "the same ids and first_seen after every restart"


def test_that_sigterm_before_ready_ends_watch_with_zero(root: Path, tmp_path: Path) -> None:
    for _ in range(3):
        with Watch(root, state=tmp_path) as watch:
            watch.wait_for(bool, "the first line")
            code, seconds = watch.terminate()
            assert (code, watch.complaints()) == (0, "")
            assert seconds < 1.0


@dataclass(frozen=True, slots=True)
class Known:
    """What has to outlive a restart."""

    id: str
    first_seen: float
    elapsed: Elapsed
    progress: float | None
    detail: str | None
    pipeline: tuple[PipelineStep, ...]
    activity: tuple[ActivityEntry, ...]


def known(host: EngineHost) -> dict[str, Known]:
    """All builds, once the last steps of the storm are shown."""
    for number in range(BUILDS):
        host.until(f"b{number:02}", detail=f"step {FIRST + LAST}")
    return {
        name: Known(
            one.build.id,
            one.build.first_seen,
            one.build.elapsed,
            one.build.progress.value,
            one.build.detail,
            one.build.pipeline,
            one.activity.entries,
        )
        for name, one in host.snapshots().items()
    }


def test_that_a_restart_after_a_storm_knows_the_same_ids_durations_and_activity(
    root: Path, tmp_path: Path
) -> None:
    with EngineHost(tmp_path, root) as host:
        host.ready()
        for step, phase in ((STEPS_PER_PHASE, "Architect"), (2 * STEPS_PER_PHASE, "Builder")):
            put_phase(root / "b00", content("b00", step))
            host.until("b00", phase=phase)
        with storm(root, builds=BUILDS, changes=CHANGES, first=FIRST) as writer:
            writer.until_done()
            before = known(host)
    durations = {step.phase: step.duration_s.value for step in before["b00"].pipeline}
    assert durations["Architect"] is not None, "there is a duration to lose"
    with EngineHost(tmp_path, root) as host:
        host.ready()
        again = known(host)
    for name, one in before.items():
        assert again[name] == one, name


def test_that_what_is_written_while_nobody_watches_is_taken_up_by_the_same_run(
    root: Path, tmp_path: Path
) -> None:
    with EngineHost(tmp_path, root) as host:
        host.ready()
        before = host.until("b00", phase="Scout")
    file = root / "b00/.context-foundry/current-phase.json"
    file.write_text(content("b00", 30))
    with EngineHost(tmp_path, root) as host:
        host.ready()
        after = host.until("b00", phase="Architect")
        assert (after.id, after.first_seen) == (before.id, before.first_seen)
        assert after.elapsed.of_start.value == before.elapsed.of_start.value


def test_that_two_at_once_agree_on_ids(root: Path, tmp_path: Path) -> None:
    with Watch(root, state=tmp_path) as one, Watch(root, state=tmp_path) as other:
        found = [headers(watch.ready().all) for watch in (one, other)]
        assert {build["id"] for build in found[0].values()} == {build["id"] for build in found[1].values()}
        assert [watch.terminate()[0] for watch in (one, other)] == [0, 0]
    assert len(status_json(root, state=tmp_path)["builds"]) == BUILDS


def test_that_a_pipe_whose_reader_is_gone_ends_watch_with_zero(root: Path, tmp_path: Path) -> None:
    command = cupola_command("watch", "--json", roots=[root], state=tmp_path)
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        assert child.stdout.readline()
        child.stdout.close()
        assert child.wait(20) == 0
        assert child.stderr.read() == b""
