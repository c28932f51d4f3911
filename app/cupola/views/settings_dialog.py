"""The settings: pages at the left, what is on one at the right. Everything is applied at once."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from cupola.presenters.overriding import override
from cupola.presenters.settings_item import Page
from cupola.presenters.settings_items import BY_KEY, ROOTS, page_differs
from cupola.presenters.settings_roots import RootLine
from cupola.store.settings import Settings
from cupola.views.buttons import Glyph, Sign, card
from cupola.views.labels import Words
from cupola.views.main_window import local_paths
from cupola.views.settings_closing import ClosingField
from cupola.views.settings_login import LoginField
from cupola.views.settings_page import SettingsPage
from cupola.views.settings_places import PlacesField
from cupola.views.settings_roots import RootsField
from cupola.views.settings_row import SettingRow
from cupola.views.theme import FontRole, Theme
from cupola.views.tokens import GAP, MARGIN

FIRST_SIZE: Final = QSize(780, 640)
LEAST_SIZE: Final = QSize(560, 420)
PAGES: Final = tuple(Page)
_PAGE_PAD: Final = 8


class SettingsDialog(QDialog):
    """Shows what it is told and tells what is wanted; knows no file and no engine. Blocks no other window."""

    entered = Signal(str, str)
    """The key of a setting, and what was typed or chosen."""
    reset_requested = Signal(str)
    """The key of a setting that is to be the default again."""
    page_reset_requested = Signal(object)
    """A `Page`."""
    browse_requested = Signal(str)
    """The key of a setting for which a file or folder is to be looked for."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("settings")
        self.setWindowTitle("Settings")
        self.setAcceptDrops(True)
        self._theme = theme
        self._settings = Settings()
        self.list = QListWidget()
        self.list.setAccessibleName("Pages")
        self.list.setProperty("pages", True)
        self.list.addItems([page.value for page in PAGES])
        self.stack = QStackedWidget()
        self.pages = {page: SettingsPage(theme, page) for page in PAGES}
        self.roots = RootsField(theme, BY_KEY[ROOTS])
        self.login = LoginField(theme)
        self.closing = ClosingField(theme)
        self.places = PlacesField(theme)
        self.problems = Words(theme, role=FontRole.SMALL, ink="text")
        self.sign = Sign(theme, Glyph.WARNING, "Something is wrong with the settings")
        for part in (self.problems, self.sign):
            part.hide()
        self.reset_button = QPushButton("Reset &Page")
        self.close_button = QPushButton("&Close")
        self._lay_out()
        self._connect()
        self.list.setCurrentRow(0)
        self._on_resized()
        self.resize(FIRST_SIZE.boundedTo(self.screen().availableGeometry().size()))

    @property
    def page(self) -> Page:
        """The page that is shown."""
        return PAGES[max(0, self.list.currentRow())]

    def show_page(self, page: Page) -> None:
        """Turn to a page."""
        self.list.setCurrentRow(PAGES.index(page))

    def row(self, key: str) -> SettingRow:
        """The row of a setting."""
        return self.pages[BY_KEY[key].page].rows[key]

    def show_settings(self, settings: Settings) -> None:
        """Show what holds."""
        self._settings = settings
        for page in self.pages.values():
            page.show_settings(settings)
        self._offer_reset()

    def show_roots(self, lines: tuple[RootLine, ...], *, differs: bool) -> None:
        """Show the folders that are watched."""
        self.roots.show_lines(lines, differs=differs)

    def show_problems(self, lines: tuple[str, ...]) -> None:
        """What was wrong with the settings file, or with writing it; nothing when all is well."""
        self.problems.setText("\n".join(lines))
        for part in (self.problems, self.sign):
            part.setVisible(bool(lines))

    def show_trouble(self, key: str, why: str) -> None:
        """Why what was typed was not applied."""
        self.row(key).show_trouble(why)
        self._offer_reset()

    def commit(self) -> None:
        """What is still being typed counts as typed: the dialog closes."""
        self.roots.commit()
        focused = self.focusWidget()
        if self.stack.isAncestorOf(focused):
            focused.clearFocus()

    def _offer_reset(self) -> None:
        refused = bool(self._refused() & self.pages[self.page].rows.keys())
        self.reset_button.setEnabled(refused or page_differs(self._settings, self.page))

    def _refused(self) -> set[str]:
        """The keys of what stands in a field and was not applied."""
        rows = (row for page in self.pages.values() for row in page.rows.values())
        return {row.item.key for row in rows if not row.trouble.isHidden()}

    def _lay_out(self) -> None:
        self.pages[Page.FOLDERS].add_first(self.roots)
        self.pages[Page.START].add_first(self.closing)
        self.pages[Page.START].add_first(self.login)
        self.pages[Page.PLACES].add_first(self.places)
        for page in self.pages.values():
            self.stack.addWidget(page)
        left, right, both, buttons = card(), card(), QHBoxLayout(), QHBoxLayout()
        for frame, inside in ((left, self.list), (right, self.stack)):
            column = QVBoxLayout(frame)
            column.setContentsMargins(6, 6, 6, 6)
            column.addWidget(inside)
        both.setSpacing(GAP)
        both.addWidget(left)
        both.addWidget(right, 1)
        for button in (self.reset_button, self.close_button):
            button.setAutoDefault(False)
        buttons.addWidget(self.reset_button)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GAP)
        said = QHBoxLayout()
        said.setSpacing(GAP)
        said.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        said.addWidget(self.problems, 1)
        column.addLayout(said)
        column.addLayout(both, 1)
        column.addLayout(buttons)

    def _connect(self) -> None:
        self._theme.resized.connect(self._on_resized)
        self.list.currentRowChanged.connect(self._on_row_changed)
        for page in self.pages.values():
            page.entered.connect(self.entered)
            page.reset_requested.connect(self.reset_requested)
            page.browse_requested.connect(self.browse_requested)
        self.roots.reset_requested.connect(self.reset_requested)
        self.roots.browse_requested.connect(self._on_browse_roots)
        self.reset_button.clicked.connect(self._on_reset_page)
        self.close_button.clicked.connect(self.accept)
        for keys, slot in (("Ctrl+PgDown", self._on_next), ("Ctrl+PgUp", self._on_previous)):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)

    def _on_row_changed(self, row: int) -> None:
        self.stack.setCurrentIndex(max(0, row))
        self._offer_reset()

    def _on_next(self) -> None:
        self.list.setCurrentRow((self.list.currentRow() + 1) % len(PAGES))

    def _on_previous(self) -> None:
        self.list.setCurrentRow((self.list.currentRow() - 1) % len(PAGES))

    def _on_browse_roots(self) -> None:
        self.browse_requested.emit(ROOTS)

    def _on_reset_page(self) -> None:
        self.pages[self.page].renew()
        self.page_reset_requested.emit(self.page)

    def _on_resized(self) -> None:
        metrics = self._theme.metrics(FontRole.BODY)
        wide = max(metrics.horizontalAdvance(page.value) for page in PAGES)
        for row in range(self.list.count()):
            self.list.item(row).setSizeHint(QSize(wide, metrics.height() + 2 * _PAGE_PAD))
        self.list.setFixedWidth(wide + 44)
        screen = self.screen().availableGeometry().size()
        self.setMinimumSize((LEAST_SIZE * self._theme.zoom).boundedTo(screen))

    def end(self) -> None:
        """Close for good, whatever stands in a field."""
        self.commit()
        super().done(0)

    @override
    def done(self, result: int) -> None:
        """What cannot be used is to be seen before it is gone: the next time it closes all the same."""
        before = self._refused()
        self.commit()
        if self._refused() <= before:
            super().done(result)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_paths(event.mimeData()):
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self.show_page(Page.FOLDERS)
        for path in local_paths(event.mimeData()):
            self.roots.add_requested.emit(path)
        event.acceptProposedAction()
