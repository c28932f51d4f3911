"""Hands the feed on to those who draw nothing in the window, once it has been painted."""

from __future__ import annotations

from collections import deque

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cupola.engine.feed import FeedEvent


class AfterPaint(QObject):
    """Lives in the GUI thread. A change is on screen before tray and alerts have thought about it.

    A paint that was asked for is a posted event, and Qt delivers all of those before a timer of zero.
    """

    passed = Signal(object)
    """A batch of the feed, each as it came and in their order."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[tuple[FeedEvent, ...]] = deque()
        self._stopped = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._pass_on)

    @Slot(object)
    def take(self, batch: tuple[FeedEvent, ...]) -> None:
        """Keep a batch until the window has been painted."""
        if not self._stopped:
            self._waiting.append(batch)
            self._timer.start()

    def stop(self) -> None:
        """Nothing more is handed on, whatever the feed still brings."""
        self._stopped = True
        self._timer.stop()
        self._waiting.clear()

    @Slot()
    def _pass_on(self) -> None:
        while self._waiting:
            self.passed.emit(self._waiting.popleft())
