"""Cupola's real window on its real engine, in the test's own process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cupola.desktop.frame import Frame
from cupola.desktop.window import Desktop
from cupola.engine.clock import SystemClock
from cupola.engine.engine import Engine
from cupola.store.opened import Opened
from cupola.store.settings import Settings
from support.engine_host import places
from support.window import Start


@pytest.fixture
def started(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Start]:
    font, palette, sheet = qapp.font(), qapp.palette(), qapp.styleSheet()
    opened: list[Desktop] = []

    def start(*roots: Path, settings: Settings | None = None) -> Desktop:
        settings = settings or Settings()
        where = places(tmp_path / "places", roots)
        frame = Frame(qapp, where.state_dir)
        frame.show()
        desktop = Desktop(frame, Opened(where, settings, ()), SystemClock())
        opened.append(desktop)
        qtbot.addWidget(desktop.window)
        desktop.start(Engine(places=where, settings=settings, clock=SystemClock()))
        return desktop

    yield start
    for desktop in opened:
        assert desktop.close()
        desktop.deleteLater()
    qapp.setFont(font)
    qapp.setPalette(palette)
    qapp.setStyleSheet(sheet)
