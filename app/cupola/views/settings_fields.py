"""Where a setting is typed or chosen. A field tells of what was entered, and waits to be told what holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from cupola.presenters.overriding import override
from cupola.presenters.settings_entry import ON, write_switch
from cupola.presenters.settings_item import Control, Item
from cupola.views.picker import Picker
from cupola.views.switch import Switch
from cupola.views.theme import FontRole, Theme
from cupola.views.tokens import GAP

SHORT_CHARS: Final = 22
LINES: Final = 6
_ARROWS: Final = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}


class Field(QWidget):
    """The base of all: `entered` is what the user wants to hold, `typed` what is not finished."""

    entered = Signal(str)
    typed = Signal(str)

    stop: QWidget
    """What takes the focus."""

    def text(self) -> str:
        """What stands in it."""
        raise NotImplementedError

    def put(self, text: str) -> None:
        """Show what holds, without telling anybody."""
        raise NotImplementedError

    def retry(self) -> None:
        """What stands in it was refused: entered again, it is told again."""

    def mark(self, *, wrong: bool) -> None:
        """Whether what stands in it cannot be used."""
        if self.stop.property("wrong") != wrong:
            self.stop.setProperty("wrong", wrong)
            self.stop.style().unpolish(self.stop)
            self.stop.style().polish(self.stop)

    def _place(self, widget: QWidget, *beside: QWidget) -> None:
        self.stop = widget
        self.setFocusProxy(widget)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(widget, 1)
        for other in beside:
            row.addWidget(other)


class LineField(Field):
    """One line; what was typed counts when the line is left, or at Return. Arrows go through `steps`."""

    def __init__(self, theme: Theme, item: Item[Any], *beside: QWidget) -> None:
        super().__init__()
        self._theme, self._item = theme, item
        self.line = QLineEdit()
        self.line.setPlaceholderText(item.blank)
        self.line.editingFinished.connect(self._on_finished)
        self.line.textEdited.connect(self.typed)
        self._held: str | None = ""
        self._place(self.line, *beside)
        self._on_resized()
        theme.resized.connect(self._on_resized)

    @override
    def text(self) -> str:
        return self.line.text()

    @override
    def put(self, text: str) -> None:
        self._held = text
        if text != self.line.text():
            self.line.setText(text)
            self.line.setCursorPosition(0)

    @override
    def retry(self) -> None:
        self._held = None

    def _on_finished(self) -> None:
        if self.line.text() != self._held:
            self._held = self.line.text()
            self.entered.emit(self.line.text())

    def _on_resized(self) -> None:
        """Short ones are as wide as what they hold; a path or a command takes what there is."""
        if self._item.below or self._item.control is Control.FILE:
            return
        wide = self._theme.metrics(FontRole.BODY).averageCharWidth() * SHORT_CHARS + 24
        self.setFixedWidth(wide)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _ARROWS.get(Qt.Key(event.key()))
        if step is None or self._item.steps is None:
            super().keyPressEvent(event)
            return
        steps = self._item.steps
        now = self.line.text().strip()
        at = int(now) if now.isdecimal() else round(self._theme.system_points)
        self.line.setText(str(min(max(at + step, steps[0]), steps[-1])))
        self._on_finished()


class FileField(LineField):
    """A line, and a button that looks for a file."""

    browse_requested = Signal()

    def __init__(self, theme: Theme, item: Item[Any]) -> None:
        button = QPushButton("Choose &File…")
        super().__init__(theme, item, button)
        self.button = button
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self.browse_requested)


class _Lines(QPlainTextEdit):
    left = Signal()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self.left.emit()


class LinesField(Field):
    """Several lines, which count when the field is left."""

    def __init__(self, theme: Theme, item: Item[Any]) -> None:
        super().__init__()
        self._theme = theme
        self.lines = _Lines()
        self.lines.setProperty("field", True)
        self.lines.setTabChangesFocus(True)
        self.lines.setPlaceholderText(item.blank)
        self.lines.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.lines.left.connect(self._on_left)
        self.lines.textChanged.connect(self._on_changed)
        self._held = ""
        self._place(self.lines)
        self._on_resized()
        theme.resized.connect(self._on_resized)

    @override
    def text(self) -> str:
        return self.lines.toPlainText()

    @override
    def put(self, text: str) -> None:
        self._held = text
        if text != self.text():
            with QSignalBlocker(self.lines):
                self.lines.setPlainText(text)

    def _on_left(self) -> None:
        if self.text() != self._held:
            self._held = self.text()
            self.entered.emit(self._held)

    def _on_changed(self) -> None:
        self.typed.emit(self.text())

    def _on_resized(self) -> None:
        self.lines.setFixedHeight(self._theme.metrics(FontRole.BODY).lineSpacing() * LINES + 14)


class ChoiceField(Field):
    """One of a few values; what is chosen counts at once."""

    def __init__(self, theme: Theme, item: Item[Any]) -> None:
        super().__init__()
        self.picker = Picker(theme, item.name)
        for text, name in item.choices:
            self.picker.addItem(name, text)
        self.picker.activated.connect(self._on_activated)
        self._place(self.picker)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    @override
    def text(self) -> str:
        return str(self.picker.currentData())

    @override
    def put(self, text: str) -> None:
        self.picker.setCurrentIndex(self.picker.findData(text))

    def _on_activated(self) -> None:
        self.entered.emit(self.text())


class SwitchField(Field):
    """On or off, with the title beside it."""

    def __init__(self, theme: Theme, item: Item[Any]) -> None:
        super().__init__()
        self.switch = Switch(theme, item.title)
        self.switch.clicked.connect(self._on_clicked)
        self._place(self.switch)

    @override
    def text(self) -> str:
        return write_switch(self.switch.isChecked())

    @override
    def put(self, text: str) -> None:
        self.switch.setChecked(text == ON)

    def _on_clicked(self) -> None:
        self.entered.emit(self.text())


_MADE: Final[dict[Control, Callable[[Theme, Item[Any]], Field]]] = {
    Control.SWITCH: SwitchField,
    Control.CHOICE: ChoiceField,
    Control.LINE: LineField,
    Control.LINES: LinesField,
    Control.FILE: FileField,
}


def made_field(theme: Theme, item: Item[Any]) -> Field:
    """The field for a setting."""
    return _MADE[item.control](theme, item)
