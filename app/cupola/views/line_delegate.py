"""Paints the lines of a dock."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPolygonF
from PySide6.QtWidgets import QAbstractScrollArea, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from cupola.domain.models import AgentState, Zone
from cupola.domain.words import Verdict
from cupola.presenters.builds_model import AnyIndex
from cupola.presenters.lines import Line, LineKind
from cupola.presenters.lines_model import LinesModel
from cupola.presenters.overriding import override
from cupola.views.line_ink import MARK, SQUARES_PX, ZONE_TOKEN, LineInk, Right
from cupola.views.line_layout import (
    BAR,
    CHEVRON,
    GAUGE,
    MARKS,
    PARAGRAPH,
    SEPARATOR,
    SIDE,
    LineLayout,
    cell_font,
)
from cupola.views.shapes import chevron, pen
from cupola.views.theme import FontRole, Theme

CELL_FONTS: Final = (FontRole.FIGURE, FontRole.STRONG, FontRole.SMALL_STRONG)
"""Of a figure with a caption: the first in which it fits."""


class LineDelegate(QStyledItemDelegate):
    """One painter for all kinds of lines, so that four docks look alike."""

    def __init__(self, theme: Theme, rows: LinesModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows = rows
        self._ink = LineInk(theme)
        self.layout = LineLayout(self._ink)

    def forget(self) -> None:
        """Fonts are others: what was measured counts no more."""
        self._ink.forget()

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        view = option.widget
        wide = view.viewport().width() if isinstance(view, QAbstractScrollArea) else 0
        return QSize(120, self.layout.height(self._rows.line(index.row()), wide))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        line, rect = self._rows.line(index.row()), option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        painter.fillRect(rect, self._theme.color("surface"))
        self._paint_ground(painter, rect, option.state)
        match line.kind:
            case LineKind.HERO:
                self._paint_hero(painter, line, rect)
            case LineKind.GAUGE:
                self._paint_gauge(painter, line, rect)
            case LineKind.TREND:
                self._paint_trend(painter, line, rect)
            case LineKind.CELLS:
                self._paint_cells(painter, line, rect)
            case LineKind.HEADING | LineKind.NOTE:
                self._paint_heading(painter, line, rect)
            case LineKind.AGENT:
                self._paint_agent(painter, line, rect)
            case LineKind.DETAIL:
                self._paint_detail(painter, line, rect)
            case _:
                self._paint_row(painter, line, rect)
        painter.restore()

    def _paint_ground(self, painter: QPainter, rect: QRect, flags: QStyle.StateFlag) -> None:
        states = QStyle.StateFlag
        # A list that Tab came to has a current row, but not yet one that is selected.
        by_keys = (states.State_HasFocus | states.State_KeyboardFocusChange) in flags
        selected = states.State_Selected in flags
        if states.State_Active not in flags or not (by_keys or selected):
            return
        painter.setPen(self._theme.color("accent") if by_keys else Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("selected") if selected else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

    def _paint_hero(self, painter: QPainter, line: Line, rect: QRect) -> None:
        ((room, _),) = self.layout.places(line, rect)
        text, role = self.layout.hero(line, self.layout.top_row(line, rect))
        self._ink.text(painter, room, text, role)
        beside = self.layout.text_room(line, rect)
        if line.tag is not None and isinstance(line.state, Zone):
            word = line.tag.text.capitalize()
            wide = self.layout.chip_px(line)
            kind = ZONE_TOKEN[line.state]
            self._ink.chip(painter, beside.adjusted(beside.width() - wide, 0, 0, 0), word, kind)
            beside.setRight(beside.right() - wide - 8)
        drop = (self._ink.metrics(FontRole.TITLE).ascent() - self._ink.metrics(FontRole.BODY).ascent()) // 3
        fits = not line.short or self._ink.wide(line.text, FontRole.BODY) <= beside.width()
        text = line.text if fits else line.short
        self._ink.text(painter, beside.translated(0, drop), text, FontRole.BODY, "text_soft")

    def _paint_gauge(self, painter: QPainter, line: Line, rect: QRect) -> None:
        bar = QRectF(rect.left() + SIDE, rect.top() + 5, rect.width() - 2 * SIDE, GAUGE)
        token = ZONE_TOKEN[line.state] if isinstance(line.state, Zone) else "accent"
        self._ink.bar(painter, bar, line.share or 0.0, token)
        high = self._ink.high(FontRole.SMALL)
        for mark in MARKS:
            x = bar.left() + bar.width() * mark
            painter.fillRect(QRectF(x - 1, bar.top(), 2, bar.height()), self._theme.color("surface"))
            text = f"{mark * 100:.0f}%"
            wide = self._ink.wide(text, FontRole.SMALL)
            room = QRect(round(x - wide / 2), round(bar.bottom()) + 3, wide, high)
            self._ink.text(painter, room, text, FontRole.SMALL, "text_faint")
            if mark == MARKS[0]:  # whose context it is stands before the first mark
                whose = QRect(rect.left() + SIDE, room.top(), room.left() - rect.left() - SIDE - 6, high)
                fits = self._ink.wide(line.under, FontRole.SMALL) <= whose.width()
                name = line.under if fits else line.short
                self._ink.text(painter, whose, name, FontRole.SMALL, "text_soft")

    def _paint_trend(self, painter: QPainter, line: Line, rect: QRect) -> None:
        room = QRectF(rect).adjusted(SIDE, 7, -SIDE, -7)
        points = [
            QPointF(room.left() + x * room.width(), room.bottom() - y * room.height()) for x, y in line.trend
        ]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(self._theme.color("accent"), 1.6))
        painter.drawPolyline(QPolygonF(points))

    def _paint_cells(self, painter: QPainter, line: Line, rect: QRect) -> None:
        small, figure = self._ink.high(FontRole.SMALL), self._ink.high(FontRole.FIGURE)
        for room, cell in self.layout.places(line, rect):
            above = QRect(room.left(), room.top() + 3, room.width(), small)
            self._ink.text(painter, above, cell.caption, FontRole.SMALL, "text_soft")
            below = QRect(room.left(), above.bottom() + 1, room.width(), figure)
            text, role = self._ink.fitting(cell, room.width(), *CELL_FONTS)
            self._ink.text(painter, below, text, role)

    def _paint_heading(self, painter: QPainter, line: Line, rect: QRect) -> None:
        room = self.layout.text_room(line, rect)
        self._ink.text(painter, room, line.text, FontRole.SMALL, "text_faint")
        for place, cell in self.layout.places(line, rect):
            self._ink.text(painter, place, cell.text, FontRole.SMALL, "text_faint", Right)

    def _paint_agent(self, painter: QPainter, line: Line, rect: QRect) -> None:
        """Mark and name, figures in columns; the state beside the name, or below it with what was done."""
        top, places = self.layout.top_row(line, rect), self.layout.places(line, rect)
        room = self.layout.text_room(line, rect)
        state = line.state if isinstance(line.state, AgentState) else AgentState.UNKNOWN
        left = room.left() + self.layout.mark_left(line, rect.width())
        self._ink.mark(painter, left, top.top() + top.height() / 2, state)
        name = room.adjusted(self.layout.indent(line, rect.width()), 0, 0, 0)
        self._ink.text(painter, name, line.text, FontRole.BODY if line.depth else FontRole.STRONG)
        if line.two_rows:
            self._paint_under(painter, line, rect, self.layout.under_text(line, places))
        else:
            word = QRect(room.right() + 9, room.top(), self.layout.state_px() - 8, room.height())
            self._ink.text(painter, word, state.value, FontRole.SMALL, "text_soft")
        self._paint_columns(painter, line, rect)

    def _paint_under(self, painter: QPainter, line: Line, rect: QRect, text: str) -> None:
        """The second line, and at its end the sign that a click opens more."""
        room = self.layout.under_row(line, rect)
        if line.more:
            box = QRectF(room.right() - CHEVRON, room.center().y() - CHEVRON / 2, CHEVRON, CHEVRON)
            chevron(painter, box, self._theme.color("text_faint"), down=line.opened)
            room.setRight(room.right() - CHEVRON - 6)
        if line.kind is LineKind.AGENT:
            text = self.layout.whole_parts(text, room.width())
        self._ink.text(painter, room, text, FontRole.SMALL, "text_soft")

    def _paint_detail(self, painter: QPainter, line: Line, rect: QRect) -> None:
        """Paragraphs below the row they belong to, the first of them in full ink."""
        high = self._ink.high(FontRole.SMALL)
        left = rect.left() + SIDE + self.layout.indent(line, rect.width())
        at = QRect(left, rect.top() + 2, rect.right() - SIDE - left + 1, high)
        for number, paragraph in enumerate(self.layout.paragraphs(line, rect.width())):
            for text in paragraph:
                self._ink.text(painter, at, text, FontRole.SMALL, "text_soft" if number else "text")
                at.translate(0, high)
            at.translate(0, PARAGRAPH)

    def _paint_columns(self, painter: QPainter, line: Line, rect: QRect) -> None:
        for place, cell in self.layout.places(line, rect):
            text, role = self._ink.fitting(cell, place.width(), FontRole.SMALL)
            self._ink.text(painter, place, text, role, "text_soft", Right)

    def _paint_row(self, painter: QPainter, line: Line, rect: QRect) -> None:
        """A text, figures at the right, and what belongs to it below."""
        top = self.layout.top_row(line, rect)
        room = self.layout.text_room(line, rect)
        if isinstance(line.state, Verdict):
            self._ink.mark(painter, room.left(), top.top() + top.height() / 2, line.state)
            room.adjust(MARK + 7, 0, 0, 0)
        if line.squares is not None:
            self._ink.squares(painter, top, line.squares)
            room.setRight(room.right() - SQUARES_PX - 8)
        is_path = line.kind is LineKind.PATH  # of which the end says most
        elide = Qt.TextElideMode.ElideMiddle if is_path else Qt.TextElideMode.ElideRight
        self._paint_tag(painter, line, room)
        ink = "text_soft" if line.soft else "text"
        self._ink.text(painter, room, line.text, FontRole.BODY, ink, elide=elide)
        if line.kind is LineKind.TABLE:
            self._paint_columns(painter, line, rect)
        else:
            self._paint_figures(painter, line, rect)
        self._paint_share(painter, line, top)
        if line.under:
            self._paint_under(painter, line, rect, line.under)

    def _paint_tag(self, painter: QPainter, line: Line, room: QRect) -> None:
        """A chip behind the text, which keeps to what the chip leaves of the room."""
        if line.tag is not None:
            wide = self._ink.chip_px(line.tag.text)
            room.setRight(room.right() - wide - 8)
            left = room.left() + min(self._ink.wide(line.text, FontRole.BODY), room.width()) + 8
            self._ink.chip(painter, QRect(left, room.top(), wide, room.height()), line.tag.text, "warn")

    def _paint_figures(self, painter: QPainter, line: Line, rect: QRect) -> None:
        role = cell_font(line.kind)
        for at, (place, cell) in enumerate(self.layout.places(line, rect)):
            self._ink.text(painter, place, cell.text, role, "text_soft", Right)
            if at:
                wide = self._ink.wide(SEPARATOR, role)
                before = QRect(place.left() - wide, place.top(), wide, place.height())
                self._ink.text(painter, before, "·", role, "text_faint", Qt.AlignmentFlag.AlignCenter)

    def _paint_share(self, painter: QPainter, line: Line, top: QRect) -> None:
        if line.share is not None:
            bar = QRectF(top.left(), top.bottom() + 4, top.width(), BAR)
            self._ink.bar(painter, bar, line.share, "good", "bad")
