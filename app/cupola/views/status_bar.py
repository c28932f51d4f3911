"""The status bar: what is watched, what is wrong, and how fresh and fast the window is."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QStatusBar, QWidget

from cupola.presenters.status import counted
from cupola.views.buttons import FlatButton, Glyph, Sign
from cupola.views.labels import DataLabel, Fit
from cupola.views.theme import FontRole, Theme
from cupola.views.tokens import MARGIN


class StatusBar(QStatusBar):
    """Satisfies `StatusView`."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self.paused = Sign(theme, Glyph.PAUSE, "Watching is paused", "text_soft")
        self.paused.hide()
        self.watching = self._label(theme, "text_soft", Fit.SNUG)
        self.note = self._label(theme, "text_faint", Fit.GIVEN)
        self.last = self._label(theme, "text_soft", Fit.RIGID)
        self.problems = FlatButton(theme, "No problems", glyph=Glyph.WARNING, words=True)
        self._count = 0
        self.problems.hide()
        self._strip = QWidget()
        self._on_resized()
        theme.resized.connect(self._on_resized)
        row = QHBoxLayout(self._strip)
        row.setContentsMargins(2, 4, 2, 6)
        row.setSpacing(MARGIN)
        row.addWidget(self.paused)
        row.addWidget(self.watching)
        row.addWidget(self.problems)
        row.addWidget(self.note, 1)
        row.addWidget(self.last)
        self.addWidget(self._strip, 1)

    def _on_resized(self) -> None:
        # A first problem must move nothing.
        self._strip.setMinimumHeight(self.problems.sizeHint().height() + 10)

    def show_watching(self, text: str, note: str, details: str) -> None:
        """What is watched, what a user should know of it, and the roots one by one in the tooltip."""
        self.watching.show_text(text, details)
        self.note.show_text(note, details)

    def show_paused(self, *, paused: bool) -> None:
        """Whether nothing is watched, as the user wants it."""
        self.paused.setVisible(paused)

    def show_count(self, problems: int) -> None:
        """How many problems there are; the button opens their list."""
        if problems == self._count:
            return
        self._count = problems
        if problems:
            self.problems.show_name(counted(problems, "problem"))
        self.problems.setVisible(bool(problems))

    def show_last(self, text: str) -> None:
        """When something last changed and how fast it was shown."""
        self.last.show_text(text)

    @staticmethod
    def _label(theme: Theme, ink: str, fit: Fit) -> DataLabel:
        return DataLabel(theme, role=FontRole.SMALL, ink=ink, ground="window", fit=fit)
