"""Tells when a panel was really painted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from cupola.presenters.overriding import override

Painted = Callable[[str, str], None]

GIVE_UP_MS: Final = 100


class PaintProbe(QObject):
    """Watches paint events only between a render and the paint that follows it; costs nothing otherwise.

    What changes no pixel is given up soon, before an unrelated paint is taken for its own.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._painted: Painted | None = None
        self._panels: dict[str, QWidget] = {}
        self._armed: dict[str, str] = {}
        self._gives_up = QTimer(self)
        self._gives_up.setSingleShot(True)
        self._gives_up.setInterval(GIVE_UP_MS)
        self._gives_up.timeout.connect(self._disarm)

    def report_to(self, painted: Painted) -> None:
        """Call `painted` with panel and digest, once for each `arm`."""
        self._painted = painted

    def add(self, panel: str, widget: QWidget) -> None:
        """`panel` is painted when `widget` or a descendant of it is."""
        self._panels[panel] = widget

    def arm(self, panel: str, digest: str) -> None:
        """The next paint of `panel` shows `digest`."""
        if self._painted is None or panel not in self._panels:
            return
        app = QCoreApplication.instance()
        if not self._armed and app is not None:
            app.installEventFilter(self)
        self._armed[panel] = digest
        self._gives_up.start()

    def _disarm(self) -> None:
        self._armed.clear()
        self._gives_up.stop()
        app = QCoreApplication.instance()
        if app is not None:
            app.removeEventFilter(self)

    def _note(self, widget: QWidget) -> None:
        for panel in list(self._armed):
            root = self._panels[panel]
            if (root is widget or root.isAncestorOf(widget)) and self._painted is not None:
                self._painted(panel, self._armed.pop(panel))
        if not self._armed:
            self._disarm()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and isinstance(watched, QWidget):
            self._note(watched)
        return False
