"""The list of builds; freezes its order while the pointer or the focus is in it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QFocusEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QMenu

from cupola.presenters.builds_filter import BuildsFilter, Group
from cupola.presenters.builds_model import AnyIndex
from cupola.presenters.overriding import override
from cupola.views.build_delegate import BuildDelegate
from cupola.views.theme import FontRole, Theme
from cupola.views.tokens import GAP


class BuildRows(QListView):
    """The list itself; freezes the order while the pointer or the focus is in it."""

    def __init__(self, theme: Theme, rows: BuildsFilter, menu_actions: Sequence[QAction]) -> None:
        super().__init__()
        self._theme = theme
        self._rows = rows
        self._menu_actions = tuple(menu_actions)
        self._pointer_in = False
        self.setAccessibleName("Builds")
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setItemDelegate(BuildDelegate(theme, self))
        self.setModel(rows)
        self.viewport().installEventFilter(self)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        theme.changed.connect(self.viewport().update)
        theme.resized.connect(self.doItemsLayout)

    def _hold(self, *, focused: bool) -> None:
        self._rows.set_hold(hold=focused or self._pointer_in)

    def _empty_words(self) -> str:
        if self._rows.needle:
            return "Nothing matches"
        if self._rows.group is Group.ALL:
            return "No builds yet" if self._rows.settled else "Looking for builds"
        return f"No {self._rows.group.value.lower()} builds"

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.viewport() and event.type() in {QEvent.Type.Enter, QEvent.Type.Leave}:
            self._pointer_in = event.type() is QEvent.Type.Enter
            self._hold(focused=self.hasFocus())
        return super().eventFilter(watched, event)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        self._hold(focused=True)
        super().focusInEvent(event)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._hold(focused=False)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self.currentIndex()
        if not self._menu_actions or not index.isValid():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self._menu_actions)
        corner = self.visualRect(index).bottomLeft()
        by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        menu.popup(event.globalPos() if by_mouse else self.viewport().mapToGlobal(corner))

    @override
    def dataChanged(self, first: AnyIndex, last: AnyIndex, roles: Sequence[int] = ()) -> None:
        # QListView would lay out and paint all rows anew; ours are equally high and only their own change.
        QAbstractItemView.dataChanged(self, first, last, list(roles))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self._theme.color("surface"))
        painter.end()
        super().paintEvent(event)
        if self._rows.rowCount() == 0:
            painter.begin(self.viewport())
            painter.setPen(self._theme.color("text_faint"))
            painter.setFont(self._theme.font(FontRole.BODY))
            room = self.viewport().rect().adjusted(GAP, 24, -GAP, 0)
            painter.drawText(
                room, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, self._empty_words()
            )
