"""A clock that moves only when a test says so."""

from __future__ import annotations


class FakeClock:
    """See `cupola.domain.clock.Clock`."""

    def __init__(self, wall: float = 1_763_800_000.0, continuous: float = 1000.0) -> None:
        self._wall = wall
        self._continuous = continuous

    def wall(self) -> float:
        return self._wall

    def continuous(self) -> float:
        return self._continuous

    def advance(self, seconds: float) -> None:
        """Let time pass, in both clocks."""
        self._wall += seconds
        self._continuous += seconds

    def jump(self, seconds: float) -> None:
        """Set the wall clock, as a person or NTP does."""
        self._wall += seconds
