"""The engine alone, from its start until it has read everything.

Prints `{"armed_s", "ready_s", "cpu_s", "watches"}`. Armed: the last watch is in place. Ready: every project
was read once. Arguments: options of cupola.
"""

from __future__ import annotations

import json
import sys
import threading
import time

from cupola.engine.clock import SystemClock
from cupola.engine.engine import Engine
from cupola.engine.feed import FeedEvent, HealthChange, Ready
from cupola.options import parse
from cupola.store.opened import open_store, surroundings


class Times:
    """Called in the control thread."""

    def __init__(self) -> None:
        self.began = time.perf_counter()
        self.watches = 0
        self.armed_s = self.ready_s = self.cpu_s = 0.0
        self._cpu_s = time.process_time()
        self.ready = threading.Event()

    def take(self, event: FeedEvent) -> None:
        """Note when watches grew, and when all was read."""
        now_s = time.perf_counter() - self.began
        if isinstance(event, HealthChange) and event.model.watches > self.watches:
            self.watches, self.armed_s = event.model.watches, now_s
        elif isinstance(event, Ready):
            self.ready_s, self.cpu_s = now_s, time.process_time() - self._cpu_s
            self.ready.set()


def main() -> None:
    """Run it."""
    opened = open_store(parse(sys.argv[1:]).wanted, surroundings())
    times = Times()
    engine = Engine(places=opened.places, settings=opened.settings, clock=SystemClock())
    engine.feed.subscribe(times.take)
    thread = threading.Thread(target=engine.run)
    thread.start()
    times.ready.wait(120)
    time.sleep(2.5)  # the journal is written, for a second start
    engine.stop()
    thread.join()
    names = ("armed_s", "ready_s", "cpu_s", "watches")
    json.dump({name: getattr(times, name) for name in names}, sys.stdout)


if __name__ == "__main__":
    main()
