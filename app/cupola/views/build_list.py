"""The builds on the left: filter, search and list."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from cupola.presenters.builds_filter import BuildsFilter, Group
from cupola.presenters.builds_model import BuildRole
from cupola.presenters.overriding import override
from cupola.views.build_rows import BuildRows
from cupola.views.buttons import card
from cupola.views.group_bar import GroupBar
from cupola.views.theme import Theme
from cupola.views.tokens import GAP


class BuildList(QWidget):
    """Tells which build the user chose; never changes what is chosen by itself."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, rows: BuildsFilter, menu_actions: Sequence[QAction] = ()) -> None:
        super().__init__()
        self._rows = rows
        self._shown: str | None = None
        self._following = False
        # Before the list's own: it marks a neighbour of a row that leaves, as if the user had.
        rows.rowsAboutToBeRemoved.connect(self._on_rows_leaving)
        self.groups = GroupBar(theme)
        self.search = QLineEdit()
        self.list = BuildRows(theme, rows, menu_actions)
        self._set_up_search()
        self._lay_out()
        self.groups.show_group(rows.group)
        self.groups.show_counts(rows.counts)
        self.groups.chosen.connect(self._on_group_chosen)
        rows.counts_changed.connect(self._on_counts_changed)
        rows.rowsRemoved.connect(self._on_rows_left)
        rows.modelReset.connect(self._mark)
        rows.rowsInserted.connect(self._mark)
        self.list.selectionModel().currentChanged.connect(self._on_current_changed)

    def show_selected(self, build_id: str | None) -> None:
        """Mark a row without telling anybody."""
        if build_id != self._shown:
            self._shown = build_id
            self._mark()

    def find_entrance(self) -> QWidget:
        """What takes the focus first."""
        return self.list

    def focus_search(self) -> None:
        """Put the caret into the search field."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _set_up_search(self) -> None:
        self.search.setPlaceholderText("Filter builds   Ctrl+F")
        self.search.setAccessibleName("Filter builds")
        self.search.setClearButtonEnabled(False)
        self.search.textChanged.connect(self._rows.set_needle)
        self.search.installEventFilter(self)

    def _lay_out(self) -> None:
        frame = card()
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(6, 6, 6, 6)
        inside.addWidget(self.list)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.groups)
        column.addWidget(self.search)
        column.addWidget(frame, 1)

    def _mark(self) -> None:
        """Bring the marked row in line with the shown build, which a filter may have hidden."""
        row = self._rows.row_of(self._shown)
        index = QModelIndex() if row is None else self._rows.index(row, 0)
        if index == self.list.currentIndex():
            return
        self._following = True
        try:
            if index.isValid():
                self.list.setCurrentIndex(index)
            else:
                self.list.selectionModel().clear()
        finally:
            self._following = False

    def _on_rows_leaving(self) -> None:
        self._following = True

    def _on_rows_left(self) -> None:
        self._following = False
        self._mark()

    def _on_group_chosen(self, group: Group) -> None:
        self._rows.set_group(group)
        self.list.viewport().update()

    def _on_counts_changed(self) -> None:
        self.groups.show_counts(self._rows.counts)

    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        build_id = current.data(BuildRole.ID) if current.isValid() else None
        if self._following or not isinstance(build_id, str) or build_id == self._shown:
            return
        self._shown = build_id
        self.chosen.emit(build_id)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.search.clear()
                self.list.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
            if event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self.list.setFocus(Qt.FocusReason.OtherFocusReason)
                if not self.list.currentIndex().isValid():  # what is shown is not among what was found
                    self.list.setCurrentIndex(self._rows.index(0, 0))
                return True
        return super().eventFilter(watched, event)
