"""Pause Watching: the command follows what the engine does, and not what it was asked for."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction

from cupola.engine.feed import FeedEvent, HealthChange
from cupola.presenters.bridge import FeedBridge


class Pausing(QObject):
    """Lives in the GUI thread. A pause is of this session: the next one watches."""

    told = Signal(bool)
    """Whether nothing is watched now, as the engine says."""

    def __init__(self, bridge: FeedBridge, action: QAction, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge, self._action = bridge, action
        self._asked: bool | None = None
        action.triggered.connect(self._on_triggered)
        bridge.after_paint.passed.connect(self._on_arrived)

    @Slot(bool)
    def _on_triggered(self, paused: bool) -> None:
        self._asked = paused
        self._bridge.pause(paused)

    @Slot(object)
    def _on_arrived(self, batch: tuple[FeedEvent, ...]) -> None:
        for event in batch:
            if isinstance(event, HealthChange):
                self._show(paused=event.model.paused)
                self.told.emit(event.model.paused)

    def _show(self, *, paused: bool) -> None:
        """What was told before the engine did as asked is no news."""
        if self._asked is None or self._asked is paused:
            self._asked = None
            self._action.setChecked(paused)
