"""The desktop's word that its StatusNotifier tray came, went, or is another one now."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtDBus import QDBusConnection, QDBusServiceWatcher

WATCHER: Final = "org.kde.StatusNotifierWatcher"


class TrayBus(QObject):
    """Lives in the GUI thread, on the connection that Qt's own tray has; without a bus it is silent."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        mode = QDBusServiceWatcher.WatchModeFlag.WatchForOwnerChange
        self._watcher = QDBusServiceWatcher(WATCHER, QDBusConnection.sessionBus(), mode, self)
        self._watcher.serviceOwnerChanged.connect(self._on_owner_changed)

    @Slot(str, str, str)
    def _on_owner_changed(self, _name: str, _old: str, _new: str) -> None:
        self.changed.emit()
