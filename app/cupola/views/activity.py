"""What happened to the build, newest on top, in columns."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QObject, QRect, QSize, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from cupola.presenters.activity_model import ActivityRole, ActivityRows
from cupola.presenters.builds_model import AnyIndex
from cupola.presenters.overriding import override
from cupola.views.shapes import shows_focus
from cupola.views.theme import FontRole, Theme
from cupola.views.tokens import GAP

EMPTY_WORDS = (
    "Nothing has changed since Cupola began to watch. Each change of this build appears here as a line."
)
_KIND_CHARS = 9


class ActivityDelegate(QStyledItemDelegate):
    """Time, kind and text of one line."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.time_chars = 8

    @property
    def _metrics(self) -> QFontMetrics:
        return self._theme.metrics(FontRole.MONO)

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(200, self._metrics.height() + 2 * self._theme.spacing.activity)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        rect, flags = option.rect, option.state
        chosen = QStyle.StateFlag.State_Selected in flags
        painter.fillRect(rect, self._theme.color("selected" if chosen else "surface"))
        painter.setFont(self._theme.font(FontRole.MONO))
        char = self._metrics.horizontalAdvance("0")
        columns = (
            (ActivityRole.TIME, "text_faint", (self.time_chars + 2) * char),
            (ActivityRole.KIND, "text_faint", (_KIND_CHARS + 1) * char),
            (ActivityRole.TEXT, "text" if chosen else "text_soft", rect.width()),
        )
        left = rect.left() + GAP
        for role, ink, width in columns:
            room = QRect(left, rect.top(), min(width, rect.right() - GAP - left), rect.height())
            text = self._metrics.elidedText(str(index.data(role)), Qt.TextElideMode.ElideRight, room.width())
            painter.setPen(self._theme.color(ink))
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, text)
            left += width


class ActivityView(QListView):
    """Lines that come in on top do not move what is being read further down."""

    def __init__(self, theme: Theme, rows: ActivityRows) -> None:
        super().__init__()
        self._theme = theme
        self._rows = rows
        self._delegate = ActivityDelegate(theme, self)
        self.setAccessibleName("Activity")
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setItemDelegate(self._delegate)
        self.setModel(rows)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        rows.rowsInserted.connect(self._on_rows_inserted)
        rows.modelReset.connect(self._measure)
        rows.dataChanged.connect(self._measure)
        theme.changed.connect(self.viewport().update)
        theme.resized.connect(self.doItemsLayout)

    def _measure(self) -> None:
        """The time column is as wide as its oldest line, which is the longest."""
        last = self._rows.index(self._rows.rowCount() - 1)
        width = len(str(last.data(ActivityRole.TIME))) if last.isValid() else 8
        if width != self._delegate.time_chars:
            self._delegate.time_chars = width
            self.viewport().update()

    def _on_rows_inserted(self, _parent: QModelIndex, first: int, last: int) -> None:
        self._measure()
        bar = self.verticalScrollBar()
        if first == 0 and bar.value() > 0:
            grown = (last - first + 1) * self.sizeHintForRow(0)
            self.doItemsLayout()
            bar.setValue(bar.value() + grown)

    def copy_lines(self) -> None:
        """Put the selected lines on the clipboard."""
        rows = sorted(index.row() for index in self.selectedIndexes())
        lines = [str(self._rows.index(row).data()) for row in rows]
        QGuiApplication.clipboard().setText("\n".join(lines))

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._rows.rowCount() == 0:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        copy = menu.addAction("&Copy Lines")
        copy.triggered.connect(self.copy_lines)
        copy.setEnabled(self.selectionModel().hasSelection())
        menu.addAction("Select &All").triggered.connect(self.selectAll)
        corner = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).bottomLeft())
        by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        menu.popup(event.globalPos() if by_mouse else corner)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_lines()
            return
        super().keyPressEvent(event)

    @override
    def dataChanged(self, first: AnyIndex, last: AnyIndex, roles: Sequence[int] = ()) -> None:
        # As in `BuildRows`: paint the rows that changed and no more.
        QAbstractItemView.dataChanged(self, first, last, list(roles))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self._theme.color("surface"))
        painter.end()
        super().paintEvent(event)
        if shows_focus(self):
            painter.begin(self.viewport())
            painter.setPen(self._theme.color("accent"))
            painter.drawRoundedRect(self.viewport().rect().adjusted(0, 0, -1, -1), 6, 6)
            painter.end()
        if self._rows.rowCount() == 0:
            painter.begin(self.viewport())
            painter.setPen(self._theme.color("text_faint"))
            painter.setFont(self._theme.font(FontRole.BODY))
            room = self.viewport().rect().adjusted(GAP, GAP, -GAP, -GAP)
            painter.drawText(room, Qt.TextFlag.TextWordWrap, EMPTY_WORDS)
