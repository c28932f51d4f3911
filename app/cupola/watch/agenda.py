"""What is due when, for thousands of keys."""

from __future__ import annotations

from heapq import heappop, heappush


class Agenda:
    """At most one time per key. Every call is O(log n): a replaced entry stays until its time comes."""

    def __init__(self) -> None:
        self._at: dict[str, float] = {}
        self._heap: list[tuple[float, str]] = []

    def __len__(self) -> int:
        return len(self._at)

    def at(self, key: str) -> float | None:
        """When `key` is due."""
        return self._at.get(key)

    def set(self, key: str, at: float) -> None:
        """Let `key` be due then, and no longer when it was."""
        if self._at.get(key) != at:
            self._at[key] = at
            heappush(self._heap, (at, key))

    def drop(self, key: str) -> None:
        """Let `key` not be due; silent if it is not."""
        self._at.pop(key, None)

    def pop(self, now: float) -> list[str]:
        """Take out what is due by `now`, the longest due first."""
        keys: list[str] = []
        while (first := self.next()) is not None and first <= now:
            key = heappop(self._heap)[1]
            del self._at[key]
            keys.append(key)
        return keys

    def next(self) -> float | None:
        """When the next key is due."""
        while self._heap and self._at.get(self._heap[0][1]) != self._heap[0][0]:
            heappop(self._heap)
        return self._heap[0][0] if self._heap else None
