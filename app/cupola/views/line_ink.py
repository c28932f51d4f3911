"""What all lines of a dock are drawn with: texts, marks, chips, bars."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QTextLayout, QTextOption

from cupola.domain.models import AgentState, Zone
from cupola.domain.words import BuildState, Verdict
from cupola.presenters.lines import Cell
from cupola.views.shapes import state_mark
from cupola.views.theme import FontRole, Theme

Left: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
Right: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

MARK: Final = 9
CHIP_PAD: Final = 8
BAR_GAP: Final = 2
_MOST_KEPT: Final = 32
_ANYWHERE: Final = QTextOption()
_ANYWHERE.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
"""A word that is longer than a line goes on in the next one."""
SQUARE: Final = 8
SQUARES_PX: Final = 5 * SQUARE + 4 * 3

_SHAPE: Final = {
    AgentState.RUNNING: (BuildState.RUNNING, "accent"),
    AgentState.STUCK: (BuildState.QUIET, "warn"),
    AgentState.LIMITED: (BuildState.QUIET, "bad"),
    AgentState.DONE: (BuildState.COMPLETED, "good"),
    AgentState.FAILED: (BuildState.FAILED, "bad"),
    AgentState.WAITING: (BuildState.QUIET, "idle"),
    AgentState.UNKNOWN: (BuildState.UNKNOWN, "idle"),
    Verdict.PASSED: (BuildState.COMPLETED, "good"),
    Verdict.FAILED: (BuildState.FAILED, "bad"),
    Verdict.PARTIAL: (BuildState.QUIET, "warn"),
    Verdict.UNKNOWN: (BuildState.UNKNOWN, "idle"),
}
"""Shape and colour; the shapes are those of builds."""

ZONE_TOKEN: Final = {Zone.SAFE: "good", Zone.WARNING: "warn", Zone.CRITICAL: "bad", Zone.NONE: "accent"}


class LineInk:
    """Draws in the theme's colours and fonts. GUI thread only."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self._wrapped: dict[tuple[str, int, FontRole], tuple[str, ...]] = {}

    def metrics(self, role: FontRole) -> QFontMetrics:
        """The metrics of a font."""
        return self.theme.metrics(role)

    def forget(self) -> None:
        """Fonts are others: what was measured counts no more."""
        self._wrapped.clear()

    def high(self, role: FontRole) -> int:
        """The height of a line of text."""
        return self.metrics(role).height()

    def wide(self, text: str, role: FontRole) -> int:
        """The width of a text."""
        return self.metrics(role).horizontalAdvance(text) + 1

    def text(
        self,
        painter: QPainter,
        room: QRect,
        text: str,
        role: FontRole,
        ink: str = "text",
        align: Qt.AlignmentFlag = Left,
        elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        """Draw a text on one line, elided to its room."""
        painter.setFont(self.theme.font(role))
        painter.setPen(self.theme.color(ink))
        drawn = self.metrics(role).elidedText(text, elide, max(room.width(), 0))
        painter.drawText(room, align | Qt.TextFlag.TextSingleLine | Qt.AlignmentFlag.AlignAbsolute, drawn)

    def fitting(self, cell: Cell, wide: int, *roles: FontRole) -> tuple[str, FontRole]:
        """The longest text of a figure that fits, in the first of the fonts where one does."""
        for role in roles:
            for text in (cell.text, cell.short or cell.text):
                if self.wide(text, role) <= wide:
                    return text, role
        return cell.short or cell.text, roles[-1]

    def wrapped(self, text: str, wide: int, role: FontRole, most: int) -> tuple[str, ...]:
        """`text` in at most `most` lines, the last one elided; measured once per text and width."""
        key = (text, wide, role)
        if key not in self._wrapped:
            if len(self._wrapped) >= _MOST_KEPT:
                self._wrapped.clear()
            self._wrapped[key] = tuple(self._lines(text, max(wide, 40), role, most))
        return self._wrapped[key]

    def _lines(self, text: str, wide: int, role: FontRole, most: int) -> Iterator[str]:
        layout = QTextLayout(text, self.theme.font(role))
        layout.setTextOption(_ANYWHERE)
        layout.beginLayout()
        for at in range(most):
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(wide)
            start, length = line.textStart(), line.textLength()
            whole = at < most - 1 or start + length >= len(text)
            rest = text[start : start + length].rstrip() if whole else text[start:]
            yield rest if whole else self.metrics(role).elidedText(rest, Qt.TextElideMode.ElideRight, wide)
        layout.endLayout()

    def chip_px(self, text: str) -> int:
        """How wide a chip is."""
        return self.wide(text, FontRole.SMALL_STRONG) + 2 * CHIP_PAD

    def chip(self, painter: QPainter, room: QRect, text: str, kind: str) -> None:
        """Draw a word on a pill in the middle of `room`; `kind`: accent, good, warn, bad."""
        high = self.high(FontRole.SMALL_STRONG) + 3
        pill = QRectF(room.left(), room.center().y() + 1 - high / 2, room.width(), high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.color(f"chip_{kind}"))
        painter.drawRoundedRect(pill, high / 2, high / 2)
        self.text(painter, room, text, FontRole.SMALL_STRONG, f"on_{kind}", Qt.AlignmentFlag.AlignCenter)

    def mark(self, painter: QPainter, left: int, middle: float, state: AgentState | Verdict) -> None:
        """Draw the shape of a state."""
        shape, ink = _SHAPE[state]
        state_mark(painter, QRectF(left, middle - MARK / 2, MARK, MARK), shape, self.theme.color(ink))

    def bar(self, painter: QPainter, room: QRectF, share: float, full: str, rest: str = "track") -> None:
        """Draw `share` of a bar in one token and the rest, which may be empty, in another."""
        radius, split = room.height() / 2, room.width() * share
        # Two full tokens may be equally bright: who sees no colours needs the gap. The longer part gives it.
        gap = 0 if rest == "track" or not 0 < share < 1 else BAR_GAP
        ends, begins = (split - gap, split) if share > 0.5 else (split, split + gap)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.save()
        for token, part in (
            (full, room.adjusted(0, 0, ends - room.width(), 0)),
            (rest, room.adjusted(begins, 0, 0, 0)),
        ):
            painter.setClipRect(part)
            painter.setBrush(self.theme.color(token))
            painter.drawRoundedRect(room, radius, radius)
        painter.restore()

    def squares(self, painter: QPainter, room: QRect, count: int) -> None:
        """Draw a rating of `count` of five at the right of `room`."""
        painter.setPen(Qt.PenStyle.NoPen)
        left, top = room.right() + 1 - SQUARES_PX, room.center().y() + 1 - SQUARE / 2
        for at in range(5):
            painter.setBrush(self.theme.color("accent" if at < count else "track"))
            painter.drawRoundedRect(QRectF(left + at * (SQUARE + 3), top, SQUARE, SQUARE), 2, 2)
