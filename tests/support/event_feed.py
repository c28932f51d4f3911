"""A way to get events that only notes what is asked of it."""

from __future__ import annotations

import errno

from cupola.watch.names import Names


class NotedEvents:
    """See `EventFeed`. `room` is how many folders may be watched; `dead` are roots nothing is told of."""

    closes_are_seen = True

    def __init__(self, room: int = 10**9) -> None:
        self.room = room
        self.searched: set[str] = set()
        self.files: dict[str, Names] = {}
        self.roots: list[str] = []
        self.dead: set[str] = set()
        self.error: OSError | None = None
        self.held = False

    @property
    def count(self) -> int:
        return len(self.searched | self.files.keys())

    def count_below(self, path: str) -> int:
        return sum(name == path or name.startswith(path + "/") for name in self.searched | self.files.keys())

    def start(self) -> OSError | None:
        return self.error

    def hold(self, *, held: bool) -> None:
        self.held = held

    def stop(self, timeout_s: float) -> bool:
        return True

    def watch_root(self, path: str) -> OSError | None:
        self.roots.append(path)
        return self.error

    def unwatch_root(self, path: str) -> None:
        self.roots.remove(path)

    def dead_roots(self) -> tuple[str, ...]:
        return tuple(sorted(self.dead))

    def watch_search(self, path: str) -> OSError | None:
        refusal = self._refusal(path)
        if refusal is None:
            self.searched.add(path)
        return refusal

    def watch_files(self, path: str, names: Names = None) -> OSError | None:
        refusal = self._refusal(path)
        if refusal is None:
            self.files[path] = names
        return refusal

    def unwatch(self, path: str) -> None:
        self.searched.discard(path)
        self.files.pop(path, None)

    def unwatch_below(self, path: str) -> None:
        for name in [*self.searched, *self.files]:
            if name == path or name.startswith(path + "/"):
                self.unwatch(name)

    def _refusal(self, path: str) -> OSError | None:
        if self.error is not None:
            return self.error
        known = path in self.searched or path in self.files
        return None if known or self.count < self.room else OSError(errno.ENOSPC, "no space")
