"""The content of the four docks: the lines of its model, or words that say what would appear and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cupola.domain.words import Facet
from cupola.views.lines_card import LinesCard
from cupola.views.theme import Theme

if TYPE_CHECKING:
    from cupola.domain.models import PanelModel

TITLES: Final = {
    Facet.TOKENS: "Token Usage",
    Facet.TESTS: "Test Loop",
    Facet.AGENTS: "Agent Performance",
    Facet.DECISIONS: "Decision Quality",
}

MENU_TITLES: Final = {
    Facet.TOKENS: "&Token Usage",
    Facet.TESTS: "T&est Loop",
    Facet.AGENTS: "&Agent Performance",
    Facet.DECISIONS: "&Decision Quality",
}

SHORT_TITLES: Final = {
    Facet.TOKENS: "Tokens",
    Facet.TESTS: "Tests",
    Facet.AGENTS: "Agents",
    Facet.DECISIONS: "Decisions",
}
"""For tabs, where there is room for one word."""

EMPTY_WORDS: Final = {
    Facet.TOKENS: (
        "No tokens counted yet.",
        "Figures appear when a transcript or an API log of this build can be read.",
    ),
    Facet.TESTS: (
        "No test run yet.",
        "Results appear when the build writes test-results-iteration-1.md.",
    ),
    Facet.AGENTS: (
        "No agent seen yet.",
        "A row appears for each phase, parallel task or agent that the build records.",
    ),
    Facet.DECISIONS: (
        "No decision recorded yet.",
        "Decisions appear when a phase of this build writes them down.",
    ),
}


class Panel(LinesCard):
    """Satisfies `PanelView`."""

    def __init__(self, theme: Theme, facet: Facet) -> None:
        super().__init__(theme, TITLES[facet], EMPTY_WORDS[facet])
        self._facet = facet

    @property
    def facet(self) -> Facet:
        """Which part of a build it shows."""
        return self._facet

    def show_model(self, model: PanelModel) -> None:
        """Show the figures of `model`, or why there are none."""
        from cupola.presenters.sheets import reason, sheet  # not needed for the first paint

        self.show_lines(sheet(model), (*EMPTY_WORDS[self._facet], reason(model)))
