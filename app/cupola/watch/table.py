"""Which path each watch descriptor stands for: bookkeeping without a kernel and without a lock."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass

from cupola.watch.names import NameFilter


@dataclass(frozen=True, slots=True)
class Watch:
    """One watched directory."""

    path: str
    wd: int
    names: NameFilter


class WatchTable:
    """Watches by path and by descriptor. Two paths of one directory (a bind mount) share one."""

    def __init__(self) -> None:
        self._by_path: dict[str, Watch] = {}
        self._by_wd: dict[int, tuple[Watch, ...]] = {}
        self._sorted: list[str] = []

    @property
    def descriptors(self) -> int:
        """How many descriptors are in use."""
        return len(self._by_wd)

    def paths(self) -> tuple[str, ...]:
        """All paths, sorted."""
        return tuple(self._sorted)

    def of(self, wd: int) -> tuple[Watch, ...]:
        """What a descriptor stands for; nothing, if it is not known (any more)."""
        return self._by_wd.get(wd, ())

    def count_below(self, path: str) -> int:
        """How many paths are `path` or lie below it."""
        inside = path.rstrip("/") + "/"
        first, last = self._between(inside)
        return last - first + (path in self._by_path and path != "/")

    def _between(self, inside: str) -> tuple[int, int]:
        return bisect_left(self._sorted, inside), bisect_left(self._sorted, inside[:-1] + chr(ord("/") + 1))

    def put(self, path: str, wd: int, names: NameFilter) -> list[int]:
        """Note a watch, together with what was wanted there; return the descriptors now unused."""
        old = self._by_path.get(path)
        if old and old.wd == wd:
            names = names.union(old.names)
        unused = self.drop([path])
        watch = self._by_path[path] = Watch(path, wd, names)
        self._by_wd[wd] = (*self.of(wd), watch)
        insort(self._sorted, path)
        return [free for free in unused if free != wd]

    def drop(self, paths: Iterable[str]) -> list[int]:
        """Forget the watches on `paths`; return the descriptors now unused."""
        watches = [watch for path in paths if (watch := self._by_path.pop(path, None))]
        for watch in watches:
            del self._sorted[bisect_left(self._sorted, watch.path)]
        return [watch.wd for watch in watches if self._release(watch)]

    def at_or_below(self, path: str) -> list[str]:
        """The watched paths that are `path` or lie below it."""
        inside = path.rstrip("/") + "/"
        first, last = self._between(inside)
        own = [path] if path in self._by_path and path != "/" else []
        return own + self._sorted[first:last]

    def _release(self, watch: Watch) -> bool:
        rest = tuple(other for other in self._by_wd[watch.wd] if other is not watch)
        if rest:
            self._by_wd[watch.wd] = rest
        else:
            del self._by_wd[watch.wd]
        return not rest
