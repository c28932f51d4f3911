"""Waiting for the first paint: only then does a start do what can wait."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget

from cupola.presenters.overriding import override

AT_MOST_MS: Final = 1_000


class FirstPaint(QObject):
    """Lives in the GUI thread; made before its window is shown."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._loop = QEventLoop(self)
        self._painted = False
        self._window = window
        window.installEventFilter(self)

    def wait(self, at_most_ms: int = AT_MOST_MS) -> bool:
        """Handle events until the window was painted; False if it was not in time, as when it is covered."""
        if not self._painted:
            timer = QTimer(self)
            timer.setSingleShot(True)
            timer.timeout.connect(self.give_up)
            timer.start(at_most_ms)
            self._loop.exec()
            timer.stop()
        self._window.removeEventFilter(self)
        return self._painted

    @Slot()
    def give_up(self) -> None:
        """End the waiting now."""
        self._loop.quit()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self.give_up)  # when this paint is through
        return False
