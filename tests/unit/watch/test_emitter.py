"""The emitter's own decisions; what it hands on is tested through the feed."""

from __future__ import annotations

import pytest
from watchdog.events import DirDeletedEvent, FileClosedEvent, FileCreatedEvent, FileDeletedEvent

from cupola.watch.directories import Seen
from cupola.watch.emitter import PAUSE_S, STORM_READS, OverflowEvent, Pacer, SelfLeftEvent, event_of
from cupola.watch.inotify import (
    IN_CLOSE_WRITE,
    IN_CREATE,
    IN_DELETE,
    IN_ISDIR,
    IN_MOVE_SELF,
    IN_MOVED_FROM,
    IN_MOVED_TO,
    IN_Q_OVERFLOW,
    IN_UNMOUNT,
)


@pytest.mark.parametrize(
    ("mask", "expected"),
    [
        (IN_CLOSE_WRITE, FileClosedEvent),
        (IN_CREATE, FileCreatedEvent),
        (IN_MOVED_TO, FileCreatedEvent),
        (IN_DELETE, FileDeletedEvent),
        (IN_MOVED_FROM | IN_ISDIR, DirDeletedEvent),
        (IN_MOVE_SELF, SelfLeftEvent),
        (IN_UNMOUNT, SelfLeftEvent),
        (IN_Q_OVERFLOW, OverflowEvent),
    ],
)
def test_that_each_mask_has_its_event(mask: int, expected: type) -> None:
    assert type(event_of(Seen("/p", mask))) is expected


def test_that_an_event_nobody_asked_for_is_refused() -> None:
    with pytest.raises(ValueError, match="0x20"):
        event_of(Seen("/p", 0x20))


def test_that_only_a_long_run_of_fruitless_reads_is_slowed_down() -> None:
    pacer = Pacer()
    pauses = [pacer.pause_s(number * 0.001, fruitful=False) for number in range(2 * STORM_READS)]
    assert pauses == [0.0] * STORM_READS + [PAUSE_S] * STORM_READS


@pytest.mark.parametrize(("later_s", "fruitful"), [(0.001, True), (1.0, False)])
def test_that_what_matters_or_a_quiet_moment_ends_the_slowness(later_s: float, fruitful: bool) -> None:
    pacer = Pacer()
    for number in range(2 * STORM_READS):
        pacer.pause_s(number * 0.001, fruitful=False)
    now = 2 * STORM_READS * 0.001 + later_s
    assert pacer.pause_s(now, fruitful=fruitful) == 0.0
    assert pacer.pause_s(now + 0.001, fruitful=False) == 0.0
