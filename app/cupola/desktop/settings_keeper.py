"""The settings in force, once for the whole window: whoever needs them is told by this object."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from cupola.engine.feed import FeedEvent, SettingsChange
from cupola.presenters.bridge import FeedBridge
from cupola.store.settings import Settings


class SettingsKeeper(QObject):
    """Lives in the GUI thread. A change holds at once; the engine applies, merges and writes it."""

    changed = Signal(object)
    """The `Settings` that hold now."""

    def __init__(self, settings: Settings, bridge: FeedBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        self._bridge = bridge
        self._sent: list[Settings] = []
        bridge.after_paint.passed.connect(self._on_arrived)

    def change(self, settings: Settings) -> None:
        """Let these hold from now on, in later sessions too; equal ones change nothing."""
        if settings == self.settings:
            return
        if self._bridge.running:
            self._sent.append(settings)
        was = self.settings
        self._hold(settings)
        self._bridge.configure(settings, was)

    @Slot(object)
    def _on_arrived(self, batch: tuple[FeedEvent, ...]) -> None:
        for event in batch:
            if isinstance(event, SettingsChange):
                self._take(event.settings)

    def _take(self, settings: Settings) -> None:
        """An answer to an earlier change than the last one is no news: that one's is still to come."""
        if settings in self._sent:
            del self._sent[: self._sent.index(settings) + 1]
            if self._sent:
                return
        self._sent.clear()
        if settings != self.settings:
            self._hold(settings)

    def _hold(self, settings: Settings) -> None:
        self.settings = settings
        self.changed.emit(settings)
