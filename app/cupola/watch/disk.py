"""One disk: its two lanes, its reader and its sweeps. A hung disk stalls only its own roots."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from cupola.domain.clock import Clock
from cupola.watch.events import Dirty, Hint
from cupola.watch.lanes import Lane, Long, Tick
from cupola.watch.patterns import Patterns
from cupola.watch.reader import HolderRead, Owner, Reader, WatchFolder
from cupola.watch.sweep import Hanging, Plan, Sweeper, SweepMessage
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
        self.about = name or "disk"
        """What problems of it are told about."""
        self._post = post
        self._reader = Reader(clock, watch, owner)
        self._apart = Reader(clock, watch, owner)
        self._held_apart: frozenset[str] = frozenset()
        self._sweeper = Sweeper(
            self._reader,
            clock,
            self._answer,
            lambda work: self.hot.submit(lambda: work),
            self._glance,
            lambda: self._held_apart,
        )
        self.hot = Lane(f"hot-{name}", tick=self._sweeper.tick, failed=failed, turns=turns)
        self.bulk = Lane(f"bulk-{name}", tick=lambda: self._look_over(bulk_tick), failed=failed, turns=turns)

    def _look_over(self, tick: Tick) -> float | None:
        """The bulk lane sees whether the other one hangs: it may do so in a sweep that nobody asked for."""
        if self.hot.busy_for_s() > STALLED_S:
            self._post(Hanging())
        return tick()

    def start(self) -> None:
        """Start both lanes."""
        self.hot.start()
        self.bulk.start()

    def open(self, holder: str, patterns: Patterns, *, apart: bool = False) -> None:
        """Have a folder watched and read; answered by a complete `HolderRead`.

        `apart`: in the bulk lane, since what lies in it may take long to read.
        """
        if apart:
            self._held_apart |= {holder}
            self._ask(holder, lambda reader: reader.open(holder, patterns, deep=True))
        else:
            self.hot.submit(lambda: self._open(holder, patterns))

    def read(self, holder: str, relatives: tuple[str, ...]) -> None:
        """Have some files read; answered by a `HolderRead`."""
        self._ask(holder, lambda reader: reader.read(holder, relatives))

    def refresh(self, holder: str) -> None:
        """Have read what differs in a folder; answered by a complete `HolderRead`."""
        self._ask(holder, lambda reader: reader.refresh(holder))

    def close(self, holder: str, *, unwatch: Callable[[str], None]) -> None:
        """Forget a folder, and end the watches that its sub-folders have for its files."""

        def job(reader: Reader) -> None:
            for folder in reader.close(holder):
                unwatch(folder)

        if holder in self._held_apart:
            self._held_apart -= {holder}
            self.bulk.submit(lambda: job(self._apart))
        else:
            self.hot.submit(lambda: job(self._reader))

    def deepen(self, holder: str, *, deep: bool, unwatch: Callable[[str], None]) -> None:
        """Give the sub-folders of a folder watches of their own, or take these away."""

        def job() -> None:
            for folder in self._reader.deepen(holder, deep=deep):
                unwatch(folder)
            if deep:
                self._answer(self._reader.refresh(holder))

        self.hot.submit(job)

    def _open(self, holder: str, patterns: Patterns) -> Iterator[None]:
        """Watch at once, and read when all that wait have been watched: slices come after jobs."""
        self._reader.arm(holder, patterns)
        return self._finish(holder)

    def _finish(self, holder: str) -> Iterator[None]:
        seen = self._reader.finish(holder)
        if seen is not None:
            self._answer(seen)
        yield

    def _ask(self, holder: str, what: Callable[[Reader], HolderRead]) -> None:
        if holder in self._held_apart:
            self.bulk.submit(Long(lambda: self._answer_apart(what)))
        else:
            self.hot.submit(lambda: self._answer(what(self._reader)))

    def _answer_apart(self, what: Callable[[Reader], HolderRead]) -> None:
        started = time.thread_time()
        seen = what(self._apart)
        cost_s = time.thread_time() - started
        self._post(replace(seen, cost_s=cost_s, unread_bytes=self._apart.unread_bytes))
        if self._apart.is_behind:
            self.bulk.submit(Long(self._catch_up_apart))

    def _catch_up_apart(self) -> None:
        """One step for one file: other jobs of the lane come between."""
        if self._apart.is_behind:
            self._answer_apart(Reader.catch_up)

    def _glance(self, holder: str) -> Iterator[bool]:
        """Runs in the hot lane: tells of what differs, so that it is read when its turn comes."""
        for relative in self._apart.looked_over(holder):
            if relative:
                self._post(Dirty(f"{holder}/{relative}", Hint.MODIFIED, time.perf_counter_ns()))
            yield not relative

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

    def hold(self, *, held: bool) -> None:
        """Read nothing and wake for nothing while it is held; afterwards do what was asked for meanwhile."""
        for lane in (self.hot, self.bulk):
            if held:
                lane.hold()
            else:
                lane.go_on()

    def stalled_s(self) -> float:
        """How long a lane has been in one job beyond what is normal; 0 if none has."""
        busy = max(self.hot.busy_for_s(), self.bulk.busy_for_s())
        return busy if busy > STALLED_S else 0.0

    def stop(self) -> None:
        """Ask both lanes to end."""
        self.hot.stop()
        self.bulk.stop()
        for reader in (self._reader, self._apart):
            reader.stop()

    def join(self, timeout_s: float) -> list[str]:
        """Wait for both, together no longer than this; the names of those that hang and were abandoned."""
        deadline = time.monotonic() + timeout_s
        lanes = (self.hot, self.bulk)
        return [lane.name for lane in lanes if not lane.join(max(0.0, deadline - time.monotonic()))]
