"""A day of fake time with sleep in it, several builds at work in it: nothing is said that is not so."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pytest

from cupola.domain.alerts import AlertKind, Sight
from cupola.domain.models import WorkState
from cupola.domain.words import BuildState
from support.alerting import Lookout, seen
from support.fake_engine import NOW

DAY_S, TICK_S = 86_400.0, 5.0
QUIET_S, PERMISSION_S = 900.0, 60.0


@dataclass(slots=True)
class Worker:
    """A healthy build that writes at the latest after some minutes awake, and asks nobody anything."""

    name: str
    random: random.Random
    wrote: float = NOW
    next_write_in_s: float = 0.0
    shown: Sight | None = field(default=None)

    def live(self, now: float) -> None:
        """One tick awake."""
        self.next_write_in_s -= TICK_S
        if self.next_write_in_s <= 0:
            self.wrote, self.next_write_in_s = now, self.random.uniform(TICK_S, QUIET_S - 3 * TICK_S)

    def news(self, now: float) -> tuple[Sight, ...]:
        """How it looks, as the engine says it: silence is counted by the clock on the wall."""
        silent_s = now - self.wrote
        state = BuildState.QUIET if silent_s >= QUIET_S else BuildState.RUNNING
        work = WorkState.NONE
        if self.name.startswith("asks"):  # its sessions write every minute, or it would wait for a person
            self.next_write_in_s = min(self.next_write_in_s, PERMISSION_S - 2 * TICK_S)
            work = WorkState.WAITING if silent_s >= PERMISSION_S else WorkState.WORKING
        sight = seen(self.wrote, state, work, id_=self.name, project=self.name)
        if sight == self.shown:
            return ()
        self.shown = sight
        return (sight,)


@pytest.mark.parametrize("seed", range(5))
def test_a_day_of_healthy_builds_and_much_sleep_says_nothing_and_then_the_truth(seed: int) -> None:
    chance = random.Random(seed)
    workers = [Worker(name, chance) for name in ("long", "short", "asks", "asks too")]
    lookout = Lookout()
    lookout.tell(ready=True)
    slept = 0
    while lookout.now < NOW + DAY_S:
        if chance.random() < 1 / 700:
            slept += 1
            lookout.now += chance.choice((3.0, 45.0, 130.0, 1_200.0, 8 * 3600.0))
            stale = tuple(sight for worker in workers for sight in worker.news(lookout.now))
            lookout.tell(woke=lookout.now, sights=stale)
        for worker in workers:
            worker.live(lookout.now)
            lookout.tell(sights=worker.news(lookout.now))
        lookout.let(TICK_S)
    assert slept
    assert lookout.kinds == []
    lookout.let(60)
    lookout.tell(sights=(seen(lookout.now, BuildState.FAILED, id_="long", project="long"),))
    lookout.let(60)
    assert lookout.kinds == [AlertKind.FAILED]
