"""The engine in a thread of its own, and one queue on which everything wakes the main thread."""

from __future__ import annotations

import logging
import threading
from enum import StrEnum
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Final, Protocol, Self

from cupola.engine.feed import Feed, FeedEvent
from cupola.engine.mailbox import Mailbox

STOP_S: Final = 1.0

log = logging.getLogger(__name__)


class RunsEngine(Protocol):
    """What a terminal command needs of an engine."""

    @property
    def feed(self) -> Feed: ...

    def run(self) -> None: ...

    def stop(self) -> None: ...


class Call(StrEnum):
    """Why the main thread was woken."""

    MAIL = "mail"
    TICK = "tick"
    STOP = "stop"
    BROKEN = "broken"


class Hosted:
    """Runs an engine while its `with` block lasts. The block belongs to the main thread."""

    def __init__(self, engine: RunsEngine) -> None:
        self._engine = engine
        self._mailbox = Mailbox()
        self._calls: SimpleQueue[Call] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="cupola-engine", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._engine.stop()
        self._thread.join(STOP_S)
        if self._thread.is_alive():
            log.error("The engine did not end within %.0f s and is abandoned", STOP_S)

    @property
    def feed(self) -> Feed:
        """The engine's feed."""
        return self._engine.feed

    def stop(self) -> None:
        """Wake the main thread for the last time; any thread, and safe inside a signal handler."""
        self._calls.put(Call.STOP)

    def wait(self, at_most_s: float | None = None) -> Call:
        """Sleep until there is mail or the end has come; TICK when `at_most_s` have passed."""
        try:
            return self._calls.get(timeout=at_most_s)
        except Empty:
            return Call.TICK

    def mail(self) -> list[FeedEvent]:
        """All that waits, only the last change of each facet."""
        found: list[FeedEvent] = []
        more = True
        while more:
            events, more = self._mailbox.take()
            found += events
        return found

    def _run(self) -> None:
        unsubscribe = self._engine.feed.subscribe(self._receive)
        try:
            self._engine.run()
        except Exception:
            log.exception("The engine ended by an error")
        finally:
            unsubscribe()
            self._calls.put(Call.BROKEN)

    def _receive(self, event: FeedEvent) -> None:
        if self._mailbox.put(event):
            self._calls.put(Call.MAIL)
