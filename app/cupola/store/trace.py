"""The trace file behind `--trace FILE`: what happened when, in nanoseconds, for the benches."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from time import perf_counter_ns
from typing import Final

_LINES_HELD: Final = 512
_ENCODER: Final = json.JSONEncoder(default=str)


class Trace:
    """JSON lines of `{"kind", "ns", ...}`. Every method may be called from any thread.

    Lines are held in memory and written in batches, so that tracing does not slow what it measures.
    """

    def __init__(self, path: Path) -> None:
        """Open `path` anew; raises OSError."""
        self._file = path.open("w", encoding="utf-8", errors="surrogateescape")
        self._lock = threading.Lock()
        self._held: list[str] = []

    def write(self, kind: str, /, **fields: object) -> None:
        """Note that `kind` (event, read, gated, painted) happened now; silent after `close`.

        A field named `ns` replaces the time: `perf_counter_ns` of when it really happened.
        """
        line = _ENCODER.encode({"kind": kind, "ns": perf_counter_ns(), **fields})
        with self._lock:
            self._held.append(line)
            if len(self._held) >= _LINES_HELD:
                self._flush()

    def close(self) -> None:
        """Write what is held and close the file; a second call does nothing."""
        with self._lock:
            if not self._file.closed:
                self._flush()
                self._file.close()

    def _flush(self) -> None:
        lines, self._held = self._held, []
        if lines and not self._file.closed:
            self._file.write("\n".join(lines) + "\n")
            self._file.flush()
