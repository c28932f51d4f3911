"""What was read in real folders becomes builds that come, change, move and go; a fake clock says when."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from cupola.domain.models import BuildModel
from cupola.domain.words import BuildState, Facet, Origin
from cupola.engine.builds import GONE_AFTER_S, MISSING_AFTER_S
from cupola.engine.feed import Change
from cupola.watch.reader import HolderRead
from support.builds_stage import IN_PROJECT, IN_ROOT, Stage, checkpoint, phase_at
from support.project_files import PHASE, SUMMARY, phase, put, put_phase, state


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


# --- coming and changing ------------------------------------------------------------------------------------


def test_a_build_that_has_ended_rests_until_it_is_written_to(stage: Stage) -> None:
    project = stage.root / "weather"
    phase_at(stage, project, 60.0, name="Complete", status="completed")
    stage.open(project)
    tracker = stage.builds._trackers[str(project)]
    assert tracker._run is None
    phase_at(stage, project, detail="again at work")
    stage.refresh(project)
    stage.advance(1)
    assert stage.all()["weather"].state is BuildState.RUNNING
    assert tracker._run is not None


def test_what_is_there_at_first_sight_is_as_old_as_its_file(stage: Stage) -> None:
    phase_at(stage, stage.root / "one", 300)
    stage.open(stage.root / "one")
    assert stage.all()["one"].changed_at == stage.now - 300


def test_what_changes_later_is_as_old_as_its_arrival(stage: Stage) -> None:
    one = stage.root / "one"
    phase_at(stage, one, 300)
    stage.open(one)
    stage.advance(10)
    phase_at(stage, one, 5000, detail="of an odd clock")
    stage.refresh(one)
    assert stage.all()["one"].changed_at == stage.now


def test_changes_in_quick_succession_are_told_ten_times_a_second_and_the_last_is(stage: Stage) -> None:
    one = stage.root / "one"
    phase_at(stage, one)
    stage.open(one)
    stage.told.clear()
    for number in range(100):
        stage.advance(0.005)
        phase_at(stage, one, detail=f"step {number:03}")
        stage.refresh(one)
    stage.advance(0.2)
    details = [
        event.model.detail
        for event in stage.told
        if isinstance(event, Change) and isinstance(event.model, BuildModel)
    ]
    assert details[-1] == "step 099"
    assert 4 <= len(details) <= 7


def test_what_time_alone_has_changed_holds_no_write_back(stage: Stage) -> None:
    one = stage.root / "one"
    phase_at(stage, one)
    stage.open(one)
    stage.advance(1000)
    stage.builds.looked(str(one), None)
    assert stage.all()["one"].state is BuildState.QUIET
    while stage.all()["one"].state is BuildState.QUIET:
        stage.advance((stage.timers.next_due() or 0.0) - stage.clock.continuous())
    phase_at(stage, one, detail="written just then")
    stage.refresh(one)
    assert stage.all()["one"].detail == "written just then"


def test_a_new_run_in_a_directory_has_an_id_of_its_own_and_the_old_one_is_gone(stage: Stage) -> None:
    one = stage.root / "one"
    phase_at(stage, one, name="GitHub Integration", status="completed")
    stage.open(one)
    before = stage.all()["one"].id
    stage.advance(100)
    phase_at(stage, one, name="Scout", status="active", phases_completed=[])
    stage.refresh(one)
    stage.advance(1)
    assert stage.all()["one"].id != before
    assert stage.gone() == [before]


def test_a_silent_build_is_looked_at_once_before_it_is_called_quiet(stage: Stage) -> None:
    one = stage.root / "one"
    phase_at(stage, one)
    stage.open(one)
    stage.advance(901)
    assert stage.looked == [str(one)]
    assert stage.all()["one"].state is BuildState.RUNNING
    stage.builds.looked(str(one), stage.now - 60)
    stage.advance(830)
    assert stage.all()["one"].state is BuildState.RUNNING
    stage.advance(20)
    assert len(stage.looked) == 2
    stage.builds.looked(str(one), None)
    assert stage.all()["one"].state is BuildState.QUIET
    assert stage.builds.looking == set()


# --- going and coming back ----------------------------------------------------------------------------------


def test_a_directory_that_is_not_found_again_at_once_is_gone(stage: Stage) -> None:
    one = stage.root / "one"
    phase_at(stage, one)
    stage.open(one)
    shutil.rmtree(one)
    stage.refresh(one)
    assert stage.gone() == []
    stage.advance(GONE_AFTER_S)
    assert (len(stage.gone()), stage.all()) == (1, {})
    assert not stage.builds._owners
    assert not stage.builds._opened


def test_a_directory_that_comes_back_goes_on_with_its_run(stage: Stage) -> None:
    one = stage.root / "one"
    phase_at(stage, one, 30)
    stage.open(one)
    before = stage.all()["one"]
    one.rename(stage.root / "away")
    stage.close(one)
    stage.advance(5)
    (stage.root / "away").rename(one)
    stage.open(one)
    assert stage.all()["one"] == before


def test_a_directory_that_is_found_again_at_once_was_never_gone(stage: Stage) -> None:
    one = stage.root / "one"
    phase_at(stage, one, 30)
    stage.open(one)
    stage.close(one)
    stage.advance(GONE_AFTER_S / 2)
    stage.open(one)
    stage.advance(GONE_AFTER_S * 2)
    assert (stage.gone(), set(stage.all())) == ([], {"one"})


def test_what_a_directory_comes_back_without_is_missing(stage: Stage) -> None:
    one = stage.root / "one"
    phase_at(stage, one, 30)
    put(one / SUMMARY, {"status": "completed"}, stage.now)
    stage.open(one)
    assert stage.all()["one"].state is BuildState.COMPLETED
    stage.close(one)
    stage.advance(1)
    (one / SUMMARY).unlink()
    stage.open(one)
    stage.advance(MISSING_AFTER_S + 0.2)
    assert stage.all()["one"].state is BuildState.RUNNING


def test_problems_do_not_come_back_with_a_directory(stage: Stage) -> None:
    one = stage.root / "one"
    phase_at(stage, one)
    (one / SUMMARY).mkdir()
    stage.open(one)
    assert [problem.path for problem in stage.all()["one"].problems] == [str(one / SUMMARY)]
    stage.close(one)
    stage.advance(1)
    (one / SUMMARY).rmdir()
    stage.open(one)
    assert stage.all()["one"].problems == ()


def test_a_file_that_is_deleted_and_written_anew_is_never_gone(stage: Stage) -> None:
    one = stage.root / "one"
    phase_at(stage, one)
    stage.open(one)
    (one / PHASE).unlink()
    stage.refresh(one)
    stage.advance(MISSING_AFTER_S / 2)
    phase_at(stage, one)
    stage.refresh(one)
    stage.advance(MISSING_AFTER_S * 2)
    assert stage.gone() == []


def test_a_file_that_stays_away_is_gone_and_with_it_the_build(stage: Stage) -> None:
    one = stage.root / "one"
    phase_at(stage, one)
    stage.open(one)
    (one / PHASE).unlink()
    stage.refresh(one)
    stage.advance(MISSING_AFTER_S)
    assert len(stage.gone()) == 1


def test_timers_of_a_directory_that_is_gone_meet_nothing(stage: Stage) -> None:
    one = stage.root / "one"
    phase_at(stage, one)
    stage.open(one)
    (one / PHASE).unlink()
    stage.refresh(one)
    shutil.rmtree(one)
    stage.refresh(one)
    stage.advance(GONE_AFTER_S)
    assert len(stage.gone()) == 1
    stage.advance(100_000)
    assert (len(stage.gone()), stage.timers.next_due()) == (1, None)


# --- renaming -----------------------------------------------------------------------------------------------


def test_a_renamed_directory_keeps_its_id_and_start(stage: Stage) -> None:
    one, two = stage.root / "one", stage.root / "two"
    phase_at(stage, one, 30)
    stage.open(one)
    before = stage.all()["one"]
    one.rename(two)
    stage.close(one)
    stage.open(two)
    stage.advance(1)
    after = stage.all()
    assert set(after) == {"two"}
    assert (after["two"].id, after["two"].first_seen, stage.gone()) == (before.id, before.first_seen, [])


def test_a_new_directory_with_the_inode_of_a_removed_one_is_another_build(stage: Stage) -> None:
    one, two = stage.root / "one", stage.root / "two"
    phase_at(stage, one, 30)
    stage.open(one)
    before = stage.all()["one"].id
    inode = one.stat().st_ino
    shutil.rmtree(one)
    stage.close(one)
    stage.advance(1)
    phase_at(stage, two, 10)
    seen = stage.reader.open(str(two), IN_PROJECT)
    identity = (two.stat().st_dev, inode)  # as some file systems would give it out again
    stage.builds.take(HolderRead(str(two), seen.results, complete=True, identity=identity, opened=True), 0)
    assert stage.all()["two"].id != before


def test_the_inode_of_a_directory_made_anew_in_its_place_is_the_one_that_is_kept(stage: Stage) -> None:
    one = stage.root / "one"
    phase_at(stage, one, 30)
    stage.open(one)
    one.rename(stage.root / "kept")  # so that its inode is not given out again
    phase_at(stage, one, 30)
    stage.open(one)
    record = stage.recorder.runs.latest(str(one))
    assert record is not None
    assert record.inode == one.stat().st_ino


# --- checkpoints --------------------------------------------------------------------------------------------


def test_all_files_of_a_checkpoint_belong_to_the_directory_that_its_state_names(stage: Stage) -> None:
    (stage.root / "named").mkdir()
    (stage.root / "run_1").mkdir()
    checkpoint(stage, "run_1", directory=stage.root / "named")
    stage.open(stage.root, IN_ROOT)
    assert set(stage.all()) == {"named"}
    tracker = stage.builds._trackers[str(stage.root / "named")]
    assert tracker.run is not None
    assert len(tracker.run.observations) == 2


def test_a_checkpoint_that_names_another_directory_later_moves_there_whole(stage: Stage) -> None:
    for name in ("run_1", "later"):
        (stage.root / name).mkdir()
    checkpoint(stage, "run_1")
    stage.open(stage.root, IN_ROOT)
    assert set(stage.all()) == {"run_1"}
    stage.advance(10)
    put(
        stage.root / "checkpoints/ralph/run_1/state.json",
        state(working_directory=str(stage.root / "later")),
        stage.now,
    )
    stage.refresh(stage.root)
    stage.advance(1)
    assert set(stage.all()) == {"later"}
    tracker = stage.builds._trackers[str(stage.root / "later")]
    assert tracker.run is not None
    assert len(tracker.run.observations) == 2


def test_a_checkpoint_without_a_directory_is_a_build_until_its_files_are_gone(stage: Stage) -> None:
    folder = checkpoint(stage, "nowhere_20250101_000000")
    stage.open(stage.root, IN_ROOT)
    (build,) = stage.all().values()
    assert (build.directory, build.source) == (None, Origin.CHECKPOINT)
    shutil.rmtree(folder)
    stage.refresh(stage.root)
    stage.advance(MISSING_AFTER_S)
    assert stage.gone() == [build.id]
    assert not [home for home in stage.builds._trackers if home.startswith("checkpoint:")]


def test_a_checkpoint_and_a_phase_file_of_one_directory_are_one_build(stage: Stage) -> None:
    one = stage.root / "one"
    phase_at(stage, one, 100)
    checkpoint(stage, "one", 50)
    stage.open(one)
    stage.open(stage.root, IN_ROOT)
    stage.advance(1)
    assert len(stage.all()) == 1
    assert stage.builds.holders(str(one)) == {str(one), str(stage.root)}


def test_a_directory_that_goes_takes_its_own_files_but_not_its_checkpoint(stage: Stage) -> None:
    one = stage.root / "one"
    phase_at(stage, one, 1)
    checkpoint(stage, "one", 50)
    stage.open(one)
    stage.open(stage.root, IN_ROOT)
    shutil.rmtree(one)
    stage.refresh(one)
    stage.advance(GONE_AFTER_S + 0.2)
    (build,) = stage.all().values()
    assert build.source is Origin.CHECKPOINT
    assert stage.builds.holders(str(one)) == {str(stage.root)}


# --- problems -----------------------------------------------------------------------------------------------


def test_a_file_that_several_sources_read_has_all_their_problems(stage: Stage) -> None:
    one = stage.root / "one"
    put_phase(one, phase("Test", "testing"))
    put(one / SUMMARY, {"status": 7, "context_metrics": {"by_phase": {"phase_scout": 3}}})
    stage.open(one)
    (problem,) = stage.all()["one"].problems
    assert problem.dropped == (
        "status: expected a text, found 7",
        "by_phase.phase_scout: expected an object, found 3",
    )
    put(one / SUMMARY, {"status": "completed"})
    stage.refresh(one)
    stage.advance(1)
    assert stage.all()["one"].problems == ()


def test_problems_of_what_is_no_build_are_told_and_taken_back(stage: Stage) -> None:
    one = stage.root / "one"
    (one / PHASE).mkdir(parents=True)
    stage.open(one)
    (problem,) = stage.builds.stray_problems()
    assert problem.path == str(one / PHASE)
    (one / PHASE).rmdir()
    stage.refresh(one)
    stage.advance(MISSING_AFTER_S + 1)
    assert stage.builds.stray_problems() == ()
    assert stage.builds._strays == {}


def test_a_link_in_place_of_a_folder_is_named_while_it_is_there_and_the_last_state_stays(
    stage: Stage,
) -> None:
    one = stage.root / "one"
    phase_at(stage, one)
    stage.open(one)
    (one / ".context-foundry").rename(stage.root / "real")
    (one / ".context-foundry").symlink_to(stage.root / "real")
    stage.refresh(one)
    stage.advance(10)
    (problem,) = stage.all()["one"].problems
    assert "link" in problem.message
    (one / ".context-foundry").unlink()
    (stage.root / "real").rename(one / ".context-foundry")
    stage.refresh(one)
    stage.advance(1)
    assert (stage.all()["one"].problems, stage.gone()) == ((), [])


def test_a_problem_keeps_its_beginning_while_it_lasts(stage: Stage) -> None:
    one = stage.root / "one"
    phase_at(stage, one)
    stage.open(one)
    stage.builds.name(str(one), PHASE, "stays unfinished")
    since = stage.now
    stage.advance(60)
    stage.builds.name(str(one), PHASE, "stays unfinished")
    stage.advance(1)
    assert [problem.since for problem in stage.all()["one"].problems] == [since]


@pytest.mark.parametrize(("age_s", "named"), [(1.0, False), (60.0, True)])
def test_a_file_met_unfinished_is_named_at_once_if_nobody_goes_on_writing_it(
    stage: Stage, age_s: float, named: bool
) -> None:
    file = stage.root / "one" / PHASE
    put_phase(stage.root / "one", phase("Builder", "building", "at work"), stage.now)
    file.write_bytes(file.read_bytes()[:20])
    os.utime(file, (stage.now - age_s, stage.now - age_s))
    stage.open(stage.root / "one")
    assert [problem.path for problem in stage.builds.stray_problems()] == [str(file)] * named
    put_phase(stage.root / "one", phase("Builder", "building", "at work"), stage.now)
    stage.refresh(stage.root / "one")
    assert stage.builds.stray_problems() == ()
    assert stage.all()["one"].problems == ()


def test_what_is_told_from_far_all_the_time_gives_a_builds_own_files_no_more_turns(stage: Stage) -> None:
    one = stage.root / "one"
    phase_at(stage, one)
    stage.open(one)
    stage.advance(1)
    stage.told.clear()
    for number in range(100):
        phase_at(stage, one, detail=f"step {number}")
        stage.refresh(one)
        stage.builds.publish(str(one), far=True)
        stage.advance(0.01)
    told = [event for event in stage.told if isinstance(event, Change) and event.facet is Facet.BUILD]
    assert len(told) <= 22  # ten a second of its own, and ten that go along with the others
    stage.advance(0.1)
    assert stage.all()["one"].detail == "step 99"


# --- what is kept -------------------------------------------------------------------------------------------


def test_equal_content_written_again_adds_no_line_to_the_journal_and_tells_nothing(stage: Stage) -> None:
    one = stage.root / "one"
    phase_at(stage, one, 100)
    stage.open(one)
    lines, events = stage.journaled(), len(stage.told)
    for number in range(20):
        stage.advance(1)
        os.utime(one / PHASE, (stage.now, stage.now + number))
        stage.refresh(one)
        stage.advance(1)
    assert (stage.journaled(), len(stage.told)) == (lines, events)


def test_a_directory_moves_only_when_it_comes_goes_or_changes_its_state(stage: Stage) -> None:
    one = stage.root / "one"
    phase_at(stage, one)
    stage.open(one)
    assert stage.builds.take_moved() == {str(one)}
    stage.advance(1)
    phase_at(stage, one, detail="more")
    stage.refresh(one)
    assert stage.builds.take_moved() == set()
    shutil.rmtree(one)
    stage.refresh(one)
    stage.advance(1)
    assert stage.builds.take_moved() == {str(one)}
