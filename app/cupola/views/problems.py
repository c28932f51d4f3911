"""The table of what could not be read."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QMenu, QTableView, QVBoxLayout

from cupola.presenters.contracts import Trouble
from cupola.presenters.overriding import override
from cupola.presenters.problems_model import ProblemsModel
from cupola.views.theme import FontRole, Theme
from cupola.views.tokens import GAP

EMPTY_WORDS: Final = (
    "No problems. What Cupola cannot read, or has to leave out, is named here with its path and reason."
)
_WIDTHS: Final = (110, 220, 110, 190)


class ProblemsTable(QTableView):
    """Rows can be selected and copied; the menu copies all."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.rows = ProblemsModel(self)
        self.setAccessibleName("Problems")
        self.setFont(theme.font(FontRole.SMALL))
        self.setModel(self.rows)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        head = self.horizontalHeader()
        head.setFont(theme.font(FontRole.SMALL))
        head.setHighlightSections(False)
        head.setStretchLastSection(True)
        for column, width in enumerate(_WIDTHS):
            self.setColumnWidth(column, width)
        theme.changed.connect(self.viewport().update)

    def copy_chosen(self) -> None:
        """Put the selected rows on the clipboard, or all where none is selected."""
        rows = sorted({index.row() for index in self.selectedIndexes()})
        QGuiApplication.clipboard().setText(self.rows.copied(rows or None))

    def copy_all(self) -> None:
        """Put all rows on the clipboard."""
        QGuiApplication.clipboard().setText(self.rows.copied())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_chosen()
        else:
            super().keyPressEvent(event)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("&Copy").triggered.connect(self.copy_chosen)
        menu.addAction("Copy &All as Text").triggered.connect(self.copy_all)
        menu.popup(event.globalPos())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.rows.rowCount() == 0:
            painter = QPainter(self.viewport())
            painter.setPen(self._theme.color("text_faint"))
            painter.setFont(self._theme.font(FontRole.BODY))
            room = self.viewport().rect().adjusted(GAP, GAP, -GAP, -GAP)
            painter.drawText(room, Qt.TextFlag.TextWordWrap, EMPTY_WORDS)


class ProblemsPage(QFrame):
    """The tab: a card with the table, which is made when the tab is first shown."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("card", True)
        self._theme = theme
        self._troubles: tuple[Trouble, ...] = ()
        self.table: ProblemsTable | None = None

    def show_troubles(self, troubles: tuple[Trouble, ...]) -> None:
        """Show these now, or when the tab is shown."""
        self._troubles = troubles
        if self.table is not None and self.isVisible():
            self.table.rows.show_troubles(troubles)

    def awake(self) -> None:
        """The tab is in front."""
        if self.table is None:
            self.table = ProblemsTable(self._theme)
            column = QVBoxLayout(self)
            column.setContentsMargins(6, 6, 6, 6)
            column.addWidget(self.table)
            self.table.show()
        self.table.rows.show_troubles(self._troubles)
