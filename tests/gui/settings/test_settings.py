"""Each setting with default and reset, applied at once or refused with a reason, and who is told."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from cupola.desktop.window import Desktop
from cupola.domain.alerts import AlertKind, QuietHours
from cupola.domain.models import HealthModel, RootModel, Watching
from cupola.presenters.settings_item import DEFAULTS, Control, Item, Page
from cupola.presenters.settings_items import BY_KEY, ITEMS, ROOTS
from cupola.store.prices import shipped
from cupola.store.settings import Density, Settings, ThemeChoice
from cupola.views.settings_dialog import SettingsDialog
from cupola.views.tokens import Scheme
from support.fake_engine import FakeEngine
from support.settings_dialog import enter

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


def test_a_price_list_that_was_refused_stays_so_until_it_is_entered_again_and_can_be_used(
    qtbot: QtBot, desktop: Desktop, dialog: SettingsDialog, tmp_path: Path
) -> None:
    mine, row = tmp_path / "mine.json", dialog.row("prices_file")
    enter(dialog, "prices_file", str(mine))
    qtbot.waitUntil(row.trouble.isVisible)
    QTest.keyClicks(row.field.stop, "y")
    QTest.keyClick(row.field.stop, Qt.Key.Key_Backspace)
    assert row.trouble.isVisible()
    mine.write_bytes(shipped().read_bytes())
    QTest.keyClick(row.field.stop, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desktop.keeper.settings.prices_file == str(mine))
    qtbot.waitUntil(row.trouble.isHidden)


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
