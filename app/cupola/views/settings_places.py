"""Where everything is: each place with its path, to open and to copy."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cupola.presenters.settings_places import PlaceLine
from cupola.views.buttons import FlatButton
from cupola.views.labels import DataLabel, Words
from cupola.views.theme import FontRole, Theme
from cupola.views.tokens import GAP


class PlacesField(QWidget):
    """Filled once: places do not move while Cupola runs. Whether one is there is told later."""

    open_requested = Signal(str)
    """The folder of a place."""
    copied = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._notes: list[DataLabel] = []
        self._open: list[FlatButton] = []

    def show_places(self, lines: tuple[PlaceLine, ...]) -> None:
        """Show the places, once."""
        for line in lines:
            self._add(line)

    def show_there(self, there: tuple[bool, ...]) -> None:
        """Which of the places are there: in the order in which they are shown."""
        for note, button, is_there in zip(self._notes, self._open, there, strict=True):
            note.show_text("" if is_there else "not there yet")
            button.setEnabled(is_there)

    def _add(self, line: PlaceLine) -> None:
        name = Words(self._theme, line.name, role=FontRole.STRONG, ink="text")
        name.setWordWrap(False)
        middle = Qt.TextElideMode.ElideMiddle
        path = DataLabel(self._theme, role=FontRole.MONO, ink="text_soft", elide=middle)
        path.show_text(line.shown)
        note = DataLabel(self._theme, role=FontRole.SMALL, ink="text_faint")
        open_button, copy_button = (FlatButton(self._theme, text, words=True) for text in ("Open", "Copy"))
        open_button.setAccessibleName(f"Open the folder of {line.name}")
        copy_button.setAccessibleName(f"Copy the path of {line.name}")
        open_button.clicked.connect(partial(self.open_requested.emit, line.folder))
        copy_button.clicked.connect(partial(self.copied.emit, line.path))
        head = QHBoxLayout()
        head.setSpacing(GAP)
        head.addWidget(name)
        head.addWidget(note, 1)
        head.addWidget(open_button)
        head.addWidget(copy_button)
        if self._notes:
            self._column.addSpacing(GAP)
        self._column.addLayout(head)
        self._column.addWidget(path)
        self._notes.append(note)
        self._open.append(open_button)
