"""A theme, a wired window with clocks that stand still, and a counter of paint events."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from shutil import which

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cupola.desktop.frame import Frame
from cupola.desktop.window import Desktop
from cupola.presenters.window import WindowPresenter
from cupola.store.opened import open_store
from cupola.store.places import Wanted
from cupola.store.surroundings import surroundings
from cupola.views.main_window import FIRST_SIZE
from cupola.views.theme import Theme
from cupola.views.tokens import Scheme
from support.builds import batch, health, seven
from support.dock_models import log_news, shown_with
from support.stage import PaintCounter, Stage, settle
from support.typist import Typist
from support.window import StillClock, furnished, wire


@pytest.fixture(scope="session")
def theme(qapp: QApplication) -> Theme:
    made = Theme(qapp)
    made.apply(Scheme.DARK)
    return made


@pytest.fixture
def paints(qapp: QApplication) -> Iterator[PaintCounter]:
    counter = PaintCounter()
    qapp.installEventFilter(counter)
    yield counter
    qapp.removeEventFilter(counter)


@pytest.fixture
def bare_stage(qtbot: QtBot, theme: Theme) -> Stage:
    """A window that was told nothing yet."""
    clock = StillClock()
    presenter = WindowPresenter(clock)
    window = furnished(theme, presenter)
    presenter.setParent(window)
    window.set_menus([], [])
    wire(window, presenter)
    qtbot.addWidget(window)
    return Stage(window, presenter, clock)


@pytest.fixture
def stage(qtbot: QtBot, bare_stage: Stage) -> Stage:
    bare_stage.window.show()
    qtbot.waitExposed(bare_stage.window)
    bare_stage.presenter.on_events(batch(seven()))
    settle()
    return bare_stage


@pytest.fixture
def typist(qapp: QApplication, qtbot: QtBot) -> Iterator[Typist]:
    """The whole window, wired as it is when it runs, with all its lists filled."""
    font, palette, sheet = qapp.font(), qapp.palette(), qapp.styleSheet()
    opened = open_store(Wanted(), surroundings())
    frame = Frame(qapp, opened.places.state_dir)
    frame.show()
    frame.window.resize(FIRST_SIZE)  # more than the screen that is drawn offscreen
    desktop = Desktop(frame, opened, StillClock())
    qtbot.addWidget(desktop.window)
    desktop.presenter.on_events((*batch(seven(), health()), *shown_with("full")))
    desktop.window.page.log.show_news(log_news())
    desktop.window.activateWindow()
    qtbot.waitUntil(desktop.window.isActiveWindow)
    desktop.window.builds.list.setFocus(Qt.FocusReason.TabFocusReason)
    settle()
    yield Typist(desktop)
    assert desktop.close()
    desktop.deleteLater()
    qapp.setFont(font)
    qapp.setPalette(palette)
    qapp.setStyleSheet(sheet)


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a session bus of the test's own."""
    if which("dbus-daemon") is None:
        pytest.skip("no dbus-daemon")
    command = ["dbus-daemon", "--session", "--nofork", "--print-address=1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as daemon:
        assert daemon.stdout is not None
        address = daemon.stdout.readline().strip()
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield address
        daemon.terminate()
