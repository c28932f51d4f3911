"""What happened to the shown build, newest first, as a list model."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import IntEnum

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from cupola.domain.clock import Instant
from cupola.domain.models import ActivityEntry, ActivityModel
from cupola.domain.text import plain
from cupola.presenters.builds_model import NO_INDEX, AnyIndex
from cupola.presenters.overriding import override
from cupola.presenters.tooltips import plain_tooltip


class ActivityRole(IntEnum):
    """The columns of a line."""

    TIME = Qt.ItemDataRole.UserRole + 1
    KIND = Qt.ItemDataRole.UserRole + 2
    TEXT = Qt.ItemDataRole.UserRole + 3


@dataclass(frozen=True, slots=True)
class _Line:
    entry: ActivityEntry
    kind: str
    text: str


class ActivityRows(QAbstractListModel):
    """New entries are inserted on top, old ones leave at the end; only another build resets it.

    Lives in the GUI thread.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[ActivityEntry, ...] = ()
        self._lines: list[_Line] = []
        self._today: tuple[int, ...] = ()

    def show_model(self, model: ActivityModel) -> None:
        """Show the entries of `model` with as few row changes as possible."""
        new = (
            len(model.entries) - len(self._entries)
            if not self._entries
            else _added(self._entries, model.entries)
        )
        if new is None:
            self._reset(model.entries)
            return
        self._insert(model.entries[:new])
        self._trim(len(model.entries))
        self._entries = model.entries

    def refresh(self, now: Instant) -> Instant | None:
        """A `TickSource`: entries of another day carry their date, so midnight changes what is shown."""
        day = time.localtime(now)
        today = day[:3]
        if today != self._today:
            self._today = today
            if self._lines:
                last = self.index(len(self._lines) - 1)
                self.dataChanged.emit(self.index(0), last, [int(ActivityRole.TIME)])
        if not self._lines:
            return None
        return now + 86400 - (day.tm_hour * 3600 + day.tm_min * 60 + day.tm_sec)

    def _reset(self, entries: tuple[ActivityEntry, ...]) -> None:
        self.beginResetModel()
        self._entries = entries
        self._lines = [_line(entry) for entry in entries]
        self.endResetModel()

    def _insert(self, entries: tuple[ActivityEntry, ...]) -> None:
        if entries:
            self.beginInsertRows(QModelIndex(), 0, len(entries) - 1)
            self._lines[:0] = [_line(entry) for entry in entries]
            self.endInsertRows()

    def _trim(self, length: int) -> None:
        if len(self._lines) > length:
            self.beginRemoveRows(QModelIndex(), length, len(self._lines) - 1)
            del self._lines[length:]
            self.endRemoveRows()

    def _time_text(self, at: Instant) -> str:
        moment = time.localtime(at)
        return time.strftime("%H:%M:%S" if moment[:3] == self._today else "%m-%d %H:%M:%S", moment)

    @override
    def rowCount(self, parent: AnyIndex = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._lines)

    @override
    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._lines):
            return None
        return self._value(self._lines[index.row()], role)

    def _value(self, line: _Line, role: int) -> str | None:
        match role:
            case ActivityRole.TIME:
                value: str | None = self._time_text(line.entry.at)
            case ActivityRole.KIND:
                value = line.kind
            case ActivityRole.TEXT:
                value = line.text
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                value = f"{self._time_text(line.entry.at)}  {line.kind}  {line.text}"
            case Qt.ItemDataRole.ToolTipRole:
                value = plain_tooltip(line.text)
            case _:
                value = None
        return value


def _line(entry: ActivityEntry) -> _Line:
    return _Line(entry, plain(entry.kind), plain(entry.text))


def _added(old: tuple[ActivityEntry, ...], new: tuple[ActivityEntry, ...]) -> int | None:
    """How many entries of `new` stand before those of `old`, None if they do not continue them."""
    for count, entry in enumerate(new):
        if entry == old[0]:
            kept = len(new) - count
            return count if kept <= len(old) and new[count:] == old[:kept] else None
    return None
