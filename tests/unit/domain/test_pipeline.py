"""The pipeline: order, states, durations and loops of phases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cupola.domain.facts import MarkKind, Observation, ReportKind, TaskMarkFact, TestReportFact
from cupola.domain.models import PipelineStep
from cupola.domain.pipeline import pipeline
from cupola.domain.run import open_run, step
from cupola.domain.state import Policy, evaluate
from cupola.domain.words import BUILDER, Bound, Provenance, StepState, Verdict
from support.facts import told
from support.observations import T0, artefact, checkpoint, phase, report, summary

POLICY = Policy()
SAB = ("Scout", "Architect", "Builder")
FULL = (*SAB, "Test", "Documentation", "Deploy", "Feedback")
LETTERS = {
    StepState.DONE: "D",
    StepState.CURRENT: "C",
    StepState.FAILED: "F",
    StepState.SKIPPED: "s",
    StepState.WAITING: "w",
}


def steps(*observations: Observation, at: float | None = None) -> tuple[PipelineStep, ...]:
    first, *rest = observations
    run = open_run([first], first.touched_at)
    for seen in rest:
        run = step(run, seen, seen.touched_at, POLICY)
    assert run.ordinal == 1
    now = observations[-1].touched_at if at is None else T0 + at
    return pipeline(run, evaluate(run, now, POLICY))


def letters(found: tuple[PipelineStep, ...]) -> str:
    return "".join(LETTERS[one.state] for one in found)


CASES = [
    ("Scout runs", [phase(0, "Scout", "researching")], "Cwwwwww"),
    ("Scout completed", [phase(0, "Scout", "completed", ("Scout",))], "Dwwwwww"),
    ("Builder is invisible while it runs", [phase(0, "Architect", "completed", SAB[:2])], "DDCwwww"),
    ("Test runs", [phase(0, "Test", "testing", SAB)], "DDDCwww"),
    ("Documentation was skipped", [phase(0, "Deploy", "deploying", (*SAB, "Test"))], "DDDDsCw"),
    ("aliases", [phase(0, "Feedback", "completed", (*SAB, "Test", "docs", "Deployer"))], "DDDDDDD"),
    ("B lists nothing: by place", [phase(0, "Deploy", "analyzing", None)], "DDDDDCw"),
    ("self-healing", [phase(0, "Architect", "designing", SAB, iteration=1)], "DCwwwww"),
    ("failed", [phase(0, "Test", "testing", SAB), summary(0, "failed")], "DDDFsss"),
    ("failed by the report", [phase(0, "Test", "completed", SAB), report(0, Verdict.FAILED)], "DDDFsss"),
    ("completed early", [phase(0, "Test", "testing", SAB), summary(0, "completed", SAB)], "DDDDsss"),
    ("Complete", [phase(0, "Complete", "completed", FULL)], "DDDDDDD"),
    ("Complete without a list", [phase(0, "Complete", "completed", None)], "DDDDDDD"),
    ("only a summary", [summary(0, "completed", ("scout", "architect", "builder", "test"))], "DDDDsss"),
    ("only files", [artefact(0, "Scout", "scout-report.md")], "Dwwwwww"),
    ("a report alone tells no phase", [report(0, Verdict.PASSED)], ""),
    ("checkpoint", [checkpoint(0, "x_1", "Architect")], "DCw"),
    ("checkpoint complete", [checkpoint(0, "x_1", "complete")], "DDD"),
]


@pytest.mark.parametrize(
    ("observations", "expected"), [pytest.param(*case[1:], id=case[0]) for case in CASES]
)
def test_each_step_shows_how_far_it_is(observations: list[Observation], expected: str) -> None:
    assert letters(steps(*observations)) == expected


MODES = [
    ("new_project", [*FULL]),
    ("fix_bug", ["Codebase Analysis", "Scout", "Builder", "Test", "Feedback"]),
    ("fix_bugs", ["Codebase Analysis", "Scout", "Builder", "Test", "Feedback"]),
    ("refactor", ["Codebase Analysis", *SAB, "Test", "Feedback"]),
    ("Add Feature", ["Codebase Analysis", *SAB, "Test", "Feedback"]),
    ("upgrade_deps", ["Codebase Analysis", "Scout", "Builder", "Test", "Feedback"]),
    ("add_tests", ["Codebase Analysis", "Scout", "Test", "Feedback"]),
    ("something else", [*FULL]),
    (None, [*FULL]),
]


@pytest.mark.parametrize(("mode", "expected"), MODES)
def test_the_mode_decides_the_phases_and_what_was_seen_is_added(
    mode: str | None, expected: list[str]
) -> None:
    found = steps(summary(0, None, mode=mode), phase(0, "Scout", "researching"))
    assert [one.phase for one in found] == expected


def test_seen_phases_stand_in_the_usual_order_and_unknown_ones_where_they_were_seen() -> None:
    listed = ("Codebase Analysis", "Scout", "Review Board", "Architect")
    found = steps(phase(0, "Screenshot", "capturing", listed))
    assert [one.phase for one in found] == [
        *("Codebase Analysis", "Scout", "Review Board", "Architect", "Builder", "Test"),
        *("Screenshot", "Documentation", "Deploy", "Feedback"),
    ]


def test_durations_are_observed_from_transition_to_transition() -> None:
    found = steps(
        phase(0, "Scout", "researching"),
        phase(60, "Scout", "completed", SAB[:1]),
        phase(61, "Architect", "designing", SAB[:1]),
        phase(100, "Architect", "completed", SAB[:2]),
        phase(400, "Builder", "completed", SAB),
        phase(405, "Test", "testing", SAB, iteration=1),
    )
    by_phase = {one.phase: one for one in found}
    assert [by_phase[name].duration_s.value for name in SAB] == [60, 39, 300]
    assert {by_phase[name].duration_s.provenance for name in SAB} == {Provenance.OBSERVED}
    assert (by_phase["Test"].running_since, by_phase["Test"].duration_s.value) == (T0 + 405, None)


def test_an_invisible_builder_runs_since_architect_ended() -> None:
    found = steps(phase(0, "Architect", "designing"), phase(50, "Architect", "completed", SAB[:2]), at=200)
    builder = found[2]
    assert (builder.phase, builder.state, builder.running_since) == (BUILDER, StepState.CURRENT, T0 + 50)


def test_before_cupola_came_durations_are_estimated_from_files() -> None:
    files = [
        artefact(-1000, "Scout", "scout-report.md"),
        artefact(-700, "Architect", "architecture.md"),
        artefact(-100, "Builder", "build-log.md"),
    ]
    run = open_run([*files, phase(-90, "Test", "testing", SAB, first=True)], T0)
    found = pipeline(run, evaluate(run, T0, POLICY))
    assert [one.duration_s.value for one in found[:4]] == [None, 300, 600, None]
    assert found[1].duration_s.provenance is Provenance.ESTIMATED
    assert "files that phases leave behind" in found[1].duration_s.note
    assert found[3].running_since == T0 - 100


def test_before_cupola_came_the_builder_ended_with_its_last_task_and_tests_with_their_last_report() -> None:
    done = [
        told(
            TaskMarkFact(f"task-{n}", MarkKind.DONE), f"builder-logs/task-{n}.done", -300 + 50 * n, first=True
        )
        for n in range(3)
    ]
    begun = told(TaskMarkFact("task-9", MarkKind.LOG), "builder-logs/task-9.log", -110, first=True)
    plan = artefact(-700, "Architect", "architecture.md")
    run = open_run([plan, *done, begun, phase(-90, "Test", "testing", SAB, first=True)], T0)
    assert pipeline(run, evaluate(run, T0, POLICY))[3].running_since == T0 - 200
    report = told(
        TestReportFact(ReportKind.RESULTS, 1, Verdict.FAILED), "test-results-iteration-1.md", -95, first=True
    )
    healing = phase(-90, "Architect", "designing", SAB[:1], first=True, iteration=1)
    run = open_run([plan, *done, report, healing], T0)
    assert pipeline(run, evaluate(run, T0, POLICY))[1].running_since == T0 - 95


def test_self_healing_counts_loops_and_adds_their_times() -> None:
    found = steps(
        phase(0, "Builder", "building", SAB[:2]),
        phase(100, "Builder", "completed", SAB),
        phase(100, "Test", "testing", SAB),
        phase(130, "Test", "self-healing", SAB, iteration=1),
        phase(140, "Architect", "designing", SAB, iteration=1),
        phase(150, "Builder", "building", SAB, iteration=1),
        phase(170, "Builder", "completed", SAB, iteration=1),
        phase(170, "Test", "testing", SAB, iteration=2),
    )
    by_phase = {one.phase: one for one in found}
    assert by_phase["Builder"].duration_s.value == 120
    assert [by_phase[name].loops for name in ("Architect", "Builder", "Test")] == [1, 2, 2]
    assert by_phase["Test"].duration_s.value == 40


def test_what_cupola_saw_of_a_repeated_phase_is_the_least_that_it_took() -> None:
    run = open_run([phase(-30, "Test", "self-healing", SAB, iteration=1, first=True)], T0)
    for seen in (
        phase(10, "Builder", "building", SAB[:2], iteration=1),
        phase(18, "Test", "testing", SAB, iteration=2),
        phase(30, "Test", "completed", (*SAB, "Test"), iteration=2),
    ):
        run = step(run, seen, seen.changed_at, POLICY)
    by_phase = {one.phase: one.duration_s for one in pipeline(run, evaluate(run, T0 + 31, POLICY))}
    assert (by_phase["Builder"].value, by_phase["Builder"].bound) == (8, Bound.LOWER)
    assert "an earlier pass was not seen" in by_phase["Builder"].note


def test_another_iteration_within_test_is_no_pass_of_what_comes_before_it() -> None:
    run = open_run([phase(-30, "Scout", "scouting", first=True)], T0)
    for seen in (
        phase(10, "Builder", "building", SAB[:2]),
        phase(18, "Test", "testing", SAB, iteration=1),
        phase(30, "Test", "testing", SAB, iteration=2),
    ):
        run = step(run, seen, seen.changed_at, POLICY)
    by_phase = {one.phase: one.duration_s for one in pipeline(run, evaluate(run, T0 + 31, POLICY))}
    assert (by_phase["Builder"].value, by_phase["Builder"].bound) == (8, Bound.EXACT)


def test_a_copied_project_has_no_durations() -> None:
    files = [artefact(0, "Scout", "s"), artefact(2, "Architect", "a"), phase(3, "Test", "testing", SAB)]
    run = open_run([replace(seen, first_sight=True) for seen in files], T0 + 9)
    found = pipeline(run, evaluate(run, T0 + 9, POLICY))
    assert {one.duration_s.value for one in found} == {None}
    assert found[3].running_since is None
