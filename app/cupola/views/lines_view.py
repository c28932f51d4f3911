"""The list that shows the lines of a dock: tooltips by figure, files by double click, copied as text."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QMenu, QScrollBar, QToolTip, QWidget

from cupola.domain.text import file_name
from cupola.presenters.builds_model import AnyIndex
from cupola.presenters.lines import Cell, Line, LineKind, copied
from cupola.presenters.lines_model import LinesModel
from cupola.presenters.overriding import override
from cupola.presenters.tooltips import plain_tooltip
from cupola.views.line_delegate import LineDelegate
from cupola.views.theme import Theme


class QuietScrollBar(QScrollBar):
    """Seen only while pointer or focus is in its view, and there is something to scroll to."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view = view

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self.maximum() > self.minimum() and (self._view.underMouse() or self._view.hasFocus()):
            super().paintEvent(event)


class LinesView(QListView):
    """Paints only the lines that changed."""

    open_requested = Signal(str)
    """The full path of the file behind a figure."""

    def __init__(self, theme: Theme, title: str) -> None:
        super().__init__()
        self._theme = theme
        self._title = title
        self.rows = LinesModel(self)
        self._toggled = QPersistentModelIndex()
        self._delegate = LineDelegate(theme, self.rows, self)
        self.setAccessibleName(title)
        self.setVerticalScrollBar(QuietScrollBar(self))
        self.setVerticalScrollBarPolicy(
            Qt.ScrollBarPolicy.ScrollBarAlwaysOn
        )  # its place, so that nothing moves
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setItemDelegate(self._delegate)
        self.setModel(self.rows)
        self.clicked.connect(self._on_clicked)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        theme.changed.connect(self.viewport().update)
        theme.resized.connect(self._on_resized)

    def _on_resized(self) -> None:
        self._delegate.forget()
        self.doItemsLayout()

    def copy_all(self) -> None:
        """Put the whole dock on the clipboard, as tab-separated text."""
        QGuiApplication.clipboard().setText(copied(self._title, self.rows.lines))

    def cell_at(self, at: QPoint) -> Cell | None:
        """The figure at a point of the viewport."""
        index = self.indexAt(at)
        if not index.isValid():
            return None
        places = self._delegate.layout.places(self.rows.line(index.row()), self.visualRect(index))
        return next((cell for rect, cell in places if rect.contains(at)), None)

    def _line_at(self, index: QModelIndex) -> Line | None:
        return self.rows.line(index.row()) if index.isValid() else None

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        kept = QPersistentModelIndex(index)
        self._toggled = kept if self._toggle(index) else QPersistentModelIndex()

    def _toggle(self, index: QModelIndex) -> bool:
        """Open or close below a line what more there is of it; False if there is nothing more."""
        at = index.row()
        was_detail = self.rows.line(at).kind is LineKind.DETAIL
        if not self.rows.toggle(at):
            return False
        if was_detail:  # what had been opened has no row any more
            self.setCurrentIndex(self.rows.index(at - 1))
        opened = self.rows.opened_row
        if opened is not None:
            self.executeDelayedItemsLayout()
            self.scrollTo(self.rows.index(opened + 1))
        return True

    def _open(self, line: Line | None, cell: Cell | None = None) -> None:
        file = cell.file if cell is not None and cell.file else next(iter(line.files if line else ()), None)
        if file:
            self.open_requested.emit(file)

    def _menu_for(self, line: Line | None) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for file in line.files if line else ():
            action = menu.addAction(f"Open {file_name(file)}".replace("&", "&&"))
            action.setData(file)
            action.triggered.connect(self._on_open_triggered)
        if line is not None:
            menu.addAction("Copy &Line").triggered.connect(self._copy_line)
        menu.addAction("Copy as &Text").triggered.connect(self.copy_all)
        return menu

    def _on_open_triggered(self) -> None:
        action = self.sender()
        if action is not None:
            self.open_requested.emit(action.data())  # type: ignore[attr-defined]  # the sender is a QAction

    def _copy_line(self) -> None:
        line = self._line_at(self.currentIndex())
        if line is not None:
            QGuiApplication.clipboard().setText(line.copied.strip())

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self.currentIndex()
        by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        corner = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())
        self._menu_for(self._line_at(index)).popup(event.globalPos() if by_mouse else corner)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy_line()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            index = self.currentIndex()
            if not (index.isValid() and self._toggle(index)):
                self._open(self._line_at(index))
        else:
            super().keyPressEvent(event)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        index = self.indexAt(at)
        # What the first click opened may have moved another row under the pointer: that one is not meant.
        if not self._toggled.isValid() or self._toggled == index:
            self._open(self._line_at(index), self.cell_at(at))

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            cell, line = self.cell_at(event.pos()), self._line_at(self.indexAt(event.pos()))
            own = cell is not None and bool(cell.note)
            text = plain_tooltip(cell.copied, cell.note) if cell and own else line.tooltip if line else ""
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().viewportEvent(event)

    @override
    def dataChanged(self, first: AnyIndex, last: AnyIndex, roles: Sequence[int] = ()) -> None:
        # QListView would lay out and paint all rows anew; most changes leave every line as high as it was.
        QAbstractItemView.dataChanged(self, first, last, list(roles))
        if Qt.ItemDataRole.SizeHintRole in roles:
            self.scheduleDelayedItemsLayout()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.Enter, QEvent.Type.Leave, QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            self.verticalScrollBar().update()
        return super().event(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self._theme.color("surface"))
        painter.end()
        super().paintEvent(event)
