"""What stands beside the settings in their dialog, how it opens and closes, and the keyboard in it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from cupola.desktop.actions import Act
from cupola.desktop.window import Desktop
from cupola.domain.models import HealthModel
from cupola.domain.problems import Problem
from cupola.presenters.settings_item import DEFAULTS, Page
from cupola.store.autostart import autostart
from cupola.store.habits import OnClose, load_habits
from cupola.store.opened import Opened
from cupola.store.surroundings import surroundings
from cupola.views.settings_dialog import SettingsDialog
from support.fake_engine import FakeEngine
from support.leaks import ExpectedWarnings
from support.settings_dialog import errand, opened_dialog, stops
from support.stage import settle
from support.typist import named

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


# --- what is not in the file --------------------------------------------------------------------------------


def test_start_at_login_shows_what_is_there_and_switches_it(qtbot: QtBot, dialog: SettingsDialog) -> None:
    switch = autostart(surroundings())
    dialog.show_page(Page.START)
    assert not dialog.login.switch.isChecked()
    QTest.keyClick(dialog.login.switch, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: switch.state().on)
    QTest.keyClick(dialog.login.switch, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not switch.state().on)


def test_start_at_login_that_somebody_else_set_up_is_told_as_it_is(
    qtbot: QtBot, desktop: Desktop, dialog: SettingsDialog, isolated_home: Path
) -> None:
    entry = isolated_home / ".config/autostart/cupola.desktop"
    entry.parent.mkdir(parents=True)
    entry.write_text("[Desktop Entry]\nExec=/opt/old/cupola\n")
    dialog.close()
    again = opened_dialog(qtbot, desktop)
    again.show_page(Page.START)
    qtbot.waitUntil(again.login.switch.isChecked)
    assert "/opt/old/cupola" in again.login.note.text()


def test_a_folder_in_the_way_of_start_at_login_is_told(
    qtbot: QtBot, dialog: SettingsDialog, isolated_home: Path, expected_warnings: ExpectedWarnings
) -> None:
    expected_warnings.add("cannot be switched")
    (isolated_home / ".config/autostart/cupola.desktop/x").mkdir(parents=True)
    dialog.show_page(Page.START)
    dialog.login.switch.click()
    qtbot.waitUntil(dialog.login.trouble.isVisible)
    assert not dialog.login.switch.isChecked()


def test_what_closing_does_without_a_tray_can_be_chosen_again(
    desktop: Desktop, opened: Opened, dialog: SettingsDialog
) -> None:
    dialog.show_page(Page.START)
    QTest.keyClick(dialog.closing.picker, Qt.Key.Key_Down)
    dialog.closing.picker.activated.emit(1)
    assert desktop.tray.keeper.habits.on_close == OnClose("minimise")
    dialog.closing.reset_button.click()
    assert desktop.tray.keeper.habits.on_close is OnClose.ASK
    desktop.tray.keeper.stop()
    assert load_habits(opened.places.state_dir).on_close is OnClose.ASK


def test_every_place_can_be_copied_and_one_that_is_there_opened(
    qtbot: QtBot, opened: Opened, dialog: SettingsDialog
) -> None:
    dialog.show_page(Page.PLACES)
    buttons = {button.accessibleName(): button for button in dialog.places.findChildren(QAbstractButton)}
    buttons["Copy the path of Settings"].click()
    assert QGuiApplication.clipboard().text() == str(opened.places.config_dir / "settings.json")
    asked: list[str] = []
    dialog.places.open_requested.disconnect()
    dialog.places.open_requested.connect(asked.append)
    assert not buttons["Open the folder of Cache"].isEnabled()
    buttons["Open the folder of State"].setEnabled(True)
    buttons["Open the folder of State"].click()
    assert asked == [str(opened.places.state_dir)]


def test_what_is_wrong_with_the_file_stands_in_the_dialog(
    qtbot: QtBot, desktop: Desktop, engine: FakeEngine, opened: Opened, dialog: SettingsDialog
) -> None:
    assert not dialog.problems.isVisible()
    file = str(opened.places.config_dir / "settings.json")
    dropped = ("depth: should be a whole number; the default is used",)
    problems = (Problem(file, "some settings cannot be used", dropped), Problem("/elsewhere", "no matter"))
    engine.health(HealthModel(problems=problems))
    qtbot.waitUntil(dialog.problems.isVisible)
    assert "some settings cannot be used" in dialog.problems.text()
    assert dropped[0] in dialog.problems.text()
    assert "no matter" not in dialog.problems.text()
    engine.health(HealthModel())
    qtbot.waitUntil(lambda: not dialog.problems.isVisible())


# --- dialog and keyboard ------------------------------------------------------------------------------------


def test_its_key_opens_it_escape_closes_it_and_it_comes_back_to_its_page(
    qtbot: QtBot, desktop: Desktop
) -> None:
    qtbot.waitUntil(desktop.window.isActiveWindow)
    QTest.keyClick(desktop.window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    first = errand(desktop).dialog
    assert first is not None
    first.show_page(Page.ALERTS)
    QTest.keyClick(first, Qt.Key.Key_Escape)
    assert errand(desktop).dialog is None
    second = opened_dialog(qtbot, desktop)
    assert second.page is Page.ALERTS
    desktop.actions[Act.SETTINGS].trigger()
    assert errand(desktop).dialog is second
    assert not second.isModal()


def test_what_is_being_typed_counts_when_the_dialog_is_closed(
    desktop: Desktop, dialog: SettingsDialog
) -> None:
    stop = dialog.row("depth").field.stop
    stop.setFocus()
    QTest.keyClick(stop, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(stop, "6")
    QTest.keyClick(stop, Qt.Key.Key_Escape)
    assert desktop.keeper.settings.depth == 6


def test_what_cannot_be_used_is_seen_before_the_dialog_closes(
    desktop: Desktop, dialog: SettingsDialog
) -> None:
    stop = dialog.row("depth").field.stop
    stop.setFocus()
    QTest.keyClicks(stop, "9")
    QTest.keyClick(stop, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert dialog.row("depth").trouble.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert errand(desktop).dialog is None
    assert desktop.keeper.settings == DEFAULTS


def test_a_command_that_turns_out_not_to_be_there_after_closing_opens_the_dialog_again(
    qtbot: QtBot, desktop: Desktop, dialog: SettingsDialog, expected_warnings: ExpectedWarnings
) -> None:
    expected_warnings.add("Command was not applied: there is no program no-such-program")
    dialog.row("alerts.quiet.command").field.entered.emit("no-such-program")
    dialog.close()
    asked = errand(desktop)
    qtbot.waitUntil(lambda: asked.dialog is not None and asked.dialog is not dialog)
    again = asked.dialog
    assert again is not None
    qtbot.waitUntil(again.row("alerts.quiet.command").trouble.isVisible)
    assert (again.page, again.row("alerts.quiet.command").field.text()) == (Page.ALERTS, "no-such-program")
    assert desktop.keeper.settings == DEFAULTS


def test_a_folder_that_is_being_typed_counts_when_the_dialog_is_closed(
    qtbot: QtBot, desktop: Desktop, dialog: SettingsDialog, tmp_path: Path
) -> None:
    QTest.keyClicks(dialog.roots.line, str(tmp_path))
    dialog.close()
    qtbot.waitUntil(lambda: str(tmp_path) in desktop.keeper.settings.roots)


def test_a_folder_that_turns_out_not_to_be_there_after_closing_opens_the_dialog_again(
    qtbot: QtBot, desktop: Desktop, dialog: SettingsDialog, tmp_path: Path
) -> None:
    QTest.keyClicks(dialog.roots.line, str(tmp_path / "none"))
    dialog.close()
    asked = errand(desktop)
    qtbot.waitUntil(lambda: asked.dialog is not None and asked.dialog is not dialog)
    again = asked.dialog
    assert again is not None
    assert again.roots.line.text() == str(tmp_path / "none")
    assert again.roots.trouble.isVisible()
    again.close()
    assert asked.dialog is None


@pytest.mark.parametrize("page", list(Page))
def test_tab_comes_to_everything_of_a_page_and_each_has_a_name_and_shows_the_focus(
    qtbot: QtBot, dialog: SettingsDialog, page: Page
) -> None:
    dialog.show_page(page)
    dialog.list.setFocus(Qt.FocusReason.TabFocusReason)
    settle()
    reached: list[QWidget] = []
    while (at := QApplication.focusWidget()) is not None and at not in reached:
        reached.append(at)
        assert named(at), at
        with_focus = at.grab().toImage()
        QTest.keyClick(at, Qt.Key.Key_Tab)
        settle()
        if not isinstance(at, QPlainTextEdit):
            assert at.grab().toImage() != with_focus, named(at)
    assert set(reached) == set(stops(dialog))


@pytest.mark.parametrize("page", list(Page))
def test_no_two_things_of_a_page_share_a_mnemonic(dialog: SettingsDialog, page: Page) -> None:
    dialog.show_page(page)
    settle()
    shown = [
        widget.text()
        for widget in dialog.findChildren(QWidget)
        if widget.isVisible() and isinstance(widget, QAbstractButton | QLabel)
        if not isinstance(widget, QLabel) or widget.buddy() is not None
    ]
    keys = Counter(QKeySequence.mnemonic(text).toString() for text in shown)
    del keys[""]
    assert [key for key, count in keys.items() if count > 1] == []


def test_a_mnemonic_leads_to_its_field_and_the_pages_turn_by_keys(dialog: SettingsDialog) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_D, Qt.KeyboardModifier.AltModifier)
    assert dialog.row("depth").field.stop.hasFocus()
    QTest.keyClick(dialog, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert dialog.page == Page("Builds")
    QTest.keyClick(dialog, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
    assert dialog.page == Page("Folders")
    QTest.keyClick(dialog.list, Qt.Key.Key_Down)
    assert dialog.page == Page("Builds")


def test_over_a_window_in_the_tray_it_is_seen_all_the_same(qtbot: QtBot, desktop: Desktop) -> None:
    desktop.window.hide()
    shown = opened_dialog(qtbot, desktop)
    assert shown.parent() is None
    assert shown.isVisible()


def test_nothing_of_it_is_loaded_before_it_is_opened(desktop: Desktop) -> None:
    assert desktop._settings is None
