"""The one timer behind every age and running duration on screen."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Slot

from cupola.domain.clock import Clock, Instant
from cupola.presenters.ages import earliest

TickSource = Callable[[Instant], Instant | None]
"""Brings its texts up to `now` and returns the instant at which one of them changes next, None for never."""

LONGEST_S: Final = 600.0
_BEHIND_THE_SECOND_S: Final = 0.002


class Ticker(QObject):
    """Calls its sources at the whole second after the earliest deadline, and only while the window shows.

    Everything is told the last whole second, so that no text changes between two of them: what an event
    causes to be painted is what it changed. Long waits are cut to ten minutes, so that a clock that was set
    does not leave a text standing for hours.
    """

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._sources: list[TickSource] = []
        self._shown = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.tick)
        self.ticks = 0

    def now(self) -> Instant:
        """The whole second that texts are written for."""
        return math.floor(self._clock.wall())

    def add(self, *sources: TickSource) -> None:
        """From now on `sources` take part in every tick."""
        self._sources.extend(sources)

    def set_shown(self, *, shown: bool) -> None:
        """Stop while nothing can be seen; catch up at once when it can be again."""
        if shown == self._shown:
            return
        self._shown = shown
        if shown:
            self.tick()
        else:
            self._timer.stop()

    @property
    def waits_ms(self) -> int | None:
        """How long until the next tick, None while no tick is due."""
        return self._timer.remainingTime() if self._timer.isActive() else None

    @Slot()
    def tick(self) -> None:
        """Bring every text up to now and wait for the next deadline."""
        if not self._shown:
            return
        self.ticks += 1
        now = self.now()
        self._arm(now, earliest(*[source(now) for source in self._sources]))

    def _arm(self, now: Instant, due: Instant | None) -> None:
        if due is None:
            self._timer.stop()
            return
        second = max(math.ceil(due), now + 1)
        wait_s = min(second - self._clock.wall(), LONGEST_S) + _BEHIND_THE_SECOND_S
        self._timer.start(max(1, math.ceil(wait_s * 1000)))
