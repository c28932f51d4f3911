"""watchdog's extension points, filled with watches on chosen directories only. Linux only.

A stock recursive observer watches every directory below a root and drowns in large trees
(watchdog #212 asks to exclude some since 2014).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from math import inf
from typing import Final

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileSystemEvent,
)
from watchdog.observers.api import (
    DEFAULT_EMITTER_TIMEOUT,
    BaseObserver,
    EventEmitter,
    EventQueue,
    ObservedWatch,
)

from cupola.watch.directories import LEFT_MASK, SELF_LEFT_MASK, DirectoryWatches, Seen
from cupola.watch.inotify import (
    IN_CLOSE_WRITE,
    IN_CREATE,
    IN_ISDIR,
    IN_MODIFY,
    IN_MOVED_TO,
    IN_Q_OVERFLOW,
)

log = logging.getLogger(__name__)

STORM_READS: Final = 32
STORM_GAP_S: Final = 0.01
PAUSE_S: Final = 0.002
ARRIVED_MASK: Final = IN_CREATE | IN_MOVED_TO


class OverflowEvent(FileSystemEvent):
    """Events were lost; `src_path` is ""."""

    event_type = "overflow"


class SelfLeftEvent(DirDeletedEvent):
    """A watched directory was itself removed, moved away or unmounted."""


# A rename is a deletion and a creation here: to pair its halves, one would have to wait.
_FILE_EVENTS: Final[tuple[tuple[int, type[FileSystemEvent]], ...]] = (
    (IN_CLOSE_WRITE, FileClosedEvent),
    (IN_MODIFY, FileModifiedEvent),
    (ARRIVED_MASK, FileCreatedEvent),
    (LEFT_MASK, FileDeletedEvent),
)
_DIRECTORY_EVENTS: Final[tuple[tuple[int, type[FileSystemEvent]], ...]] = (
    (IN_Q_OVERFLOW, OverflowEvent),
    (SELF_LEFT_MASK, SelfLeftEvent),
    (ARRIVED_MASK, DirCreatedEvent),
    (LEFT_MASK, DirDeletedEvent),
)
_OF_DIRECTORIES: Final = IN_ISDIR | IN_Q_OVERFLOW | SELF_LEFT_MASK


class Pacer:
    """Lets one read take many events while a storm of unrelated ones goes on.

    Only a run of reads that brought nothing, in quick succession, is slowed down: never the event
    after a quiet time, and never the last of an atomic write.
    """

    def __init__(self) -> None:
        self._fruitless = 0
        self._last_at = -inf

    def pause_s(self, now: float, *, fruitful: bool) -> float:
        """How long to wait before the next read."""
        calm = fruitful or now - self._last_at > STORM_GAP_S
        self._last_at = now
        self._fruitless = 0 if calm else self._fruitless + 1
        return PAUSE_S if self._fruitless >= STORM_READS else 0.0


Dispatch = Callable[[FileSystemEvent], None]
"""Takes an event, in the emitter's thread; never raises, never blocks."""


class PrunedEmitter(EventEmitter):
    """Turns what `DirectoryWatches` sees into watchdog's events, in a thread of its own.

    It hands them to the handler itself: the observer's queue and thread between the two would cost
    0.2 ms of each change.
    """

    def __init__(
        self,
        event_queue: EventQueue,
        watch: ObservedWatch,
        *,
        timeout: float = DEFAULT_EMITTER_TIMEOUT,
        event_filter: list[type[FileSystemEvent]] | None = None,
        watches: DirectoryWatches,
        dispatch: Dispatch,
        free: threading.Event,
    ) -> None:
        super().__init__(event_queue, watch, timeout=timeout, event_filter=event_filter)
        self.name = "cupola-events"
        self._dispatch = dispatch
        self._directories = watches
        self._free = free
        self._pacer = Pacer()

    def queue_events(self, timeout: float) -> None:  # noqa: ARG002 - watchdog's; blocks, see `wake`
        """Block until something happened or the thread is to stop: idle, or not `free`, it never wakes."""
        self._free.wait()
        try:
            self._hand_on_what_is_there()
        except OSError:
            log.exception("reading events failed; no more events will come")
            self._dispatch(OverflowEvent(""))
            self.stop()
        except Exception:
            log.exception("an event could not be handed on")
            self._dispatch(OverflowEvent(""))

    def on_thread_stop(self) -> None:
        """Wake the thread so that it sees that it is to stop."""
        self._free.set()
        self._directories.wake()

    def _hand_on_what_is_there(self) -> None:
        events = [event_of(seen) for seen in self._directories.take()]
        for event in events:
            self._dispatch(event)
        pause_s = self._pacer.pause_s(time.monotonic(), fruitful=bool(events))
        if pause_s:
            time.sleep(pause_s)


class PrunedObserver(BaseObserver):
    """An observer of the directories in `watches`; needs one `schedule()`, whatever its path."""

    def __init__(self, watches: DirectoryWatches, dispatch: Dispatch, free: threading.Event) -> None:
        super().__init__(PrunedEmitter, watches=watches, dispatch=dispatch, free=free)
        self.name = "cupola-observer"


def event_of(seen: Seen) -> FileSystemEvent:
    """The watchdog event that says the same."""
    table = _DIRECTORY_EVENTS if seen.mask & _OF_DIRECTORIES else _FILE_EVENTS
    for mask, event_class in table:
        if seen.mask & mask:
            return event_class(seen.path)
    raise ValueError(f"an event that nobody asked for: {seen.mask:#x}")
