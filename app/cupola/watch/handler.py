"""From watchdog's events to dirty paths."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator
from typing import Final

from watchdog.events import (
    EVENT_TYPE_CLOSED,
    EVENT_TYPE_CREATED,
    EVENT_TYPE_DELETED,
    EVENT_TYPE_MODIFIED,
    FileSystemEvent,
    FileSystemEventHandler,
    FileSystemMovedEvent,
)

from cupola.watch.emitter import OverflowEvent, SelfLeftEvent
from cupola.watch.events import Dirty, Hint
from cupola.watch.paths import portable

log = logging.getLogger(__name__)

Post = Callable[[Dirty], None]
"""Takes a dirty path, from any thread, without blocking."""

_FILE_HINTS: Final = {
    EVENT_TYPE_CLOSED: Hint.CLOSED,
    EVENT_TYPE_MODIFIED: Hint.MODIFIED,
    EVENT_TYPE_CREATED: Hint.ARRIVED,
    EVENT_TYPE_DELETED: Hint.LEFT,
}
_DIRECTORY_HINTS: Final = {
    EVENT_TYPE_CREATED: Hint.DIR_ARRIVED,
    EVENT_TYPE_DELETED: Hint.DIR_LEFT,
}


class DirtyHandler(FileSystemEventHandler):
    """Posts a `Dirty` for each event. Called in an observer's thread, which it never lets die.

    `root` is the watched root as the user named it: events come with its real path and leave with
    this one.
    """

    def __init__(self, post: Post, *, root: str | None = None) -> None:
        self.failures = 0
        self._post = post
        self._root = root
        self._real = os.path.realpath(root) if root is not None else None

    def dispatch(self, event: FileSystemEvent) -> None:
        """Post what the event makes dirty; a failure is logged and counted, never raised."""
        seen_ns = time.perf_counter_ns()
        try:
            for path, hint in _dirt(event):
                self._post(self._as_named(path, hint, seen_ns))
        except Exception:
            self.failures += 1
            log.exception("an event could not be handed on")

    def _as_named(self, path: str, hint: Hint, seen_ns: int) -> Dirty:
        real, root = self._real, self._root
        if real is None or root is None:
            return Dirty(path, hint, seen_ns)
        if path == real:
            left = hint in (Hint.LEFT, Hint.DIR_LEFT)
            return Dirty(root, Hint.SELF_LEFT if left else hint, seen_ns)
        inside = path.removeprefix(real.rstrip(os.sep) + os.sep)
        named = path if inside == path else root.rstrip(os.sep) + os.sep + inside
        return Dirty(portable(named), hint, seen_ns)


def _dirt(event: FileSystemEvent) -> Iterator[tuple[str, Hint]]:
    if isinstance(event, OverflowEvent):
        yield "", Hint.OVERFLOW
    elif isinstance(event, SelfLeftEvent):
        yield os.fsdecode(event.src_path), Hint.SELF_LEFT
    elif isinstance(event, FileSystemMovedEvent):
        yield from _moved(event)
    else:
        hints = _DIRECTORY_HINTS if event.is_directory else _FILE_HINTS
        hint = hints.get(event.event_type)
        if hint is not None:
            yield os.fsdecode(event.src_path), hint


def _moved(event: FileSystemMovedEvent) -> Iterator[tuple[str, Hint]]:
    """Either end of a move is missing where it lies outside what is watched."""
    if event.src_path:
        left = Hint.DIR_LEFT if event.is_directory else Hint.LEFT
        yield os.fsdecode(event.src_path), left
    if event.dest_path:
        arrived = Hint.DIR_ARRIVED if event.is_directory else Hint.ARRIVED
        yield os.fsdecode(event.dest_path), arrived
