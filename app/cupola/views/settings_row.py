"""One setting on its page: title, field, what it means, its default and the way back to it."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from cupola.presenters.settings_item import Control, Item
from cupola.store.settings import Settings
from cupola.store.settings_reading import UnusableValueError
from cupola.views.buttons import FlatButton
from cupola.views.labels import Words
from cupola.views.settings_fields import FileField, made_field
from cupola.views.switch import PILL, SPACE
from cupola.views.theme import FontRole, Theme
from cupola.views.tokens import GAP

INDENT: Final = PILL.width() + SPACE + 2
"""Where the words beside a switch begin."""


class SettingRow(QWidget):
    """What cannot be used stays in its field, with the reason below; all else is told at once."""

    entered = Signal(str, str)
    """The key of the setting, and what was typed."""
    reset_requested = Signal(str)
    browse_requested = Signal(str)
    """The key of a setting for which a file is to be looked for."""

    def __init__(self, theme: Theme, item: Item[Any], of: str = "") -> None:
        """`of` names what the setting belongs to, where its title alone would not do."""
        super().__init__()
        self.item = item
        self._shown: str | None = None
        self._renewed = False
        name = f"{item.name}: {of}" if of else item.name
        self.field = made_field(theme, item)
        self.field.stop.setAccessibleName(name)
        self.reset_button = FlatButton(theme, "Reset", words=True)
        self.reset_button.setAccessibleName(f"Reset {name}")
        self.reset_button.setEnabled(False)
        self.title = None if item.control is Control.SWITCH else _title(theme, item, self.field.stop)
        self.words = Words(theme, self._help(), role=FontRole.SMALL)
        self.trouble = Words(theme, role=FontRole.SMALL, ink="bad")
        self.trouble.hide()
        self._theme = theme
        self._lay_out()
        self._connect()

    def show_settings(self, settings: Settings) -> None:
        """Show what holds; what is being typed, or was refused, stays."""
        text = self.item.shown(settings)
        if self._renewed or text != self._shown:
            self._renewed = False
            self._shown = text
            self.field.put(text)
            self.show_trouble("")
        self._offer_reset(differs=self.item.differs(settings))

    def show_trouble(self, why: str) -> None:
        """Why what stands in the field was not applied; "" when all is well."""
        self.trouble.setText(f"Not applied: {why}." if why else "")
        self.trouble.setVisible(bool(why))
        self.field.mark(wrong=bool(why))
        self.field.stop.setAccessibleDescription(" ".join(filter(None, (self._help(), self.trouble.text()))))
        if why:
            self.field.retry()
            self.reset_button.setEnabled(True)

    def renew(self) -> None:
        """The settings that are shown next take the place of what stands in the field."""
        self._renewed = True

    def enter(self, text: str) -> None:
        """As if it had been typed."""
        self.field.put(text)
        self._on_entered(text)

    def _help(self) -> str:
        return " ".join(filter(None, (self.item.help, f"Default: {self.item.default}.")))

    def _offer_reset(self, *, differs: bool) -> None:
        wanted = differs or self.trouble.isVisibleTo(self)
        if not wanted and self.reset_button.hasFocus():
            self.field.stop.setFocus(Qt.FocusReason.OtherFocusReason)
        self.reset_button.setEnabled(wanted)

    def _connect(self) -> None:
        self.field.entered.connect(self._on_entered)
        self.field.typed.connect(self._on_typed)
        self.reset_button.clicked.connect(self._on_reset)
        if isinstance(self.field, FileField):
            self.field.browse_requested.connect(self._on_browse)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(INDENT if self.item.below else 0, 0, 0, 0)
        column.setSpacing(3)
        head = QHBoxLayout()
        head.setSpacing(GAP)
        head.addWidget(self.title or self.field)
        if self.item.below:
            head.addLayout(self._field_line(), 1)
        else:
            head.addStretch(1)
        head.addWidget(self.reset_button)
        column.addLayout(head)
        if self.title is not None and not self.item.below:
            column.addLayout(self._field_line())
        below = QVBoxLayout()
        below.setContentsMargins(0 if self.title else INDENT, 0, 0, 0)
        below.setSpacing(2)
        below.addWidget(self.trouble)
        below.addWidget(self.words)
        self.words.setVisible(not self.item.below)
        column.addLayout(below)

    def _field_line(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(GAP)
        fixed = self.field.sizePolicy().horizontalPolicy() is QSizePolicy.Policy.Maximum
        narrow = fixed or self.field.minimumWidth() == self.field.maximumWidth()
        line.addWidget(self.field, 0 if narrow else 1)
        if narrow:
            line.addWidget(Words(self._theme, self.item.unit), 1)
        return line

    def _on_entered(self, text: str) -> None:
        self.entered.emit(self.item.key, text)

    def _on_typed(self, text: str) -> None:
        """Only what was refused is looked at while it is typed: it is well as soon as it can be used.

        Whether something that a disk tells of can be used is known only when it is entered.
        """
        if self.trouble.isVisibleTo(self) and self.item.check is None:
            try:
                self.item.read(text)
            except UnusableValueError as error:
                self.show_trouble(str(error))
            else:
                self.show_trouble("")

    def _on_reset(self) -> None:
        self.renew()
        self.reset_requested.emit(self.item.key)

    def _on_browse(self) -> None:
        self.browse_requested.emit(self.item.key)


def _title(theme: Theme, item: Item[Any], of: QWidget) -> QLabel:
    role, ink = (FontRole.SMALL, "text_soft") if item.below else (FontRole.STRONG, "text")
    label = Words(theme, item.title, role=role, ink=ink)
    label.setWordWrap(False)
    label.setBuddy(of)
    return label
