"""Progress: estimated, from 0 to 1, and falling only for a reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cupola.domain.facts import Observation, PhaseFact
from cupola.domain.figures import Figure
from cupola.domain.progress import progress
from cupola.domain.record import Run
from cupola.domain.run import open_run, step
from cupola.domain.standing import heals
from cupola.domain.state import Policy, evaluate
from cupola.domain.words import PHASES, BuildState, Origin, Provenance, Verdict
from support.observations import T0, checkpoint, phase, report, summary, tasks

POLICY = Policy()
SAB = ("Scout", "Architect", "Builder")
FULL = (*SAB, "Test", "Documentation", "Deploy", "Feedback")


def shown(run: Run, now: float) -> Figure:
    return progress(run, evaluate(run, now, POLICY))


CASES = [
    ([phase(0, "Scout", "researching")], 0),
    ([phase(0, "Test", "testing", SAB)], 3 / 7),
    ([phase(0, "Deploy", "analyzing", None)], 5 / 7),
    ([phase(0, "Deploy", "deploying", ("Codebase Analysis", *SAB, "Test"))], 5 / 8),
    ([phase(0, "Feedback", "completed", FULL)], 1),
    ([phase(0, "GitHub", "configuring", FULL)], 7 / 8),
    ([phase(0, "Deploy", "x", FULL)], 6 / 7),
    ([phase(0, "Odd", "x", FULL)], 7 / 8),
    ([checkpoint(0, "x_1", "Builder"), tasks(0, "x_1", 3, 1)], (2 + 3 / 4) / 3),
    ([checkpoint(0, "x_1", "Architect"), tasks(0, "x_1", 3, 1)], 1 / 3),
    ([checkpoint(0, "x_1", "Builder"), tasks(0, "x_1", 4, 0)], 0.99),
    ([summary(0, "completed")], 1),
    ([summary(0, "tests_failed_max_iterations", SAB)], 3 / 7),
    ([report(0, Verdict.PASSED)], None),
    ([tasks(0, "x_1", 1, 1)], None),
]


@pytest.mark.parametrize(("observations", "expected"), CASES)
def test_progress_is_phases_completed_over_the_phases_of_the_mode(
    observations: list[Observation], expected: float | None
) -> None:
    figure = shown(open_run(observations, T0), T0)
    assert figure.value == (None if expected is None else pytest.approx(expected, abs=1e-6))
    assert figure.provenance is (Provenance.NONE if expected is None else Provenance.ESTIMATED)
    assert figure.note


def test_self_healing_lowers_it_and_nothing_else_does() -> None:
    history = [
        (phase(0, "Test", "testing", SAB), 3 / 7),
        (phase(1, "Test", "testing", SAB[:1]), 3 / 7),
        (phase(2, "Screenshot", "capturing", (*SAB, "Test")), 4 / 8),
        (phase(3, "Test", "testing", SAB), 4 / 8),
        (phase(4, "Architect", "designing", SAB, iteration=1), 1 / 8),
    ]
    run = open_run([history[0][0]], T0)
    for seen, expected in history:
        run = step(run, seen, seen.touched_at, POLICY)
        assert shown(run, seen.touched_at).value == pytest.approx(expected, abs=1e-6)


PHASE_FILES = st.builds(
    phase,
    st.just(0.0),
    st.sampled_from(PHASES),
    st.sampled_from(["testing", "completed", "self-healing"]),
    st.none() | st.sets(st.sampled_from(PHASES)).map(tuple),
    iteration=st.integers(0, 2),
)


@given(st.lists(PHASE_FILES, min_size=2, max_size=12))
def test_within_a_run_progress_falls_only_by_self_healing(files: list[Observation]) -> None:
    run = open_run(files[:1], T0)
    for seen in files[1:]:
        before, last = run, run.last_phase
        run = step(before, seen, T0, POLICY)
        assert isinstance(seen.fact, PhaseFact)
        was, now = (evaluate(one, T0, POLICY) for one in (before, run))
        if run.ordinal != before.ordinal or heals(last, seen.fact) or was.state is BuildState.COMPLETED:
            continue
        assert now.origin is Origin.LIVE
        assert (shown(run, T0).value or 0) >= (shown(before, T0).value or 0)
