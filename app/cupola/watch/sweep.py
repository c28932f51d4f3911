"""The safety net below events: stat what is known, often for what is looked at, rarely for the rest."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from cupola.domain.clock import Clock
from cupola.watch.events import Dirty
from cupola.watch.reader import HolderRead, Reader

SHOWN_S: Final = 2.0
ACTIVE_S: Final = 5.0
REST_S: Final = 30.0
POLLED_S: Final = 1.0
SHARE: Final = 0.001
"""At most this part of a core for the rest; where it would be more, it is swept less often."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Which folders are swept often; all others are the rest. Set as a whole, so from any thread."""

    shown: frozenset[str] = frozenset()
    active: frozenset[str] = frozenset()
    polled: bool = False
    visible: bool = False

    @property
    def often_s(self) -> float:
        """After how many seconds something of it is swept at the earliest."""
        if self.polled:
            return POLLED_S
        if self.shown and self.visible:
            return SHOWN_S
        return ACTIVE_S if self.active or self.shown else REST_S


@dataclass(frozen=True, slots=True)
class Confirmed:
    """All files of these folders were confirmed at `at` (continuous seconds)."""

    holders: frozenset[str]
    at: float


@dataclass(frozen=True, slots=True)
class Resumed:
    """The machine slept: everything shown may be old."""


@dataclass(frozen=True, slots=True)
class Hanging:
    """A lane has been in one job for too long, and nobody waits for its answer who would say so."""


SweepMessage = HolderRead | Confirmed | Resumed | Dirty | Hanging

Glance = Callable[[str], Iterator[bool]]
"""Have read what differs in a folder that another lane reads: whether it is as it was, file by file."""


class Sweeper:
    """Lane-local but for `plan`. Due times lie on a common grid, so that several sweeps share a wake-up."""

    def __init__(
        self,
        reader: Reader,
        clock: Clock,
        post: Callable[[SweepMessage], None],
        submit: Callable[[Iterator[None]], None],
        glance: Glance = lambda _: iter(()),
        apart: Callable[[], Collection[str]] = tuple,
    ) -> None:
        self.plan = Plan()
        self._reader = reader
        self._clock = clock
        self._post = post
        self._submit = submit
        self._glance = glance
        self._apart = apart
        self._last = clock.continuous()
        self._rest_cost_s = 0.0
        self._resting = False
        self._glancing = False
        self._asleep_s = self._sleep_total()

    def tick(self) -> float:
        """Sweep what is due; returns in how many seconds something will be. Runs in the hot lane."""
        self._notice_sleep()
        now, last, plan = self._clock.continuous(), self._last, self.plan
        self._last = now
        due: set[str] = set()
        for folders, every_s in self._often(plan):
            if int(now // every_s) != int(last // every_s):
                due |= folders
        if due:
            self._sweep(due, plan)
        rest_s = self._rest_s(plan)
        has_rest = self._has_rest
        if has_rest and not self._resting and int(now // rest_s) != int(last // rest_s):
            self._submit(self._sweep_rest(plan))
        after = self._clock.continuous()
        cycles = (*self._often(plan), (has_rest, rest_s))
        return min((every_s - after % every_s for folders, every_s in cycles if folders), default=REST_S)

    def _often(self, plan: Plan) -> tuple[tuple[frozenset[str], float], ...]:
        if plan.polled:
            return ((plan.shown | plan.active, POLLED_S),)
        return ((plan.shown, SHOWN_S if plan.visible else ACTIVE_S), (plan.active, ACTIVE_S))

    @property
    def _has_rest(self) -> bool:
        return self._reader.holds_any or bool(self._apart())

    def _rest_of(self, plan: Plan) -> Iterator[str]:
        """What is not yet read is left to whoever has it read."""
        held = (*self._reader.read_once(), *self._apart())
        return (holder for holder in held if holder not in plan.shown and holder not in plan.active)

    def _rest_s(self, plan: Plan) -> float:
        return max(POLLED_S if plan.polled else REST_S, self._rest_cost_s / SHARE)

    def _sweep(self, due: AbstractSet[str], plan: Plan) -> None:
        at, apart = self._clock.continuous(), due & frozenset(self._apart())
        confirmed = {holder for holder in due - apart if self._refresh(holder)}
        if apart and not self._glancing:
            self._glancing = True
            self._submit(self._sweep_apart(apart, confirmed, at, plan))
        else:
            self._confirm(confirmed, at, plan)

    def _sweep_apart(
        self, holders: AbstractSet[str], confirmed: set[str], at: float, plan: Plan
    ) -> Iterator[None]:
        """In slices: one may have thousands of files, and what is hot comes first."""
        try:
            for holder in holders:
                unchanged = True
                for same in self._glance(holder):
                    unchanged = unchanged and same
                    yield
                if unchanged:
                    confirmed.add(holder)
            self._confirm(confirmed, at, plan)
        finally:
            self._glancing = False

    def _sweep_rest(self, plan: Plan) -> Iterator[None]:
        """In slices: there may be thousands, and what is hot comes first."""
        self._resting = True
        try:
            at, cost_s, confirmed = self._clock.continuous(), 0.0, set[str]()
            for holder in self._rest_of(plan):
                unchanged = True
                for same, step_s in _timed(self._looks(holder, plan)):
                    unchanged, cost_s = unchanged and same, cost_s + step_s
                    yield
                if unchanged:
                    confirmed.add(holder)
            self._rest_cost_s = cost_s
            self._confirm(confirmed, at, plan)
        finally:
            self._resting = False

    def _looks(self, holder: str, plan: Plan) -> Iterator[bool]:
        """What tells of changes is looked at by its folders; what does not, file by file. True: confirmed."""
        if holder in self._apart():
            yield from self._glance(holder)
        else:
            yield (not plan.polled and self._reader.rests(holder)) or self._refresh(holder)

    def _refresh(self, holder: str) -> bool:
        """Read what differs in a folder; True if all of it could be looked at."""
        seen = self._reader.refresh(holder)
        if seen.results or seen.troubles or seen.identity is None:
            self._post(seen)
        return seen.complete and seen.identity is not None and not seen.troubles

    def _confirm(self, holders: AbstractSet[str], at: float, plan: Plan) -> None:
        if plan.visible and holders:
            self._post(Confirmed(frozenset(holders), at))

    def _notice_sleep(self) -> None:
        """`time.monotonic` stands still while the machine sleeps, the continuous clock does not."""
        asleep_s = self._sleep_total()
        if asleep_s - self._asleep_s > 2:
            self._post(Resumed())
        self._asleep_s = asleep_s

    def _sleep_total(self) -> float:
        return self._clock.continuous() - time.monotonic()


def _timed(steps: Iterator[bool]) -> Iterator[tuple[bool, float]]:
    """Each with the processor seconds that it took; what others do between two counts for nothing."""
    started = time.thread_time()
    for step in steps:
        yield step, time.thread_time() - started
        started = time.thread_time()
