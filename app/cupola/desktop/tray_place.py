"""Whether there is a tray: it may come late, go, and come again as one of another kind."""

from __future__ import annotations

from typing import Final, Protocol

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, SignalInstance, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

SOON_MS: Final = 3_000
SELDOM_MS: Final = 15_000
SOON_LOOKS: Final = 20
"""A desktop's tray comes within its first minute, or perhaps never."""
GUARD_MS: Final = 120_000
"""While the window is hidden, for a tray of which nobody tells that it goes; each look wakes the machine."""
_EMBEDDED: Final = "QSystemTrayIconSys"
"""Qt's own widget in an XEmbed tray, which it hides when that goes; it has no other word for it."""
STRANDED_MS: Final = 8_000
"""How long a hidden window waits for a tray that is not there; a panel that restarts takes less."""


class Icon(Protocol):
    """What is needed of a `QSystemTrayIcon`."""

    @property
    def activated(self) -> SignalInstance: ...

    @property
    def messageClicked(self) -> SignalInstance: ...

    def setIcon(self, icon: QIcon, /) -> None: ...

    def setToolTip(self, tip: str, /) -> None: ...

    def setContextMenu(self, menu: QMenu, /) -> None: ...

    def showMessage(self, title: str, message: str, icon: QIcon, /) -> None: ...

    def show(self) -> None: ...

    def hide(self) -> None: ...

    def deleteLater(self) -> None: ...


class TraySystem:
    """The platform's tray; tests put another in its place."""

    def is_there(self) -> bool:
        """Whether an icon would be seen now; takes 0.1 ms."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    def make(self) -> Icon:
        """A new icon that is not shown yet."""
        return QSystemTrayIcon()

    def embedded(self) -> QObject | None:
        """What stands in an XEmbed tray for the icon that was shown, None for trays of other kinds."""
        widgets = (one for one in QApplication.topLevelWidgets() if one.metaObject().className() == _EMBEDDED)
        return next(widgets, None)


class TrayPlace(QObject):
    """Lives in the GUI thread: looks for a tray while there is none, and after it behind a hidden window."""

    came = Signal()
    """There is a tray, or another one than before: an icon has to be made anew."""
    went = Signal()
    stranded = Signal()
    """The window is hidden, and there is no tray to get it back from."""

    def __init__(self, system: TraySystem, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._system = system
        self._there = False
        self._hidden = False
        self._stopped = False
        self._looks = 0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._timer.timeout.connect(self.look)
        self._rescue = QTimer(self)
        self._rescue.setSingleShot(True)
        self._rescue.setInterval(STRANDED_MS)
        self._rescue.timeout.connect(self._on_rescue)

    def is_there(self) -> bool:
        """Whether there is a tray at this very moment."""
        self.look()
        return self._there

    def make_icon(self) -> Icon:
        """An icon for the tray that is there."""
        return self._system.make()

    def guard(self) -> None:
        """Notice when the tray of the icon that was just shown goes; the session bus tells of other kinds."""
        embedded = self._system.embedded()
        if embedded is not None:
            embedded.installEventFilter(self)

    def eventFilter(self, _embedded: QObject, event: QEvent) -> bool:
        """Look soon, for Qt still takes its widget down."""
        if event.type() is QEvent.Type.Hide and not self._stopped:
            self._timer.start(0)
        return False

    def set_hidden(self, *, hidden: bool) -> None:
        """Whether the window is out of sight but for the tray."""
        self._hidden = hidden
        self._plan()

    def stop(self) -> None:
        """Look no more."""
        self._stopped = True
        self._timer.stop()
        self._rescue.stop()

    @Slot()
    def look(self) -> None:
        """Look whether there is a tray."""
        self._looks += 1
        there = self._system.is_there()
        if there != self._there:
            self._there, self._looks = there, 0
            (self.came if there else self.went).emit()
        self._plan()

    @Slot()
    def renew(self) -> None:
        """The tray is another one now, as far as the desktop says: an icon of the old one is lost."""
        if self._there:
            self._there = False
            self.went.emit()
        self.look()

    def _plan(self) -> None:
        if self._there and not self._hidden:
            self._timer.stop()
        else:
            self._every(GUARD_MS if self._there else SOON_MS if self._looks < SOON_LOOKS else SELDOM_MS)
        if self._there or not self._hidden:
            self._rescue.stop()
        elif not self._rescue.isActive():
            self._rescue.start()

    def _every(self, interval_ms: int) -> None:
        if not self._timer.isActive() or self._timer.interval() != interval_ms:
            self._timer.start(interval_ms)

    @Slot()
    def _on_rescue(self) -> None:
        self.look()
        if self._hidden and not self._there:
            self.stranded.emit()
