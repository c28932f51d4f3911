"""Which columns fit into a terminal, and how wide each is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len

from cupola.terminal.cells import Row

GAP: Final = 2


@dataclass(frozen=True, slots=True)
class Column:
    """`widest` caps a column whose texts are long; `narrowest` is what it keeps when room is short."""

    title: str
    text: Callable[[Row], str]
    narrowest: int
    widest: int
    right: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A column that fits, with its width in cells."""

    column: Column
    width: int


STATE: Final = Column("State", lambda row: row.state_text, 11, 11)
PROJECT: Final = Column("Project", lambda row: row.project, 6, 28)
PHASE: Final = Column("Phase", lambda row: row.phase, 6, 18)
PROGRESS: Final = Column("Progress", lambda row: row.progress, 8, 8, right=True)
ELAPSED: Final = Column("Elapsed", lambda row: row.elapsed, 7, 10, right=True)
UPDATED: Final = Column("Updated", lambda row: row.updated, 7, 10, right=True)
DETAIL: Final = Column("Detail", lambda row: row.detail, 12, 200)
ID: Final = Column("Id", lambda row: row.id, 12, 12)

_SHOWN: Final = (STATE, PROJECT, PHASE, PROGRESS, ELAPSED, UPDATED, DETAIL, ID)
_FIRST_TO_GO: Final = (ID, DETAIL, ELAPSED, PHASE, PROGRESS, UPDATED)


def fit(rows: Sequence[Row], width: int) -> list[Placed]:
    """Columns for `width` cells: the least important go, then what is left over is shared out."""
    columns = list(_SHOWN)
    for column in _FIRST_TO_GO:
        if _needs(columns) > width:
            columns.remove(column)
    spare = max(width - _needs(columns), 0)
    placed = []
    for column in columns:
        more = min(_natural(column, rows) - column.narrowest, spare)
        spare -= max(more, 0)
        placed.append(Placed(column, column.narrowest + max(more, 0)))
    return placed


def _needs(columns: Sequence[Column]) -> int:
    return sum(column.narrowest for column in columns) + GAP * (len(columns) - 1)


def _natural(column: Column, rows: Sequence[Row]) -> int:
    longest = max((cell_len(column.text(row)) for row in rows), default=0)
    return min(longest, column.widest)
