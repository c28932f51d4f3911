"""How long it takes from the event of a change to the paint that shows it."""

from __future__ import annotations

from time import perf_counter_ns

from cupola.presenters.contracts import PaintHook, TraceWrite


class Latency:
    """Lives in the GUI thread; writes both ends of each paint to the trace, if there is one."""

    def __init__(self, trace: TraceWrite | None = None) -> None:
        self._trace = trace
        self._paints: PaintHook | None = None
        self.last_ms: dict[str, float] = {}
        """By panel, what `arrive` found the last time."""
        self._seen_ns: dict[str, tuple[str, int]] = {}

    def attach(self, paints: PaintHook) -> None:
        """What tells of paints."""
        self._paints = paints

    def depart(self, panel: str, digest: str, seen_ns: int) -> None:
        """A panel was given what is to be painted; what it was given before will not be. A `PassHook`."""
        if self._trace is not None:
            self._trace("gated", panel=panel, digest=digest)
        if seen_ns and self._paints is not None:
            self._seen_ns[panel] = (digest, seen_ns)
            self._paints.arm(panel, digest)

    def arrive(self, panel: str, digest: str) -> float | None:
        """It was painted: milliseconds since the event, None if nobody asked."""
        if self._trace is not None:
            self._trace("painted", panel=panel, digest=digest)
        waiting = self._seen_ns.get(panel)
        if waiting is None or waiting[0] != digest:
            return None
        del self._seen_ns[panel]
        took_ms = self.last_ms[panel] = (perf_counter_ns() - waiting[1]) / 1e6
        return took_ms
