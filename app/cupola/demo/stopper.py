"""A flag that a signal's handler may raise while the main thread waits for it."""

from __future__ import annotations

import select
import socket
from contextlib import suppress


class Stopper:
    """Safe from any thread and from a handler: unlike an Event it takes no lock, which the thread that the
    handler interrupts may hold just then."""

    def __init__(self) -> None:
        self._heard, self._told = socket.socketpair()
        self._told.settimeout(0)

    def set(self) -> None:
        """Raise it; once is for ever."""
        with suppress(OSError):  # full: it is raised already
            self._told.send(b"x")

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until it is raised, or for so long; whether it is."""
        return bool(select.select([self._heard], [], [], timeout_s)[0])

    def close(self) -> None:
        """Let go of what it holds; nobody waits any more."""
        self._heard.close()
        self._told.close()

    def is_set(self) -> bool:
        """Whether it was raised."""
        return self.wait(0)
