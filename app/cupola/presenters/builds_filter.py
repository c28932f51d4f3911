"""Which builds the list shows, and in which order."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QObject, QSortFilterProxyModel, Signal, Slot

from cupola.domain.models import BuildModel
from cupola.domain.words import BuildState
from cupola.presenters.builds_model import AnyIndex, BuildsModel
from cupola.presenters.overriding import override

ACTIVE_STEP_S: Final = 60.0
"""Active builds change all the time: within the same minute they stand by name, so that rows do not dance."""


class Group(StrEnum):
    """A choice of the filter, as it reads on its button."""

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

_RANK: Final = {
    BuildState.RUNNING: 0,
    BuildState.QUIET: 1,
    BuildState.FAILED: 2,
    BuildState.COMPLETED: 3,
    BuildState.UNKNOWN: 4,
}

SortKey = tuple[int, float, str, str]


def sort_key(build: BuildModel) -> SortKey:
    """State group first, then the last change, newest first."""
    changed = build.changed_at or 0.0
    if GROUP_OF[build.state] is Group.ACTIVE:
        changed = changed // ACTIVE_STEP_S
    return (_RANK[build.state], -changed, build.project.casefold(), build.id)


class BuildsFilter(QSortFilterProxyModel):
    """Sorts and filters when told to, and never while `hold` is set (pointer or focus in the list).

    Lives in the GUI thread.
    """

    counts_changed = Signal()

    def __init__(self, model: BuildsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._group = Group.ALL
        self._needle = ""
        self._hold = False
        self._settled = False
        self._owing = False
        self._keys: dict[str, SortKey] = {}
        self._counts: dict[Group, int] = dict.fromkeys(Group, 0)
        self.setDynamicSortFilter(False)
        self.setSourceModel(model)
        self.sort(0)
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

    def first(self) -> BuildModel | None:
        """The build in the top row."""
        return self.build(0) if self.rowCount() else None

    def build(self, row: int) -> BuildModel:
        """The build of a visible row."""
        return self._model.build(self.mapToSource(self.index(row, 0)).row())

    def find_directory(self, directory: str) -> str | None:
        """The id of the build in a directory, shown or filtered out; None if there is none."""
        return next((build.id for build in self._model.builds() if build.directory == directory), None)

    def row_of(self, build_id: str | None) -> int | None:
        """The visible row of a build, None if it is filtered out or not there."""
        at = self._model.row_of(build_id)
        if at is None:
            return None
        index = self.mapFromSource(self._model.index(at))
        return index.row() if index.isValid() else None

    def _apply(self) -> None:
        self._owing = False
        self._keys = {build.id: sort_key(build) for build in self._model.builds()}
        self.invalidate()

    def _is_stale(self, changed: tuple[BuildModel, ...]) -> bool:
        """Whether a fresh sort and filter would show anything else than what is shown."""
        if all(self._stands(build) for build in changed):
            return False
        shown = [self.build(row) for row in range(self.rowCount())]
        wanted = sorted((b for b in self._model.builds() if self._accepts(b)), key=sort_key)
        return [b.id for b in shown] != [b.id for b in wanted]

    def _stands(self, build: BuildModel) -> bool:
        """Whether a changed build is where it belongs for sure."""
        return sort_key(build) == self._keys.get(build.id) and self._accepts(build) == (
            self.row_of(build.id) is not None
        )

    def _accepts(self, build: BuildModel) -> bool:
        if self._group is not Group.ALL and GROUP_OF[build.state] is not self._group:
            return False
        where = (build.project, build.directory or "", build.phase or "")
        return not self._needle or any(self._needle in text.casefold() for text in where)

    @Slot(object)
    def _on_model_reordered(self, changed: tuple[BuildModel, ...]) -> None:
        self._count()
        if self._hold and self._settled:
            self._owing = True
        elif self._is_stale(changed):
            self._apply()

    def _count(self) -> None:
        found = Counter(GROUP_OF[build.state] for build in self._model.builds())
        counts = {group: found[group] for group in Group}
        counts[Group.ALL] = found.total()
        if counts != self._counts:
            self._counts = counts
            self.counts_changed.emit()

    @override
    def filterAcceptsRow(self, source_row: int, source_parent: AnyIndex) -> bool:
        return self._accepts(self._model.build(source_row))

    @override
    def lessThan(self, source_left: AnyIndex, source_right: AnyIndex) -> bool:
        left, right = self._model.build(source_left.row()), self._model.build(source_right.row())
        return self._key(left) < self._key(right)

    def _key(self, build: BuildModel) -> SortKey:
        return self._keys.get(build.id) or sort_key(build)
