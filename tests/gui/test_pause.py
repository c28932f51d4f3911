"""Pause Watching: one command for menu and tray, and everything says so until it goes on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cupola.desktop.actions import Act
from cupola.desktop.frame import Frame
from cupola.desktop.window import Desktop
from cupola.domain.models import HealthModel, RootModel, Watching
from cupola.domain.words import BuildState
from cupola.store.opened import open_store
from cupola.store.places import Wanted
from cupola.store.surroundings import surroundings
from cupola.views.labels import Words
from cupola.views.tokens import DARK, LIGHT, Tokens
from cupola.views.tray_icon import SIZES, tray_icon
from support.fake_engine import FakeClock, FakeEngine, build
from support.fake_tray import FakeTraySystem

ROOT = RootModel("/r", True, 3, Watching.EVENTS)


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def system(qapp: QApplication) -> FakeTraySystem:
    return FakeTraySystem()


@pytest.fixture
def desktop(
    qapp: QApplication, qtbot: QtBot, engine: FakeEngine, system: FakeTraySystem
) -> Iterator[Desktop]:
    font, palette, sheet = qapp.font(), qapp.palette(), qapp.styleSheet()
    opened = open_store(Wanted(), surroundings())
    frame = Frame(qapp, opened.places.state_dir)
    frame.show()
    desktop = Desktop(frame, opened, FakeClock(), None, system)
    qtbot.addWidget(desktop.window)
    desktop.start(engine)
    yield desktop
    assert desktop.close()
    desktop.deleteLater()
    qapp.setFont(font)
    qapp.setPalette(palette)
    qapp.setStyleSheet(sheet)


def health(engine: FakeEngine, *, paused: bool) -> None:
    engine.health(HealthModel((ROOT,), paused=paused))


def test_the_command_asks_the_engine_and_everything_says_so_until_it_goes_on(
    qtbot: QtBot, desktop: Desktop, engine: FakeEngine, system: FakeTraySystem
) -> None:
    action, status = desktop.actions[Act.PAUSE], desktop.window.status
    engine.put(build("aaa"))
    health(engine, paused=False)
    engine.ready()
    qtbot.waitUntil(lambda: "1 running" in system.icon.tip)
    action.trigger()
    assert engine.paused == [True]
    health(engine, paused=True)
    qtbot.waitUntil(status.paused.isVisible)
    assert action.isChecked()
    assert "paused" in status.watching.text()
    assert status.paused.accessibleName() == "Watching is paused"
    qtbot.waitUntil(lambda: "watching is paused, last seen: 1 running" in system.icon.tip)
    action.trigger()
    assert engine.paused == [True, False]
    health(engine, paused=False)
    qtbot.waitUntil(lambda: not status.paused.isVisible())
    assert not action.isChecked()
    assert "paused" not in status.watching.text()
    qtbot.waitUntil(lambda: system.icon.tip.startswith("Cupola: 1 running"))


def test_what_was_told_before_the_engine_did_as_asked_does_not_flip_the_command_back(
    qtbot: QtBot, desktop: Desktop, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "pause", engine.paused.append)  # and nothing is told of it yet
    action = desktop.actions[Act.PAUSE]
    action.trigger()
    engine.health(HealthModel((), watches=1))
    engine.health(HealthModel((ROOT,), watches=2))
    qtbot.waitUntil(lambda: desktop.presenter.health.watches == 2)
    assert action.isChecked()
    health(engine, paused=True)
    qtbot.waitUntil(lambda: desktop.presenter.health.paused)
    health(engine, paused=False)
    qtbot.waitUntil(lambda: not action.isChecked())


def test_a_page_without_builds_says_that_watching_is_paused(
    qtbot: QtBot, desktop: Desktop, engine: FakeEngine
) -> None:
    engine.ready()
    health(engine, paused=True)

    def said() -> str:
        return "\n".join(words.text() for words in desktop.window.page.empty.findChildren(Words))

    qtbot.waitUntil(lambda: "Watching is paused" in said())
    assert "Pause Watching" in said()
    health(engine, paused=False)
    qtbot.waitUntil(lambda: "No builds yet" in said())


@pytest.mark.parametrize("tokens", [DARK, LIGHT])
@pytest.mark.parametrize("size", SIZES)
def test_the_icon_of_a_pause_is_another_one_than_of_any_state(
    qapp: QApplication, tokens: Tokens, size: int
) -> None:
    def image(icon: QIcon) -> bytes:
        return bytes(icon.pixmap(size).toImage().constBits())

    paused = image(tray_icon(BuildState.RUNNING, 3, tokens, paused=True))
    assert paused == image(tray_icon(None, 0, tokens, paused=True)), "what was seen last may be long over"
    states: list[BuildState | None] = [*BuildState, None]
    assert all(paused != image(tray_icon(state, 0, tokens)) for state in states)
