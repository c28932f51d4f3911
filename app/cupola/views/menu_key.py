"""Shift+F10: the menu of what has the focus, for keyboards without a Menu key."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject, QPoint
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


class MenuKey(QObject):
    """The Menu key itself is made known by the platform; on X11 and Wayland Shift+F10 is not."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        QShortcut(QKeySequence("Shift+F10"), window).activated.connect(self.open)

    def open(self) -> None:
        """Ask for the menu as the Menu key does; Qt finds out what has the focus, and where."""
        window = QGuiApplication.focusWindow()
        if window is not None:
            asked = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
            QCoreApplication.sendEvent(window, asked)
