"""The directories that are watched: paths on one side, the kernel's descriptors on the other."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from cupola.watch.inotify import (
    IN_CLOSE_WRITE,
    IN_CREATE,
    IN_DELETE,
    IN_DELETE_SELF,
    IN_DONT_FOLLOW,
    IN_EXCL_UNLINK,
    IN_IGNORED,
    IN_ISDIR,
    IN_MASK_ADD,
    IN_MODIFY,
    IN_MOVE_SELF,
    IN_MOVED_FROM,
    IN_MOVED_TO,
    IN_ONLYDIR,
    IN_Q_OVERFLOW,
    IN_UNMOUNT,
    Kernel,
    RawEvent,
)
from cupola.watch.names import NameFilter, Names
from cupola.watch.table import Watch, WatchTable

SELF_LEFT_MASK: Final = IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT
LEFT_MASK: Final = IN_MOVED_FROM | IN_DELETE
_SEARCH_MASK: Final = IN_CREATE | IN_MOVED_TO | LEFT_MASK | IN_DELETE_SELF | IN_MOVE_SELF
# IN_MASK_ADD: the kernel itself keeps the union, so two adding threads cannot narrow each other.
_HOW: Final = IN_ONLYDIR | IN_DONT_FOLLOW | IN_EXCL_UNLINK | IN_MASK_ADD


class WatchKind(StrEnum):
    """What matters in a directory."""

    SEARCH = "search"
    """Only its sub-directories."""
    FILES = "files"
    """Also files of certain names."""


_MASKS: Final = {
    WatchKind.SEARCH: _SEARCH_MASK | _HOW,
    WatchKind.FILES: _SEARCH_MASK | IN_MODIFY | IN_CLOSE_WRITE | _HOW,
}


@dataclass(frozen=True, slots=True)
class Seen:
    """One kernel event that passed the filters: its path ("" after an overflow) and its mask."""

    path: str
    mask: int


class DirectoryWatches:
    """Watches by path over one inotify instance. Safe from any thread; `take` belongs to one.

    The lock is never held during a call that may touch a disk: a hung mount stalls only who adds on
    it. Add a directory first and read it afterwards: what happens before `add` returns may not be
    reported.
    """

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._lock = threading.Lock()
        self._table = WatchTable()

    @property
    def count(self) -> int:
        """Watches that the kernel holds for us."""
        with self._lock:
            return self._table.descriptors

    def count_below(self, path: str) -> int:
        """Directories that are watched at or below one."""
        with self._lock:
            return self._table.count_below(_plain(path))

    def paths(self) -> tuple[str, ...]:
        """The watched directories, sorted."""
        with self._lock:
            return self._table.paths()

    def add(self, path: str, kind: WatchKind, names: Names = None) -> None:
        """Watch a directory (absolute path, no link), besides what is watched in it already.

        Raises OSError as `Inotify.add` does. A directory that took the place of a watched one
        replaces it, and one that was moved here is no longer watched where it was.
        """
        path = _plain(path)
        wanted = NameFilter() if kind is WatchKind.SEARCH else NameFilter.of(names)
        wd = self._kernel.add(path, _MASKS[kind])
        moved = [other for other in self._others(wd, path) if not _same_directory(other, path)]
        with self._lock:
            self._release(self._table.put(path, wd, wanted))
            self._release(self._table.drop(moved))

    def remove(self, path: str) -> None:
        """End the watch on one directory; silent if there is none."""
        with self._lock:
            self._release(self._table.drop([_plain(path)]))

    def discard_below(self, path: str) -> None:
        """End the watches on a directory and on all below it, which has left this place."""
        with self._lock:
            self._release(self._table.drop(self._table.at_or_below(_plain(path))))

    def take(self) -> Iterator[Seen]:
        """Block until there are events or `wake` was called; hand out those that matter.

        A directory that left, and all below it, is no longer watched when this tells of it.
        """
        for event in self._kernel.read():
            yield from self._resolve(event)

    def wake(self) -> None:
        """Make `take` return."""
        self._kernel.wake()

    def close(self) -> None:
        """Forget everything and give the instance back; only once no thread is in `take`."""
        with self._lock:
            self._table = WatchTable()
            self._kernel.close()

    def _resolve(self, event: RawEvent) -> Iterable[Seen]:
        wd, mask, name = event
        with self._lock:
            watches = self._table.of(wd)
        if mask & (IN_Q_OVERFLOW | IN_IGNORED) or not name:
            return self._of_itself(mask, watches)
        if mask & IN_ISDIR:
            return [self._of_directory(_child(watch.path, name), mask) for watch in watches]
        return [Seen(_child(watch.path, name), mask) for watch in watches if watch.names.wants(name)]

    def _of_itself(self, mask: int, watches: tuple[Watch, ...]) -> Iterable[Seen]:
        if mask & IN_Q_OVERFLOW:
            return [Seen("", mask)]
        if mask & SELF_LEFT_MASK:
            return [Seen(watch.path, mask) for watch in watches]
        if mask & IN_IGNORED:
            with self._lock:
                self._table.drop(watch.path for watch in watches)
        return []

    def _of_directory(self, path: str, mask: int) -> Seen:
        if mask & LEFT_MASK:
            self.discard_below(path)
        return Seen(path, mask)

    def _others(self, wd: int, path: str) -> list[str]:
        with self._lock:
            return [watch.path for watch in self._table.of(wd) if watch.path != path]

    def _release(self, descriptors: list[int]) -> None:
        for wd in descriptors:
            self._kernel.remove(wd)


def _plain(path: str) -> str:
    return path.rstrip("/") or "/"


def _child(path: str, name: bytes) -> str:
    return f"{path if path != '/' else ''}/{os.fsdecode(name)}"


def _same_directory(path: str, other: str) -> bool:
    try:
        return Path(path).samefile(other)
    except OSError:
        return False
