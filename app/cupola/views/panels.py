"""The content of the four docks. Until their figures come they say what would appear and how."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout

from cupola.domain.models import PanelModel
from cupola.domain.words import Facet
from cupola.views.labels import Words
from cupola.views.theme import FontRole, Theme

TITLES: Final = {
    Facet.TOKENS: "Token Usage",
    Facet.TESTS: "Test Loop",
    Facet.AGENTS: "Agent Performance",
    Facet.DECISIONS: "Decision Quality",
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


class EmptyPanel(QFrame):
    """A panel without figures: satisfies `PanelView`."""

    def __init__(self, theme: Theme, facet: Facet) -> None:
        super().__init__()
        self._facet = facet
        self.setProperty("card", True)
        self.setAccessibleName(TITLES[facet])
        title, text = EMPTY_WORDS[facet]
        self.setAccessibleDescription(f"{title} {text}")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(4)
        column.addWidget(Words(theme, title, ink="text"))
        column.addWidget(Words(theme, text, role=FontRole.SMALL))
        column.addStretch(1)

    @property
    def facet(self) -> Facet:
        """Which part of a build it shows."""
        return self._facet

    def show_model(self, model: PanelModel) -> None:
        """Figures come with the issue of each panel; nothing is shown in their place."""
