"""How long it takes from the event of a change to the paint that shows it."""

from __future__ import annotations

from time import perf_counter_ns


class Latency:
    """Lives in the GUI thread."""

    def __init__(self) -> None:
        self._seen_ns: dict[str, tuple[str, int]] = {}

    def depart(self, panel: str, digest: str, seen_ns: int) -> None:
        """A panel was given what is to be painted; what it was given before will not be."""
        self._seen_ns[panel] = (digest, seen_ns)

    def arrive(self, panel: str, digest: str) -> float | None:
        """It was painted: milliseconds since the event, None if nobody asked."""
        waiting = self._seen_ns.get(panel)
        if waiting is None or waiting[0] != digest:
            return None
        del self._seen_ns[panel]
        return (perf_counter_ns() - waiting[1]) / 1e6
