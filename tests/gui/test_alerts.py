"""The feed as the window gets it becomes alerts, with one timer, and none while somebody looks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from cupola.desktop.alerts import LONGEST_S, Alerts
from cupola.desktop.onlooker import Onlooker
from cupola.domain.alerts import Alert, AlertKind, Attention, QuietHours
from cupola.domain.episodes import FINISHED_S, GATHER_S, HOLD_S
from cupola.domain.models import BuildModel, Meaning, TokensModel, Zone
from cupola.domain.words import BuildState, Facet
from cupola.engine.feed import Change, Gone, HealthChange, Ready
from cupola.store.settings import AlertSettings
from support.alerting import health
from support.clock import FakeClock
from support.fake_engine import build, change


class Watcher:
    """Alerts on clocks of the test, fed by hand."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.awake = self.clock.continuous()
        self.attention = Attention()
        self.alerts = Alerts(AlertSettings(), self.clock, self._attention, self._awake)
        self.raised: list[Alert] = []
        self.alerts.raised.connect(self.raised.append)
        self.revision = 0

    def _attention(self) -> Attention:
        return self.attention

    def _awake(self) -> float:
        return self.awake

    def see(self, **changed: Any) -> None:
        self.alerts.on_events((self.changed(**changed),))

    def changed(self, **changed: Any) -> Change:
        self.revision += 1
        model = build(**{"changed_at": self.clock.wall(), **changed})
        return change(model, self.revision)

    def is_waiting(self) -> bool:
        return self.alerts.waits_ms is not None

    def let(self, seconds: float) -> None:
        """Time passes, and the timer fires."""
        self.clock.advance(seconds)
        self.awake += seconds
        self.alerts._on_due()

    def sleep(self, seconds: float) -> None:
        self.clock.advance(seconds)

    def kinds(self) -> list[AlertKind]:
        return [each.kind for alert in self.raised for each in alert.occasions]


@pytest.fixture
def watcher(qtbot: QtBot) -> Iterator[Watcher]:
    watcher = Watcher()
    watcher.alerts.on_events((Ready(watcher.clock.wall()), watcher.changed()))
    watcher.let(HOLD_S + 1)
    watcher.see()
    yield watcher
    watcher.alerts.stop()


def test_a_failure_is_raised_when_its_timer_fires(watcher: Watcher) -> None:
    assert not watcher.is_waiting()
    watcher.see(state=BuildState.FAILED)
    assert watcher.alerts.waits_ms == pytest.approx(GATHER_S * 1000, rel=0.06), "a coarse timer"
    watcher.let(GATHER_S)
    assert watcher.kinds() == [AlertKind.FAILED]
    assert not watcher.is_waiting()


def test_the_timer_waits_for_the_end_of_the_minute_and_never_for_long(watcher: Watcher) -> None:
    watcher.see(state=BuildState.COMPLETED)
    assert watcher.alerts.waits_ms is not None
    assert watcher.alerts.waits_ms == pytest.approx(FINISHED_S * 1000, rel=0.06), "a coarse timer"
    watcher.see()
    assert not watcher.is_waiting(), "it was reopened"


def in_use(zone: Zone, at: float) -> TokensModel:
    return TokensModel(Meaning.CONTEXT, zone=zone, changed_at=at)


def test_tokens_and_header_make_one_picture_whichever_comes_first(watcher: Watcher) -> None:
    now = watcher.clock.wall()
    safe, full = (in_use(zone, now) for zone in (Zone.SAFE, Zone.CRITICAL))
    watcher.alerts.on_events((Change("late", Facet.TOKENS, 1, "1", safe), watcher.changed(id_="late")))
    watcher.see(id_="late", detail="more")
    watcher.let(1)
    watcher.see(id_="late", detail="much more")
    watcher.alerts.on_events((Change("late", Facet.TOKENS, 2, "2", full),))
    watcher.let(GATHER_S)
    assert watcher.kinds() == [AlertKind.CRITICAL]


def test_what_left_is_forgotten_and_what_failed_in_the_same_batch_is_not(watcher: Watcher) -> None:
    watcher.see(id_="other")
    watcher.let(1)
    watcher.see(id_="other")
    batch = (watcher.changed(state=BuildState.FAILED), watcher.changed(id_="other", state=BuildState.FAILED))
    watcher.alerts.on_events((*batch, Gone("other")))
    watcher.let(GATHER_S)
    assert [each.build for alert in watcher.raised for each in alert.occasions] == ["0123456789ab"]


def test_silence_over_sleep_is_noticed_by_two_clocks_that_differ(watcher: Watcher) -> None:
    before = watcher.clock.wall()
    watcher.sleep(7_200)
    watcher.see(state=BuildState.QUIET, changed_at=before)
    watcher.let(LONGEST_S)
    assert watcher.kinds() == []


def test_impaired_watching_and_an_engine_that_ended_are_raised(watcher: Watcher) -> None:
    watcher.alerts.on_events((HealthChange(health()),))
    watcher.alerts.on_events((HealthChange(health("/r")),))
    watcher.let(60)
    watcher.alerts.on_engine_failed("MemoryError: none left")
    watcher.let(60)
    told = [(each.project, each.reason) for alert in watcher.raised for each in alert.occasions]
    assert told == [("/r", "gone"), ("engine", "it ended by an error: MemoryError: none left")]


def test_settings_and_muting_hold_from_the_next_alert_on(watcher: Watcher) -> None:
    watcher.alerts.mute(watcher.clock.wall() + 3_600)
    watcher.see(state=BuildState.FAILED)
    watcher.let(60)
    watcher.alerts.mute(None)
    watcher.alerts.set_settings(AlertSettings(quiet_hours=QuietHours(0, 1439)))
    for _ in range(2):
        watcher.see()
        watcher.see(state=BuildState.FAILED)
        watcher.let(60)
        watcher.alerts.set_settings(AlertSettings(switched_off=frozenset({AlertKind.FAILED})))
    assert watcher.raised == []
    watcher.alerts.set_settings(AlertSettings())
    watcher.see()
    watcher.see(state=BuildState.FAILED)
    watcher.let(60)
    assert watcher.kinds() == [AlertKind.FAILED]


def test_attention_is_paid_to_the_shown_build_by_input_into_the_focused_window(qtbot: QtBot) -> None:
    window, clock = QWidget(), FakeClock()
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    onlooker = Onlooker(window, clock, window)
    shown: BuildModel = build("aaa")
    onlooker.on_shown_changed(shown)
    assert onlooker.attention() == Attention("aaa", focused=True)
    for number, act in enumerate((QTest.keyClick, QTest.mouseClick)):
        clock.advance(100 + number)
        if act is QTest.keyClick:
            QTest.keyClick(window.windowHandle(), Qt.Key.Key_A)
        else:
            button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
            QTest.mouseClick(window.windowHandle(), button, none, QPoint(5, 5))
        assert onlooker.attention().input_at == clock.wall()
    window.hide()
    assert not onlooker.attention().focused
    onlooker.on_shown_changed(None)
    assert onlooker.attention().build is None


def test_nothing_is_raised_of_what_is_looked_at(watcher: Watcher) -> None:
    watcher.attention = Attention("0123456789ab", focused=True, input_at=watcher.clock.wall())
    watcher.see(state=BuildState.FAILED)
    watcher.let(GATHER_S)
    assert watcher.raised == []
    watcher.attention = replace(watcher.attention, focused=False)
    watcher.see()
    watcher.see(state=BuildState.FAILED)
    watcher.let(GATHER_S)
    assert watcher.kinds() == [AlertKind.FAILED]
