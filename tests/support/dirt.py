"""Collects dirty paths and waits for the ones a test is about."""

from __future__ import annotations

import queue
import subprocess
from collections.abc import Callable
from pathlib import Path

from cupola.watch.events import Dirty, Hint

PATIENCE_S = 20.0


class Dirt:
    """What was posted. `post` is called from any thread, the rest from the test's."""

    def __init__(self) -> None:
        self._queue: queue.Queue[Dirty] = queue.Queue()
        self.post: Callable[[Dirty], None] = self._queue.put

    def until(self, path: Path | str, *hints: Hint) -> list[Dirty]:
        """Everything posted up to the first of `hints` on `path`."""
        seen: list[Dirty] = []
        while True:
            try:
                seen.append(self._queue.get(timeout=PATIENCE_S))
            except queue.Empty:
                raise AssertionError(f"no {hints} on {path!r}; seen: {seen}") from None
            if seen[-1].path == str(path) and seen[-1].hint in hints:
                return seen

    @property
    def empty(self) -> bool:
        """True if nothing more was posted."""
        return self._queue.empty()

    def hints(self, path: Path | str, *last: Hint) -> list[Hint]:
        """The hints on `path` up to the first of `last`."""
        return [dirty.hint for dirty in self.until(path, *last) if dirty.path == str(path)]

    def marked(self, folder: Path) -> list[Dirty]:
        """Everything posted before a directory appears that this makes in a watched folder."""
        marker = folder / "marker"
        marker.mkdir()
        seen = self.until(marker, Hint.DIR_ARRIVED)[:-1]
        marker.rmdir()
        self.until(marker, Hint.DIR_LEFT)
        return seen


def shell(script: str, *arguments: Path | str) -> None:
    """Run a shell script in another process; it finds the arguments as $1, $2, ..."""
    subprocess.run(["sh", "-euc", script, "sh", *map(str, arguments)], check=True)
