"""What tests of the window hold in their hands."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from cupola.presenters.overriding import override
from cupola.presenters.window import WindowPresenter
from cupola.views.main_window import MainWindow
from support.window import StillClock


class PaintCounter(QObject):
    """Which widgets were painted, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.painted: list[QWidget] = []
        self.heights: dict[QWidget, int] = {}

    def of(self, part: QWidget) -> list[QWidget]:
        """The paints of a widget and of what is in it."""
        return [widget for widget in self.painted if widget is part or part.isAncestorOf(widget)]

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and isinstance(watched, QWidget):
            self.painted.append(watched)
            if isinstance(event, QPaintEvent):
                self.heights[watched] = event.rect().height()
        return False


@dataclass(frozen=True, slots=True)
class Stage:
    """A window that shows seven builds, and its means."""

    window: MainWindow
    presenter: WindowPresenter
    clock: StillClock


def settle() -> None:
    """Handle everything that is posted, paints included."""
    for _ in range(20):
        QCoreApplication.sendPostedEvents()
        QCoreApplication.processEvents()
