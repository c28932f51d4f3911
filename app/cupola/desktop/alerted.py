"""A click on an alert: the window comes to the front, with the build and the dock that it was about."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from cupola.domain.words import Facet
from cupola.presenters.window import WindowPresenter
from cupola.views.main_window import MainWindow


class Alerted(QObject):
    """Lives in the GUI thread."""

    def __init__(
        self,
        window: MainWindow,
        presenter: WindowPresenter,
        reveal: Callable[[], None],
        parent: QObject | None = None,
    ) -> None:
        """`reveal` brings the window to the front, from wherever it is."""
        super().__init__(parent)
        self._window = window
        self._reveal = reveal
        self._presenter = presenter

    @Slot(str, object)
    def open(self, build: str, dock: Facet | None) -> None:
        """Show a build, or what is wrong with Cupola itself for ""; one that is gone opens the window."""
        self._reveal()
        if build:
            self._presenter.select(build)
        else:
            self._window.page.open_problems()
        if dock is not None:
            self._window.docks[dock].show()
            self._window.docks[dock].raise_()
