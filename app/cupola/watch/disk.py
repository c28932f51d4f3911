"""One disk: its two lanes, its reader and its sweeps. A hung disk stalls only its own roots."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Final

from cupola.domain.clock import Clock
from cupola.watch.lanes import Lane, Tick
from cupola.watch.patterns import Patterns
from cupola.watch.reader import Owner, Reader, WatchFolder
from cupola.watch.sweep import Plan, Sweeper, SweepMessage
from cupola.watch.turns import Turns

STALLED_S: Final = 2.0
"""A lane that has been in one job for longer is named."""


class Disk:
    """Safe from any thread: everything is handed to the lanes."""

    def __init__(
        self,
        name: str,
        *,
        clock: Clock,
        post: Callable[[SweepMessage], None],
        watch: WatchFolder,
        owner: Owner,
        bulk_tick: Tick,
        failed: Callable[[str], None],
        turns: Turns | None = None,
    ) -> None:
        self.name = name
        self._post = post
        self._reader = Reader(clock, watch, owner)
        self._sweeper = Sweeper(self._reader, clock, self._answer, lambda work: self.hot.submit(lambda: work))
        self.hot = Lane(f"hot-{name}", tick=self._sweeper.tick, failed=failed, turns=turns)
        self.bulk = Lane(f"bulk-{name}", tick=bulk_tick, failed=failed, turns=turns)

    def start(self) -> None:
        """Start both lanes."""
        self.hot.start()
        self.bulk.start()

    def open(self, holder: str, patterns: Patterns) -> None:
        """Have a folder watched and read; answered by a complete `HolderRead`."""
        self.hot.submit(lambda: self._answer(self._reader.open(holder, patterns)))

    def read(self, holder: str, relatives: tuple[str, ...]) -> None:
        """Have some files read; answered by a `HolderRead`."""
        self.hot.submit(lambda: self._answer(self._reader.read(holder, relatives)))

    def refresh(self, holder: str) -> None:
        """Have read what differs in a folder; answered by a complete `HolderRead`."""
        self.hot.submit(lambda: self._answer(self._reader.refresh(holder)))

    def close(self, holder: str) -> None:
        """Forget a folder."""
        self.hot.submit(lambda: self._reader.close(holder))

    def deepen(self, holder: str, *, deep: bool, unwatch: Callable[[str], None]) -> None:
        """Give the sub-folders of a folder watches of their own, or take these away."""

        def job() -> None:
            for folder in self._reader.deepen(holder, deep=deep):
                unwatch(folder)
            if deep:
                self._answer(self._reader.refresh(holder))

        self.hot.submit(job)

    def _answer(self, message: SweepMessage) -> None:
        self._post(message)
        if self._reader.is_behind:
            self.hot.submit(self._catch_up)

    def _catch_up(self) -> Iterator[None]:
        """Read on in what is behind, between other jobs."""
        while self._reader.is_behind:
            seen = self._reader.catch_up()
            if seen.results:
                self._post(seen)
            yield

    @property
    def plan(self) -> Plan:
        """What is swept how often."""
        return self._sweeper.plan

    @plan.setter
    def plan(self, plan: Plan) -> None:
        old, self._sweeper.plan = self._sweeper.plan, plan
        if plan.often_s < old.often_s:
            self.hot.wake()

    def stalled_s(self) -> float:
        """How long a lane has been in one job beyond what is normal; 0 if none has."""
        busy = max(self.hot.busy_for_s(), self.bulk.busy_for_s())
        return busy if busy > STALLED_S else 0.0

    def stop(self) -> None:
        """Ask both lanes to end."""
        self.hot.stop()
        self.bulk.stop()

    def join(self, timeout_s: float) -> list[str]:
        """Wait for both, together no longer than this; the names of those that hang and were abandoned."""
        deadline = time.monotonic() + timeout_s
        lanes = (self.hot, self.bulk)
        return [lane.name for lane in lanes if not lane.join(max(0.0, deadline - time.monotonic()))]
