"""Work that grows with all that is watched: ten times a second at most, the last never lost."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Final

from cupola.domain.clock import Clock
from cupola.engine.timers import Timers
from cupola.watch.coalesce import WINDOW_S

SOON_S: Final = 0.02
"""What was wanted waits so long: a window draws meanwhile what brought it about."""


class Paced:
    """Belongs to the control thread; whoever handles timers does it `at_once` when its key is due."""

    def __init__(self, do: Callable[[], None], *, key: Hashable, timers: Timers, clock: Clock) -> None:
        self._do = do
        self._key = key
        self._timers = timers
        self._clock = clock
        self._free_at = float("-inf")

    def want(self) -> None:
        """Have it done soon, or as soon as its ten times a second allow."""
        self._timers.sooner(self._key, max(self._clock.continuous() + SOON_S, self._free_at))

    def at_once(self) -> None:
        """Do it now, whenever it was done before."""
        self._timers.clear(self._key)
        self._do()
        self._free_at = self._clock.continuous() + WINDOW_S
