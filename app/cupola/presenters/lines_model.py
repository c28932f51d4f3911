"""The lines of a dock as a list model, changed by key so that selection and scroll survive."""

from __future__ import annotations

from dataclasses import replace
from enum import IntEnum
from typing import Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from cupola.presenters.builds_model import NO_INDEX, AnyIndex
from cupola.presenters.lines import Line, LineKind
from cupola.presenters.overriding import override
from cupola.presenters.rows import ranges

_MORE: Final = "more of "
OPENS: Final = "Return shows its last activity"
CLOSES: Final = "Return hides its last activity"


class LineRole(IntEnum):
    """What the delegate asks of a row."""

    LINE = Qt.ItemDataRole.UserRole + 1


class LinesModel(QAbstractListModel):
    """One row per line. Lives in the GUI thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: list[Line] = []
        self._given: tuple[Line, ...] = ()
        self._open = ""

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines in order."""
        return tuple(self._lines)

    def line(self, row: int) -> Line:
        """The line of a row."""
        return self._lines[row]

    def show_lines(self, lines: tuple[Line, ...]) -> None:
        """Show `lines`, whose keys differ, with as few row changes as possible; the open one stays open."""
        self._given = lines
        if self._open and all(line.key != self._open for line in lines):
            self._open = ""
        self._show(self._with_more(lines))

    def toggle(self, row: int) -> bool:
        """Open below a line what more there is of it, or close it again; False if there is nothing more."""
        line = self._lines[row]
        if not line.more:
            return False
        key = line.key.removeprefix(_MORE) if line.kind is LineKind.DETAIL else line.key
        self._open = "" if key == self._open else key
        self._show(self._with_more(self._given))
        return True

    @property
    def opened_row(self) -> int | None:
        """The row that is open, None for none."""
        return next((row for row, line in enumerate(self._lines) if line.opened), None)

    def _with_more(self, lines: tuple[Line, ...]) -> tuple[Line, ...]:
        if not self._open:
            return lines
        made: list[Line] = []
        for line in lines:
            if line.key == self._open and line.more:
                made.append(replace(line, opened=True))
                made.append(Line(_MORE + line.key, LineKind.DETAIL, depth=line.depth, more=line.more))
            else:
                made.append(line)
        return tuple(made)

    def _show(self, lines: tuple[Line, ...]) -> None:
        if {line.key for line in lines}.isdisjoint(line.key for line in self._lines):
            self._reset(lines)
            return
        self._drop({line.key for line in lines})
        self._place(lines)
        self._replace(lines)

    def _reset(self, lines: tuple[Line, ...]) -> None:
        self.beginResetModel()
        self._lines = list(lines)
        self.endResetModel()

    def _drop(self, kept: set[str]) -> None:
        gone = {row: {0} for row, line in enumerate(self._lines) if line.key not in kept}
        for first, last, _ in reversed(ranges(gone)):
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._lines[first : last + 1]
            self.endRemoveRows()

    def _place(self, lines: tuple[Line, ...]) -> None:
        """Insert what is new and move what stands elsewhere, until the keys are those of `lines`."""
        there = {line.key for line in self._lines}
        at = 0
        while at < len(lines):
            if lines[at].key not in there:
                new = _run(lines, at, there)
                self._insert(at, new)
                at += len(new)
                continue
            if self._lines[at].key != lines[at].key:
                self._move(self._row_of(lines[at].key, at), at)
            at += 1

    def _insert(self, at: int, new: tuple[Line, ...]) -> None:
        self.beginInsertRows(QModelIndex(), at, at + len(new) - 1)
        self._lines[at:at] = new
        self.endInsertRows()

    def _move(self, source: int, target: int) -> None:
        self.beginMoveRows(QModelIndex(), source, source, QModelIndex(), target)
        self._lines.insert(target, self._lines.pop(source))
        self.endMoveRows()

    def _row_of(self, key: str, start: int) -> int:
        return next(row for row in range(start, len(self._lines)) if self._lines[row].key == key)

    def _replace(self, lines: tuple[Line, ...]) -> None:
        """Rows whose room differs say so by the SizeHintRole."""
        changed: dict[int, set[int]] = {}
        for row, (old, new) in enumerate(zip(self._lines, lines, strict=True)):
            if old != new:
                self._lines[row] = new
                resized = old.shape != new.shape
                changed[row] = {int(LineRole.LINE), *([int(Qt.ItemDataRole.SizeHintRole)] if resized else [])}
        for first, last, roles in ranges(changed):
            self.dataChanged.emit(self.index(first), self.index(last), sorted(roles))

    @override
    def rowCount(self, parent: AnyIndex = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._lines)

    @override
    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._lines):
            return None
        line = self._lines[index.row()]
        match role:
            case LineRole.LINE:
                return line
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return line.spoken
            case Qt.ItemDataRole.ToolTipRole:
                return line.tooltip
            case Qt.ItemDataRole.AccessibleDescriptionRole if line.more:
                return CLOSES if line.opened or line.kind is LineKind.DETAIL else OPENS
        return None


def _run(lines: tuple[Line, ...], at: int, there: set[str]) -> tuple[Line, ...]:
    """The new lines from `at` on."""
    end = at
    while end < len(lines) and lines[end].key not in there:
        end += 1
    return lines[at:end]
