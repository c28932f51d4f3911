"""Somebody who watches builds on a fake clock, and keeps every alert with its time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cupola.domain.alerts import Alert, AlertKind, AlertPolicy, Attention, Sight
from cupola.domain.episodes import HOLD_S, Episodes, News, decide
from cupola.domain.models import HealthModel, RootModel, Watching, Work, WorkState, Zone
from cupola.domain.words import BuildState
from support.fake_engine import NOW, build


def seen(
    now: float,
    state: BuildState = BuildState.RUNNING,
    work: WorkState = WorkState.NONE,
    zone: Zone = Zone.NONE,
    **changed: Any,
) -> Sight:
    """A build that changed just now."""
    told = Work(work, f"{work.value} because", now) if work is not WorkState.NONE else Work()
    fields = {"state_reason": f"{state.value} because", "changed_at": now, "work": told, **changed}
    return Sight(build(state=state, **fields), zone, now if zone is not Zone.NONE else None)


class Lookout:
    """Asks for a decision at each news, and when one is due by time, as the desktop does."""

    def __init__(self, start: float = NOW) -> None:
        self.now = start
        self.policy = AlertPolicy()
        self.attention = Attention()
        self.episodes = Episodes(start)
        self.due: float | None = None
        self.alerts: list[tuple[float, Alert]] = []

    @classmethod
    def settled(cls, **first: Any) -> Lookout:
        """One that has seen a running build for longer than the first seconds, and has seen it change."""
        lookout = cls()
        lookout.tell(ready=True)
        lookout.see(**first)
        lookout.let(HOLD_S + 1)
        lookout.see(**first)
        return lookout

    @property
    def kinds(self) -> list[AlertKind]:
        """What was said, in order."""
        return [each.kind for _, alert in self.alerts for each in alert.occasions]

    def see(self, state: BuildState = BuildState.RUNNING, **changed: Any) -> None:
        """A build changes now."""
        self.tell(sights=(seen(self.now, state, **changed),))

    def fall_silent(self, state: BuildState = BuildState.QUIET, build_id: str = "0123456789ab") -> None:
        """A build turns into another state by time alone."""
        old = self.episodes.courses[build_id].sight
        self.tell(sights=(replace(old, build=replace(old.build, state=state)),))

    def work(self, state: WorkState, **changed: Any) -> None:
        """The sessions of a running build do something else."""
        self.see(work=state, **changed)

    def look(self, build_id: str | None, *, focused: bool = True) -> None:
        """Somebody looks at a build and moves the mouse."""
        self.attention = Attention(build_id, focused=focused, input_at=self.now)

    def tell(self, **news: Any) -> None:
        """Decide about news now."""
        self._decide(News(attention=self.attention, **news))

    def let(self, seconds: float) -> None:
        """Let time pass, waking up whenever a decision is due."""
        end = self.now + seconds
        while self.due is not None and self.due <= end:
            self.now = max(self.now, self.due)
            self._decide(News(attention=self.attention))
        self.now = end

    def sleep(self, seconds: float) -> None:
        """The machine sleeps; nothing is decided until it is awake, and then at once."""
        self.now += seconds
        self.tell(woke=self.now)

    def _decide(self, news: News) -> None:
        decision = decide(self.episodes, news, self.now, self.policy)
        assert decision.valid_until is None or decision.valid_until > self.now
        self.episodes, self.due = decision.episodes, decision.valid_until
        if decision.alert is not None:
            self.alerts.append((self.now, decision.alert))


def health(*unreadable: str, roots: tuple[str, ...] = ("/r",)) -> HealthModel:
    """A health in which some roots cannot be read."""

    return HealthModel(
        tuple(
            RootModel(path, path not in unreadable, 1, Watching.EVENTS, "gone" if path in unreadable else "")
            for path in roots
        )
    )
