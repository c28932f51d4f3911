"""The application, which ends as the rest of the program wants to end."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QApplication

from cupola.presenters.overriding import override


class Application(QApplication):
    """`quit` and the system's own Quit (the Dock's) would ask each window, and the one that lives on in the
    tray refuses: they are told instead. Only what is sent to the application itself passes through here."""

    quit_asked = Signal()

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() is not QEvent.Type.Quit:
            return super().event(event)
        self.quit_asked.emit()
        event.ignore()
        return True
