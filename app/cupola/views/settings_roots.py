"""The list of watched folders, and the ways to add one and to take one away."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from cupola.domain.words import BuildState
from cupola.presenters.builds_model import AnyIndex
from cupola.presenters.overriding import override
from cupola.presenters.settings_item import Item
from cupola.presenters.settings_roots import RootLine
from cupola.presenters.tooltips import plain_tooltip
from cupola.views.buttons import FlatButton
from cupola.views.labels import Words
from cupola.views.shapes import state_mark
from cupola.views.theme import FontRole, Theme
from cupola.views.tokens import GAP

_LINE: Final = Qt.ItemDataRole.UserRole
_SIDE: Final = 8
_MARK: Final = 10
_MARKS: Final[dict[bool | None, tuple[BuildState, str]]] = {
    True: (BuildState.RUNNING, "good"),
    False: (BuildState.FAILED, "bad"),
    None: (BuildState.UNKNOWN, "idle"),
}
ROWS: Final = 4
"""Of the least list."""


class RootDelegate(QStyledItemDelegate):
    """A mark, the path with its end in sight, and below it how it is watched."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        pad = self._theme.spacing.row
        high = (self._theme.metrics(role).height() for role in (FontRole.BODY, FontRole.SMALL))
        return QSize(120, sum(high) + 2 * pad)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        line = index.data(_LINE)
        if not isinstance(line, RootLine):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect, states = option.rect, QStyle.StateFlag
        selected = states.State_Selected in option.state
        focused = (states.State_HasFocus | states.State_KeyboardFocusChange) in option.state
        painter.setPen(self._theme.color("accent") if focused else Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("selected") if selected else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        body, small = (self._theme.metrics(role).height() for role in (FontRole.BODY, FontRole.SMALL))
        top, pad = rect.top() + self._theme.spacing.row, _SIDE + _MARK + 8
        mark = QRectF(rect.left() + _SIDE, top + (body - _MARK) / 2, _MARK, _MARK)
        state, ink = _MARKS[line.well]
        state_mark(painter, mark, state, self._theme.color(ink))
        room = QRect(rect.left() + pad, top, rect.width() - pad - _SIDE, body)
        self._write(painter, room, line.path, FontRole.BODY, "text")
        self._write(painter, QRect(room.left(), top + body, room.width(), small), line.note)
        painter.restore()

    def _write(
        self,
        painter: QPainter,
        room: QRect,
        text: str,
        role: FontRole = FontRole.SMALL,
        ink: str = "text_soft",
    ) -> None:
        elide = Qt.TextElideMode.ElideMiddle if role is FontRole.BODY else Qt.TextElideMode.ElideRight
        painter.setFont(self._theme.font(role))
        painter.setPen(self._theme.color(ink))
        drawn = self._theme.metrics(role).elidedText(text, elide, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, drawn)


class RootsList(QListWidget):
    """Delete takes the current folder away."""

    remove_requested = Signal()

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("field", True)
        self.setAccessibleName(name)
        self.setItemDelegate(RootDelegate(theme, self))
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._on_resized()
        theme.resized.connect(self._on_resized)
        theme.changed.connect(self.viewport().update)

    @property
    def current(self) -> RootLine | None:
        """The folder that is chosen."""
        line = self.currentIndex().data(_LINE)
        return line if isinstance(line, RootLine) else None

    def show_lines(self, lines: tuple[RootLine, ...]) -> None:
        """Show other lines, with the place kept."""
        row = max(0, self.currentRow())
        while self.count() > len(lines):
            self.takeItem(self.count() - 1)
        while self.count() < len(lines):
            self.addItem(QListWidgetItem())
        for at, line in enumerate(lines):
            item = self.item(at)
            if item.data(_LINE) != line:
                item.setData(_LINE, line)
                item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{line.path}: {line.note}")
                item.setToolTip(plain_tooltip(line.path, line.note))
        self.setCurrentRow(min(row, self.count() - 1))

    def _on_resized(self) -> None:
        self.doItemsLayout()
        body, small = (self._theme.metrics(role).height() for role in (FontRole.BODY, FontRole.SMALL))
        self.setFixedHeight(ROWS * (body + small + 2 * self._theme.spacing.row) + 12)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.remove_requested.emit()
        else:
            super().keyPressEvent(event)


class RootsField(QWidget):
    """What is asked for is not done here: a folder has to be looked at before it is added."""

    add_requested = Signal(str)
    """A path as it was typed."""
    browse_requested = Signal()
    remove_requested = Signal(object)
    """The `RootLine` to take away."""
    reset_requested = Signal(str)

    def __init__(self, theme: Theme, item: Item[object]) -> None:
        super().__init__()
        self._item = item
        self.title = Words(theme, item.title, role=FontRole.STRONG, ink="text")
        self.reset_button = FlatButton(theme, "Reset", words=True)
        self.reset_button.setAccessibleName(f"Reset {item.name}")
        self.list = RootsList(theme, item.name)
        self.title.setBuddy(self.list)
        self.line = QLineEdit()
        self.line.setAccessibleName("Folder to watch")
        self.line.setPlaceholderText("Type or drop a folder to watch")
        self.add_button = QPushButton("&Add")
        self.browse_button = QPushButton("C&hoose…")
        self.remove_button = QPushButton("&Remove")
        self.trouble = Words(theme, role=FontRole.SMALL, ink="bad")
        self.trouble.hide()
        self.words = Words(theme, f"{item.help} Default: {item.default}.", role=FontRole.SMALL)
        self._lay_out()
        self._connect()

    def show_lines(self, lines: tuple[RootLine, ...], *, differs: bool) -> None:
        """Show the folders as they are watched now, and whether they are other than the default."""
        self.list.show_lines(lines)
        self.reset_button.setEnabled(differs)
        self._offer()

    def put(self, text: str) -> None:
        """What was typed before."""
        self.line.setText(text)
        self._offer()

    def commit(self) -> None:
        """What stands in the line counts as entered, unless it was refused."""
        if self.trouble.isHidden():
            self._on_add()

    def show_added(self) -> None:
        """What was typed is watched."""
        self.line.clear()
        self.show_trouble("")

    def show_trouble(self, why: str) -> None:
        """Why what was typed or dropped is not watched; "" when all is well."""
        self.trouble.setText(f"Not added: {why}." if why else "")
        self.trouble.setVisible(bool(why))
        self.line.setAccessibleDescription(self.trouble.text())
        self.line.setProperty("wrong", bool(why))
        self.line.style().unpolish(self.line)
        self.line.style().polish(self.line)

    def _lay_out(self) -> None:
        head, line, others, column = QHBoxLayout(), QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        head.addWidget(self.title, 1)
        head.addWidget(self.reset_button)
        line.setSpacing(GAP)
        line.addWidget(self.line, 1)
        others.setSpacing(GAP)
        line.addWidget(self.add_button)
        others.addWidget(self.remove_button)
        others.addStretch(1)
        others.addWidget(self.browse_button)
        for button in (self.add_button, self.browse_button, self.remove_button):
            button.setAutoDefault(False)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        column.addLayout(head)
        column.addWidget(self.list)
        column.addLayout(others)
        column.addLayout(line)
        column.addWidget(self.trouble)
        column.addWidget(self.words)

    def _connect(self) -> None:
        self.line.returnPressed.connect(self._on_add)
        self.line.textEdited.connect(self._on_edited)
        self.add_button.clicked.connect(self._on_add)
        self.browse_button.clicked.connect(self.browse_requested)
        self.remove_button.clicked.connect(self._on_remove)
        self.reset_button.clicked.connect(self._on_reset)
        self.list.remove_requested.connect(self._on_remove)
        self.list.currentRowChanged.connect(self._offer)
        self._offer()

    def _offer(self) -> None:
        current = self.list.current
        self.remove_button.setEnabled(current is not None and current.removable)
        self.add_button.setEnabled(bool(self.line.text().strip()))

    def _on_edited(self) -> None:
        self.show_trouble("")
        self._offer()

    def _on_add(self) -> None:
        if self.line.text().strip():
            self.add_requested.emit(self.line.text().strip())

    def _on_remove(self) -> None:
        current = self.list.current
        if current is not None and current.removable:
            self.remove_requested.emit(current)

    def _on_reset(self) -> None:
        self.reset_requested.emit(self._item.key)
