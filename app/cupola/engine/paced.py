"""Work that grows with all that is watched: first at once, then ten times a second, the last never lost."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from cupola.domain.clock import Clock
from cupola.engine.timers import Timers
from cupola.watch.coalesce import WINDOW_S


class Paced:
    """Belongs to the control thread; whoever handles timers wants it again after any was due."""

    def __init__(self, do: Callable[[], None], *, key: Hashable, timers: Timers, clock: Clock) -> None:
        self._do = do
        self._key = key
        self._timers = timers
        self._clock = clock
        self._free_at = float("-inf")

    def want(self) -> None:
        """Have it done now, or as soon as its ten times a second allow."""
        if self._clock.continuous() >= self._free_at:
            self.at_once()
        else:
            self._timers.sooner(self._key, self._free_at)

    def at_once(self) -> None:
        """Do it now, whenever it was done before."""
        self._timers.clear(self._key)
        self._do()
        self._free_at = self._clock.continuous() + WINDOW_S
