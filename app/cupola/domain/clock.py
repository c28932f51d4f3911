"""The two clocks that everything is told, and that tests replace."""

from __future__ import annotations

from typing import Protocol

Instant = float
"""Wall-clock seconds since 1970; never an age."""


class Clock(Protocol):
    """Passed in everywhere, never looked up."""

    def wall(self) -> Instant:
        """Seconds since 1970, comparable with file times; may jump."""

    def continuous(self) -> float:
        """Seconds that never jump and count sleep (`CLOCK_BOOTTIME` and the like); for ages and deadlines."""
