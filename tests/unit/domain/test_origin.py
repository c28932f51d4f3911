"""Live before checkpoint, on explicit instants; values of two origins never mix."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cupola.domain.facts import Observation
from cupola.domain.origin import choose_origin
from cupola.domain.run import accept, open_run
from cupola.domain.snapshot import present
from cupola.domain.state import Policy
from cupola.domain.words import BuildState, Generation, Origin
from support.observations import HOUR, T0, checkpoint, complete, phase, summary, tasks

LIVE = phase(0, "Test", "testing", ("Scout", "Architect", "Builder"), first=True)
A, C, L = Origin.ARTIFACTS, Origin.CHECKPOINT, Origin.LIVE


@pytest.mark.parametrize(
    ("observations", "at", "origin", "flips_at"),
    [
        pytest.param([LIVE], 1000, L, None, id="live only"),
        pytest.param([checkpoint(0, "x_1", "Scout")], 1000, C, None, id="checkpoint only"),
        pytest.param([summary(0, "completed")], 0, A, None, id="neither"),
        pytest.param([LIVE, checkpoint(5, "x_1", "Scout")], 9.9, L, 10, id="both: live is fresh"),
        pytest.param([LIVE, checkpoint(5, "x_1", "Scout")], 10, C, None, id="both: live is 10 s old"),
        pytest.param([LIVE, checkpoint(-5, "x_1", "Scout")], 1000, L, None, id="checkpoint is older"),
        pytest.param([LIVE, checkpoint(0, "x_1", "Scout")], 1000, L, None, id="a tie is live's"),
        pytest.param(
            [LIVE, checkpoint(-9, "x_1", "Builder"), complete(2, "x_1")], 12, C, None, id="COMPLETE counts"
        ),
    ],
)
def test_the_origin_is_live_while_fresh_and_else_the_newer(
    observations: list[Observation], at: float, origin: Origin, flips_at: float | None
) -> None:
    expected = origin, None if flips_at is None else T0 + flips_at
    assert choose_origin(open_run(observations, T0 + at), T0 + at) == expected


def test_a_touch_of_the_live_file_holds_the_flip_off() -> None:
    run = open_run([LIVE, checkpoint(5, "x_1", "Scout")], T0 + 8)
    again = replace(LIVE, touched_at=T0 + 9)
    later = replace(checkpoint(5, "x_1", "Scout"), touched_at=T0 + 10)
    run = accept(accept(run, again, T0 + 9), later, T0 + 10)
    assert choose_origin(run, T0 + 18) == (L, T0 + 19)


def test_a_checkpoint_over_six_hours_older_than_the_run_is_an_earlier_runs() -> None:
    old = checkpoint(-6 * HOUR - 1, "x_1", "Builder", first=True)
    run = open_run([LIVE, old, complete(-6 * HOUR - 1, "x_1", first=True)], T0)
    assert run.started_at == T0
    assert choose_origin(run, T0 + 100) == (L, None)
    assert open_run([LIVE, checkpoint(-HOUR, "x_1", "Builder", first=True)], T0).started_at == T0 - HOUR


def test_values_of_two_origins_never_mix() -> None:
    run = open_run([LIVE, checkpoint(5, "x_1", "Builder"), tasks(6, "x_1", 1, 3)], T0 + 7)
    live, flips_at = present(run, "id", "demo", "/p", T0, (), T0 + 7, Policy())
    assert flips_at == T0 + 10
    assert (live.build.source, live.build.phase, live.build.session_id) == (L, "Test", "demo")
    assert (live.build.generation, live.build.changed_at) == (Generation.A1, T0)
    later, _ = present(run, "id", "demo", "/p", T0, (), T0 + 10, Policy())
    assert (later.build.source, later.build.phase, later.build.session_id) == (C, "Builder", "x_1")
    assert (later.build.phase_status, later.build.test_iteration) == (None, None)
    assert (later.build.generation, later.build.changed_at) == (Generation.A0, T0 + 6)
    assert [step.phase for step in later.build.pipeline] == ["Scout", "Architect", "Builder"]
    assert later.build.progress.value == pytest.approx((2 + 1 / 4) / 3)


def test_an_end_of_the_other_origin_does_not_count() -> None:
    run = open_run([LIVE, summary(0, "completed"), checkpoint(20, "x_1", "Builder")], T0 + 21)
    snapshot, _ = present(run, "id", "demo", "/p", T0, (), T0 + 21, Policy())
    assert (snapshot.build.source, snapshot.build.state) == (C, BuildState.RUNNING)
