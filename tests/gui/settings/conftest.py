"""The whole window on an engine of the tests, with its settings open."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cupola.desktop.frame import Frame
from cupola.desktop.window import Desktop
from cupola.store.opened import Opened, open_store
from cupola.store.places import Wanted
from cupola.store.surroundings import surroundings
from cupola.views.settings_dialog import SettingsDialog
from support.fake_engine import FakeClock, FakeEngine
from support.settings_dialog import opened_dialog


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def opened() -> Opened:
    return open_store(Wanted(), surroundings())


@pytest.fixture
def desktop(qapp: QApplication, qtbot: QtBot, opened: Opened, engine: FakeEngine) -> Iterator[Desktop]:
    font, palette, sheet = qapp.font(), qapp.palette(), qapp.styleSheet()
    frame = Frame(qapp, opened.places.state_dir)
    frame.show()
    desktop = Desktop(frame, opened, FakeClock())
    qtbot.addWidget(desktop.window)
    desktop.start(engine)
    yield desktop
    assert desktop.close()
    desktop.deleteLater()
    qapp.setFont(font)
    qapp.setPalette(palette)
    qapp.setStyleSheet(sheet)


@pytest.fixture
def dialog(qtbot: QtBot, desktop: Desktop) -> SettingsDialog:
    return opened_dialog(qtbot, desktop)
