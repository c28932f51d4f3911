"""Which columns fit into a terminal, and how wide each is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len

from cupola.terminal.cells import Row

GAP: Final = 2
_UNDERSTOOD: Final = 20
"""Cells from which on a reason that is cut still says something."""


@dataclass(frozen=True, slots=True)
class Column:
    """`widest` caps a column whose texts are long; `narrowest` is what it keeps when room is short.

    A column without `narrowest` is short and shown whole or not at all. `word` stands for a text of which
    too little would be left to be understood.
    """

    title: str
    text: Callable[[Row], str]
    widest: int
    narrowest: int | None = None
    right: bool = False
    word: Callable[[Row], str] | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A column that fits, with its width in cells."""

    column: Column
    width: int

    def text(self, row: Row) -> str:
        """What stands in a row's cell; the end of it may be cut."""
        text, word = self.column.text(row), self.column.word
        cut = cell_len(text) > self.width
        return word(row) if word is not None and cut and self.width < _UNDERSTOOD else text


STATE: Final = Column("State", lambda row: row.state_text, 11)
PROJECT: Final = Column("Project", lambda row: row.project, 28, 6)
PHASE: Final = Column("Phase", lambda row: row.phase, 18)
WORK: Final = Column("Work", lambda row: row.work, 40, 7, word=lambda row: row.work_word)
PROGRESS: Final = Column("Progress", lambda row: row.progress, 8, right=True)
ELAPSED: Final = Column("Elapsed", lambda row: row.elapsed, 10, right=True)
UPDATED: Final = Column("Updated", lambda row: row.updated, 10, right=True)
DETAIL: Final = Column("Detail", lambda row: row.detail, 200, 30)
ID: Final = Column("Id", lambda row: row.id, 12)

_SHOWN: Final = (STATE, PROJECT, PHASE, WORK, PROGRESS, ELAPSED, UPDATED, DETAIL, ID)
_FIRST_TO_GO: Final = (ID, DETAIL, ELAPSED, PHASE, WORK, PROGRESS, UPDATED)


def fit(rows: Sequence[Row], width: int) -> list[Placed]:
    """Columns for `width` cells: the least important go, then what is left over is shared out."""
    columns = [column for column in _SHOWN if column is not WORK or any(row.work for row in rows)]
    for column in _FIRST_TO_GO:
        if column in columns and _needs(columns, rows) > width:
            columns.remove(column)
    spare = max(width - _needs(columns, rows), 0)
    placed = []
    for column in columns:
        least = _least(column, rows)
        more = max(min(_natural(column, rows) - least, spare), 0)
        spare -= more
        placed.append(Placed(column, least + more))
    return placed


def _needs(columns: Sequence[Column], rows: Sequence[Row]) -> int:
    return sum(_least(column, rows) for column in columns) + GAP * (len(columns) - 1)


def _least(column: Column, rows: Sequence[Row]) -> int:
    natural = _natural(column, rows)
    return natural if column.narrowest is None else min(natural, column.narrowest)


def _natural(column: Column, rows: Sequence[Row]) -> int:
    longest = max((cell_len(column.text(row)) for row in rows), default=0)
    return max(min(longest, column.widest), len(column.title))
