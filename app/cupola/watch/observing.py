"""The two ways to be told of changes, behind one interface."""

from __future__ import annotations

import errno
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable
from typing import Final, Protocol

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from cupola.watch.directories import DirectoryWatches, WatchKind
from cupola.watch.emitter import PrunedObserver
from cupola.watch.events import Dirty
from cupola.watch.handler import DirtyHandler, Post
from cupola.watch.inotify import Inotify, Kernel
from cupola.watch.names import Names

EVENT_FILTER: Final[tuple[type[FileSystemEvent], ...]] = (
    FileCreatedEvent,
    FileModifiedEvent,
    FileClosedEvent,
    FileMovedEvent,
    FileDeletedEvent,
    DirCreatedEvent,
    DirMovedEvent,
    DirDeletedEvent,
)


class EventFeed(Protocol):
    """Posts dirty paths from threads of its own. Safe from any thread; nothing here raises OSError.

    What cannot be watched is returned as the error, so that it can be polled and named. Adding may
    block as long as its disk does, and then holds up nobody else.
    """

    @property
    def closes_are_seen(self) -> bool:
        """Whether `Hint.CLOSED` exists here."""

    @property
    def count(self) -> int:
        """Watches in use."""

    def count_below(self, path: str) -> int:
        """Watches in use for a folder and all below it."""

    def start(self) -> OSError | None:
        """Start the threads, once, before anything is watched."""

    def hold(self, *, held: bool) -> None:
        """Tell of nothing while it is held; what happens then is told afterwards, or lost."""

    def stop(self, timeout_s: float) -> bool:
        """Stop for good, within `timeout_s`; False if a thread hangs and was left to itself."""

    def watch_root(self, path: str) -> OSError | None:
        """Announce a root; again when it has come back. Where watches are recursive, this makes it."""

    def unwatch_root(self, path: str) -> None:
        """Forget a root and, where watches are recursive, its watch."""

    def dead_roots(self) -> tuple[str, ...]:
        """Announced roots of which no events come any more, sorted: poll them or announce again."""

    def watch_search(self, path: str) -> OSError | None:
        """Be told of sub-directories that come and go. Add first, then read the directory."""

    def watch_files(self, path: str, names: Names = None) -> OSError | None:
        """Be told of files of these names too. Add first, then read them."""

    def unwatch(self, path: str) -> None:
        """End what `watch_search` and `watch_files` began in this directory."""

    def unwatch_below(self, path: str) -> None:
        """The same for a directory that has left, and for everything below it."""


class LinuxEvents:
    """Watches on chosen directories only, over one inotify instance and two threads."""

    closes_are_seen: Final = True

    def __init__(self, post: Post, *, kernel: Callable[[], Kernel] = Inotify) -> None:
        self._handler = DirtyHandler(post)
        self._open_kernel = kernel
        self._roots: set[str] = set()
        self._watches: DirectoryWatches | None = None
        self._observer: BaseObserver | None = None
        self._refusal = OSError(errno.EBADF, "events are off")
        self._free = threading.Event()
        self._free.set()

    @property
    def count(self) -> int:
        """See `EventFeed`."""
        return self._watches.count if self._watches else 0

    def count_below(self, path: str) -> int:
        """See `EventFeed`."""
        return self._watches.count_below(path) if self._watches else 0

    def start(self) -> OSError | None:
        """See `EventFeed`."""
        try:
            watches = DirectoryWatches(self._open_kernel())
        except OSError as error:
            self._refusal = error
            return error
        self._observer = PrunedObserver(watches, self._handler.dispatch, self._free)
        self._observer.schedule(self._handler, os.sep)
        self._observer.start()
        self._watches = watches
        return None

    def hold(self, *, held: bool) -> None:
        """See `EventFeed`: the kernel keeps so many events and counts the rest as lost."""
        if not held:
            self._free.set()
            return
        self._free.clear()
        if watches := self._watches:
            watches.wake()

    def stop(self, timeout_s: float) -> bool:
        """See `EventFeed`."""
        watches, self._watches = self._watches, None
        if self._observer is None or watches is None:
            return True
        ended = _end([self._observer], timeout_s)
        if ended:
            watches.close()
        return ended

    def watch_root(self, path: str) -> OSError | None:
        """See `EventFeed`; `watch_search` on the root does the work here."""
        self._roots.add(path)
        return None if self._watches else self._refusal

    def unwatch_root(self, path: str) -> None:
        """See `EventFeed`."""
        self._roots.discard(path)

    def dead_roots(self) -> tuple[str, ...]:
        """See `EventFeed`."""
        lives = self._observer is not None and _lives(self._observer)
        return () if lives else tuple(sorted(self._roots))

    def watch_search(self, path: str) -> OSError | None:
        """See `EventFeed`."""
        return self._add(path, WatchKind.SEARCH, None)

    def watch_files(self, path: str, names: Names = None) -> OSError | None:
        """See `EventFeed`."""
        return self._add(path, WatchKind.FILES, names)

    def unwatch(self, path: str) -> None:
        """See `EventFeed`."""
        if watches := self._watches:
            watches.remove(path)

    def unwatch_below(self, path: str) -> None:
        """See `EventFeed`."""
        if watches := self._watches:
            watches.discard_below(path)

    def _add(self, path: str, kind: WatchKind, names: Names) -> OSError | None:
        watches = self._watches
        if watches is None:
            return self._refusal
        try:
            watches.add(path, kind, names)
        except OSError as error:
            return error
        return None


class StockEvents:
    """One recursive watch of watchdog's own per root (macOS, Windows).

    Each root has an observer to itself, because an observer keeps all its roots waiting while it
    starts or stops one on a disk that hangs.
    """

    closes_are_seen: Final = False

    def __init__(self, post: Post, *, observer_factory: Callable[[], BaseObserver] = Observer) -> None:
        self._post_on = post
        self._held = False
        self._new_observer = observer_factory
        self._lock = threading.Lock()
        self._observers: dict[str, BaseObserver] = {}
        self._roots: set[str] = set()
        self._stopped = False

    @property
    def count(self) -> int:
        """See `EventFeed`."""
        with self._lock:
            return len(self._observers)

    def count_below(self, path: str) -> int:
        """See `EventFeed`; one for each root."""
        with self._lock:
            return sum(root == path or root.startswith(f"{path.rstrip('/')}/") for root in self._observers)

    def start(self) -> OSError | None:
        """See `EventFeed`; each root starts its own threads."""
        return None

    def hold(self, *, held: bool) -> None:
        """See `EventFeed`: what happens meanwhile is lost."""
        self._held = held

    def _post(self, dirty: Dirty) -> None:
        if not self._held:
            self._post_on(dirty)

    def stop(self, timeout_s: float) -> bool:
        """See `EventFeed`."""
        with self._lock:
            self._stopped = True
            observers = list(self._observers.values())
            self._observers.clear()
        return _end(observers, timeout_s)

    def watch_root(self, path: str) -> OSError | None:
        """See `EventFeed`; a root whose watch has died gets a new one."""
        with self._lock:
            self._roots.add(path)
            old = self._observers.get(path)
        if old is not None and _lives(old):
            return None
        return self._replace(path)

    def unwatch_root(self, path: str) -> None:
        """See `EventFeed`."""
        with self._lock:
            self._roots.discard(path)
            old = self._observers.pop(path, None)
        if old is not None:
            _end([old], timeout_s=0)

    def dead_roots(self) -> tuple[str, ...]:
        """See `EventFeed`."""
        with self._lock:
            living = {path for path, observer in self._observers.items() if _lives(observer)}
            return tuple(sorted(self._roots - living))

    def watch_search(self, path: str) -> OSError | None:  # noqa: ARG002 - the root's watch covers it
        """See `EventFeed`."""
        return None

    def watch_files(self, path: str, names: Names = None) -> OSError | None:  # noqa: ARG002 - the same
        """See `EventFeed`."""
        return None

    def unwatch(self, path: str) -> None:
        """See `EventFeed`."""

    def unwatch_below(self, path: str) -> None:
        """See `EventFeed`."""

    def _replace(self, path: str) -> OSError | None:
        try:
            new = self._started(path)
        except OSError as error:
            return error
        with self._lock:
            unwanted = self._stopped or path not in self._roots
            old = new if unwanted else self._observers.get(path)
            if not unwanted:
                self._observers[path] = new
        if old is not None:
            _end([old], timeout_s=0)
        return None

    def _started(self, path: str) -> BaseObserver:
        observer = self._new_observer()
        handler = DirtyHandler(self._post, root=path)
        try:
            observer.schedule(
                handler, os.path.realpath(path), recursive=True, event_filter=list(EVENT_FILTER)
            )
            observer.start()
        except (OSError, RuntimeError, SystemError) as error:
            _end([observer], timeout_s=0)
            # FSEvents says what it refuses as a RuntimeError or SystemError.
            raise error if isinstance(error, OSError) else OSError(errno.EIO, str(error)) from error
        return observer


def _lives(observer: BaseObserver) -> bool:
    emitters = list(observer.emitters)
    return observer.is_alive() and bool(emitters) and all(one.is_alive() for one in emitters)


def _end(observers: Iterable[BaseObserver], timeout_s: float) -> bool:
    """Stop observers in threads of their own: an observer's `stop` waits for its disk."""
    threads = [
        threading.Thread(target=_stop, args=(one,), name="cupola-observer-stop", daemon=True)
        for one in observers
    ]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + timeout_s
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    return not any(thread.is_alive() for thread in threads)


def _stop(observer: BaseObserver) -> None:
    observer.stop()
    if observer.is_alive():
        observer.join()


def new_events(post: Post) -> EventFeed:
    """The way to get events on this platform, not yet started."""
    return LinuxEvents(post) if sys.platform == "linux" else StockEvents(post)
