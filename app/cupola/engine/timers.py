"""What falls due when: one heap for the control thread, so that it sleeps until something does."""

from __future__ import annotations

import heapq
from collections.abc import Hashable
from typing import Final

_MOST_REPLACED: Final = 64


class Timers:
    """One due time per key; setting a key again replaces it. Times are continuous seconds."""

    def __init__(self) -> None:
        self._due: dict[Hashable, float] = {}
        self._heap: list[tuple[float, int, Hashable]] = []
        self._count = 0

    def set(self, key: Hashable, at: float) -> None:
        """Let `key` fall due at `at`, and no longer at any earlier set time."""
        if self._due.get(key) == at:
            return
        self._due[key] = at
        self._count += 1
        heapq.heappush(self._heap, (at, self._count, key))
        if len(self._heap) > 2 * len(self._due) + _MOST_REPLACED:
            # A time that is put off again and again must not leave all the earlier ones behind.
            self._heap = [item for item in self._heap if self._due.get(item[2]) == item[0]]
            heapq.heapify(self._heap)

    def sooner(self, key: Hashable, at: float) -> None:
        """Let `key` fall due at `at` unless it does so before."""
        if self._due.get(key, at + 1) > at:
            self.set(key, at)

    def clear(self, key: Hashable) -> None:
        """Let `key` not fall due."""
        self._due.pop(key, None)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._due

    def due(self, now: float) -> list[Hashable]:
        """The keys that are due, each once, in order; they are then no longer set."""
        ready = []
        while self._heap and self._heap[0][0] <= now:
            at, _, key = heapq.heappop(self._heap)
            if self._due.get(key) == at:
                del self._due[key]
                ready.append(key)
        return ready

    def next_due(self) -> float | None:
        """When the next key falls due, None if none does."""
        while self._heap and self._due.get(self._heap[0][2]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None
