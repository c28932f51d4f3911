"""The centre of the window while it shows no build: why that is so, and what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cupola.presenters.contracts import EmptyWords
from cupola.views.labels import DataLabel, Fit, Words
from cupola.views.theme import FontRole, Theme
from cupola.views.tokens import GAP


class EmptyPage(QFrame):
    """Title, the folders that are watched, a sentence, and two buttons while nothing was found at all."""

    add_requested = Signal()
    demo_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("card", True)
        self._theme = theme
        self._shown: EmptyWords | None = None
        self._title = Words(theme, role=FontRole.FIGURE, ink="text")
        self._folders = QVBoxLayout()
        self._text = Words(theme)
        self.add_button = QPushButton("Add a &Folder…")
        self.demo_button = QPushButton("Try the &Demo")
        self._hint = Words(theme, "…or drop a folder anywhere in this window.", role=FontRole.SMALL)
        self._offers = self._made_offers()
        self._lay_out()
        self.add_button.clicked.connect(self.add_requested)
        self.demo_button.clicked.connect(self.demo_requested)

    def show_words(self, words: EmptyWords) -> None:
        """Equal words change nothing."""
        if words == self._shown:
            return
        self._shown = words
        self._title.setText(words.title)
        self._text.setText(words.text)
        self._show_folders(words.folders)
        self._offers.setVisible(words.offers)

    def _show_folders(self, folders: tuple[tuple[str, str], ...]) -> None:
        while (item := self._folders.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()  # it must not be seen below what takes its place
                widget.deleteLater()
        for path, note in folders:
            self._folders.addWidget(self._folder(path, note))

    def _folder(self, path: str, note: str) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        name = DataLabel(self._theme, role=FontRole.MONO, fit=Fit.RIGID)
        name.show_text(path)
        why = DataLabel(self._theme, ink="text_soft")
        why.show_text(note)
        row.addWidget(name)
        row.addWidget(why, 1)
        return line

    def _made_offers(self) -> QWidget:
        offers = QWidget()
        row = QHBoxLayout()
        row.setSpacing(GAP)
        for button in (self.add_button, self.demo_button):
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(offers)
        column.setContentsMargins(0, GAP, 0, 0)
        column.setSpacing(GAP)
        column.addLayout(row)
        column.addWidget(self._hint)
        return offers

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(48, 48, 48, 48)
        column.setSpacing(12)
        column.addStretch(2)
        column.addWidget(self._title)
        column.addLayout(self._folders)
        column.addWidget(self._text)
        column.addWidget(self._offers)
        column.addStretch(3)
        self._title.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self._offers.hide()
