"""A theme, a wired window with clocks that stand still, and a counter of paint events."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cupola.presenters.window import WindowPresenter
from cupola.views.theme import Theme
from cupola.views.tokens import Scheme
from support.builds import batch, seven
from support.stage import PaintCounter, Stage, settle
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
