"""Paints one build of the list: state, name, what it does now, age, and a bar where a fraction is known."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from cupola.presenters.builds_model import AnyIndex, BuildRole
from cupola.presenters.overriding import override
from cupola.presenters.rows import Row
from cupola.store.marks import Mark
from cupola.views.shapes import pin, state_mark
from cupola.views.theme import FontRole, Theme
from cupola.views.tokens import STATE_TOKEN

PAD: Final = 8
"""At the sides; above and below it is the density that counts."""
_MARK: Final = 10
_TEXT_LEFT: Final = PAD + _MARK + 8
_BAR: Final = 3
PUT_AWAY: Final[dict[Mark | None, str]] = {Mark.HIDDEN: "Hidden · ", Mark.ARCHIVED: "Archived · "}


class BuildDelegate(QStyledItemDelegate):
    """All rows are equally high, bar or no bar."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    @property
    def _name(self) -> QFontMetrics:
        return self._theme.metrics(FontRole.STRONG)

    @property
    def _small(self) -> QFontMetrics:
        return self._theme.metrics(FontRole.SMALL)

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        pad = self._theme.spacing.row
        return QSize(120, pad + self._name.height() + 1 + self._small.height() + 5 + _BAR + pad)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        row = index.data(BuildRole.ROW)
        if not isinstance(row, Row):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect, flags = option.rect, option.state
        painter.fillRect(rect, self._theme.color("surface"))
        self._paint_ground(painter, rect, flags)
        state = row.build.state
        ink = self._theme.color(STATE_TOKEN[state])
        pad = self._theme.spacing.row
        lines = rect.adjusted(_TEXT_LEFT, pad, -PAD, -pad)
        middle = lines.top() + self._name.height() / 2
        state_mark(painter, QRectF(PAD, middle - _MARK / 2, _MARK, _MARK), state, ink)
        self._paint_text(painter, lines, row, index.data(BuildRole.MARK))
        fraction = row.build.progress.value
        if fraction is not None:
            self._paint_bar(painter, lines, fraction, STATE_TOKEN[state])
        painter.restore()

    def _paint_ground(self, painter: QPainter, rect: QRect, flags: QStyle.StateFlag) -> None:
        box = QRectF(rect).adjusted(0.5, 1.5, -0.5, -1.5)
        if QStyle.StateFlag.State_Selected in flags:
            painter.setBrush(self._theme.color("selected"))
        elif QStyle.StateFlag.State_MouseOver in flags:
            painter.setBrush(self._theme.color("hovered"))
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
        by_keys = QStyle.StateFlag.State_HasFocus | QStyle.StateFlag.State_KeyboardFocusChange
        focused = by_keys in flags
        painter.setPen(self._theme.color("accent") if focused else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(box, 7, 7)

    def _paint_text(self, painter: QPainter, lines: QRect, row: Row, mark: Mark | None) -> None:
        one_line = Qt.TextFlag.TextSingleLine | Qt.AlignmentFlag.AlignVCenter
        age_px = self._small.horizontalAdvance(row.age) + 8 if row.age else 0
        first = QRect(lines.left(), lines.top(), lines.width(), self._name.height())
        second = QRect(lines.left(), first.bottom() + 2, lines.width(), self._small.height())
        painter.setFont(self._theme.font(FontRole.SMALL))
        painter.setPen(self._theme.color("text_faint"))
        painter.drawText(first, one_line | Qt.AlignmentFlag.AlignRight, row.age)
        painter.setPen(self._theme.color("text_soft"))
        away = PUT_AWAY.get(mark, "")
        self._paint_call(painter, second, row.call)
        painter.drawText(second, one_line, self._elided(self._small, away + row.doing, second.width()))
        if mark is Mark.PINNED:
            box = QRectF(first.right() - age_px - 8, first.center().y() - 5, 9, 10)
            pin(painter, box, self._theme.color("text_soft"))
            age_px += 16
        painter.setFont(self._theme.font(FontRole.STRONG))
        painter.setPen(self._theme.color("text_faint" if away else "text"))
        painter.drawText(first, one_line, self._elided(self._name, row.name, first.width() - age_px))

    def _paint_call(self, painter: QPainter, room: QRect, call: str) -> None:
        """What somebody has to act upon, before what the build does, which gets the rest of the room."""
        if not call:
            return
        painter.setFont(self._theme.font(FontRole.SMALL_STRONG))
        painter.setPen(self._theme.color("text"))
        painter.drawText(room, Qt.TextFlag.TextSingleLine | Qt.AlignmentFlag.AlignVCenter, call)
        room.setLeft(room.left() + self._theme.metrics(FontRole.SMALL_STRONG).horizontalAdvance(call) + 6)
        painter.setFont(self._theme.font(FontRole.SMALL))
        painter.setPen(self._theme.color("text_soft"))

    def _paint_bar(self, painter: QPainter, lines: QRect, fraction: float, token: str) -> None:
        track = QRectF(lines.left(), lines.bottom() + 1 - _BAR, lines.width(), _BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("track"))
        painter.drawRoundedRect(track, _BAR / 2, _BAR / 2)
        track.setWidth(track.width() * min(max(fraction, 0.0), 1.0))
        painter.setBrush(self._theme.color(token))
        painter.drawRoundedRect(track, _BAR / 2, _BAR / 2)

    @staticmethod
    def _elided(metrics: QFontMetrics, text: str, width: int) -> str:
        return metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(width, 0))
