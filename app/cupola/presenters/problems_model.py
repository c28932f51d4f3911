"""What could not be read, as a table."""

from __future__ import annotations

import time
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QObject, Qt

from cupola.domain.text import plain, printable_path
from cupola.presenters.builds_model import NO_INDEX, AnyIndex
from cupola.presenters.contracts import Trouble
from cupola.presenters.overriding import override
from cupola.presenters.tooltips import plain_tooltip

COLUMNS: Final = ("Of", "Path", "Since", "Reason", "Dropped")


class ProblemsModel(QAbstractTableModel):
    """Rows keep their place by build, path and reason as long as their order stays. GUI thread only."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._troubles: tuple[Trouble, ...] = ()
        self._rows: list[tuple[str, ...]] = []

    def show_troubles(self, troubles: tuple[Trouble, ...]) -> None:
        """Show these; equal ones change nothing."""
        if troubles == self._troubles:
            return
        keys = [_key(trouble) for trouble in troubles]
        if keys != [_key(trouble) for trouble in self._troubles]:
            self.beginResetModel()
            self._troubles, self._rows = troubles, [_row(trouble) for trouble in troubles]
            self.endResetModel()
            return
        for at, trouble in enumerate(troubles):
            if trouble != self._troubles[at]:
                self._rows[at] = _row(trouble)
                self.dataChanged.emit(self.index(at, 0), self.index(at, len(COLUMNS) - 1))
        self._troubles = troubles

    def copied(self, rows: list[int] | None = None) -> str:
        """These rows, or all, as tab-separated text below the captions."""
        chosen = self._rows if rows is None else [self._rows[row] for row in rows]
        return "\n".join("\t".join(row) for row in (COLUMNS, *chosen))

    @override
    def rowCount(self, parent: AnyIndex = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: AnyIndex = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    @override
    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        text = self._rows[index.row()][index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return text
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tooltip(text)
            case Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join(part for part in self._rows[index.row()] if part)
        return None

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return COLUMNS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None


def _key(trouble: Trouble) -> tuple[str, str, str]:
    return trouble.build, trouble.problem.path, trouble.problem.message


def _row(trouble: Trouble) -> tuple[str, ...]:
    problem = trouble.problem
    return (
        plain(trouble.build, 80) or "Cupola",
        printable_path(problem.path),
        "" if problem.since is None else time.strftime("%m-%d %H:%M:%S", time.localtime(problem.since)),
        plain(problem.message),
        "; ".join(plain(dropped) for dropped in problem.dropped),
    )
