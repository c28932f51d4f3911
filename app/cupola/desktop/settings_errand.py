"""File > Settings…: owns the dialog, looks at disks in a lane of its own, and hands on what is to hold."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from cupola.desktop.habits_keeper import HabitsKeeper
from cupola.desktop.settings_checks import why_no_folder, why_unusable
from cupola.desktop.settings_keeper import SettingsKeeper
from cupola.domain.diagnosis import AtLogin
from cupola.domain.models import HealthModel
from cupola.domain.problems import Problem
from cupola.domain.text import plain, printable_path
from cupola.engine.feed import FeedEvent, HealthChange
from cupola.presenters.settings_item import Item, Page
from cupola.presenters.settings_items import BY_KEY, ROOTS, reset_page
from cupola.presenters.settings_places import PlaceLine, are_there, place_lines
from cupola.presenters.settings_roots import RootLine, root_lines, without_root
from cupola.store.autostart import autostart
from cupola.store.habits import OnClose
from cupola.store.log_tail import LOG_NAME
from cupola.store.opened import Opened
from cupola.store.places import absolute
from cupola.store.roots import roots_of, with_root
from cupola.store.settings_file import NAME as SETTINGS
from cupola.store.settings_reading import UnusableValueError
from cupola.store.surroundings import surroundings
from cupola.views.settings_dialog import SettingsDialog
from cupola.views.theme import Theme
from cupola.watch.lanes import Lane

STOP_S: Final = 0.3

log = logging.getLogger(__name__)


class SettingsErrand(QObject):
    """Lives in the GUI thread; at most one dialog at a time, which opens at the page where it was closed."""

    copied = Signal(str)
    open_requested = Signal(str)
    """A folder to show in the file manager."""

    _answered = Signal(object)
    """What the lane found out: a call to make in the GUI thread."""

    def __init__(
        self,
        theme: Theme,
        keeper: SettingsKeeper,
        opened: Opened,
        habits: HabitsKeeper,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.dialog: SettingsDialog | None = None
        self._theme, self._keeper, self._habits = theme, keeper, habits
        self._places, self._explicit = opened.places, opened.places.explicit_roots
        self._health = HealthModel()
        self._page = Page.FOLDERS
        self._over: QWidget | None = None
        self._asked: dict[str, int] = {}
        self._lane = Lane("settings")
        self._lane.start()
        self._answered.connect(self._on_answered, Qt.ConnectionType.QueuedConnection)
        keeper.changed.connect(self._show)

    def open(self, over: QWidget, health: HealthModel) -> SettingsDialog:
        """Show the dialog over a window, or bring the one that is there to the front."""
        self._over, self._health = over, health
        # Over a window in the tray it would be as hidden as that.
        dialog = self.dialog or self._made(over if over.isVisible() else None)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()
        self._look_around()
        return dialog

    @Slot(object)
    def on_events(self, batch: tuple[FeedEvent, ...]) -> None:
        """How roots are watched now, and what is wrong."""
        if self.dialog is None:
            return
        for event in batch:
            if isinstance(event, HealthChange):
                self._health = event.model
                self._show_roots()
                self._show_problems()

    def stop(self) -> None:
        """Close the dialog, and wait shortly for what is under way."""
        self._over = None
        if self.dialog is not None:
            self.dialog.end()
        self._lane.stop()
        if not self._lane.join(STOP_S):
            log.warning("The settings hang on a disk and are left to themselves")

    def _made(self, over: QWidget | None) -> SettingsDialog:
        dialog = SettingsDialog(self._theme, over)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.entered.connect(self._on_entered)
        dialog.reset_requested.connect(self._on_reset)
        dialog.page_reset_requested.connect(self._on_page_reset)
        dialog.browse_requested.connect(self._on_browse)
        dialog.roots.add_requested.connect(self._on_add_root)
        dialog.roots.remove_requested.connect(self._on_remove_root)
        dialog.login.switched.connect(self._on_login_switched)
        dialog.closing.chosen.connect(self._on_closing_chosen)
        dialog.places.open_requested.connect(self.open_requested)
        dialog.places.copied.connect(self.copied)
        dialog.finished.connect(self._on_finished)
        dialog.places.show_places(place_lines(self._places, LOG_NAME))
        dialog.closing.show_choice(self._habits.habits.on_close)
        dialog.show_page(self._page)
        self.dialog = dialog
        self._show()
        self._show_problems()
        return dialog

    @Slot()
    def _show(self) -> None:
        if self.dialog is not None:
            self.dialog.show_settings(self._keeper.settings)
            self._show_roots()

    def _show_roots(self) -> None:
        if self.dialog is not None:
            settings = self._keeper.settings
            lines = root_lines(settings, self._health, self._absolute, explicit=self._explicit)
            self.dialog.show_roots(lines, differs=BY_KEY[ROOTS].differs(settings))

    def _show_problems(self) -> None:
        """Those of the settings file; all others have their place in the window."""
        file = printable_path(str(self._places.config_dir / SETTINGS))
        own = [problem for problem in self._health.problems if printable_path(problem.path) == file]
        if self.dialog is not None:
            self.dialog.show_problems(tuple(map(_problem_line, own)))

    def _absolute(self, written: str) -> Path:
        return absolute(written, self._places)

    # --- one setting ----------------------------------------------------------------------------------------

    @Slot(str, str)
    def _on_entered(self, key: str, text: str) -> None:
        item = BY_KEY[key]
        self._asked[key] = self._asked.get(key, 0) + 1
        try:
            value = item.read(text)
        except UnusableValueError as error:
            self._refuse(item, text, str(error))
            return
        if item.check is None:
            self._apply(item, value)
        else:
            self._lane.submit(partial(self._check, item, text, value, self._asked[key]))

    def _check(self, item: Item[Any], text: str, value: object, asked: int) -> None:
        """Runs in the lane."""
        why = "" if item.check is None else why_unusable(item.check, value, self._places)
        self._answered.emit(partial(self._on_checked, item, text, value, asked, why))

    def _on_checked(self, item: Item[Any], text: str, value: object, asked: int, why: str) -> None:
        if asked != self._asked.get(item.key):
            return  # something else was typed meanwhile
        if why:
            self._refuse(item, text, why)
        else:
            self._apply(item, value)

    def _apply(self, item: Item[Any], value: object) -> None:
        if self.dialog is not None:
            self.dialog.row(item.key).renew()
        self._keeper.change(item.put(self._keeper.settings, value))
        self._show()

    def _refuse(self, item: Item[Any], text: str, why: str) -> None:
        """Where it was typed; a dialog that was closed meanwhile opens once more, with what was typed."""
        if self.dialog is not None:
            self.dialog.show_trouble(item.key, why)
            return
        log.warning("%s was not applied: %s", item.name, why)
        if self._over is not None:
            self._page = item.page
            self.open(self._over, self._health).row(item.key).enter(text)

    @Slot(str)
    def _on_reset(self, key: str) -> None:
        self._asked[key] = self._asked.get(key, 0) + 1
        self._keeper.change(BY_KEY[key].reset(self._keeper.settings))
        self._show()

    @Slot(object)
    def _on_page_reset(self, page: Page) -> None:
        self._asked = {key: count + 1 for key, count in self._asked.items()}
        self._keeper.change(reset_page(self._keeper.settings, page))
        self._show()

    # --- folders --------------------------------------------------------------------------------------------

    @Slot(str)
    def _on_add_root(self, text: str) -> None:
        self._lane.submit(partial(self._look_at_root, text))

    def _look_at_root(self, text: str) -> None:
        """Runs in the lane."""
        why = "a path has no NUL in it" if "\0" in text else why_no_folder(self._absolute(text))
        self._answered.emit(partial(self._on_root_looked_at, text, why))

    def _on_root_looked_at(self, text: str, why: str) -> None:
        settings = self._keeper.settings
        if why and self.dialog is None and self._over is not None:
            self._page = Page.FOLDERS
            self.open(self._over, self._health).roots.put(text)
        if not why and self._absolute(text) in roots_of(settings, self._places):
            why = "it is watched already"
        if self.dialog is not None:
            self.dialog.roots.show_trouble(why)
        if not why:
            if self.dialog is not None:
                self.dialog.roots.show_added()
            self._keeper.change(with_root(settings, text))

    @Slot(object)
    def _on_remove_root(self, line: RootLine) -> None:
        self._keeper.change(without_root(self._keeper.settings, line.written))

    @Slot(str)
    def _on_browse(self, key: str) -> None:
        if self.dialog is not None:
            self._browse(key, self.dialog)

    def _browse(self, key: str, over: QWidget) -> None:
        folder = key == ROOTS
        picker = QFileDialog(over, "Watch another folder" if folder else f"Choose the {BY_KEY[key].name}")
        picker.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        modes = QFileDialog.FileMode
        picker.setFileMode(modes.Directory if folder else modes.ExistingFile)
        picker.fileSelected.connect(self._on_add_root if folder else self._on_file_chosen)
        picker.open()

    @Slot(str)
    def _on_file_chosen(self, path: str) -> None:
        if self.dialog is not None:
            self.dialog.row("prices_file").enter(path)

    # --- what is not in the settings file -------------------------------------------------------------------

    def _look_around(self) -> None:
        self._lane.submit(partial(self._look, place_lines(self._places, LOG_NAME)))

    def _look(self, lines: tuple[PlaceLine, ...]) -> None:
        """Runs in the lane."""
        self._answered.emit(partial(self._on_looked, autostart(surroundings()).state(), are_there(lines)))

    def _on_looked(self, state: AtLogin, there: tuple[bool, ...]) -> None:
        if self.dialog is not None:
            self.dialog.login.show_state(state)
            self.dialog.places.show_there(there)

    @Slot(bool)
    def _on_login_switched(self, on: bool) -> None:
        self._lane.submit(partial(self._switch_login, on=on))

    def _switch_login(self, *, on: bool) -> None:
        """Runs in the lane. What is shown then is what is there, whatever was wanted."""
        switch, trouble = autostart(surroundings()), ""
        try:
            switch.switch_on() if on else switch.switch_off()
        except OSError as error:
            trouble = plain(error.strerror or str(error))
            log.warning("Start at login cannot be switched: %s", error)
        self._answered.emit(partial(self._on_login_told, switch.state(), trouble))

    def _on_login_told(self, state: AtLogin, trouble: str) -> None:
        if self.dialog is not None:
            self.dialog.login.show_state(state, trouble)

    @Slot(object)
    def _on_closing_chosen(self, choice: OnClose) -> None:
        self._habits.keep(replace(self._habits.habits, on_close=choice))
        if self.dialog is not None:
            self.dialog.closing.show_choice(choice)

    @Slot(object)
    def _on_answered(self, call: Callable[[], None]) -> None:
        call()

    @Slot()
    def _on_finished(self) -> None:
        if self.dialog is not None:
            self._page = self.dialog.page
        self.dialog = None


def _problem_line(problem: Problem) -> str:
    parts = (printable_path(problem.path, 200), plain(problem.message), *map(plain, problem.dropped))
    return ": ".join(parts[:2]) + "".join(f"\n    {part}" for part in parts[2:])
