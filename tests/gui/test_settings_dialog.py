"""The settings dialog: each setting with default and reset, applied at once or refused with a reason."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QLabel, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from cupola.desktop.actions import Act
from cupola.desktop.frame import Frame
from cupola.desktop.settings_errand import SettingsErrand
from cupola.desktop.window import Desktop
from cupola.domain.alerts import AlertKind, QuietHours
from cupola.domain.models import HealthModel, RootModel, Watching
from cupola.domain.problems import Problem
from cupola.presenters.settings_item import DEFAULTS, Control, Item, Page
from cupola.presenters.settings_items import BY_KEY, ITEMS, ROOTS
from cupola.store.autostart import autostart
from cupola.store.habits import OnClose, load_habits
from cupola.store.opened import Opened, open_store
from cupola.store.places import Wanted
from cupola.store.settings import Density, Settings, ThemeChoice
from cupola.store.surroundings import surroundings
from cupola.views.settings_dialog import SettingsDialog
from cupola.views.tokens import Scheme
from support.fake_engine import FakeClock, FakeEngine
from support.leaks import ExpectedWarnings
from support.stage import settle
from support.typist import named

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

OTHER = {
    "depth": "5",
    "skipped_folders": "node_modules\nout",
    "quiet_limit_s": "1 h",
    "token_budget": "3,000,000",
    "prices_file": "",
    "alerts.quiet_hours": "22-7",
    "theme": "light",
    "density": "compact",
    "font_points": "12",
}
"""What is typed for each setting; a switch is turned off, a command is `true`."""


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def opened() -> Opened:
    return open_store(Wanted(), surroundings())


@pytest.fixture
def desktop(qapp: QApplication, qtbot: QtBot, opened: Opened, engine: FakeEngine) -> Iterator[Desktop]:
    font, palette, sheet = qapp.font(), qapp.palette(), qapp.styleSheet()
    frame = Frame(qapp, opened.places.state_dir)
    frame.show()
    desktop = Desktop(frame, opened, FakeClock())
    qtbot.addWidget(desktop.window)
    desktop.start(engine)
    yield desktop
    assert desktop.close()
    desktop.deleteLater()
    qapp.setFont(font)
    qapp.setPalette(palette)
    qapp.setStyleSheet(sheet)


@pytest.fixture
def dialog(qtbot: QtBot, desktop: Desktop) -> SettingsDialog:
    return opened_dialog(qtbot, desktop)


def errand(desktop: Desktop) -> SettingsErrand:
    assert desktop._settings is not None
    return desktop._settings


def opened_dialog(qtbot: QtBot, desktop: Desktop) -> SettingsDialog:
    desktop.actions[Act.SETTINGS].trigger()
    found = errand(desktop).dialog
    assert found is not None
    qtbot.waitUntil(found.isActiveWindow)
    qtbot.waitUntil(found.login.switch.isEnabled)
    return found


def enter(dialog: SettingsDialog, key: str, text: str) -> None:
    """As a person does: with the keyboard, and then on to the next."""
    item, row = BY_KEY[key], dialog.row(key)
    dialog.show_page(item.page)
    stop = row.field.stop
    stop.setFocus(Qt.FocusReason.TabFocusReason)
    match item.control:
        case Control.SWITCH:
            QTest.keyClick(stop, Qt.Key.Key_Space)
        case Control.CHOICE:
            QTest.keyClicks(stop, dict(item.choices)[text])
            row.field.entered.emit(row.field.text())
        case Control.LINES:
            assert isinstance(stop, QPlainTextEdit)
            stop.selectAll()
            QTest.keyClick(stop, Qt.Key.Key_Delete)
            stop.insertPlainText(text)
            QTest.keyClick(stop, Qt.Key.Key_Tab)
        case _:
            QTest.keyClick(stop, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
            QTest.keyClick(stop, Qt.Key.Key_Delete)
            QTest.keyClicks(stop, text)
            QTest.keyClick(stop, Qt.Key.Key_Return)
    settle()


def prices_file(tmp_path: Path) -> Path:
    file = tmp_path / "my prices.json"
    file.write_text(json.dumps({"date": "2026-11-25", "source": "mine", "models": []}))
    return file


def typed_for(item: Item[Any], tmp_path: Path) -> str:
    if item.control is Control.SWITCH:
        return "off"
    if item.below:
        return "true 'one argument'"
    return OTHER[item.key] or str(prices_file(tmp_path))


entered_items = pytest.mark.parametrize(
    "item", [item for item in ITEMS if item.key != ROOTS], ids=lambda item: item.key
)


# --- each setting -------------------------------------------------------------------------------------------


@entered_items
def test_what_is_entered_holds_at_once_and_reset_takes_it_back(
    qtbot: QtBot,
    desktop: Desktop,
    engine: FakeEngine,
    dialog: SettingsDialog,
    item: Item[Any],
    tmp_path: Path,
) -> None:
    row, text = dialog.row(item.key), typed_for(item, tmp_path)
    assert not row.reset_button.isEnabled()
    assert item.default in row.words.text() or item.below
    enter(dialog, item.key, text)
    qtbot.waitUntil(lambda: item.differs(desktop.keeper.settings))
    wanted = item.entered(DEFAULTS, text)
    assert desktop.keeper.settings == wanted
    assert engine.configured[-1][0] == wanted
    assert dialog.row(item.key).field.text() == item.shown(wanted)
    assert row.reset_button.isEnabled()
    assert dialog.reset_button.isEnabled()
    row.reset_button.click()
    assert desktop.keeper.settings == DEFAULTS
    assert engine.configured[-1][0] == DEFAULTS
    assert row.field.text() == item.shown(DEFAULTS)
    assert not row.reset_button.isEnabled()
    assert not dialog.reset_button.isEnabled()


@pytest.mark.parametrize(
    ("key", "text", "says"),
    [
        ("depth", "99", "from 0 to 8"),
        ("skipped_folders", "a/b", "not paths"),
        ("quiet_limit_s", "soon", "15 min"),
        ("token_budget", "2.000.000", "2,000,000"),
        ("prices_file", "/not/there.json", "there is no file /not/there.json"),
        ("alerts.quiet_hours", "25:00-7", "no 25:00"),
        ("alerts.failed.command", "say 'it", "quote is not closed"),
        ("alerts.failed.command", "no-such-program --x", "there is no program no-such-program"),
        ("font_points", "99", "from 6 to 32"),
    ],
)
def test_what_cannot_be_used_stays_in_its_field_with_the_reason_and_is_not_applied(
    qtbot: QtBot, desktop: Desktop, engine: FakeEngine, dialog: SettingsDialog, key: str, text: str, says: str
) -> None:
    row = dialog.row(key)
    enter(dialog, key, text)
    qtbot.waitUntil(row.trouble.isVisible)
    assert says in row.trouble.text()
    assert says in row.field.stop.accessibleDescription()
    assert row.field.text() == text
    assert desktop.keeper.settings == DEFAULTS
    assert engine.configured == []
    enter(dialog, "density", "compact")
    assert row.field.text() == text, "another change wipes nothing"
    dialog.show_page(BY_KEY[key].page)
    row.reset_button.click()
    assert not row.trouble.isVisible()
    assert row.field.text() == BY_KEY[key].shown(DEFAULTS)
    assert desktop.keeper.settings == replace(DEFAULTS, density=Density.COMPACT)


def test_a_file_that_is_no_price_list_is_refused(
    qtbot: QtBot, desktop: Desktop, dialog: SettingsDialog, tmp_path: Path
) -> None:
    (tmp_path / "x.json").write_text("{")
    enter(dialog, "prices_file", str(tmp_path / "x.json"))
    row = dialog.row("prices_file")
    qtbot.waitUntil(row.trouble.isVisible)
    assert "no usable price list" in row.trouble.text()
    assert desktop.keeper.settings == DEFAULTS


def test_what_was_refused_is_well_as_soon_as_it_is_corrected(dialog: SettingsDialog) -> None:
    enter(dialog, "depth", "99")
    row = dialog.row("depth")
    assert row.trouble.isVisible()
    QTest.keyClick(row.field.stop, Qt.Key.Key_Backspace)
    assert row.trouble.isVisible(), "9 is too many as well"
    QTest.keyClick(row.field.stop, Qt.Key.Key_Backspace)
    QTest.keyClicks(row.field.stop, "4")
    assert not row.trouble.isVisible()


def test_arrow_keys_try_sizes_of_the_text_from_the_one_that_is_seen(
    desktop: Desktop, dialog: SettingsDialog
) -> None:
    dialog.show_page(Page.APPEARANCE)
    stop = dialog.row("font_points").field.stop
    seen = round(desktop.theme.system_points)
    QTest.keyClick(stop, Qt.Key.Key_Up)
    QTest.keyClick(stop, Qt.Key.Key_Up)
    assert desktop.keeper.settings.font_points == seen + 2
    QTest.keyClick(stop, Qt.Key.Key_Down)
    assert desktop.keeper.settings.font_points == seen + 1
    assert desktop.window.builds.search.font().pointSize() == seen + 1


def test_a_page_is_reset_as_a_whole_with_what_was_refused(desktop: Desktop, dialog: SettingsDialog) -> None:
    enter(dialog, "depth", "5")
    enter(dialog, "skipped_folders", "a/b")
    enter(dialog, "theme", "light")
    dialog.show_page(Page.FOLDERS)
    dialog.reset_button.click()
    assert desktop.keeper.settings == replace(DEFAULTS, theme=ThemeChoice.LIGHT)
    assert not dialog.row("skipped_folders").trouble.isVisible()
    assert not dialog.reset_button.isEnabled()


# --- who is told --------------------------------------------------------------------------------------------


def test_theme_density_and_size_change_the_open_window(desktop: Desktop, dialog: SettingsDialog) -> None:
    enter(dialog, "theme", "light")
    assert desktop.theme.scheme is Scheme.LIGHT
    desktop.scheme.on_portal(1)
    assert desktop.theme.scheme is Scheme.LIGHT, "what is set counts more than the system"
    dialog.row("theme").reset_button.click()
    assert desktop.theme.scheme == Scheme("dark")
    enter(dialog, "density", "compact")
    assert desktop.theme.spacing.row < 8


def test_alerts_and_commands_go_by_what_was_entered(
    qtbot: QtBot, desktop: Desktop, dialog: SettingsDialog
) -> None:
    enter(dialog, "alerts.quiet.on", "off")
    enter(dialog, "alerts.quiet_hours", "22-7")
    enter(dialog, "alerts.failed.command", "true 'a b'")
    qtbot.waitUntil(lambda: desktop.delivery._settings.command(AlertKind.FAILED) == ("true", "a b"))
    policy = desktop.alerts._settings.policy()
    assert policy.switched_off == {AlertKind.QUIET}
    assert policy.quiet_hours == QuietHours(1320, 420)


def test_what_the_engine_changes_by_itself_is_shown_and_kept(
    qtbot: QtBot, desktop: Desktop, engine: FakeEngine, dialog: SettingsDialog
) -> None:
    engine.do(lambda: engine.feed.settings(Settings(roots=("~/homelab", "/dropped"))))
    qtbot.waitUntil(lambda: desktop.keeper.settings.roots == ("~/homelab", "/dropped"))
    assert dialog.roots.list.count() == 2
    enter(dialog, "depth", "5")
    assert engine.configured[-1][0] == Settings(roots=("~/homelab", "/dropped"), depth=5)


def test_an_answer_to_an_earlier_change_does_not_undo_the_last_one(
    qtbot: QtBot, desktop: Desktop, engine: FakeEngine, dialog: SettingsDialog
) -> None:
    told: list[Settings] = []
    desktop.keeper.changed.connect(told.append)
    for depth in ("4", "5", "6", "7"):
        enter(dialog, "depth", depth)
    engine.do(lambda: engine.feed.settings(Settings(depth=7, roots=("/x",))))
    qtbot.waitUntil(lambda: desktop.keeper.settings.roots == ("/x",))
    assert [settings.depth for settings in told] == [4, 5, 6, 7, 7]


# --- folders ------------------------------------------------------------------------------------------------


def add(dialog: SettingsDialog, text: str) -> None:
    dialog.show_page(Page.FOLDERS)
    dialog.roots.line.setFocus()
    QTest.keyClicks(dialog.roots.line, text)
    QTest.keyClick(dialog.roots.line, Qt.Key.Key_Return)


def test_a_folder_is_typed_dropped_and_picked_and_removed_with_the_delete_key(
    qtbot: QtBot, desktop: Desktop, dialog: SettingsDialog, tmp_path: Path
) -> None:
    names = ["ty ped", "bücher", "picked"]
    folders = [tmp_path / name for name in names]
    for folder in folders:
        folder.mkdir()
    add(dialog, str(folders[0]))
    qtbot.waitUntil(lambda: str(folders[0]) in desktop.keeper.settings.roots)
    assert dialog.roots.line.text() == ""
    drop(dialog, folders[1])
    qtbot.waitUntil(lambda: str(folders[1]) in desktop.keeper.settings.roots)
    dialog.roots.browse_button.click()
    (picker,) = dialog.findChildren(QFileDialog)
    picker.fileSelected.emit(str(folders[2]))
    picker.close()
    wanted = ("~/homelab", *map(str, folders))
    qtbot.waitUntil(lambda: desktop.keeper.settings.roots == wanted)
    dialog.roots.list.setCurrentRow(1)
    QTest.keyClick(dialog.roots.list, Qt.Key.Key_Delete)
    assert desktop.keeper.settings.roots == ("~/homelab", *map(str, folders[1:]))
    dialog.roots.reset_button.click()
    assert desktop.keeper.settings == DEFAULTS


def drop(dialog: SettingsDialog, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    buttons, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    dialog.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, buttons, none))


def test_what_is_no_folder_is_not_added_and_stays_to_be_corrected(
    qtbot: QtBot, desktop: Desktop, dialog: SettingsDialog, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    for text, says in [
        (str(tmp_path / "gone"), "there is no folder"),
        (str(tmp_path / "file"), "is no folder"),
        ("~/homelab", "there is no folder"),
    ]:
        dialog.roots.line.clear()
        dialog.roots.show_trouble("")
        add(dialog, text)
        qtbot.waitUntil(dialog.roots.trouble.isVisible)
        assert says in dialog.roots.trouble.text()
        assert dialog.roots.line.text() == text
    assert desktop.keeper.settings == DEFAULTS


def test_a_folder_that_is_watched_already_is_not_added_twice(
    qtbot: QtBot, desktop: Desktop, dialog: SettingsDialog, isolated_home: Path
) -> None:
    (isolated_home / "homelab").mkdir()
    add(dialog, str(isolated_home / "homelab"))
    qtbot.waitUntil(dialog.roots.trouble.isVisible)
    assert "watched already" in dialog.roots.trouble.text()
    assert desktop.keeper.settings == DEFAULTS


def test_each_folder_tells_how_it_is_watched_and_the_default_cannot_be_removed(
    qtbot: QtBot, desktop: Desktop, engine: FakeEngine, dialog: SettingsDialog, isolated_home: Path
) -> None:
    roots = (
        RootModel(str(isolated_home / "homelab"), True, 12, Watching.EVENTS),
        RootModel("/mnt/nfs", True, 1, Watching.POLLING, "network folder"),
        RootModel("/secret", False, 0, Watching.OFF, "permission denied"),
    )
    engine.health(HealthModel(roots))
    qtbot.waitUntil(lambda: dialog.roots.list.count() == 3)
    told = [dialog.roots.list.item(row).toolTip() for row in range(3)]
    for tip, parts in zip(
        told,
        [("12 projects", "events", "default"), ("1 project", "polling", "network folder"), ("permission",)],
        strict=True,
    ):
        assert all(part in tip for part in parts), tip
    for row in range(3):
        dialog.roots.list.setCurrentRow(row)
        assert not dialog.roots.remove_button.isEnabled(), "none of them was chosen in the settings"


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


def test_a_command_that_turns_out_not_to_be_there_after_closing_is_logged(
    qtbot: QtBot, desktop: Desktop, dialog: SettingsDialog, expected_warnings: ExpectedWarnings
) -> None:
    expected_warnings.add("Command was not applied: there is no program no-such-program")
    asked = errand(desktop)
    enter(dialog, "alerts.quiet.command", "")
    dialog.row("alerts.quiet.command").field.entered.emit("no-such-program")
    dialog.end()
    qtbot.waitUntil(lambda: expected_warnings.complaint() == "")
    assert asked.dialog is None
    assert desktop.keeper.settings == DEFAULTS


def stops(dialog: SettingsDialog) -> list[QWidget]:
    return [
        widget
        for widget in dialog.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and widget.isEnabled()
        and widget.focusProxy() is None
    ]


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
