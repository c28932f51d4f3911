"""Watches the feed for what is worth an alert, and says when there is one; `delivery` brings it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cupola.domain.alerts import Alert, Attention, Sight
from cupola.domain.clock import Clock, Instant
from cupola.domain.episodes import Episodes, News, decide
from cupola.domain.models import BuildModel, HealthModel, TokensModel
from cupola.domain.problems import Problem
from cupola.domain.words import Facet
from cupola.engine.feed import Change, FeedEvent, Gone, HealthChange, Ready
from cupola.store.settings import AlertSettings

SLEPT_S: Final = 2.0
LONGEST_S: Final = 600.0
ENGINE: Final = "engine"


class Alerts(QObject):
    """Lives in the GUI thread; takes the same events as the window, and wakes up only when one is due."""

    raised = Signal(object)
    """An `Alert` to deliver."""

    def __init__(
        self,
        settings: AlertSettings,
        clock: Clock,
        attention: Callable[[], Attention] = Attention,
        awake: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        """`awake` is a clock that stands still while the machine sleeps."""
        super().__init__(parent)
        self._settings = settings
        self._clock = clock
        self._attention = attention
        self._awake = awake
        self._asleep_s = self._asleep_total_s()
        self._muted_until: Instant | None = None
        self._episodes = Episodes(clock.wall())
        self._sights: dict[str, Sight] = {}
        self._early: dict[str, TokensModel] = {}
        self._health = HealthModel()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_due)

    @property
    def waits_ms(self) -> int | None:
        """How long until an alert is due, None while none is."""
        return self._timer.remainingTime() if self._timer.isActive() else None

    @property
    def muted_until(self) -> Instant | None:
        """Until when nothing is said; None if it is not muted."""
        return self._muted_until

    def set_settings(self, settings: AlertSettings) -> None:
        """From now on what is wanted is this."""
        self._settings = settings

    def mute(self, until: Instant | None) -> None:
        """Say nothing until then; None ends it. It is forgotten with the session."""
        self._muted_until = until

    def stop(self) -> None:
        """Nothing more is said."""
        self._timer.stop()

    @Slot(object)
    def on_events(self, batch: tuple[FeedEvent, ...]) -> None:
        """Take what happened since the last batch."""
        seen: dict[str, Sight] = {}
        gone: list[str] = []
        health: HealthModel | None = None
        ready = False
        for event in batch:
            match event:
                case Change(build=build):
                    sight = self._sighted(event)
                    if sight is not None:
                        seen[build] = sight
                case Gone(build=build):
                    seen.pop(build, None)
                    self._forget(build)
                    gone.append(build)
                case HealthChange(model=model):
                    health = self._health = model
                case Ready():
                    ready = True
        self._decide(News(tuple(seen.values()), tuple(gone), health, ready))

    @Slot(str)
    def on_engine_failed(self, why: str) -> None:
        """Nothing more will be seen."""
        problem, blind = Problem(ENGINE, f"it ended by an error: {why}"), self._health.blinded_by | {ENGINE}
        self._health = replace(
            self._health, problems=(*self._health.problems, problem), blinded_by=frozenset(blind)
        )
        self._decide(News(health=self._health))

    def _sighted(self, change: Change) -> Sight | None:
        """How the build looks now; None while its header did not come, or if nothing counts for alerts."""
        old = self._sights.get(change.build)
        match change.model:
            case BuildModel() as build if old is not None:
                sight = replace(old, build=build)
            case BuildModel() as build:
                tokens = self._early.pop(change.build, TokensModel())
                sight = Sight.of(build, tokens)
            case TokensModel() as tokens if old is not None:
                sight = Sight.of(old.build, tokens)
            case TokensModel() as tokens:
                self._early[change.build] = tokens
                return None
            case _:
                return None
        self._sights[change.build] = sight
        return sight

    def _forget(self, build: str) -> None:
        self._sights.pop(build, None)
        self._early.pop(build, None)

    @Slot()
    def _on_due(self) -> None:
        self._decide(News())

    def _decide(self, news: News) -> None:
        now = self._clock.wall()
        told = replace(news, woke=self._woke(now), attention=self._attention())
        decision = decide(self._episodes, told, now, self._settings.policy(self._muted_until))
        self._episodes = decision.episodes
        self._arm(now, decision.valid_until)
        if decision.alert is not None:
            self.raised.emit(decision.alert)

    def _arm(self, now: Instant, due: Instant | None) -> None:
        """Long waits are cut: a timer does not count sleep, and a clock may be set."""
        if due is None:
            self._timer.stop()
        else:
            self._timer.start(max(1, math.ceil(min(due - now, LONGEST_S) * 1000)))

    def _woke(self, now: Instant) -> Instant | None:
        before, self._asleep_s = self._asleep_s, self._asleep_total_s()
        return now if self._asleep_s - before > SLEPT_S else None

    def _asleep_total_s(self) -> float:
        return self._clock.continuous() - self._awake()


def dock_of(alert: Alert) -> tuple[str, Facet | None]:
    """The build and the dock that a click on an alert opens; no build for one of Cupola itself."""
    return alert.first.build, alert.first.dock
