"""Asking for watches so that a limit never stops anything: what cannot be watched is swept, and said."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable
from typing import Final

from cupola.watch.limits import explain
from cupola.watch.observing import EventFeed
from cupola.watch.patterns import Patterns

_OF_THE_FOLDER: Final = frozenset(
    {
        errno.ENOENT,
        errno.ENOTDIR,
        errno.EACCES,
        errno.EPERM,
        errno.ELOOP,
        errno.ENAMETOOLONG,
        errno.ESTALE,
    }
)
"""A folder that is gone or may not be read is met again when it is listed: that is no limit of events."""

_ENDED: Final = "the system tells of no more changes; folders are looked at instead"


class Watching:
    """Safe from any thread. `off` for a disk that has no events (a network mount)."""

    def __init__(
        self, events: EventFeed | None, limited: Callable[[str], None], *, off: bool = False
    ) -> None:
        self._events = None if off else events
        self._limited = limited
        self._lock = threading.Lock()
        self._denied: dict[str, Patterns | None] = {}
        self._why_denied = ""
        self._why_ended = ""
        self._said = ""

    @property
    def events(self) -> bool:
        """True if changes are told by events, False if they have to be swept for."""
        return self._events is not None and not self._denied and not self._why_ended

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
        if self._events is None:
            return
        error = self._events.watch_root(path)
        if error is not None and error.errno not in _OF_THE_FOLDER:
            with self._lock:
                self._why_ended = explain(error)
            self._say()

    def leave_root(self, path: str) -> None:
        """A root is watched no longer."""
        if self._events is not None:
            self._events.unwatch_root(path)

    def drop(self, path: str) -> None:
        """Watch one folder no longer."""
        if self._events is not None:
            self._events.unwatch(path)

    def drop_below(self, path: str) -> None:
        """Watch a folder and all below it no longer."""
        self.forget_below(path)
        if self._events is not None:
            self._events.unwatch_below(path)

    def forget_below(self, path: str) -> None:
        """A folder has left and its watches with it: it and all below it are not asked for again."""
        with self._lock:
            for denied in [name for name in self._denied if name == path or name.startswith(path + "/")]:
                del self._denied[denied]
        self._say()

    def retry(self) -> None:
        """Ask again for what was denied for want of room, and for roots that nothing is told of any more."""
        self._revive()
        with self._lock:
            denied = list(self._denied.items())
        for path, patterns in denied:
            self.folder(path, patterns)
            if path in self._denied:
                return  # there is still no room

    def _revive(self) -> None:
        if self._events is None:
            return
        for path in self._events.dead_roots():
            self.root(path)
        with self._lock:
            self._why_ended = (self._why_ended or _ENDED) if self._events.dead_roots() else ""
        self._say()

    def _deny(self, path: str, patterns: Patterns | None, error: OSError) -> None:
        with self._lock:
            if error.errno in _OF_THE_FOLDER:
                self._denied.pop(path, None)
            else:
                self._denied[path] = patterns
                self._why_denied = explain(error)
        self._say()

    def _allow(self, path: str) -> None:
        if self._denied:
            with self._lock:
                self._denied.pop(path, None)
            self._say()

    def _say(self) -> None:
        """Tell why there are no events when that has changed; "" takes it back."""
        with self._lock:
            why = self._why_ended or (self._why_denied if self._denied else "")
            if why == self._said:
                return
            self._said = why
        self._limited(why)


def _names(patterns: Patterns) -> frozenset[str] | Callable[[str], bool]:
    return patterns.wants if patterns.needs_listing else patterns.literals
