"""The state of a run, rule by rule, on explicit instants (design.md, State)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cupola.domain.facts import Observation
from cupola.domain.run import accept, note_life, open_run
from cupola.domain.state import Policy, StateVerdict, evaluate, is_build
from cupola.domain.words import BuildState, Origin, Verdict
from support.observations import HOUR, T0, artefact, checkpoint, complete, phase, report, summary, tasks

POLICY = Policy()
C, F, R, Q, U = (
    BuildState.COMPLETED,
    BuildState.FAILED,
    BuildState.RUNNING,
    BuildState.QUIET,
    BuildState.UNKNOWN,
)


def judged(observations: list[Observation], at: float) -> StateVerdict:
    return evaluate(open_run(observations, T0 + at), T0 + at, POLICY)


ALL = ("Scout", "Architect", "Builder", "Test", "Documentation", "Deploy", "Feedback")
TESTING = phase(0, "Test", "testing", ALL[:3], iteration=1)

CASES = [
    ("live", [TESTING], 5, R, "current-phase.json says Test testing"),
    ("a phase that is completed is not the end", [phase(0, "Scout", "completed", ("Scout",))], 5, R, None),
    ("stale", [TESTING], 900, Q, "nothing written for 15 min (quiet limit)"),
    ("over a day", [TESTING], 24 * HOUR, U, "no end seen: nothing written for 24 h"),
    ("phase Complete", [phase(0, "complete", "completed", ALL)], 5, C, "current-phase.json says Complete"),
    ("summary completed", [TESTING, summary(3, "COMPLETED")], 5, C, "session-summary.json says COMPLETED"),
    ("summary up to 60 s older than the phase", [summary(-60, "completed"), TESTING], 5, C, None),
    ("reopened: summary older than that", [summary(-60.5, "completed"), TESTING], 5, R, None),
    ("a summary without an end", [TESTING, summary(3, "in_progress")], 5, R, None),
    (
        "summary failed",
        [TESTING, summary(3, "tests_failed_max_iterations")],
        5,
        F,
        "session-summary.json says tests_failed_max_iterations",
    ),
    ("summary failed, then written on", [summary(-61, "failed"), TESTING], 5, R, None),
    ("phase failed", [phase(0, "Test", "Failed")], 5, F, "current-phase.json says Test Failed"),
    ("phase timed out", [phase(0, "Builder", "timeout")], 5, F, None),
    ("report failed", [TESTING, report(9, Verdict.FAILED)], 9, F, "test-final-report.md says FAILED"),
    ("report failed, then written on", [report(-61, Verdict.FAILED), TESTING], 9, R, None),
    ("report passed", [TESTING, report(9, Verdict.PASSED)], 9, R, None),
    ("completed beats failed", [TESTING, summary(3, "completed"), report(4, Verdict.FAILED)], 5, C, None),
    ("Feedback completed", [phase(0, "Feedback", "completed", ALL)], 5, C, None),
    ("GitHub completed", [phase(0, "GitHub", "completed", ALL)], 5, C, None),
    ("Feedback goes on", [phase(0, "Feedback", "analyzing", ALL[:6])], 5, R, None),
    ("checkpoint only", [checkpoint(0, "x_1", "Builder")], 5, R, "state.json says Builder"),
    ("checkpoint complete", [checkpoint(0, "x_1", "Builder"), complete(1, "x_1")], 5, C, "COMPLETE is there"),
    ("checkpoint reopened", [complete(-61, "x_1"), checkpoint(0, "x_1", "Builder")], 5, R, None),
    ("checkpoint says complete", [checkpoint(0, "x_1", "complete")], 5, C, "state.json says Complete"),
    ("artifacts completed", [summary(0, "completed")], 9e9, C, None),
    ("artifacts without an end", [report(0, Verdict.PASSED)], 5, U, "no file names a phase, nor an end"),
    ("artifacts gone quiet", [report(0, Verdict.PASSED)], 901, Q, None),
    (
        "copied",
        [replace(TESTING, first_sight=True), summary(4, "completed", first=True)],
        5,
        U,
        "copied or checked out: all files were there at first sight, written within 5 s",
    ),
    (
        "not copied: over 5 s apart",
        [replace(seen, first_sight=True) for seen in (TESTING, summary(5.5, "completed"))],
        6,
        C,
        None,
    ),
    ("not copied: one file", [replace(TESTING, first_sight=True)], 6, R, None),
    ("not copied: one arrived", [replace(TESTING, first_sight=True), summary(1, "completed")], 6, C, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("observations", "at", "state", "reason"), [pytest.param(*case[1:], id=case[0]) for case in CASES]
)
def test_the_state_follows_the_first_rule_that_holds(
    observations: list[Observation], at: float, state: BuildState, reason: str | None
) -> None:
    verdict = judged(observations, at)
    assert verdict.state is state
    assert reason in {None, verdict.reason}


def test_the_end_is_when_its_evidence_changed() -> None:
    assert judged([TESTING, summary(3, "completed")], 500).ended_at == T0 + 3
    assert judged([TESTING], 500).ended_at is None


def test_time_alone_changes_the_state_exactly_when_the_verdict_said() -> None:
    run = open_run([TESTING], T0)
    states, now = [], T0
    while True:
        verdict = evaluate(run, now, POLICY)
        states.append((verdict.state, now - T0))
        if verdict.valid_until is None:
            break
        now = verdict.valid_until
    assert states == [(R, 0), (Q, 900), (U, 24 * HOUR)]


def test_the_quiet_limit_is_a_setting() -> None:
    verdict = evaluate(open_run([TESTING], T0), T0 + 60, Policy(quiet_limit_s=60))
    assert (verdict.state, verdict.reason) == (Q, "nothing written for 1 min (quiet limit)")


def test_an_equal_rewrite_is_a_sign_of_life_and_wakes_a_quiet_build() -> None:
    run = open_run([TESTING], T0)
    again = replace(TESTING, changed_at=T0 + 1000, touched_at=T0 + 1000, mtime=T0 + 1000)
    woken = accept(run, again, T0 + 1000)
    assert evaluate(woken, T0 + 1000, POLICY).state is R
    assert woken.activity == run.activity


def test_a_look_at_directories_postpones_quiet_once() -> None:
    run = note_life(open_run([TESTING], T0), T0 + 890)
    verdict = evaluate(run, T0 + 900, POLICY)
    assert (verdict.state, verdict.valid_until) == (R, T0 + 1790)
    assert note_life(run, T0) is run


def test_an_equal_rewrite_shows_that_files_are_not_a_mere_copy() -> None:
    files = [replace(seen, first_sight=True) for seen in (TESTING, summary(1, None))]
    run = open_run(files, T0 + 10)
    assert evaluate(run, T0 + 10, POLICY).state is U
    again = replace(TESTING, changed_at=T0 + 20, touched_at=T0 + 20)
    assert evaluate(accept(run, again, T0 + 20), T0 + 20, POLICY).state is R


def test_a_file_from_the_future_counts_as_of_now_and_gets_old() -> None:
    future = replace(TESTING, changed_at=T0 + 9999, touched_at=T0 + 9999, mtime=T0 + 9999, first_sight=True)
    run = open_run([future], T0)
    verdict = evaluate(run, T0, POLICY)
    assert (verdict.state, verdict.valid_until) == (R, T0 + 900)
    assert run.started_at == T0
    assert evaluate(run, T0 + 900, POLICY).state is Q


def test_a_clock_that_goes_backwards_does_no_harm() -> None:
    verdict = evaluate(open_run([TESTING], T0), T0 - 5000, POLICY)
    assert (verdict.state, verdict.origin) == (R, Origin.LIVE)


@pytest.mark.parametrize(
    ("observations", "expected"),
    [
        ([TESTING], True),
        ([summary(0, "completed")], True),
        ([report(0, Verdict.UNKNOWN)], True),
        ([complete(0, "x_1")], True),
        ([checkpoint(0, "x_1", "scout")], True),
        ([summary(0, None)], False),
        ([artefact(0, "Scout", "scout-report.md")], False),
        ([tasks(0, "x_1", 1, 2)], False),
        ([], False),
    ],
)
def test_a_project_with_neither_phase_nor_end_marker_is_no_build(
    observations: list[Observation], expected: bool
) -> None:
    assert is_build(open_run(observations, T0)) is expected
