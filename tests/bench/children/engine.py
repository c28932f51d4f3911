"""The engine alone, from its start until it has read everything.

Prints `{"armed_s", "ready_s", "cpu_s", "watches"}`. Armed: everything that was found is watched; what active
builds get besides, once they are known to be active, is not waited for. Ready: every project was read once.
Arguments: options of cupola.
"""

from __future__ import annotations

import json
import sys
import threading
import time

from cupola.domain.models import BuildModel
from cupola.domain.words import BuildState
from cupola.engine.clock import SystemClock
from cupola.engine.engine import Engine
from cupola.engine.feed import Change, FeedEvent, HealthChange, Ready
from cupola.engine.memory import sparing_collector
from cupola.options import parse
from cupola.store.opened import open_store
from cupola.store.surroundings import surroundings


class Times:
    """Called in the control thread."""

    def __init__(self) -> None:
        self.began = time.perf_counter()
        self.ready_s = self.cpu_s = 0.0
        self._watches: list[tuple[float, int]] = []
        self._active: set[str] = set()
        self._cpu_s = time.process_time()
        self.ready = threading.Event()

    def take(self, event: FeedEvent) -> None:
        """Note when watches grew, and when all was read."""
        now_s = time.perf_counter() - self.began
        if isinstance(event, HealthChange):
            self._watches.append((now_s, event.model.watches))
        elif isinstance(event, Change) and isinstance(event.model, BuildModel):
            if event.model.state in {BuildState.RUNNING, BuildState.QUIET}:
                self._active.add(event.build)
        elif isinstance(event, Ready):
            self.ready_s, self.cpu_s = now_s, time.process_time() - self._cpu_s
            self.ready.set()

    @property
    def watches(self) -> int:
        """In use at the end."""
        return self._watches[-1][1]

    @property
    def armed_s(self) -> float:
        """When all watches were in place but those that active builds get besides (design.md: 10 at most)."""
        least = self.watches - 10 * len(self._active)
        return next(at for at, watches in self._watches if watches >= least)


def main() -> None:
    """Run it."""
    opened = open_store(parse(sys.argv[1:]).wanted, surroundings())
    times = Times()
    engine = Engine(places=opened.places, settings=opened.settings, clock=SystemClock())
    engine.feed.subscribe(times.take)
    thread = threading.Thread(target=engine.run)
    with sparing_collector(engine.feed):  # as the window does
        thread.start()
        times.ready.wait(120)
    time.sleep(2.5)  # the journal is written, for a second start
    engine.stop()
    thread.join()
    names = ("armed_s", "ready_s", "cpu_s", "watches")
    json.dump({name: getattr(times, name) for name in names}, sys.stdout)


if __name__ == "__main__":
    main()
