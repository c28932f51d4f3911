"""Asking for watches so that a limit never stops anything: what cannot be watched is swept, and said."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable
from typing import Final

from cupola.watch.limits import explain
from cupola.watch.observing import EventFeed
from cupola.watch.patterns import Patterns

_NO_EVENTS: Final = frozenset(
    {errno.ENOSPC, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EBADF, errno.EIO}
)


class Watching:
    """Safe from any thread. `off` for a disk that has no events (a network mount)."""

    def __init__(
        self, events: EventFeed | None, limited: Callable[[str], None], *, off: bool = False
    ) -> None:
        self._events = None if off else events
        self._limited = limited
        self._lock = threading.Lock()
        self._denied: dict[str, Patterns | None] = {}
        self._ended = False

    @property
    def events(self) -> bool:
        """True if changes are told by events, False if they have to be swept for."""
        return self._events is not None and not self._denied and not self._ended

    def folder(self, path: str, patterns: Patterns | None = None) -> None:
        """Watch one folder: for the names in `patterns`, or without any for sub-folders only."""
        if self._events is None:
            return
        if patterns is not None and patterns.serves_files:
            error = self._events.watch_files(path, _names(patterns))
        else:
            error = self._events.watch_search(path)
        if error is None:
            self._allow(path)
        else:
            self._deny(path, patterns, error)

    def root(self, path: str) -> None:
        """Announce a root, or one that has come back."""
        if self._events is not None:
            error = self._events.watch_root(path)
            if error is not None:
                self._deny(path, None, error)

    def drop(self, path: str) -> None:
        """Watch one folder no longer."""
        if self._events is not None:
            self._events.unwatch(path)

    def drop_below(self, path: str) -> None:
        """Watch a folder and all below it no longer."""
        with self._lock:
            for denied in [name for name in self._denied if name == path or name.startswith(path + "/")]:
                del self._denied[denied]
        if self._events is not None:
            self._events.unwatch_below(path)

    def retry(self) -> None:
        """Ask again for what was denied for want of room, and for roots that nothing is told of any more."""
        self._revive()
        with self._lock:
            denied = list(self._denied.items())
        for path, patterns in denied:
            self.folder(path, patterns)

    def _revive(self) -> None:
        if self._events is None:
            return
        for path in self._events.dead_roots():
            self.root(path)
        ended = bool(self._events.dead_roots())
        if ended != self._ended:
            self._ended = ended
            self._limited(
                "the system tells of no more changes; folders are looked at instead" if ended else ""
            )

    def _deny(self, path: str, patterns: Patterns | None, error: OSError) -> None:
        """A folder that is gone or may not be read is met again when it is listed; a limit is told."""
        if error.errno in _NO_EVENTS:
            with self._lock:
                first = not self._denied
                self._denied[path] = patterns
            if first:
                self._limited(explain(error))

    def _allow(self, path: str) -> None:
        with self._lock:
            last = self._denied.pop(path, self) is not self and not self._denied
        if last:
            self._limited("")


def _names(patterns: Patterns) -> frozenset[str] | Callable[[str], bool]:
    return patterns.wants if patterns.needs_listing else patterns.literals
