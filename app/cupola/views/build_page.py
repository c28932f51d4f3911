"""The centre of the window: one build, or words that say why there is none."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from cupola.presenters.activity_model import ActivityRows
from cupola.presenters.contracts import EmptyWords, Trouble
from cupola.views.activity import ActivityView
from cupola.views.build_header import BuildHeader
from cupola.views.buttons import card
from cupola.views.empty_page import EmptyPage
from cupola.views.log_page import LogPage
from cupola.views.problems import ProblemsPage
from cupola.views.theme import Theme
from cupola.views.tokens import GAP


class Tab(IntEnum):
    """The tabs in their order."""

    ACTIVITY = 0
    LOG = 1
    PROBLEMS = 2


class BuildPage(QWidget):
    """Header and tabs of the shown build. Without one, only problems can be looked at."""

    def __init__(self, theme: Theme, activity: ActivityRows) -> None:
        super().__init__()
        self.header = BuildHeader(theme)
        self.activity = ActivityView(theme, activity)
        self.log = LogPage(theme)
        self.problems = ProblemsPage(theme)
        self.tabs = QTabWidget()
        self.empty = EmptyPage(theme)
        self._fill_tabs()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.empty, 1)
        column.addWidget(self.header)
        column.addWidget(self.tabs, 1)
        self._switch(to_build=False)
        self.header.problems.clicked.connect(self.open_problems)
        self.log.seen_changed.connect(self._on_log_seen)

    def show_build(self) -> None:
        """Show header and tabs."""
        if self.header.isHidden():
            self._switch(to_build=True)

    def show_empty(self, words: EmptyWords) -> None:
        """Show words instead of a build."""
        self.empty.show_words(words)
        if not self.header.isHidden():
            self._switch(to_build=False)

    def show_problems(self, troubles: tuple[Trouble, ...]) -> None:
        """Of all builds and of Cupola itself, those of the shown build first."""
        name = f"Problems ({len(troubles):,})" if troubles else "Problems"
        if name != self.tabs.tabText(Tab.PROBLEMS):
            self.tabs.setTabText(Tab.PROBLEMS, name)
        self.problems.show_troubles(troubles)

    def open_problems(self) -> None:
        """Bring the problems to the front."""
        self.tabs.show()
        self.tabs.setCurrentIndex(Tab.PROBLEMS)
        self.problems.find_entrance().setFocus(Qt.FocusReason.OtherFocusReason)

    def find_entrance(self) -> QWidget:
        """What takes the focus first."""
        tab = Tab(self.tabs.currentIndex())
        if tab is Tab.PROBLEMS:
            return self.problems.find_entrance()
        if tab is Tab.LOG and self.log.text is not None:
            return self.log.text
        return self.activity

    def _on_log_seen(self) -> None:
        """What is in the log was made after all else, but stands below the tabs."""
        if self.log.text is not None:
            self.setTabOrder(self.tabs.tabBar(), self.log.files)
            self.setTabOrder(self.log.files, self.log.text)

    def _switch(self, *, to_build: bool) -> None:
        self.empty.setVisible(not to_build)
        self.header.setVisible(to_build)
        self.tabs.setVisible(to_build)

    def _fill_tabs(self) -> None:
        lines = card()
        inside = QVBoxLayout(lines)
        inside.setContentsMargins(6, 6, 6, 6)
        inside.addWidget(self.activity)
        self.tabs.addTab(lines, "Activity")
        self.tabs.addTab(self.log, "Log")
        self.tabs.addTab(self.problems, "Problems")
        self.tabs.setAccessibleName("Build pages")
        self.tabs.tabBar().setAccessibleName("Build pages")
