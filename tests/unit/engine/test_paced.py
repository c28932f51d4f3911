"""Soon, ten times a second at most, and the last is never lost."""

from __future__ import annotations

from cupola.engine.paced import SOON_S, Paced
from cupola.engine.timers import Timers
from support.clock import FakeClock


class Stage:
    """Something paced on a fake clock."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.timers = Timers()
        self.done: list[float] = []
        self.paced = Paced(self._do, key="x", timers=self.timers, clock=self.clock)

    def _do(self) -> None:
        self.done.append(self.clock.continuous())

    def advance(self, seconds: float) -> None:
        self.clock.advance(seconds)
        if self.timers.due(self.clock.continuous()):
            self.paced.at_once()


def test_the_first_is_soon_and_the_last_after_its_window() -> None:
    stage = Stage()
    for _ in range(100):
        stage.paced.want()
    assert not stage.done
    stage.advance(SOON_S)
    assert len(stage.done) == 1
    for _ in range(100):
        stage.paced.want()
    stage.advance(0.09)
    assert len(stage.done) == 1
    stage.advance(0.01)
    assert len(stage.done) == 2


def test_whoever_goes_on_wanting_it_does_not_put_it_off() -> None:
    stage = Stage()
    for _ in range(20):
        stage.paced.want()
        stage.advance(SOON_S / 10)
    assert len(stage.done) == 1


def test_nothing_is_done_later_that_nobody_wanted() -> None:
    stage = Stage()
    stage.paced.want()
    stage.advance(1)
    assert stage.timers.next_due() is None
    stage.advance(60)
    assert len(stage.done) == 1


def test_what_cannot_wait_is_done_at_once_in_place_of_what_waits() -> None:
    stage = Stage()
    stage.paced.want()
    stage.paced.at_once()
    assert len(stage.done) == 1
    assert stage.timers.next_due() is None
