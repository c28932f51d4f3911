"""Which builds the list shows, and in which order."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, Signal, Slot

from cupola.domain.models import BuildModel
from cupola.domain.words import BuildState
from cupola.presenters.builds_model import NO_INDEX, AnyIndex, BuildRole, BuildsModel
from cupola.presenters.overriding import override
from cupola.presenters.rows import ranges
from cupola.store.marks import Mark, Marks

ACTIVE_STEP_S: Final = 60.0
"""Active builds change all the time: within the same minute they stand by name, so that rows do not dance."""
MOST_MOVES: Final = 100
"""When more rows than this come, go or move at once, the list is told to look at all of them again."""


class Group(StrEnum):
    """A choice of the filter, as it reads on its button."""

    NEEDS_YOU = "Needs you"
    ACTIVE = "Active"
    DONE = "Done"
    FAILED = "Failed"
    OTHER = "Other"
    ALL = "All"


GROUP_OF: Final = {
    BuildState.RUNNING: Group.ACTIVE,
    BuildState.QUIET: Group.ACTIVE,
    BuildState.COMPLETED: Group.DONE,
    BuildState.FAILED: Group.FAILED,
    BuildState.UNKNOWN: Group.OTHER,
}

NEEDS_YOU: Final = frozenset({BuildState.FAILED, BuildState.QUIET})
"""What somebody should look at."""

_RANK: Final = {
    BuildState.RUNNING: 0,
    BuildState.QUIET: 1,
    BuildState.FAILED: 2,
    BuildState.COMPLETED: 3,
    BuildState.UNKNOWN: 4,
}

SortKey = tuple[bool, int, float, str, str]


def key_of(build: BuildModel, mark: Mark) -> str:
    """What a mark is put on: the run itself, or the project, which is its directory where it has one."""
    return build.id if mark is Mark.ARCHIVED else build.directory or build.id


def sort_key(build: BuildModel, *, pinned: bool = False) -> SortKey:
    """Pinned first, then by state group, then newest change first; it ends with the id: no two are equal."""
    changed = build.changed_at or 0.0
    if GROUP_OF[build.state] is Group.ACTIVE:
        changed = changed // ACTIVE_STEP_S
    return (not pinned, _RANK[build.state], -changed, build.project.casefold(), build.id)


class BuildsFilter(QAbstractListModel):
    """The rows of a `BuildsModel`, sorted and filtered, but never while `hold` is set (pointer or focus in).

    A change costs the logarithm of the number of builds: Qt's own proxy asks every row, which takes 14 ms
    for 5,000 of them. Lives in the GUI thread.
    """

    counts_changed = Signal()

    def __init__(self, model: BuildsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._group = Group.ALL
        self._needle = ""
        self._marks = Marks()
        self._all_shown = False
        self._hold = False
        self._settled = False
        self._owing = False
        self._order: list[SortKey] = []
        self._keys: dict[str, SortKey] = {}
        """Of each shown build where it stands: under hold that may not be where it belongs."""
        self._counts: dict[Group, int] = dict.fromkeys(Group, 0)
        self._groups: dict[str, tuple[Group, ...]] = {}
        """Of each listed build the groups that count it."""
        model.dataChanged.connect(self._on_model_changed)
        model.rowsAboutToBeRemoved.connect(self._on_model_removing)
        model.reordered.connect(self._on_model_reordered)

    @property
    def group(self) -> Group:
        """The chosen group."""
        return self._group

    @property
    def needle(self) -> str:
        """The text searched for."""
        return self._needle

    @property
    def counts(self) -> dict[Group, int]:
        """How many builds each group has, whatever is searched for."""
        return dict(self._counts)

    @property
    def settled(self) -> bool:
        """True once all builds have come."""
        return self._settled

    @property
    def hold(self) -> bool:
        """True while the order is frozen."""
        return self._hold

    def set_hold(self, *, hold: bool) -> None:
        """Freeze the order, or let go and apply what came meanwhile."""
        self._hold = hold
        if not hold and self._owing:
            self._apply()

    def settle(self) -> None:
        """All builds have come: from now on `set_hold` counts; nobody holds what is still being filled."""
        if not self._settled:
            self._settled = True
            self._apply()

    def set_group(self, group: Group) -> None:
        """Show one group; applies at once, the user asked for it."""
        if group is not self._group:
            self._group = group
            self._apply()

    def set_needle(self, text: str) -> None:
        """Show builds whose name, directory or phase contains `text`."""
        needle = text.strip().casefold()
        if needle != self._needle:
            self._needle = needle
            self._apply()

    def set_marks(self, marks: Marks) -> None:
        """Pinned, hidden and archived builds are these now; applies at once."""
        self._marks = marks
        self._count(self._model.builds())
        self._apply()
        if self._order:
            self.dataChanged.emit(self.index(0), self.index(len(self._order) - 1))

    def show_put_away(self, *, shown: bool) -> None:
        """List hidden and archived builds as well, or no longer."""
        self._all_shown = shown
        self._count(self._model.builds())
        self._apply()

    def mark_of(self, build: BuildModel) -> Mark | None:
        """The mark that shows on its row: why it is put away before that it is pinned."""
        order = (Mark.HIDDEN, Mark.ARCHIVED, Mark.PINNED)
        return next((mark for mark in order if key_of(build, mark) in self._marks.of(mark)), None)

    def first(self) -> BuildModel | None:
        """The build in the top row."""
        return self.build(0) if self._order else None

    def build(self, row: int) -> BuildModel:
        """The build of a visible row."""
        return self._model.build(self._source_row(row))

    def find_directory(self, directory: str) -> str | None:
        """The id of the build in a directory, shown or filtered out; None if there is none."""
        return next((build.id for build in self._model.builds() if build.directory == directory), None)

    def row_of(self, build_id: str | None) -> int | None:
        """The visible row of a build, None if it is filtered out or not there."""
        key = self._keys.get(build_id or "")
        return None if key is None else bisect_left(self._order, key)

    def _source_row(self, row: int) -> int:
        at = self._model.row_of(self._order[row][-1])
        if at is None:
            raise KeyError(self._order[row])
        return at

    def _apply(self) -> None:
        """Show exactly what is wanted now."""
        self._owing = False
        wanted = {build.id: self._key(build) for build in self._model.builds() if self._accepts(build)}
        differing = [
            one for one in wanted.keys() | self._keys.keys() if wanted.get(one) != self._keys.get(one)
        ]
        if len(differing) > MOST_MOVES:
            self.beginResetModel()
            self._keys, self._order = wanted, sorted(wanted.values())
            self.endResetModel()
        else:
            for build_id in sorted(differing):
                self._place(build_id, wanted.get(build_id))

    def _place(self, build_id: str, key: SortKey | None) -> None:
        """Let a build stand where its key says; None: nowhere."""
        old = self.row_of(build_id)
        if old is None:
            if key is not None:
                self._insert(build_id, key)
        elif key is None:
            self._take_out(build_id, old)
        elif key != self._keys[build_id]:
            self._move(build_id, old, key)

    def _insert(self, build_id: str, key: SortKey) -> None:
        row = bisect_left(self._order, key)
        self.beginInsertRows(QModelIndex(), row, row)
        self._order.insert(row, key)
        self._keys[build_id] = key
        self.endInsertRows()

    def _take_out(self, build_id: str, row: int) -> None:
        self.beginRemoveRows(QModelIndex(), row, row)
        del self._order[row], self._keys[build_id]
        self.endRemoveRows()

    def _move(self, build_id: str, old: int, key: SortKey) -> None:
        new = bisect_left(self._order, key)
        moves = new not in {old, old + 1}
        if moves:
            self.beginMoveRows(QModelIndex(), old, old, QModelIndex(), new)
        del self._order[old]
        self._order.insert(new - (new > old), key)
        self._keys[build_id] = key
        if moves:
            self.endMoveRows()

    def _key(self, build: BuildModel) -> SortKey:
        return sort_key(build, pinned=key_of(build, Mark.PINNED) in self._marks.pinned)

    def _is_listed(self, build: BuildModel) -> bool:
        away = self._marks.hidden or self._marks.archived
        return self._all_shown or not away or self.mark_of(build) in {None, Mark.PINNED}

    def _accepts(self, build: BuildModel) -> bool:
        where = (build.project, build.directory or "", build.phase or "") if self._needle else ()
        if self._needle and not any(self._needle in text.casefold() for text in where):
            return False
        return (self._group is Group.ALL or self._group in _groups(build)) and self._is_listed(build)

    @Slot(QModelIndex, QModelIndex, list)
    def _on_model_changed(self, first: QModelIndex, last: QModelIndex, roles: Sequence[int]) -> None:
        ids = (self._model.build(at).id for at in range(first.row(), last.row() + 1))
        changed = {row: set(roles) for row in map(self.row_of, ids) if row is not None}
        for top, bottom, which in ranges(changed):
            self.dataChanged.emit(self.index(top), self.index(bottom), sorted(which))

    @Slot(QModelIndex, int, int)
    def _on_model_removing(self, _parent: QModelIndex, first: int, last: int) -> None:
        leaving = [self._model.build(at).id for at in range(first, last + 1)]
        for build_id in leaving:
            self._place(build_id, None)
        self._count((), leaving)

    @Slot(object)
    def _on_model_reordered(self, changed: tuple[BuildModel, ...]) -> None:
        self._count(changed)
        if self._hold and self._settled:
            self._owing = True
        elif len(changed) > MOST_MOVES:
            self._apply()
        else:
            for build in changed:
                self._place(build.id, self._key(build) if self._accepts(build) else None)

    def _count(self, builds: Iterable[BuildModel], leaving: Iterable[str] = ()) -> None:
        """Count builds in the groups they are in now, and tell if that makes any count another."""
        before = dict(self._counts)
        for build in builds:
            self._count_in(build.id, (Group.ALL, *_groups(build)) if self._is_listed(build) else ())
        for build_id in leaving:
            self._count_in(build_id, ())
        if self._counts != before:
            self.counts_changed.emit()

    def _count_in(self, build_id: str, groups: tuple[Group, ...]) -> None:
        for group in self._groups.pop(build_id, ()):
            self._counts[group] -= 1
        for group in groups:
            self._counts[group] += 1
        if groups:
            self._groups[build_id] = groups

    @override
    def rowCount(self, parent: AnyIndex = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._order)

    @override
    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._order):
            return None
        if role == BuildRole.MARK:
            return self.mark_of(self.build(index.row()))
        return self._model.data(self._model.index(self._source_row(index.row())), role)


def _groups(build: BuildModel) -> tuple[Group, ...]:
    own = GROUP_OF[build.state]
    return (own, Group.NEEDS_YOU) if build.state in NEEDS_YOU else (own,)
