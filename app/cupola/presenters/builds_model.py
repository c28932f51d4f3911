"""The builds as a list model: one row each, changed by id so that selection and scroll survive."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import IntEnum
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from cupola.domain.clock import Instant
from cupola.domain.models import BuildModel
from cupola.domain.work_words import work_of, work_words
from cupola.presenters.ages import earliest
from cupola.presenters.overriding import override
from cupola.presenters.rows import Row, ranges
from cupola.presenters.texts import build_sentence
from cupola.presenters.tooltips import plain_tooltip

AnyIndex = QModelIndex | QPersistentModelIndex
NO_INDEX: Final = QModelIndex()


class BuildRole(IntEnum):
    """What the delegate, the filter and screen readers ask of a row."""

    BUILD = Qt.ItemDataRole.UserRole + 1
    ID = Qt.ItemDataRole.UserRole + 2
    STATE = Qt.ItemDataRole.UserRole + 3
    DOING = Qt.ItemDataRole.UserRole + 4
    AGE = Qt.ItemDataRole.UserRole + 5
    PROGRESS = Qt.ItemDataRole.UserRole + 6
    ROW = Qt.ItemDataRole.UserRole + 7
    """The whole `Row`: what is painted is asked for once."""
    MARK = Qt.ItemDataRole.UserRole + 8
    """The `Mark` that the user put on it, None for none; only the filter knows it."""


_ROLES: Final = {
    BuildRole.BUILD: b"build",
    BuildRole.ID: b"buildId",
    BuildRole.STATE: b"state",
    BuildRole.DOING: b"doing",
    BuildRole.AGE: b"age",
    BuildRole.PROGRESS: b"progress",
}


class BuildsModel(QAbstractListModel):
    """Rows in order of arrival; `BuildsFilter` sorts them. Lives in the GUI thread."""

    reordered = Signal(object)
    """The builds that are new or changed, none after a removal: order and counts may differ."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []
        self._at: dict[str, int] = {}
        self._troubled: set[str] = set()
        """The builds that have problems: with each change these are asked for, of what may be thousands."""
        self._ages_until: Instant | None = None
        """No age of any row reads differently before this instant; None: look at all of them."""

    def put(self, builds: Iterable[BuildModel], now: Instant) -> None:
        """Add or replace builds; equal ones cost a comparison."""
        new: list[Row] = []
        changed: dict[int, set[int]] = {}
        for build in builds:
            at = self._at.get(build.id)
            if at is None:
                new.append(Row.of(build, now))
            elif build != self._rows[at].build:
                changed.setdefault(at, set()).update(self._replace(at, Row.of(build, now)))
        self._announce(changed)
        self._append(new)
        replaced = [self._rows[at] for at in changed]
        self._expect(replaced + new)
        for row in (*replaced, *new):
            (self._troubled.add if row.build.problems else self._troubled.discard)(row.build.id)
        if replaced or new:
            self.reordered.emit(tuple(row.build for row in (*replaced, *new)))

    def remove(self, build_id: str) -> None:
        """Take a build away; silent for one that is not there."""
        at = self._at.get(build_id)
        if at is None:
            return
        self._troubled.discard(build_id)
        self.beginRemoveRows(QModelIndex(), at, at)
        del self._rows[at]
        self._at = {row.build.id: i for i, row in enumerate(self._rows)}
        self.endRemoveRows()
        self.reordered.emit(())

    def refresh(self, now: Instant) -> Instant | None:
        """A `TickSource`: bring ages up to `now`."""
        if self._ages_until is not None and now < self._ages_until:
            return self._ages_until  # every change ticks, and there may be thousands of rows
        changed = {
            at: {int(BuildRole.AGE)}
            for at, row in enumerate(self._rows)
            if row.age_until is not None and row.age_until <= now and row.grow_older(now)
        }
        self._announce(changed)
        self._ages_until = earliest(*[row.age_until for row in self._rows])
        return self._ages_until

    def build(self, row: int) -> BuildModel:
        """The build of a row of this model."""
        return self._rows[row].build

    def builds(self) -> list[BuildModel]:
        """All builds in row order."""
        return [row.build for row in self._rows]

    def troubled(self) -> list[BuildModel]:
        """Those that have problems, in row order."""
        return [self._rows[at].build for at in sorted(self._at[one] for one in self._troubled)]

    def row_of(self, build_id: str | None) -> int | None:
        """The row of a build, None if it is not there."""
        return None if build_id is None else self._at.get(build_id)

    def find(self, build_id: str | None) -> BuildModel | None:
        """A build by its id."""
        at = self.row_of(build_id)
        return None if at is None else self._rows[at].build

    def _expect(self, rows: Iterable[Row]) -> None:
        """Rows came: the ages of these may read differently sooner than those of all others."""
        if self._ages_until is not None:
            self._ages_until = earliest(self._ages_until, *[row.age_until for row in rows])

    def _replace(self, at: int, row: Row) -> set[int]:
        old, self._rows[at] = self._rows[at], row
        roles = {int(BuildRole.BUILD), int(Qt.ItemDataRole.AccessibleTextRole)}
        for role, was, now in (
            (Qt.ItemDataRole.DisplayRole, old.name, row.name),
            (BuildRole.STATE, old.build.state, row.build.state),
            (BuildRole.DOING, (old.call, old.doing), (row.call, row.doing)),
            (BuildRole.AGE, old.age, row.age),
            (BuildRole.PROGRESS, old.build.progress, row.build.progress),
        ):
            if was != now:
                roles.add(int(role))
        return roles

    def _append(self, rows: list[Row]) -> None:
        if not rows:
            return
        first = len(self._rows)
        self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
        self._rows.extend(rows)
        self._at.update((row.build.id, first + i) for i, row in enumerate(rows))
        self.endInsertRows()

    def _announce(self, changed: dict[int, set[int]]) -> None:
        for first, last, roles in ranges(changed):
            self.dataChanged.emit(self.index(first), self.index(last), sorted(roles))

    @override
    def rowCount(self, parent: AnyIndex = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        value = _VALUES.get(role)
        return None if value is None else value(self._rows[index.row()])

    @override
    def roleNames(self) -> dict[int, QByteArray]:
        return {**super().roleNames(), **{int(role): QByteArray(name) for role, name in _ROLES.items()}}


_VALUES: Final[dict[int, Callable[[Row], object]]] = {
    Qt.ItemDataRole.DisplayRole: lambda row: row.name,
    BuildRole.BUILD: lambda row: row.build,
    BuildRole.ID: lambda row: row.build.id,
    BuildRole.STATE: lambda row: row.build.state,
    BuildRole.DOING: lambda row: row.doing,
    BuildRole.AGE: lambda row: row.age,
    BuildRole.PROGRESS: lambda row: row.build.progress.value,
    BuildRole.ROW: lambda row: row,
    Qt.ItemDataRole.ToolTipRole: lambda row: plain_tooltip(
        row.name, work_words(work_of(row.build)), row.doing, row.build.directory, row.build.state_reason
    ),
    Qt.ItemDataRole.AccessibleTextRole: lambda row: build_sentence(row.build, row.age),
}
