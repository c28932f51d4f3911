"""A choice among several, closed until it is wanted."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPaintEvent, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QComboBox

from cupola.presenters.overriding import override
from cupola.views.shapes import pen
from cupola.views.theme import Theme


class Picker(QComboBox):
    """Draws its arrow in the theme's colours, which a style sheet cannot without a picture."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName(name)
        theme.changed.connect(self.update)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        # What is scrolled past must not be chosen on the way.
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen(self._theme.color("text_soft"), 1.5))
        x, y = self.width() - 15.0, self.height() / 2
        painter.drawPolyline(QPolygonF([QPointF(x - 4, y - 2), QPointF(x, y + 2), QPointF(x + 4, y - 2)]))
