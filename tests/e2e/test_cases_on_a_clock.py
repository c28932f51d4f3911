"""Live and stale, copied and reopened: what real files with set times are told as, by the whole engine."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from cupola.domain.models import ActivityModel, BuildModel
from cupola.domain.words import BuildState, Origin
from cupola.engine.clock import SystemClock
from cupola.engine.feed import Change
from support.engine_host import EngineHost, SteeredClock
from support.processes import status_json
from support.project_files import PHASE, SUMMARY, Json, phase, put, put_phase, state

MINUTE = 60.0
HOUR = 3600.0
CHECKPOINT = "checkpoints/ralph/demo_20251010_120000"
SCOUT_REPORT = ".context-foundry/scout-report.md"
ARCHITECTURE = ".context-foundry/architecture.md"


def put_state(root: Path, content: Json, mtime: float | None = None) -> Path:
    return put(root / CHECKPOINT / "state.json", content, mtime)


def age_folders(top: Path, at: float) -> None:
    """Let no folder look younger than `at`: a young one is a sign of life."""
    for folder in [top, *(one for one in top.rglob("*") if one.is_dir())]:
        os.utime(folder, (at, at))


# --- at first sight -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Case:
    """Ages of files (s) at first sight of the project `demo`, and what is to be told of it."""

    state: str
    source: str
    phase: str | None
    reason: str
    data_age_s: float
    live: float | None = None
    live_content: Json | None = None
    checkpoint: float | None = None
    others: tuple[tuple[str, object, float], ...] = ()


REPORTS = ((SCOUT_REPORT, "# Scout", 50 * MINUTE), (ARCHITECTURE, "# Architecture", 30 * MINUTE))
SAYS_BUILDER = "current-phase.json says Builder building"

CASES = {
    "live": Case("running", "live", "Builder", SAYS_BUILDER, 5, live=5),
    "live for long": Case("running", "live", "Builder", SAYS_BUILDER, 14 * MINUTE, live=14 * MINUTE),
    "stale": Case("quiet", "live", "Builder", "nothing written for 15 min", 16 * MINUTE, live=16 * MINUTE),
    "stale for a day": Case("unknown", "live", "Builder", "no end seen", 25 * HOUR, live=25 * HOUR),
    "checkpoint alone": Case(
        "running", "checkpoint", "Builder", "state.json says Builder", MINUTE, checkpoint=MINUTE
    ),
    "stale checkpoint alone": Case(
        "quiet", "checkpoint", "Builder", "nothing written for 15 min", 20 * MINUTE, checkpoint=20 * MINUTE
    ),
    "complete checkpoint": Case(
        *("completed", "checkpoint", "Builder", "COMPLETE is there", 2 * MINUTE),
        checkpoint=3 * MINUTE,
        others=((f"{CHECKPOINT}/COMPLETE", b"", 2 * MINUTE),),
    ),
    "both, live just changed": Case(
        *("running", "live", "Test", "current-phase.json says Test testing", 8),
        live=8,
        live_content=phase("Test", "testing"),
        checkpoint=1,
    ),
    "both, checkpoint newer": Case(
        *("running", "checkpoint", "Builder", "state.json says Builder", MINUTE),
        live=5 * MINUTE,
        live_content=phase("Test", "testing"),
        checkpoint=MINUTE,
    ),
    "checkpoint older than live": Case(
        *("running", "live", "Test", "current-phase.json says Test testing", MINUTE),
        live=MINUTE,
        live_content=phase("Test", "testing"),
        checkpoint=5 * MINUTE,
    ),
    "checkpoint of an earlier run": Case(
        *("running", "live", "Builder", SAYS_BUILDER, MINUTE), live=MINUTE, checkpoint=8 * HOUR
    ),
    "future mtime": Case("running", "live", "Builder", SAYS_BUILDER, 0, live=-HOUR),
    "far future mtime": Case("running", "live", "Builder", SAYS_BUILDER, 0, live=-9 * 365 * 24 * HOUR),
    "copied": Case(
        *("unknown", "live", "Builder", "copied or checked out", 2 * MINUTE),
        live=2 * MINUTE,
        others=((SCOUT_REPORT, "# Scout", 2 * MINUTE + 4), (SUMMARY, {"status": "completed"}, 2 * MINUTE)),
    ),
    "written over half an hour": Case(
        "running", "live", "Builder", SAYS_BUILDER, MINUTE, live=MINUTE, others=REPORTS
    ),
    "completed": Case(
        *("completed", "live", "Feedback", "session-summary.json says completed", MINUTE),
        live=2 * MINUTE,
        live_content=phase("Feedback", "completed"),
        others=(*REPORTS, (SUMMARY, {"status": "completed"}, MINUTE)),
    ),
    "summary of a run before": Case(
        *("running", "live", "Scout", "current-phase.json says Scout researching", MINUTE),
        live=MINUTE,
        live_content=phase("Scout", "researching", phases_completed=[]),
        others=((SUMMARY, {"status": "completed"}, 3 * HOUR),),
    ),
    "failed": Case(
        *("failed", "live", "Test", "current-phase.json says Test failed", MINUTE),
        live=MINUTE,
        live_content=phase("Test", "failed", test_iteration=4),
        others=REPORTS,
    ),
    "a phase is over, not the build": Case(
        *("running", "live", "Deploy", "current-phase.json says Deploy completed", MINUTE),
        live=MINUTE,
        live_content=phase("Deploy", "completed"),
    ),
}


@pytest.mark.parametrize("name", CASES, ids=str)
def test_that_files_are_told_by_their_times(tmp_path: Path, name: str) -> None:
    case, now, root = CASES[name], time.time(), tmp_path / "root"
    (root / "demo").mkdir(parents=True)
    if case.live is not None:
        put_phase(root / "demo", case.live_content or phase(), now - case.live)
    if case.checkpoint is not None:
        put_state(root, state(), now - case.checkpoint)
    for file, content, age_s in case.others:
        base = root if file.startswith("checkpoints") else root / "demo"
        put(base / file, content, now - age_s)
    age_folders(root, now - 30 * HOUR)
    (build,) = status_json(root, state=tmp_path / "places")["builds"]
    told = (build["state"], build["source"], build["phase"], build["project"])
    assert told == (case.state, case.source, case.phase, "demo")
    assert case.reason in build["state_reason"]
    assert build["data_age_seconds"] == pytest.approx(case.data_age_s, abs=5)
    assert build["data_age_seconds"] >= 0
    if case.source == "checkpoint":
        assert build["detail"] == "from checkpoint"
        assert build["session_id"] == "demo_20251010_120000"


def test_that_a_checkpoint_without_a_folder_is_a_build_of_its_own(tmp_path: Path) -> None:
    root = tmp_path / "root"
    put_state(root, state(), time.time() - 5)
    (build,) = status_json(root, state=tmp_path / "places")["builds"]
    assert (build["project"], build["directory"], build["source"]) == ("demo", None, "checkpoint")


def test_that_a_young_folder_of_the_project_postpones_quiet(tmp_path: Path) -> None:
    root, now = tmp_path / "root", time.time()
    put_phase(root / "demo", phase(), now - 20 * MINUTE)
    (root / "demo/src/deep").mkdir(parents=True)
    age_folders(root, now - HOUR)
    os.utime(root / "demo/src/deep", (now - 5 * MINUTE,) * 2)
    (build,) = status_json(root, state=tmp_path / "places")["builds"]
    assert build["state"] == "running"
    assert build["data_age_seconds"] == pytest.approx(20 * MINUTE, abs=5)


# --- by time alone ------------------------------------------------------------------------------------------


def test_that_a_newer_checkpoint_takes_over_ten_seconds_after_the_live_file_without_any_event(
    tmp_path: Path,
) -> None:
    root, now = tmp_path / "root", time.time()
    put_phase(root / "demo", phase("Test", "testing"), now - 8.5)
    put_state(root, state(), now - 1)
    with EngineHost(tmp_path / "places", root) as host:
        host.ready()
        assert host.until("demo", phase="Test").source is Origin.LIVE
        seen = host.until("demo", source=Origin.CHECKPOINT)
        assert time.time() == pytest.approx(now + 1.5, abs=0.5)
        assert (seen.phase, seen.detail, seen.test_iteration) == ("Builder", "from checkpoint", None)
        assert not host.gone()


def test_that_a_silent_build_is_quiet_at_its_limit_without_any_event(tmp_path: Path) -> None:
    root, now = tmp_path / "root", time.time()
    put_phase(root / "demo", phase(), now - 15 * MINUTE + 1.5)
    age_folders(root, now - HOUR)
    with EngineHost(tmp_path / "places", root) as host:
        host.ready()
        host.until("demo", state=BuildState.RUNNING)
        host.until("demo", state=BuildState.QUIET)
        assert time.time() == pytest.approx(now + 1.5, abs=0.5)


def test_that_a_clock_that_jumps_ahead_is_followed_at_the_next_look(tmp_path: Path) -> None:
    root, now, clock = tmp_path / "root", time.time(), SteeredClock()
    put_phase(root / "demo", phase(), now + HOUR)
    age_folders(root, now - HOUR)
    with EngineHost(tmp_path / "places", root, clock=clock) as host:
        host.ready()
        host.until("demo", state=BuildState.RUNNING)
        clock.ahead_s = 16 * MINUTE
        host.engine.refresh()
        host.until("demo", state=BuildState.QUIET)
        clock.ahead_s = 25 * HOUR
        host.engine.refresh()
        host.until("demo", state=BuildState.UNKNOWN)
        put_phase(root / "demo", phase(detail="awake"))
        host.until("demo", state=BuildState.RUNNING, detail="awake")


# --- by what is written -------------------------------------------------------------------------------------


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "root"


@pytest.fixture
def clock() -> SteeredClock:
    return SteeredClock()


def activity(host: EngineHost, build: BuildModel) -> list[str]:
    """What happened to a build in words, oldest first."""
    models = [
        event.model
        for event in host.events
        if isinstance(event, Change) and event.build == build.id and isinstance(event.model, ActivityModel)
    ]
    return [entry.text for entry in reversed(models[-1].entries)]


def test_that_self_healing_is_the_same_run_with_less_progress_and_loops(root: Path, tmp_path: Path) -> None:
    before = ["Scout", "Architect", "Builder"]
    put_phase(root / "demo", phase("Test", "testing", "1", phases_completed=before, test_iteration=1))
    with EngineHost(tmp_path / "places", root) as host:
        host.ready()
        tested = host.until("demo", phase="Test")
        put_phase(
            root / "demo", phase("Test", "self-healing", "2", phases_completed=before, test_iteration=1)
        )
        host.until("demo", detail="2")
        put_phase(
            root / "demo",
            phase("Builder", "implementing", "3", phases_completed=before[:2], test_iteration=1),
        )
        built = host.until("demo", detail="3")
        put_phase(root / "demo", phase("Test", "testing", "4", phases_completed=before, test_iteration=2))
        again = host.until("demo", detail="4")
        assert {tested.id, built.id, again.id} == {tested.id}
        assert not host.gone()
        values = [one.progress.value or 0 for one in (tested, built, again)]
        assert values[1] < values[0] <= values[2]
        loops = {step.phase: step.loops for step in again.pipeline}
        assert loops["Test"] == 2


def test_that_a_rerun_in_the_same_directory_is_another_build_and_the_old_one_is_gone(
    root: Path, tmp_path: Path
) -> None:
    put_phase(root / "demo", phase("Feedback", "completed", "over"), time.time() - MINUTE)
    with EngineHost(tmp_path / "places", root) as host:
        host.ready()
        old = host.until("demo", state=BuildState.COMPLETED)
        put_phase(root / "demo", phase("Scout", "researching", "new", phases_completed=[]))
        new = host.until("demo", detail="new", state=BuildState.RUNNING)
        assert new.id != old.id
        assert host.gone() == [old.id]
        assert [one.build.id for one in host.engine.feed.current().builds] == [new.id]
        assert (new.elapsed.of_start.value or 0) > time.time() - 30
        assert new.progress.value == 0
    (build,) = status_json(root, state=tmp_path / "places")["builds"]
    assert build["id"] != old.id, "the state folder knows which run it is"


def test_that_a_new_run_is_known_as_the_same_after_a_restart(root: Path, tmp_path: Path) -> None:
    put_phase(root / "demo", phase("Feedback", "completed", "over"), time.time() - MINUTE)
    with EngineHost(tmp_path / "places", root) as host:
        host.ready()
        host.until("demo", state=BuildState.COMPLETED)
        put_phase(root / "demo", phase("Scout", "researching", "new", phases_completed=[]))
        new = host.until("demo", detail="new")
    with EngineHost(tmp_path / "places", root) as host:
        host.ready()
        assert host.until("demo", detail="new").id == new.id


def test_that_a_later_write_reopens_the_same_run(root: Path, tmp_path: Path) -> None:
    now = time.time()
    put(root / "demo" / SCOUT_REPORT, "# Scout", now - HOUR)
    put_phase(root / "demo", phase("Feedback", "completed", "over"), now - 5 * MINUTE)
    put(root / "demo" / SUMMARY, {"status": "completed"}, now - 4 * MINUTE)
    with EngineHost(tmp_path / "places", root) as host:
        host.ready()
        ended = host.until("demo", state=BuildState.COMPLETED)
        assert ended.elapsed.ended_at == pytest.approx(now - 4 * MINUTE, abs=1)
        put_phase(root / "demo", phase("GitHub Integration", "configuring", "more"))
        again = host.until("demo", detail="more", state=BuildState.RUNNING)
        assert again.id == ended.id
        assert again.elapsed.ended_at is None
        assert again.elapsed.of_start == ended.elapsed.of_start
        assert not host.gone()


def test_that_a_copied_project_comes_to_life_with_the_first_write(root: Path, tmp_path: Path) -> None:
    now = time.time()
    put_phase(root / "demo", phase(), now - HOUR)
    put(root / "demo" / SCOUT_REPORT, "# Scout", now - HOUR)
    with EngineHost(tmp_path / "places", root) as host:
        host.ready()
        copied = host.until("demo", state=BuildState.UNKNOWN)
        assert copied.state_reason.startswith("copied")
        put_phase(root / "demo", phase(detail="alive"))
        assert host.until("demo", detail="alive").state is BuildState.RUNNING


def test_that_an_equal_rewrite_is_a_sign_of_life(root: Path, tmp_path: Path, clock: SteeredClock) -> None:
    now = time.time()
    put_phase(root / "demo", phase(), now - 14 * MINUTE)
    age_folders(root, now - HOUR)
    with EngineHost(tmp_path / "places", root, clock=clock) as host:
        host.ready()
        host.until("demo", state=BuildState.RUNNING)
        clock.ahead_s = 10 * MINUTE
        host.engine.refresh()
        host.until("demo", state=BuildState.QUIET)
        put_phase(root / "demo", phase())
        woken = host.until("demo", state=BuildState.RUNNING)
        assert woken.changed_at == pytest.approx(now - 14 * MINUTE, abs=1), "nothing changed, it only lives"


def test_that_a_build_is_quiet_and_runs_again_and_this_is_told_as_activity(
    root: Path, tmp_path: Path, clock: SteeredClock
) -> None:
    now = time.time()
    put_phase(root / "demo", phase("Scout", "researching", "a", phases_completed=[]), now - MINUTE)
    age_folders(root, now - HOUR)
    with EngineHost(tmp_path / "places", root, clock=clock) as host:
        host.ready()
        first = host.until("demo", phase="Scout")
        put_phase(root / "demo", phase("Architect", "designing", "b", phases_completed=["Scout"]))
        second = host.until("demo", phase="Architect")
        assert second.id == first.id
        (scout,) = [step for step in second.pipeline if step.phase == "Scout"]
        assert scout.duration_s.value == pytest.approx(MINUTE, abs=5)
        assert any("Architect" in text for text in activity(host, second))


def test_that_ids_are_the_same_after_a_rename_and_the_old_place_is_gone(root: Path, tmp_path: Path) -> None:
    put_phase(root / "demo", phase())
    with EngineHost(tmp_path / "places", root) as host:
        host.ready()
        before = host.until("demo", detail="at work")
        (root / "demo").rename(root / "renamed")
        after = host.until("renamed", detail="at work")
        assert after.id == before.id
        assert after.directory == str(root / "renamed")
        assert len(host.engine.feed.current().builds) == 1
        put_phase(root / "renamed", phase(detail="goes on"))
        host.until("renamed", detail="goes on")
    (build,) = status_json(root, state=tmp_path / "places")["builds"]
    assert build["id"] == before.id


def test_that_a_deleted_project_is_gone_and_a_deleted_phase_file_is_no_phase(
    root: Path, tmp_path: Path
) -> None:
    put_phase(root / "demo", phase())
    put_phase(root / "other", phase())
    put(root / "other" / SUMMARY, {"status": "completed", "phases_completed": ["scout"]}, time.time() - HOUR)
    with EngineHost(tmp_path / "places", root) as host:
        host.ready()
        demo = host.until("demo", detail="at work")
        (root / "demo" / PHASE).unlink()
        (root / "demo/.context-foundry").rmdir()
        (root / "demo").rmdir()
        host.wait_for(lambda: demo.id in host.gone(), "demo is gone")
        (root / "other" / PHASE).unlink()
        left = host.until("other", source=Origin.ARTIFACTS)
        assert left.phase is None


def test_that_the_systems_clock_counts_sleep() -> None:
    assert SystemClock().continuous() == pytest.approx(time.clock_gettime(time.CLOCK_BOOTTIME), abs=0.1)
