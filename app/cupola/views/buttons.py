"""Small flat buttons drawn by hand: glyphs for title bars, and a word that opens something."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QFrame, QWidget

from cupola.presenters.overriding import override
from cupola.presenters.tooltips import plain_tooltip
from cupola.views.shapes import cross, pause, pen, shows_focus
from cupola.views.theme import FontRole, Theme


class Glyph(Enum):
    """What a glyph button shows."""

    CLOSE = auto()
    FLOAT = auto()
    WARNING = auto()
    PAUSE = auto()


def draw_glyph(painter: QPainter, glyph: Glyph, box: QRectF, theme: Theme, ink: str) -> None:
    """Draw `glyph` filling `box`."""
    color = theme.color(ink)
    match glyph:
        case Glyph.CLOSE:
            cross(painter, box.adjusted(1, 1, -1, -1), color, 1.5)
        case Glyph.PAUSE:
            pause(painter, box, color)
        case Glyph.FLOAT:
            painter.setPen(pen(color, 1.4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(0.5, 3.5, -3.5, -0.5), 1.5, 1.5)
            edge = [(3.5, 0.5), (box.width() - 0.5, 0.5), (box.width() - 0.5, box.height() - 3.5)]
            painter.drawPolyline(QPolygonF([QPointF(box.x() + x, box.y() + y) for x, y in edge]))
        case Glyph.WARNING:
            painter.setPen(pen(color, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            middle, top, bottom = box.center().x(), box.top() + 1, box.bottom() - 1
            painter.drawPolygon(
                QPolygonF([QPointF(middle, top), QPointF(box.right(), bottom), QPointF(box.left(), bottom)])
            )
            painter.drawLine(QPointF(middle, top + 3.5), QPointF(middle, bottom - 4))
            painter.drawPoint(QPointF(middle, bottom - 2))


class Sign(QWidget):
    """A glyph that is no button, and its meaning."""

    def __init__(self, theme: Theme, glyph: Glyph, meaning: str, ink: str = "warn") -> None:
        super().__init__()
        self._theme, self._glyph, self._ink = theme, glyph, ink
        self.setAccessibleName(meaning)
        self.setToolTip(plain_tooltip(meaning))
        self.setFixedSize(17, 17)
        theme.changed.connect(self.update)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_glyph(painter, self._glyph, QRectF(2, 2, 13, 13), self._theme, self._ink)


class FlatButton(QAbstractButton):
    """A button without a frame: its ground shows only under pointer, press and focus."""

    def __init__(self, theme: Theme, name: str, *, glyph: Glyph | None = None, words: bool = False) -> None:
        super().__init__()
        self._theme = theme
        self._glyph = glyph
        self._words = words
        self.setText(name)
        self.setAccessibleName(name)
        self.setToolTip(plain_tooltip(name))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFont(theme.font(FontRole.SMALL))
        theme.changed.connect(self.update)
        theme.resized.connect(self._on_resized)

    def _on_resized(self) -> None:
        self.setFont(self._theme.font(FontRole.SMALL))
        self.updateGeometry()

    def show_name(self, name: str) -> None:
        """Show another text; an equal one paints nothing."""
        if name != self.text():
            self.setText(name)
            self.setAccessibleName(name)
            self.setToolTip(plain_tooltip(name))
            self.updateGeometry()

    @override
    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        width = 21 if self._glyph is not None else 6
        if self._words:
            width += metrics.horizontalAdvance(self.text()) + 8
        return QSize(width, metrics.height() + 6)

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        lively = self.underMouse() or shows_focus(self)
        ink = "text" if lively else "text_soft" if self._words else "text_faint"
        if not self.isEnabled():
            ink = "rest"
        left = 6
        if self._glyph is not None:
            side = 13 if self._glyph is Glyph.WARNING else 11
            box = QRectF(5, (self.height() - side) / 2, side, side)
            draw_glyph(
                painter, self._glyph, box, self._theme, "warn" if self._glyph is Glyph.WARNING else ink
            )
            left = 5 + side + 5
        if self._words:
            painter.setPen(self._theme.color(ink))
            painter.setFont(self.font())
            room = self.rect().adjusted(left, 0, 0, 0)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, self.text())

    def _paint_ground(self, painter: QPainter) -> None:
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(self._theme.color("accent") if shows_focus(self) else Qt.PenStyle.NoPen)
        painter.setBrush(
            self._theme.color("raised")
            if self.isEnabled() and (self.underMouse() or self.isDown())
            else Qt.BrushStyle.NoBrush
        )
        painter.drawRoundedRect(box, 5, 5)


def card(parent: QWidget | None = None) -> QFrame:
    """A rounded surface; the style sheet paints it."""
    frame = QFrame(parent)
    frame.setProperty("card", True)
    return frame
