"""The dialog that shows how Cupola itself is, as text to read and to hand on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from cupola.views.buttons import card
from cupola.views.theme import FontRole, Theme
from cupola.views.tokens import GAP, MARGIN

FIRST_SIZE: Final = QSize(820, 600)
_GATHERING: Final = "Looking around…"


class ReportDialog(QDialog):
    """Plain text that is read, selected and copied; deletes itself when closed. Blocks no other window."""

    copied = Signal(str)
    """All of the text."""

    def __init__(self, theme: Theme, title: str, parent: QWidget | None, words: str = "") -> None:
        """`words` say above the text what it is."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.words = QLabel(words)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.words.setVisible(bool(words))
        self._theme = theme
        self.text = _text(theme, title)
        theme.resized.connect(self._on_resized)
        self.copy_button = QPushButton("&Copy")
        self.copy_button.setEnabled(False)
        self.copy_button.clicked.connect(self._on_copy)
        self.close_button = QPushButton("C&lose")
        self.close_button.setDefault(True)
        self.close_button.clicked.connect(self.accept)
        self._lay_out()
        self.resize(FIRST_SIZE.boundedTo(self.screen().availableGeometry().size()))

    def show_lines(self, lines: Iterable[str]) -> None:
        """Show other text, from its beginning."""
        self.text.setPlainText("\n".join(lines))
        self.text.moveCursor(QTextCursor.MoveOperation.Start)
        self.copy_button.setEnabled(True)
        self.copy_button.setText("&Copy")

    def add_button(self, button: QPushButton) -> None:
        """One more thing that can be done with the text, beside copying it."""
        self._row.insertWidget(1, button)

    def _lay_out(self) -> None:
        frame = card()
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(GAP, GAP, GAP, GAP)
        inside.addWidget(self.text)
        self._row = QHBoxLayout()
        self._row.setSpacing(GAP)
        self._row.addWidget(self.copy_button)
        self._row.addStretch(1)
        self._row.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GAP)
        column.addWidget(self.words)
        column.addWidget(frame, 1)
        column.addLayout(self._row)

    def _on_resized(self) -> None:
        self.text.setFont(self._theme.font(FontRole.MONO))

    def _on_copy(self) -> None:
        self.copied.emit(self.text.toPlainText())
        self.copy_button.setText("&Copied")


def _text(theme: Theme, name: str) -> QPlainTextEdit:
    text = QPlainTextEdit()
    text.setReadOnly(True)
    text.setAccessibleName(name)
    text.setFont(theme.font(FontRole.MONO))
    text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    text.setPlaceholderText(_GATHERING)
    text.setTabChangesFocus(True)
    text.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByKeyboard | Qt.TextInteractionFlag.TextSelectableByMouse
    )
    return text
