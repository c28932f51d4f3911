"""The status bar: what is watched, what is wrong, and how fresh and fast the window is."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QStatusBar, QWidget

from cupola.presenters.contracts import Trouble
from cupola.presenters.status import counted
from cupola.views.buttons import FlatButton, Glyph
from cupola.views.labels import DataLabel, Fit
from cupola.views.problems import ProblemsPopup
from cupola.views.theme import FontRole, Theme
from cupola.views.tokens import MARGIN


class StatusBar(QStatusBar):
    """Satisfies `StatusView`."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self.watching = self._label(theme, "text_soft")
        self.note = self._label(theme, "text_faint")
        self.last = self._label(theme, "text_soft")
        self.problems = FlatButton(theme, "No problems", glyph=Glyph.WARNING, words=True)
        self._popup = ProblemsPopup(self)
        self._troubles: tuple[Trouble, ...] = ()
        self.problems.hide()
        self.problems.clicked.connect(self._on_problems_clicked)
        strip = QWidget()
        row = QHBoxLayout(strip)
        row.setContentsMargins(2, 4, 2, 6)
        row.setSpacing(MARGIN)
        row.addWidget(self.watching)
        row.addWidget(self.problems)
        row.addWidget(self.note, 1)
        row.addWidget(self.last)
        self.addWidget(strip, 1)

    def show_watching(self, text: str, note: str, details: str) -> None:
        """What is watched, what a user should know of it, and the roots one by one in the tooltip."""
        self.watching.show_text(text, details)
        self.note.show_text(note, details)

    def show_problems(self, troubles: tuple[Trouble, ...]) -> None:
        """How many problems there are; the button opens the list."""
        if troubles == self._troubles:
            return
        self._troubles = troubles
        if troubles:
            self.problems.show_name(counted(len(troubles), "problem"))
        self.problems.setVisible(bool(troubles))
        self._popup.show_troubles(troubles)

    def show_last(self, text: str) -> None:
        """When something last changed and how fast it was shown."""
        self.last.show_text(text)

    def _on_problems_clicked(self) -> None:
        self._popup.open_at(self.problems)

    @staticmethod
    def _label(theme: Theme, ink: str) -> DataLabel:
        fit = Fit.GIVEN if ink == "text_faint" else Fit.RIGID
        return DataLabel(theme, role=FontRole.SMALL, ink=ink, ground="window", fit=fit)
