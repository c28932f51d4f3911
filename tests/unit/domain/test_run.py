"""When a run begins, what belongs to it, and when the next one takes its place."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cupola.domain.facts import Observation
from cupola.domain.record import Run
from cupola.domain.run import accept, begins_new_run, open_run, step, vanish
from cupola.domain.shape import build_json
from cupola.domain.snapshot import present
from cupola.domain.state import Policy, evaluate
from cupola.domain.words import BuildState, Provenance, Verdict
from support.observations import (
    HOUR,
    T0,
    artefact,
    checkpoint,
    complete,
    phase,
    report,
    summary,
    tasks,
)

POLICY = Policy()
CA = ("Codebase Analysis",)
SAB = ("Scout", "Architect", "Builder")


def played(*observations: Observation) -> Run:
    """A run that saw each observation arrive, one after another."""
    first, *rest = observations
    run = open_run([first], first.touched_at)
    for seen in rest:
        run = step(run, seen, seen.touched_at, POLICY)
    return run


SCOUT = phase(0, "Scout", "researching")
TEST = phase(100, "Test", "testing", SAB, iteration=1)
DONE = phase(200, "Feedback", "completed", (*SAB, "Test", "Feedback"))

NEXT = [
    ("Scout follows a completed run", [SCOUT, DONE], phase(300, "Scout", "researching"), True),
    ("Codebase Analysis follows a completed run", [DONE], phase(300, "Codebase Analysis", "analyzing"), True),
    ("Scout follows a failed run", [TEST, summary(150, "failed")], phase(300, "Scout", "researching"), True),
    ("Scout follows a later phase", [phase(0, "Builder", "building", SAB[:2])], phase(9, "Scout", "x"), True),
    ("a Scout that lists others is no start", [phase(0, "Test", "x", CA)], phase(9, "Scout", "x", CA), False),
    ("Scout follows Codebase Analysis", [phase(0, "Codebase Analysis", "analyzing")], SCOUT, False),
    ("B: Scout without a list starts", [phase(0, "Deploy", "x", None)], phase(9, "Scout", "x", None), True),
    ("B: Scout goes on", [phase(0, "Scout", "x", None)], phase(9, "Scout", "completed", None), False),
    ("an unknown phase before Scout", [phase(0, "Warm-up", "x")], phase(9, "Scout", "x"), False),
    ("an unknown after Test", [TEST, phase(110, "Lint", "x", None)], phase(120, "Scout", "x", None), True),
    ("self-healing", [TEST], phase(120, "Architect", "designing", SAB, iteration=1), False),
    ("self-healing to Scout", [TEST], phase(120, "Scout", "researching", None, iteration=1), False),
    ("Scout after Test without iterations", [TEST], phase(120, "Scout", "researching", None), True),
    ("phases_completed loses Scout", [TEST], phase(120, "Architect", "designing", ()), True),
    ("phases_completed is not in the shape", [TEST], phase(120, "Deploy", "deploying", None), False),
    ("six hours of quiet", [SCOUT], phase(6 * HOUR + 1, "Scout", "researching", detail="again"), True),
    ("six hours of quiet, equal content", [SCOUT], phase(6 * HOUR + 1, "Scout", "researching"), True),
    ("less than six hours", [SCOUT], phase(6 * HOUR, "Scout", "researching", detail="again"), False),
    ("any other phase reopens", [DONE], phase(300, "Deploy", "deploying", (*SAB, "Test")), False),
    ("an equal rewrite", [phase(0, "Scout", "failed")], phase(9, "Scout", "failed"), False),
    ("failed in other words", [phase(0, "Scout", "failed")], phase(9, "Scout", "timeout"), False),
    ("failed, then tried again", [phase(0, "Scout", "failed")], phase(9, "Scout", "researching"), True),
    ("another checkpoint", [checkpoint(0, "x_1", "Builder")], checkpoint(9, "x_2", "Scout"), True),
    ("the same checkpoint", [checkpoint(0, "x_1", "Builder")], checkpoint(9, "x_1", "Scout"), False),
    ("another file of it", [checkpoint(0, "x_1", "Builder")], tasks(9, "x_1", 1, 2), False),
    ("a checkpoint joins a live run that has none", [SCOUT], checkpoint(9, "x_1", "Scout"), False),
    ("a checkpoint follows an ended live run", [DONE], checkpoint(300, "x_1", "Scout"), True),
    ("an old checkpoint is found late", [TEST], checkpoint(-HOUR, "x_1", "Scout", first=True), False),
    ("an old Scout is found late", [DONE], phase(100, "Scout", "researching", first=True), False),
    ("a summary never starts a run", [DONE], summary(300, "completed"), False),
]  # fmt: skip


@pytest.mark.parametrize(("before", "observation", "expected"), [pytest.param(*c[1:], id=c[0]) for c in NEXT])
def test_a_new_run_begins_exactly_when_design_says(
    before: list[Observation], observation: Observation, expected: bool
) -> None:
    run = played(*before)
    now = max(observation.touched_at, run.last_life)
    assert begins_new_run(run, observation, now, POLICY) is expected
    assert step(run, observation, now, POLICY).ordinal == run.ordinal + expected


def test_a_rerun_in_the_same_directory_keeps_nothing_but_the_count() -> None:
    run = played(SCOUT, TEST, summary(190, "completed"), DONE, phase(300, "Scout", "researching"))
    assert (run.ordinal, run.key, run.started_at) == (2, "2", T0 + 300)
    assert run.start_provenance is Provenance.OBSERVED
    assert [entry.text for entry in run.activity] == ["Scout"]
    assert evaluate(run, T0 + 301, POLICY).state is BuildState.RUNNING


def test_an_old_summary_written_anew_with_equal_content_ends_the_new_run() -> None:
    run = played(SCOUT, summary(190, "completed"), DONE, phase(300, "Scout", "researching"))
    old = replace(summary(190, "completed"), touched_at=T0 + 400)
    run = step(run, old, T0 + 400, POLICY)
    verdict = evaluate(run, T0 + 400, POLICY)
    assert (verdict.state, verdict.ended_at) == (BuildState.COMPLETED, T0 + 400)


def test_a_checkpoint_that_was_seen_before_never_begins_a_run_again() -> None:
    run = played(checkpoint(0, "x_1", "Builder"), checkpoint(9, "x_2", "Scout"))
    assert run.ordinal == 2
    assert step(run, tasks(20, "x_1", 1, 1), T0 + 20, POLICY).ordinal == 2


FIRST_SIGHT = [
    ("one phase file", [phase(0, "Test", "testing", SAB)], 0, None),
    ("the oldest artefact", [artefact(-900, "Scout", "a"), phase(0, "Test", "testing", SAB)], -900, None),
    (
        "a summary of the run before",
        [artefact(-900, "Scout", "a"), summary(-500, "completed"), artefact(-90, "", "b"), SCOUT],
        -90,
        -500,
    ),
    ("a report of the run before", [report(-61, Verdict.PASSED), SCOUT], 0, -61),
    ("COMPLETE of another", [complete(-61, "x_1"), checkpoint(-70, "x_1", "Builder"), SCOUT], 0, -61),
    ("no more than 60 s", [summary(-60, "completed"), SCOUT], -60, None),
    ("a summary without an end", [summary(-500, None), SCOUT], -500, None),
    ("a later phase's file", [artefact(-900, "Deploy", "d"), artefact(-60, "Scout", "s"), SCOUT], -60, -900),
    ("older than 6 h", [artefact(-6 * HOUR - 1, "", "d"), SCOUT], 0, -6 * HOUR - 1),
    (
        "B at Scout",
        [summary(-500, "completed"), phase(0, "Scout", "completed", None)],
        0,
        -500,
    ),
    (
        "in a later phase, after a new Scout report",
        [summary(-900, "completed"), artefact(-500, "Scout", "s"), phase(0, "Test", "testing", SAB)],
        -500,
        -900,
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("files", "start", "previous_end"), [pytest.param(*case[1:], id=case[0]) for case in FIRST_SIGHT]
)
def test_the_start_of_a_run_is_found_among_files_of_first_sight(
    files: list[Observation], start: float, previous_end: float | None
) -> None:
    run = open_run([replace(seen, first_sight=True) for seen in files], T0 + 10)
    assert run.started_at == T0 + start
    assert run.previous_end == (None if previous_end is None else T0 + previous_end)
    assert run.start_provenance is Provenance.ESTIMATED
    assert all(seen.changed_at >= run.started_at for seen in run.observations.values())


def test_a_known_end_of_the_run_before_cuts_older_files_off() -> None:
    files = [artefact(-900, "Scout", "s"), summary(-800, "completed", first=True), artefact(-50, "", "t")]
    run = open_run([*files, phase(0, "Test", "testing", SAB, first=True)], T0, previous_end=T0 - 800)
    assert (run.started_at, len(run.observations)) == (T0 - 50, 2)


@given(st.permutations([0, 1, 2, 3]))
def test_files_of_first_sight_that_come_one_by_one_make_the_same_run(order: list[int]) -> None:
    files = [
        artefact(-5000, "Deploy", "d"),
        summary(-900, "completed", first=True),
        artefact(-50, "", "t"),
        phase(0, "Scout", "researching", first=True),
    ]
    run = open_run([files[order[0]]], T0 + 1)
    for place in order[1:]:
        run = step(run, files[place], T0 + 1, POLICY)
    if run.ordinal == 1:
        assert (run.started_at, run.start_provenance) == (T0 - 50, Provenance.ESTIMATED)
    assert evaluate(run, T0 + 1, POLICY).state is BuildState.RUNNING


def test_a_run_that_cupola_saw_begin_starts_at_its_first_arrival() -> None:
    run = played(SCOUT, TEST)
    assert (run.started_at, run.start_provenance) == (T0, Provenance.OBSERVED)
    late = accept(run, summary(-50, "completed", first=True), T0 + 101)
    assert late is run


def test_an_equal_fact_moves_only_the_signs_of_life() -> None:
    run = played(SCOUT, TEST)
    again = replace(TEST, changed_at=T0 + 150, touched_at=T0 + 150, mtime=T0 + 150)
    after = accept(run, again, T0 + 150)
    held = after.observations["phase", TEST.path]
    assert (held.changed_at, held.touched_at, held.mtime) == (T0 + 100, T0 + 150, T0 + 100)
    assert replace(after, observations=run.observations, last_life=run.last_life) == run
    assert accept(after, again, T0 + 150) is after


def test_a_file_that_is_gone_no_longer_counts_and_may_come_back() -> None:
    run = played(SCOUT, TEST, summary(120, "completed"))
    reopened = vanish(run, "summary", ".context-foundry/session-summary.json", T0 + 130)
    assert evaluate(reopened, T0 + 130, POLICY).state is BuildState.RUNNING
    assert reopened.activity[0].text == "session-summary.json is gone"
    assert vanish(reopened, "summary", "no such file", T0 + 131) is reopened
    without = vanish(reopened, "phase", TEST.path, T0 + 140)
    back = accept(without, replace(TEST, changed_at=T0 + 150, touched_at=T0 + 150), T0 + 150)
    assert (back.history, back.activity) == (run.history, without.activity)


TIMES = st.floats(-1e6, 1e6)
NAMES = st.sampled_from(
    ["Scout", "Architect", "Builder", "Test", "Deploy", "Feedback", "Complete", "Odd", ""]
)
STATUSES = st.sampled_from(["designing", "completed", "failed", "self-healing", ""])
LISTS = st.none() | st.lists(st.sampled_from([*SAB, "Test", "Odd"]), max_size=4).map(tuple)
IDS = st.sampled_from("xy")
OBSERVATIONS = st.one_of(
    st.builds(phase, TIMES, NAMES, STATUSES, LISTS, first=st.booleans(), iteration=st.integers(-1, 3)),
    st.builds(summary, TIMES, st.sampled_from(["completed", "failed", None]), first=st.booleans()),
    st.builds(report, TIMES, st.sampled_from(Verdict), first=st.booleans()),
    st.builds(artefact, TIMES, NAMES, st.sampled_from("abc"), first=st.booleans()),
    st.builds(checkpoint, TIMES, IDS, NAMES, first=st.booleans()),
    st.builds(tasks, TIMES, IDS, st.integers(-1, 3), st.integers(-1, 3), first=st.booleans()),
    st.builds(complete, TIMES, IDS, first=st.booleans()),
)


@given(st.lists(OBSERVATIONS, max_size=8), st.lists(OBSERVATIONS, max_size=12), TIMES)
def test_no_order_of_observations_is_an_error(
    first: list[Observation], later: list[Observation], at: float
) -> None:
    now = T0 + at
    run = open_run(first, now)
    for seen in later:
        before, run = run, step(run, seen, now, POLICY)
        assert run.ordinal - before.ordinal in {0, 1}
        assert run.last_life <= max(now, before.last_life)
    snapshot, valid_until = present(run, "id", "demo", None, now, (), now, POLICY)
    assert valid_until is None or valid_until > now
    assert snapshot == present(run, "id", "demo", None, now, (), now, POLICY)[0]
    progress = snapshot.build.progress.value
    assert progress is None or 0 <= progress <= 1
    assert (progress == 1) is (snapshot.build.state is BuildState.COMPLETED)
    json.dumps(build_json(snapshot, now), allow_nan=False)
