"""A window with its presenter and clocks that stand still."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QApplication, QMenu

from cupola.desktop.window import Desktop
from cupola.presenters.window import WindowPresenter
from cupola.views.build_list import BuildList
from cupola.views.build_page import BuildPage
from cupola.views.main_window import MainWindow
from cupola.views.status_bar import StatusBar
from cupola.views.theme import Theme
from cupola.views.tokens import Scheme
from support.builds import CONTINUOUS, NOW

Start = Callable[..., Desktop]
"""Starts the whole window on an engine that watches the given roots, its places below the test's folder."""


class StillClock:
    """A `Clock` that moves only when told to."""

    def __init__(self) -> None:
        self.now = NOW
        self.since = CONTINUOUS

    def wall(self) -> float:
        return self.now

    def continuous(self) -> float:
        return self.since

    def advance(self, seconds: float) -> None:
        self.now += seconds
        self.since += seconds


def wire(window: MainWindow, presenter: WindowPresenter) -> None:
    """As the composition root does."""
    presenter.attach(window.views())
    window.paints.report_to(presenter.painted)
    window.build_chosen.connect(presenter.select)
    window.shown_changed.connect(lambda shown: presenter.set_window_shown(shown=shown))
    window.panel_shown_changed.connect(lambda facet, shown: presenter.set_panel_shown(facet, shown=shown))


def furnished(theme: Theme, presenter: WindowPresenter) -> MainWindow:
    """A main window with all its views."""
    window = MainWindow(theme)
    window.furnish(BuildList(theme, presenter.filter), BuildPage(theme, presenter.activity), StatusBar(theme))
    return window


def made_window(app: QApplication, scheme: str = "dark") -> tuple[MainWindow, WindowPresenter]:
    """A wired window that is not shown yet."""
    theme = Theme(app)
    theme.apply(Scheme(scheme))
    presenter = WindowPresenter(StillClock())
    window = furnished(theme, presenter)
    window.set_menus([QMenu("&File", window)], [QMenu("&Help", window)])
    wire(window, presenter)
    return window, presenter
