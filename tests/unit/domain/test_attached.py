"""What a file far from a build tells of it neither dates its run, nor keeps it alive, nor ends it."""

from __future__ import annotations

from dataclasses import replace

from cupola.domain.facts import MetricsFact, Observation
from cupola.domain.origin import files_of
from cupola.domain.record import Run, is_own
from cupola.domain.run import accept, attach, open_run, step
from cupola.domain.state import Policy, evaluate
from cupola.domain.words import BuildState, Origin
from support.observations import HOUR, T0, artefact, phase, seen

POLICY = Policy(900.0)
PATH = "/home/ada/.context-foundry/metrics.db"


def metrics(at: float, key: str = "k", guess: int | None = None, *, first: bool = True) -> Observation:
    return seen(f"metrics:{key}", PATH, MetricsFact(key, "/srv/shop", guessed_tokens=guess), at, first=first)


def bare(run: Run) -> Run:
    """The run without what is attached to it."""
    return attach(run, [])


def test_a_run_opened_with_them_is_the_one_without_them() -> None:
    own = [phase(0, "Builder", "building", first=True), artefact(-600, "Scout", "scout-report.md")]
    run = open_run([*own, metrics(-90 * HOUR), metrics(5, "later")], T0 + 9)
    assert bare(run) == open_run(own, T0 + 9)
    assert len(run.observations) == 4


def test_one_that_arrives_is_no_sign_of_life_and_no_activity() -> None:
    run = open_run([phase(0, "Builder", "building")], T0)
    after = accept(run, metrics(600, guess=5, first=False), T0 + 600)
    again = accept(after, metrics(700, guess=7, first=False), T0 + 700)
    assert bare(after) == bare(again) == run
    assert [one.fact for one in again.observations.values() if not is_own(one)] == [
        MetricsFact("k", "/srv/shop", guessed_tokens=7)
    ]


def test_a_run_is_quiet_though_they_go_on() -> None:
    run = open_run([phase(0, "Builder", "building")], T0)
    for minute in range(1, 20):
        run = step(run, metrics(60 * minute, guess=minute, first=False), T0 + 60 * minute, POLICY)
    assert evaluate(run, T0 + 1200, POLICY).state is BuildState.QUIET


def test_they_are_no_file_that_a_state_is_made_of() -> None:
    run = open_run([phase(0, "Builder", "building"), metrics(1)], T0 + 2)
    assert [one.source for one in files_of(run, Origin.LIVE)] == ["phase"]


def test_a_project_that_was_copied_is_so_whatever_they_say() -> None:
    files = [phase(0, "Builder", "building", first=True), artefact(1, "Scout", "scout-report.md")]
    run = open_run([*files, metrics(HOUR, first=False)], T0 + HOUR)
    assert evaluate(run, T0 + HOUR, POLICY).reason.startswith("copied")


def test_a_late_file_that_moves_the_start_leaves_them_where_they_are() -> None:
    run = open_run([phase(0, "Builder", "building", first=True), metrics(-60)], T0)
    moved = accept(run, artefact(-900, "Scout", "scout-report.md"), T0)
    assert moved.started_at == T0 - 900
    assert sum(not is_own(one) for one in moved.observations.values()) == 1


def test_a_run_has_just_those_that_are_attached_last() -> None:
    run = open_run([phase(0, "Builder", "building")], T0)
    once = attach(run, [metrics(1, "a"), metrics(1, "b")])
    assert attach(once, [metrics(1, "b"), metrics(1, "a")]) is once
    then = attach(once, [metrics(2, "b")])
    assert [one.source for one in then.observations.values()] == ["phase", "metrics:b"]
    assert replace(then, observations=run.observations) == run
    assert not any("metrics" in entry.text for entry in then.activity)


def test_a_new_run_begins_without_them() -> None:
    run = attach(open_run([phase(0, "Deploy", "failed")], T0), [metrics(1)])
    after = step(run, phase(60, "Scout", "researching"), T0 + 60, POLICY)
    assert after.ordinal == 2
    assert all(map(is_own, after.observations.values()))
