"""The shapes that say a state without colour. Logical coordinates, crisp at every scale."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from cupola.domain.words import BuildState, StepState


def pen(color: QColor, width: float) -> QPen:
    """A round pen."""
    return QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def shows_focus(widget: QWidget) -> bool:
    """Whether `widget` has the focus and the keyboard is in use, so that a ring helps."""
    return widget.hasFocus() and widget.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)


def tick(painter: QPainter, box: QRectF, color: QColor, width: float) -> None:
    """A tick that fills `box`."""
    painter.setPen(pen(color, width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    points = ((0.08, 0.54), (0.38, 0.84), (0.94, 0.20))
    painter.drawPolyline(QPolygonF([_at(box, x, y) for x, y in points]))


def cross(painter: QPainter, box: QRectF, color: QColor, width: float) -> None:
    """A cross that fills `box`."""
    painter.setPen(pen(color, width))
    painter.drawLine(_at(box, 0.12, 0.12), _at(box, 0.88, 0.88))
    painter.drawLine(_at(box, 0.88, 0.12), _at(box, 0.12, 0.88))


def dash(painter: QPainter, box: QRectF, color: QColor, width: float) -> None:
    """A dash across the middle of `box`."""
    painter.setPen(pen(color, width))
    painter.drawLine(_at(box, 0.1, 0.5), _at(box, 0.9, 0.5))


def pause(painter: QPainter, box: QRectF, color: QColor) -> None:
    """Two bars."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    wide, high = box.width() * 0.26, box.height() * 0.8
    for middle in (0.28, 0.72):
        bar = QRectF(0, 0, wide, high)
        bar.moveCenter(_at(box, middle, 0.5))
        painter.drawRoundedRect(bar, wide / 4, wide / 4)


def dot(painter: QPainter, box: QRectF, color: QColor) -> None:
    """A filled dot."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawEllipse(box)


def ring(painter: QPainter, box: QRectF, color: QColor, width: float) -> None:
    """A hollow dot whose line lies inside `box`."""
    painter.setPen(QPen(color, width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    half = width / 2
    painter.drawEllipse(box.adjusted(half, half, -half, -half))


def chevron(painter: QPainter, box: QRectF, color: QColor, *, down: bool) -> None:
    """The sign of what can be opened, or closed again: it points down once it is open."""
    painter.setPen(pen(color, 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    points = ((0.1, 0.3), (0.5, 0.7), (0.9, 0.3)) if down else ((0.3, 0.1), (0.7, 0.5), (0.3, 0.9))
    painter.drawPolyline(QPolygonF([_at(box, x, y) for x, y in points]))


def pin(painter: QPainter, box: QRectF, color: QColor) -> None:
    """A drawing pin that fills `box`."""
    painter.setPen(pen(color, 1.4))
    painter.setBrush(color)
    head = QRectF(_at(box, 0.28, 0.0), _at(box, 0.72, 0.5))
    painter.drawRect(head)
    painter.drawLine(_at(box, 0.08, 0.58), _at(box, 0.92, 0.58))
    painter.drawLine(_at(box, 0.5, 0.58), _at(box, 0.5, 1.0))


def state_mark(painter: QPainter, box: QRectF, state: BuildState, color: QColor) -> None:
    """Running: dot; quiet: hollow dot; completed: tick; failed: cross; unknown: dash."""
    match state:
        case BuildState.RUNNING:
            dot(painter, box.adjusted(0.5, 0.5, -0.5, -0.5), color)
        case BuildState.QUIET:
            ring(painter, box.adjusted(0.5, 0.5, -0.5, -0.5), color, 2.0)
        case BuildState.COMPLETED:
            tick(painter, box, color, 2.0)
        case BuildState.FAILED:
            cross(painter, box.adjusted(0.5, 0.5, -0.5, -0.5), color, 2.0)
        case BuildState.UNKNOWN:
            dash(painter, box, color, 2.0)


def step_mark(painter: QPainter, box: QRectF, state: StepState, color: QColor, inner: QColor) -> None:
    """A node of the pipeline; `inner` is drawn on the filled ones."""
    sign = box.adjusted(6, 6, -6, -6)
    match state:
        case StepState.DONE:
            dot(painter, box, color)
            tick(painter, sign.adjusted(-0.5, -0.5, 0.5, 0.5), inner, 2.0)
        case StepState.FAILED:
            dot(painter, box, color)
            cross(painter, sign, inner, 2.0)
        case StepState.CURRENT:
            ring(painter, box, color, 2.0)
            dot(painter, sign, color)
        case StepState.SKIPPED:
            ring(painter, box, color, 2.0)
            dash(painter, sign, color, 2.0)
        case StepState.WAITING:
            ring(painter, box, color, 2.0)


def _at(box: QRectF, x: float, y: float) -> QPointF:
    return QPointF(box.x() + box.width() * x, box.y() + box.height() * y)
