"""What closing the window does where there is no tray to close it into."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cupola.store.habits import Habits, OnClose
from cupola.views.buttons import FlatButton
from cupola.views.labels import Words
from cupola.views.picker import Picker
from cupola.views.theme import FontRole, Theme

TITLE: Final = "Closing without a &tray"
HELP: Final = (
    "Where there is a tray, closing the window leaves its icon there. Where there is none, this is done. "
    "Default: ask."
)
_NAMES: Final = {OnClose.ASK: "Ask", OnClose.MINIMISE: "Minimise", OnClose.QUIT: "Quit"}


class ClosingField(QWidget):
    """What was answered once, or was not asked yet."""

    chosen = Signal(object)
    """An `OnClose`."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        name = TITLE.replace("&", "")
        self.picker = Picker(theme, name)
        for choice, words in _NAMES.items():
            self.picker.addItem(words, choice.value)
        self.picker.activated.connect(self._on_activated)
        self.reset_button = FlatButton(theme, "Reset", words=True)
        self.reset_button.setAccessibleName(f"Reset {name}")
        self.reset_button.clicked.connect(self._on_reset)
        title = Words(theme, TITLE, role=FontRole.STRONG, ink="text")
        title.setWordWrap(False)
        title.setBuddy(self.picker)
        head, line, column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(self.reset_button)
        line.addWidget(self.picker)
        line.addStretch(1)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addLayout(head)
        column.addLayout(line)
        column.addWidget(Words(theme, HELP, role=FontRole.SMALL))
        self.picker.setAccessibleDescription(HELP)

    def show_choice(self, choice: OnClose) -> None:
        """Show what holds."""
        self.picker.setCurrentIndex(self.picker.findData(choice.value))
        self.reset_button.setEnabled(choice is not Habits().on_close)

    def _on_activated(self) -> None:
        self.chosen.emit(OnClose(self.picker.currentData()))

    def _on_reset(self) -> None:
        self.picker.setFocus()
        self.chosen.emit(Habits().on_close)
