"""What the other files of a build mean for its run: start, life, progress, mode, phases, activity."""

from __future__ import annotations

from typing import get_args

import pytest

from cupola.domain.claims import Finding
from cupola.domain.facts import (
    ArtefactFact,
    ContextMetricsFact,
    EventsFact,
    Fact,
    FeedbackFact,
    MarkKind,
    MetricsFact,
    Observation,
    PatternsFact,
    PhaseStatus,
    PhaseStatusFact,
    SessionLogFact,
    TaskConfigFact,
    TokenSum,
)
from cupola.domain.record import is_journaled
from cupola.domain.run import accept, open_run, step, vanish
from cupola.domain.state import Policy, evaluate
from cupola.domain.words import BuildState, Facet, Verdict
from support.facts import count, final, log, mark, plan, report, results, run_of, shown, snapshot, told
from support.observations import HOUR, T0, artefact, checkpoint, complete, phase, seen, summary, tasks
from support.observations import report as end

POLICY = Policy()
SA = ("Scout", "Architect")
BUILDING = phase(0, "Builder", "building", SA)


def session(at: float, name: str = "ralph_x_1", calls: int = 1) -> Observation:
    return seen("session log", f"/r/logs/{name}/session.jsonl", SessionLogFact(calls, 10, 5), at)


def events(at: float, name: str, *done: str) -> Observation:
    return seen("events log", f"/r/logs/events/{name}/events.jsonl", EventsFact(1, done), at)


PROGRESS = [
    ("half of the tasks", [BUILDING, plan("1", "2"), mark("1")], (2 + 1 / 2) / 7),
    ("an invisible Builder", [phase(0, "Architect", "completed", SA), plan("1", "2"), mark("1")], 2.5 / 7),
    ("a failed task is not done", [BUILDING, plan("1", "2"), mark("1", MarkKind.ERROR)], 2 / 7),
    ("as the plan says", [BUILDING, plan("1", "2", status="complete")], 3 / 7),
    ("before Builder", [phase(0, "Architect", "designing", ("Scout",)), plan("1"), mark("1")], 1 / 7),
    ("after Builder", [phase(0, "Test", "testing", (*SA, "Builder")), plan("1", "2"), mark("1")], 3 / 7),
    (
        "a plan that grows takes nothing back",
        [BUILDING, plan("1"), mark("1"), plan("1", "2", "3", at=5)],
        3 / 7,
    ),
    (
        "the mode it was asked for",
        [phase(0, "Test", "testing", SA), told(TaskConfigFact(mode="add_tests"), "task-config.json")],
        2 / 5,
    ),
]


@pytest.mark.parametrize(
    ("observations", "expected"), [pytest.param(*case[1:], id=case[0]) for case in PROGRESS]
)
def test_tasks_and_mode_tell_on_progress(observations: list[Observation], expected: float) -> None:
    assert shown(*observations).build.progress.value == pytest.approx(expected, abs=1e-6)


def test_a_build_has_the_mode_it_was_asked_for_unless_its_summary_names_one() -> None:
    building = phase(0, "Builder", "building", ("Codebase Analysis",))
    asked = told(TaskConfigFact(mode="upgrade_deps"), "task-config.json")
    steps = shown(building, asked).build.pipeline
    assert [one.phase for one in steps] == ["Codebase Analysis", "Builder", "Test", "Feedback"]
    says = shown(building, asked, summary(1, None, mode="fix_bugs")).build.pipeline
    assert [one.phase for one in says] == ["Codebase Analysis", "Scout", "Builder", "Test", "Feedback"]


def statuses(**said: str) -> Observation:
    phases = tuple(PhaseStatus(name, status) for name, status in said.items())
    return told(PhaseStatusFact(phases), "phase-status.json")


def test_phase_status_tells_which_phases_are_over_and_none_that_is_to_come() -> None:
    live = phase(0, "Test", "testing", None)
    assert shown(live).build.phases_completed == ()
    said = statuses(
        Scout="complete", Architect="waiting", Builder="complete", Test="complete", Deploy="complete"
    )
    assert shown(live, said).build.phases_completed == ("Scout", "Builder")
    listing = phase(0, "Test", "testing", ("Scout",))
    assert shown(listing, said).build.phases_completed == ("Scout",)


def test_other_files_date_the_run_and_keep_it_alive() -> None:
    there = [
        told(TaskConfigFact("x"), "task-config.json", -300, first=True),
        phase(0, "Scout", "x", first=True),
    ]
    run = open_run(there, T0)
    assert run.started_at == T0 - 300
    after = accept(run, mark("1", at=800), T0 + 800)
    assert evaluate(run, T0 + 950, POLICY).state is BuildState.QUIET
    assert evaluate(after, T0 + 950, POLICY).state is BuildState.RUNNING


def test_lessons_that_outlive_runs_date_none() -> None:
    kept = told(PatternsFact(3), "patterns/common-issues.json", -30 * HOUR, first=True)
    run = open_run([kept, phase(0, "Test", "testing", (*SA, "Builder"), first=True)], T0)
    assert run.started_at == T0
    assert len(run.observations) == 2


def test_a_session_log_that_came_first_belongs_to_its_checkpoint() -> None:
    run = open_run([session(0)], T0)
    run = step(run, checkpoint(60, "x_1", "scout"), T0 + 60, POLICY)
    assert (run.ordinal, run.started_at, run.checkpoint_id) == (1, T0, "x_1")
    assert snapshot(run, T0 + 60).tokens.used.value == 15


def test_the_log_of_the_next_session_goes_over_to_the_next_run() -> None:
    run = run_of(checkpoint(0, "x_1", "scout"), session(1), complete(2, "x_1"), session(10, "ralph_x_2", 2))
    assert run.ordinal == 1
    assert snapshot(run, T0 + 10).tokens.used.note.startswith("input and output of 1 calls")
    run = step(run, checkpoint(60, "x_2", "scout"), T0 + 60, POLICY)
    assert (run.ordinal, run.checkpoint_id, len(run.observations)) == (2, "x_2", 2)
    assert snapshot(run, T0 + 60).tokens.used.note.startswith("input and output of 2 calls")


def test_logs_of_earlier_checkpoints_are_left_out_at_first_sight() -> None:
    run = open_run(
        [checkpoint(0, "x_2", "scout"), session(-HOUR), session(-5, "ralph_x_2"), events(-9, "x_1")], T0
    )
    assert {path for _, path in run.observations if "logs" in path} == {"/r/logs/ralph_x_2/session.jsonl"}


FEEDBACK = FeedbackFact((Finding("a"), Finding("b")))
ENTRIES = [
    (None, results(2, Verdict.FAILED, 44, 3), [("test", "Test iteration 2: 44 passed, 3 failed")]),
    (None, results(2, Verdict.FAILED), [("test", "Test iteration 2 FAILED")]),
    (None, report(Verdict.UNKNOWN), [("test", "test-report.md is reported")]),
    (None, final(Verdict.PASSED, 1, 0), []),
    (None, count(2), [("test", "Test iteration 2")]),
    (None, log("unit"), []),
    (None, log("unit", 3, 1), [("test", "unit tests: 3 passed, 1 failed")]),
    (None, log("unit", done=True), [("test", "unit tests done")]),
    (None, plan("1"), [("detail", "plan: 1 task")]),
    (plan("1"), plan("1", "2"), [("detail", "plan: 2 tasks")]),
    (plan("1"), plan("2"), [("detail", "the plan has changed")]),
    (None, mark("task-3"), [("detail", "task-3 done")]),
    (None, mark("task-4", MarkKind.ERROR), [("detail", "task-4 failed")]),
    (None, mark("task-4", MarkKind.LOG), []),
    (None, told(FEEDBACK, "feedback/build-feedback-1.json"), [("file", "feedback: 2 findings")]),
    (None, told(PatternsFact(1), "patterns/a.json"), [("file", "a.json: 1 pattern")]),
    (
        None,
        told(TaskConfigFact("build\nit", "fix_bug"), "task-config.json"),
        [("detail", "fix_bug · build it")],
    ),
    (events(0, "x_1", "a"), events(1, "x_1", "a", "b"), [("detail", "b done")]),
    (None, told(ContextMetricsFact((TokenSum("Scout", used=5),)), "session-summary.json"), []),
    (None, session(0), []),
    (None, told(MetricsFact("k", None), "metrics.db"), []),
    (None, artefact(0, "Test", "test-results-iteration-1.md"), []),
    (None, artefact(0, "", "build-tasks.json"), []),
    (None, artefact(0, "Architect", "architecture.md"), [("file", "architecture.md is written")]),
]


@pytest.mark.parametrize(("before", "after", "expected"), ENTRIES)
def test_each_thing_that_changed_is_told_once(
    before: Observation | None, after: Observation, expected: list[tuple[str, str]]
) -> None:
    scouting = phase(-9, "Scout", "x")
    run = run_of(scouting, before) if before else run_of(scouting)
    entries = run_of(scouting, before, after).activity if before else run_of(scouting, after).activity
    assert [(one.kind, one.text) for one in entries[: len(entries) - len(run.activity)]] == expected


def test_what_another_file_has_just_said_of_tests_is_not_told_again() -> None:
    testing = phase(0, "Test", "testing", iteration=1)
    run = run_of(
        testing,
        count(1),
        results(1, Verdict.FAILED, 1, 2, at=5),
        count(2, 6),
        phase(7, "Test", "x", iteration=2),
    )
    assert [one.text for one in reversed(run.activity) if one.kind == "test"] == [
        "Test iteration 1",
        "Test iteration 1: 1 passed, 2 failed",
        "Test iteration 2",
    ]


def test_a_file_that_two_sources_read_is_gone_once() -> None:
    path = ".context-foundry/test-final-report.md"
    run = run_of(BUILDING, end(1, Verdict.PASSED), final(Verdict.PASSED, at=1))
    for source in ("report", "TestReportFact"):
        run = vanish(run, source, path, T0 + 9)
    assert [one.text for one in run.activity].count("test-final-report.md is gone") == 1


def test_the_digest_of_the_activity_follows_from_what_was_told() -> None:
    one, same = run_of(BUILDING, mark("1", at=1)), run_of(BUILDING, mark("1", at=1))
    other, none = run_of(BUILDING, mark("2", at=1)), run_of(tasks(0, "x_1", 0, 0))
    digests = [dict(snapshot(run, T0 + 9).digests)[Facet.ACTIVITY] for run in (one, same, other, none)]
    assert digests[0] == digests[1]
    assert len(set(digests)) == 3
    assert all(len(one) == 64 for one in digests)


def test_a_batch_tells_the_same_as_one_file_after_another() -> None:
    files = [BUILDING, plan("1", "2", at=1), mark("1", at=2), results(1, Verdict.FAILED, 1, 2, at=3)]
    batch, single = open_run(files, T0 + 9), run_of(*files)
    assert (batch.activity, batch.activity_digest) == (single.activity, single.activity_digest)
    assert snapshot(batch, T0 + 9) == snapshot(single, T0 + 9)


def test_what_grows_line_by_line_is_read_anew_and_not_journaled() -> None:
    growing: set[Fact] = {SessionLogFact(0, 0, 0), EventsFact(0), MetricsFact("k", None)}
    assert not any(map(is_journaled, growing))
    assert is_journaled(ArtefactFact("Scout"))
    assert {type(one) for one in growing} < set(get_args(Fact))
