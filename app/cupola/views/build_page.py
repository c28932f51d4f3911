"""The centre of the window: one build, or words that say why there is none."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from cupola.presenters.activity_model import ActivityRows
from cupola.views.activity import ActivityView
from cupola.views.build_header import BuildHeader
from cupola.views.buttons import card
from cupola.views.labels import Words
from cupola.views.theme import FontRole, Theme
from cupola.views.tokens import GAP


class BuildPage(QStackedWidget):
    """Header and tabs of the shown build."""

    def __init__(self, theme: Theme, activity: ActivityRows) -> None:
        super().__init__()
        self.header = BuildHeader(theme)
        self.activity = ActivityView(theme, activity)
        self.tabs = QTabWidget()
        self._title = Words(theme, role=FontRole.FIGURE, ink="text")
        self._text = Words(theme)
        self._empty = self._made_empty()
        self._build = self._made_build()
        self.addWidget(self._empty)
        self.addWidget(self._build)

    def show_build(self) -> None:
        """Show header and tabs."""
        if self.currentWidget() is not self._build:
            self.setCurrentWidget(self._build)

    def show_empty(self, title: str, text: str) -> None:
        """Show words instead of a build."""
        for label, words in ((self._title, title), (self._text, text)):
            if label.text() != words:
                label.setText(words)
        if self.currentWidget() is not self._empty:
            self.setCurrentWidget(self._empty)

    def find_entrance(self) -> QWidget:
        """What takes the focus first."""
        return self.activity

    def _made_empty(self) -> QWidget:
        page = card()
        column = QVBoxLayout(page)
        column.setContentsMargins(48, 48, 48, 48)
        column.addStretch(2)
        for label in (self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        column.addStretch(3)
        return page

    def _made_build(self) -> QWidget:
        page = QWidget()
        lines = card()
        inside = QVBoxLayout(lines)
        inside.setContentsMargins(6, 6, 6, 6)
        inside.addWidget(self.activity)
        self.tabs.addTab(lines, "Activity")
        self.tabs.setAccessibleName("Build pages")
        self.tabs.tabBar().setAccessibleName("Build pages")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.header)
        column.addWidget(self.tabs, 1)
        return page
