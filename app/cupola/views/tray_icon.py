"""The icon of the tray: a state by shape and colour, and how many builds run, on a ground of its own."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QImage, QPainter, QPen, QPixmap

from cupola.domain.words import BuildState
from cupola.views.shapes import dash, pause, state_mark
from cupola.views.tokens import STATE_TOKEN, Tokens

SIZES: Final = (16, 22, 24, 32, 44, 48, 64)
"""In pixels: what panels ask for, once and twice."""
GRID: Final = 22.0
"""It is drawn on a square of this side, whatever its size."""
MOST: Final = 9
_TILE: Final = QRectF(0.75, 0.75, 20.5, 20.5)
_RADIUS: Final = 5.0
_ALONE: Final = QRectF(4.5, 4.5, 13, 13)
_BESIDE: Final = QRectF(2.5, 6.5, 9, 9)
_NUMBER: Final = QRectF(11, 2, 10, 18)
_BESIDE_MANY: Final = QRectF(2, 7.5, 7, 7)
_MANY: Final = QRectF(8.5, 2, 13, 18)


def tray_icon(mark: BuildState | None, running: int, tokens: Tokens, *, paused: bool = False) -> QIcon:
    """`mark` None: nothing is active. Its ground makes it readable on a panel of any colour.

    `paused` hides both: what was seen last may be long over.
    """
    icon = QIcon()
    for size in SIZES:
        icon.addPixmap(_painted(size, mark, running, tokens, paused=paused))
    return icon


def mark_icon(mark: BuildState, tokens: Tokens) -> QIcon:
    """The shape of one build, for a line of the menu."""
    icon = QIcon()
    for size in (16, 32):
        pixmap = _empty(size)
        painter = _painter(pixmap, size / 16)
        state_mark(painter, QRectF(3, 3, 10, 10), mark, QColor(tokens.color(STATE_TOKEN[mark])))
        painter.end()
        icon.addPixmap(pixmap)
    return icon


def _painted(size: int, mark: BuildState | None, running: int, tokens: Tokens, *, paused: bool) -> QPixmap:
    pixmap = _empty(size)
    painter = _painter(pixmap, size / GRID)
    painter.setPen(QPen(QColor(tokens.rest), 1.0))
    painter.setBrush(QColor(tokens.surface))
    painter.drawRoundedRect(_TILE, _RADIUS, _RADIUS)
    box = _box(0 if paused else running)
    if paused:
        pause(painter, box, QColor(tokens.idle))
    elif mark is None:
        dash(painter, box, QColor(tokens.idle), 2.0)
    else:
        state_mark(painter, box, mark, QColor(tokens.color(STATE_TOKEN[mark])))
    if running and not paused:
        _write(painter, running, tokens)
    painter.end()
    return pixmap


def _box(running: int) -> QRectF:
    if not running:
        return _ALONE
    return _BESIDE if running <= MOST else _BESIDE_MANY


def _write(painter: QPainter, running: int, tokens: Tokens) -> None:
    font = QFont(painter.font())
    many = running > MOST
    font.setPixelSize(10 if many else 13)
    font.setWeight(QFont.Weight.Bold)
    painter.setFont(font)
    painter.setPen(QColor(tokens.text))
    text = f"{MOST}+" if many else str(running)
    painter.drawText(_MANY if many else _NUMBER, Qt.AlignmentFlag.AlignCenter, text)


def _empty(size: int) -> QPixmap:
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)  # nothing at all: it is no colour
    return QPixmap.fromImage(image)


def _painter(pixmap: QPixmap, scale: float) -> QPainter:
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(scale, scale)
    return painter
