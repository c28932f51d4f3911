"""Python threads that all have much to do cost each other twice the time: they take turns instead.

Every system call of a thread hands Python's lock to another one; on two cores most of the time then goes
into the handing over (measured: 1,000 projects in 2.5 s instead of 1.0 s).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

PATIENCE_S: Final = 0.1


class Turns:
    """One at a time, but nobody waits for who has had the turn for 100 ms: it may hang in the kernel.

    Safe from any thread. A turn is for a piece of work of a few milliseconds, never for waiting.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._since = 0.0

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Work in this block; it begins when it is this thread's turn, or without one after 100 ms."""
        patience_s = min(max(0.0, self._since + PATIENCE_S - time.monotonic()), PATIENCE_S)
        held = self._lock.acquire(timeout=patience_s)
        try:
            if held:
                self._since = time.monotonic()
            yield
        finally:
            if held:
                self._lock.release()
