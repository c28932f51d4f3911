"""One page of the settings: rows below each other, which scroll."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from cupola.presenters.settings_item import Control, Page
from cupola.presenters.settings_items import BY_KEY, items_of
from cupola.store.settings import Settings
from cupola.views.settings_row import SettingRow
from cupola.views.theme import Theme

ROW_GAP = 18
GROUP_GAP = 6
"""Between a setting and what belongs to it."""


class SettingsPage(QScrollArea):
    """Made of the items of its page; what is no single field is put in by `add_first`."""

    entered = Signal(str, str)
    reset_requested = Signal(str)
    browse_requested = Signal(str)

    def __init__(self, theme: Theme, page: Page) -> None:
        super().__init__()
        self.page = page
        self.rows: dict[str, SettingRow] = {}
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        inside.setProperty("page", True)
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(18, 16, 18, 16)
        self._column.setSpacing(0)
        for item in items_of(page):
            if item.control is not Control.FOLDERS:
                self._add(theme, item.key)
        self._column.addStretch(1)
        self.setWidget(inside)

    def add_first(self, widget: QWidget) -> None:
        """Put a part of its own above the rows."""
        if self._column.count() > 1:  # more than what takes the rest of the room
            self._column.insertSpacing(0, ROW_GAP)
        self._column.insertWidget(0, widget)

    def show_settings(self, settings: Settings) -> None:
        """Show what holds."""
        for row in self.rows.values():
            row.show_settings(settings)

    def renew(self) -> None:
        """The settings that are shown next take the place of all that stands in fields."""
        for row in self.rows.values():
            row.renew()

    def _add(self, theme: Theme, key: str) -> None:
        item = BY_KEY[key]
        of = BY_KEY[item.below].name if item.below else ""
        row = self.rows[key] = SettingRow(theme, item, of)
        if len(self.rows) > 1:
            self._column.addSpacing(GROUP_GAP if item.below else ROW_GAP)
        self._column.addWidget(row)
        row.entered.connect(self.entered)
        row.reset_requested.connect(self.reset_requested)
        row.browse_requested.connect(self.browse_requested)
