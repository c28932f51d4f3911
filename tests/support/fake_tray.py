"""A tray that comes and goes when a test says so."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from cupola.desktop.tray_place import Icon, TraySystem


class FakeIcon(QObject):
    """Keeps what it was told."""

    activated = Signal(QSystemTrayIcon.ActivationReason)
    messageClicked = Signal()  # noqa: N815 - its name is Qt's

    def __init__(self) -> None:
        super().__init__()
        self.icon = QIcon()
        self.tip = ""
        self.menu: QMenu | None = None
        self.said: list[str] = []
        self.shown = False

    def setIcon(self, icon: QIcon, /) -> None:
        self.icon = icon

    def setToolTip(self, tip: str, /) -> None:
        self.tip = tip

    def setContextMenu(self, menu: QMenu, /) -> None:
        self.menu = menu

    def showMessage(self, title: str, message: str, icon: QIcon, /) -> None:
        self.said.append(title)

    def show(self) -> None:
        self.shown = True

    def hide(self) -> None:
        self.shown = False

    def click(self) -> None:
        """As the left mouse button does."""
        self.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)


class FakeTraySystem(TraySystem):
    """`there` is what the desktop says; `made` are all icons so far; `widget` is their XEmbed one."""

    def __init__(self, *, there: bool = True) -> None:
        self.there = there
        self.looks = 0
        self.made: list[FakeIcon] = []
        self.widget: QWidget | None = None

    def is_there(self) -> bool:
        self.looks += 1
        return self.there

    def make(self) -> Icon:
        self.made.append(FakeIcon())
        return self.made[-1]

    def embedded(self) -> QObject | None:
        return self.widget

    @property
    def icon(self) -> FakeIcon:
        """The icon that is shown."""
        (shown,) = [icon for icon in self.made if icon.shown]
        return shown
