"""The real clocks of the machine."""

from __future__ import annotations

import time
from typing import Final

# Linux and macOS count sleep in different clocks; Windows' monotonic clock counts it anyway.
_CONTINUOUS: Final[int | None] = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC_RAW", None))


class SystemClock:
    """See `domain.clock.Clock`; safe from any thread."""

    def wall(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def continuous(self) -> float:
        """Seconds that count sleep."""
        if _CONTINUOUS is None:
            return time.monotonic()
        return time.clock_gettime(_CONTINUOUS)
