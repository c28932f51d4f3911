"""F6 and Shift+F6: from one pane of the window to the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget


@dataclass(frozen=True, slots=True)
class Pane:
    """A part of the window, and how to find the widget in it that takes the focus first."""

    whole: QWidget
    find_entrance: Callable[[], QWidget]

    def holds(self, widget: QWidget | None) -> bool:
        """Whether `widget` lies in this pane."""
        return widget is not None and (self.whole is widget or self.whole.isAncestorOf(widget))

    def can_be_seen(self) -> bool:
        """False for a dock that is closed or behind another one."""
        return not self.whole.visibleRegion().isEmpty()


class Panes(QObject):
    """The panes of one window, in order."""

    def __init__(self, window: QWidget, panes: Sequence[Pane]) -> None:
        super().__init__(window)
        self._window = window
        self._panes = tuple(panes)
        for keys, slot in (("F6", self.next), ("Shift+F6", self.previous)):
            QShortcut(QKeySequence(keys), window).activated.connect(slot)

    def next(self) -> None:
        """Move the focus to the next pane that can be seen."""
        self._step(1, Qt.FocusReason.TabFocusReason)

    def previous(self) -> None:
        """Move the focus to the pane before."""
        self._step(-1, Qt.FocusReason.BacktabFocusReason)

    def _step(self, by: int, reason: Qt.FocusReason) -> None:
        panes = [pane for pane in self._panes if pane.can_be_seen()]
        # A dock that floats is a window of its own, with a focus of its own.
        focus: QWidget | None = QApplication.focusWidget() or self._window.focusWidget()
        at = next((i for i, pane in enumerate(panes) if pane.holds(focus)), -1 if by > 0 else 0)
        if panes:
            entrance = panes[(at + by) % len(panes)].find_entrance()
            entrance.window().activateWindow()
            entrance.setFocus(reason)
            entrance.window().setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
            entrance.update()
