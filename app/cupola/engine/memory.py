"""What is read in great amounts stays: Python's collector need not look through it again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from cupola.engine.feed import Feed, HealthChange, Ready

_NEVER: Final = 1_000_000


@contextmanager
def sparing_collector(feed: Feed) -> Iterator[None]:
    """No full collection while much is read, at the start or later, and none ever of what was read by then.

    With 5,000 builds each one halts every thread for 0.4 s, and a start has nine (a quarter of its time).
    Over 2 GB of transcripts it is 0.1 s. For the process as a whole, so it is up to whoever composes one.
    Young objects are looked at as always.
    """
    collector = _Collector()
    collector.spare()
    unsubscribe = feed.subscribe(collector.hear, kinds=(Ready, HealthChange))
    try:
        yield
    finally:
        unsubscribe()
        collector.restore()


class _Collector:
    def __init__(self) -> None:
        self._usual = gc.get_threshold()
        self._started = False
        self._spares = False

    def hear(self, event: object) -> None:
        """A start spares until all is ready, whatever is read meanwhile."""
        match event:
            case Ready():
                self._started = True
                self._leave_alone()
            case HealthChange(model) if self._started and model.reading != self._spares:
                (self.spare if model.reading else self._leave_alone)()

    def spare(self) -> None:
        young, middle, _ = self._usual
        gc.set_threshold(young, middle, _NEVER)
        self._spares = True

    def restore(self) -> None:
        gc.set_threshold(*self._usual)
        self._spares = False

    def _leave_alone(self) -> None:
        """What is there now is never looked at again."""
        gc.freeze()
        self.restore()
