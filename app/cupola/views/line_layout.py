"""Where the parts of a line stand: for painting, for tooltips, and for a double click."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QRect

from cupola.domain.models import AgentState
from cupola.presenters.lines import Cell, Line, LineKind
from cupola.views.line_ink import MARK, LineInk
from cupola.views.theme import FontRole

SIDE: Final = 10
"""From the edge of the list to its texts."""
GAUGE: Final = 8
MARKS: Final = (0.5, 0.75)
"""Where a context in use enters the next zone."""
BAR: Final = 5
TREND: Final = 38
INDENT: Final = 11
_WIDE_ENOUGH: Final = 220
CHEVRON: Final = 8
CELL_GAP: Final = 4
_LEAST_CELL: Final = "≥≈ $1,212"
"""As long as a figure gets once it has been made short."""
SEPARATOR: Final = " · "
PARAGRAPH: Final = 4
MOST_WRAPPED: Final = 6
"""Lines of one paragraph: what is longer is cut, and copied whole."""

_TITLE: Final = {
    LineKind.HERO: FontRole.TITLE,
    LineKind.CELLS: FontRole.FIGURE,
    LineKind.AGENT: FontRole.SMALL,
    LineKind.HEADING: FontRole.SMALL,
    LineKind.ITERATION: FontRole.SMALL,
    LineKind.PATH: FontRole.SMALL,
    LineKind.TABLE: FontRole.SMALL,
    LineKind.NOTE: FontRole.SMALL,
}
_TWO_ROWS: Final = frozenset({LineKind.ITERATION, LineKind.DECISION, LineKind.PATH})

Place = tuple[QRect, Cell]


def cell_font(kind: LineKind) -> FontRole:
    """The font of a line's figures."""
    return _TITLE.get(kind, FontRole.BODY)


class LineLayout:
    """Pure measuring; GUI thread only, because of the fonts."""

    def __init__(self, ink: LineInk) -> None:
        self._ink = ink

    def height(self, line: Line, wide: int = 0) -> int:
        """How high a line is in a list of that width, which paragraphs and figures side by side depend on."""
        high = self._ink.high
        small, body, pad = high(FontRole.SMALL), high(FontRole.BODY), self._pad
        under = small + 1 if line.two_rows else 0
        match line.kind:
            case LineKind.HERO:
                return high(FontRole.TITLE) + pad + 2
            case LineKind.GAUGE:
                return 5 + GAUGE + 3 + small + 2
            case LineKind.TREND:
                return TREND
            case LineKind.CELLS:
                return self._grid(line, wide - 2 * SIDE)[1] * self._cell_px() + pad
            case LineKind.HEADING:
                return small + 2 * pad + 2
            case LineKind.ITERATION:
                return body + under + (BAR + 5 if line.share is not None else 0) + 2 * pad
            case LineKind.DECISION | LineKind.PATH:
                return body + under + 2 * pad
            case LineKind.NOTE:
                return small + 3 * pad + 2
            case LineKind.DETAIL:
                texts = self.paragraphs(line, wide)
                return sum(len(each) for each in texts) * small + len(texts) * PARAGRAPH + 4
        return body + under + 2 * pad - 2

    def top_row(self, line: Line, rect: QRect) -> QRect:
        """The room of a line's text and figures, without bar and second line."""
        room = rect.adjusted(SIDE, 0, -SIDE, 0)
        if line.kind in _TWO_ROWS or line.two_rows:
            top = self._pad if line.kind in _TWO_ROWS else self._pad - 1
            return QRect(room.left(), rect.top() + top, room.width(), self._ink.high(FontRole.BODY))
        if line.kind in {LineKind.HEADING, LineKind.NOTE}:
            return room.adjusted(0, self._pad, 0, 0)
        return room

    def under_row(self, line: Line, rect: QRect) -> QRect:
        """The room of the second line of text."""
        high = self._ink.high(FontRole.SMALL)
        left = self.indent(line, rect.width()) if line.kind is LineKind.AGENT else 0
        top = rect.bottom() - (self._pad - 1) - high
        return QRect(rect.left() + SIDE + left, top, rect.width() - 2 * SIDE - left, high)

    def mark_left(self, line: Line, wide: int) -> int:
        """From the edge of the texts to the mark of an agent; in a very narrow list depth costs less."""
        return line.depth * (INDENT if wide >= _WIDE_ENOUGH else INDENT // 2)

    def indent(self, line: Line, wide: int) -> int:
        """From the edge of the texts to the name of an agent, behind its mark."""
        return self.mark_left(line, wide) + MARK + 7

    def under_text(self, line: Line, places: list[Place]) -> str:
        """The second line of an agent: behind its state, what has no room in a column."""
        hidden = line.cells[: len(line.cells) - len(places)]
        state, _, rest = line.under.partition(SEPARATOR)
        parts = (state, *(each.worded for each in reversed(hidden)), rest)
        return SEPARATOR.join(part for part in parts if part)

    def whole_parts(self, text: str, wide: int) -> str:
        """As many parts of a second line as fit: a figure that lost its end would be another figure."""
        if self._ink.wide(text, FontRole.SMALL) <= wide:
            return text
        parts = text.split(SEPARATOR)
        for count in range(len(parts) - 1, 0, -1):
            shown = f"{SEPARATOR.join(parts[:count])} …"
            if self._ink.wide(shown, FontRole.SMALL) <= wide:
                return shown
        return text

    def paragraphs(self, line: Line, wide: int) -> list[tuple[str, ...]]:
        """What was opened, wrapped into lines."""
        room = wide - 2 * SIDE - self.indent(line, wide)
        return [self._ink.wrapped(each, room, FontRole.SMALL, MOST_WRAPPED) for each in line.more]

    def places(self, line: Line, rect: QRect) -> list[Place]:
        """The figures of a line and where they stand."""
        room = self.top_row(line, rect)
        match line.kind:
            case LineKind.HERO:
                text, role = self.hero(line, room)
                wide = min(self._ink.wide(text, role), self._hero_px(line, room))
                return [(QRect(room.left(), room.top(), wide, room.height()), line.cells[0])]
            case LineKind.CELLS:
                return list(self._side_by_side(line, room))
            case LineKind.AGENT | LineKind.HEADING | LineKind.TABLE:
                return self._columns(line, room)
        return self._from_right(line, room)

    def hero(self, line: Line, room: QRect) -> tuple[str, FontRole]:
        """The figure of a dock in the largest font that leaves room for the chip beside it."""
        room_px = self._hero_px(line, room)
        return self._ink.fitting(line.cells[0], room_px, FontRole.TITLE, FontRole.FIGURE)

    def _hero_px(self, line: Line, room: QRect) -> int:
        return room.width() - (self.chip_px(line) + 12 if line.tag is not None else 0)

    def chip_px(self, line: Line) -> int:
        """How wide the chip of a dock's figure is."""
        return self._ink.chip_px(line.tag.text.capitalize()) if line.tag is not None else 0

    def state_px(self) -> int:
        """The width of the column of states."""
        return max(self._ink.wide(state.value, FontRole.SMALL) for state in AgentState) + 8

    def text_room(self, line: Line, rect: QRect) -> QRect:
        """What the figures leave for the text at the left."""
        room = self.top_row(line, rect)
        places = self.places(line, rect)
        if line.kind is LineKind.HERO:
            return room.adjusted(places[0][0].width() + 12, 0, 0, 0)
        if not places:
            return room
        beside = line.kind is LineKind.AGENT and not line.two_rows
        right = places[0][0].left() - (self.state_px() if beside else 8)
        return QRect(room.left(), room.top(), right - room.left(), room.height())

    @property
    def _pad(self) -> int:
        """Above and below a line; those with no room to lose have a pixel less."""
        return self._ink.theme.spacing.line

    def _cell_px(self) -> int:
        return 3 + self._ink.high(FontRole.SMALL) + self._ink.high(FontRole.FIGURE) + 3

    def _grid(self, line: Line, wide: int) -> tuple[int, int]:
        """How many figures stand side by side, none of which may lose its end, and in how many rows."""
        count = len(line.cells)
        least = self._ink.wide(_LEAST_CELL, FontRole.SMALL_STRONG) + CELL_GAP
        rows = -(-count // max(wide // least, 1))
        return (-(-count // rows) if count > 1 else 2), rows

    def _side_by_side(self, line: Line, room: QRect) -> Iterator[Place]:
        columns, _ = self._grid(line, room.width())
        wide, high = room.width() // columns, self._cell_px()
        for at, cell in enumerate(line.cells):
            down, across = divmod(at, columns)
            left, top = room.left() + across * wide, room.top() + down * high
            yield QRect(left, top, wide - CELL_GAP, high), cell

    def _wide(self, line: Line, cell: Cell) -> int:
        return self._ink.wide(cell.text, cell_font(line.kind))

    def _from_right(self, line: Line, room: QRect) -> list[Place]:
        right, made = room.right() + 1, list[Place]()
        for cell in reversed(line.cells):
            wide = self._wide(line, cell)
            if made and right - wide < room.left():
                break  # half a figure would be another one
            made.insert(0, (QRect(right - wide, room.top(), wide, room.height()), cell))
            right -= wide + self._ink.wide(SEPARATOR, cell_font(line.kind))
        return made

    def _columns(self, line: Line, room: QRect) -> list[Place]:
        """Columns from the right as far as they leave room for a name."""
        left = room.left() + line.least_chars * self._ink.wide("n", FontRole.BODY)
        right, made = room.right() + 1, list[Place]()
        for cell in reversed(line.cells):
            wide = self._ink.wide(cell.usual, FontRole.SMALL)
            if made and right - wide < left:
                break
            made.insert(0, (QRect(right - wide, room.top(), wide, room.height()), cell))
            right -= wide + 8
        return made
