"""The Problems tab."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QShowEvent

from cupola.presenters.contracts import Trouble
from cupola.presenters.overriding import override
from cupola.views.lines_card import LinesCard
from cupola.views.theme import Theme

EMPTY_WORDS: Final = (
    "No problems.",
    "What Cupola cannot read, or has to leave out, is named here with its path and reason.",
)


class ProblemsPage(LinesCard):
    """Does nothing while it cannot be seen."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Problems", EMPTY_WORDS)
        self._troubles: tuple[Trouble, ...] = ()
        self._rendered: tuple[Trouble, ...] = ()

    def show_troubles(self, troubles: tuple[Trouble, ...]) -> None:
        """Show these now, or when the tab is shown."""
        self._troubles = troubles
        if self.isVisible():
            self._render()

    def _render(self) -> None:
        if self._troubles != self._rendered:
            from cupola.presenters.problems_sheet import problem_lines  # seldom wanted

            self._rendered = self._troubles
            self.show_lines(problem_lines(self._troubles), EMPTY_WORDS)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        self._render()
        super().showEvent(event)
