"""Settings from the dialog to the builds on screen and into the next process, on the real engine."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from cupola.desktop.actions import Act
from cupola.desktop.window import Desktop
from cupola.domain.words import BuildState
from cupola.presenters.settings_item import Page
from cupola.store.settings import Density, Settings, ThemeChoice
from cupola.store.settings_file import load
from cupola.views.settings_dialog import SettingsDialog
from cupola.views.tokens import Scheme
from support.processes import environment
from support.project_files import phase, put_phase
from support.window import Start


def opened(desktop: Desktop) -> SettingsDialog:
    desktop.actions[Act.SETTINGS].trigger()
    assert desktop._settings is not None
    assert desktop._settings.dialog is not None
    return desktop._settings.dialog


def enter(dialog: SettingsDialog, key: str, text: str) -> None:
    stop = dialog.row(key).field.stop
    stop.setFocus()
    QTest.keyClick(stop, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(stop, text)
    QTest.keyClick(stop, Qt.Key.Key_Return)


def names(desktop: Desktop) -> set[str]:
    return {build.project for build in desktop.presenter.builds.builds()}


def next_process(config_dir: Path) -> str:
    """The settings as a process of its own reads them."""
    code = "import sys; from pathlib import Path; from cupola.store.settings_file import load; "
    code += "loaded = load(Path(sys.argv[1])); assert not loaded.problems; print(repr(loaded.settings))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(config_dir)],
        env=environment(PYTHONUTF8="1"),
        capture_output=True,
        check=True,
    )
    return done.stdout.decode().strip()


def test_a_folder_that_is_added_and_removed_in_the_dialog_brings_and_takes_its_builds(
    qtbot: QtBot, started: Start, tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second bücher"
    put_phase(first / "one", phase())
    put_phase(second / "two", phase())
    desktop = started(first, settings=Settings(roots=(str(first),)))
    dialog = opened(desktop)
    dialog.roots.line.setText(str(second))
    dialog.roots.add_button.setEnabled(True)
    dialog.roots.add_button.click()
    qtbot.waitUntil(lambda: "two" in names(desktop), timeout=20_000)
    qtbot.waitUntil(lambda: "1 project" in dialog.roots.list.item(1).toolTip(), timeout=20_000)
    config = desktop._opened.places.config_dir
    qtbot.waitUntil(lambda: load(config).settings.roots == (str(first), str(second)), timeout=20_000)
    dialog.roots.list.setCurrentRow(1)
    dialog.roots.remove_button.click()
    qtbot.waitUntil(lambda: str(second) not in desktop.presenter.roots and dialog.roots.list.count() == 1)
    qtbot.waitUntil(lambda: load(config).settings.roots == (str(first),), timeout=20_000)


def test_a_smaller_depth_and_a_shorter_limit_change_what_is_shown(
    qtbot: QtBot, started: Start, tmp_path: Path
) -> None:
    root = tmp_path / "root"
    put_phase(root / "near", phase())
    put_phase(root / "a" / "b" / "far", phase())
    desktop = started(root, settings=Settings(roots=(str(root),)))
    qtbot.waitUntil(lambda: names(desktop) == {"near", "far"}, timeout=20_000)
    dialog = opened(desktop)
    dialog.show_page(Page.FOLDERS)
    enter(dialog, "depth", "1")
    qtbot.waitUntil(lambda: gone_or_absent(desktop, "far"), timeout=20_000)
    dialog.show_page(Page.BUILDS)
    enter(dialog, "quiet_limit_s", "1 s")
    qtbot.waitUntil(lambda: state(desktop, "near") is BuildState.QUIET, timeout=20_000)


def gone_or_absent(desktop: Desktop, name: str) -> bool:
    builds = [build for build in desktop.presenter.builds.builds() if build.project == name]
    return all("gone" in build.state_reason or "gone" in (build.detail or "") for build in builds)


def state(desktop: Desktop, name: str) -> BuildState | None:
    return next((b.state for b in desktop.presenter.builds.builds() if b.project == name), None)


def test_everything_that_was_set_is_there_in_a_new_process_with_its_types(
    qtbot: QtBot, started: Start, tmp_path: Path
) -> None:
    desktop = started()
    dialog = opened(desktop)
    for key, text in [
        ("depth", "0"),
        ("quiet_limit_s", "90 s"),
        ("token_budget", "2M"),
        ("font_points", "11"),
        ("alerts.quiet_hours", "22-7"),
    ]:
        dialog.show_page(dialog.row(key).item.page)
        enter(dialog, key, text)
    dialog.row("skipped_folders").enter("")
    dialog.row("theme").enter("light")
    dialog.row("density").enter("compact")
    dialog.row("alerts.limited.on").enter("off")
    assert desktop.theme.scheme is Scheme.LIGHT
    settings = desktop.keeper.settings
    assert settings == replace(
        Settings(alerts=settings.alerts),
        depth=0,
        quiet_limit_s=90.0,
        token_budget=2_000_000,
        font_points=11,
        skipped_folders=(),
        theme=ThemeChoice.LIGHT,
        density=Density.COMPACT,
    )
    config = desktop._opened.places.config_dir
    qtbot.waitUntil(lambda: load(config).settings == settings, timeout=20_000)
    assert next_process(config) == repr(settings)


@pytest.mark.parametrize("obstacle", ["newer", "folder"])
def test_a_file_that_cannot_be_written_is_told_in_the_dialog_and_what_was_set_holds(
    qtbot: QtBot, started: Start, tmp_path: Path, obstacle: str
) -> None:
    file = tmp_path / "places" / "config" / "settings.json"
    file.parent.mkdir(parents=True)
    if obstacle == "newer":
        file.write_text('{"schema": 99, "depth": {"new": 1}}')
    else:
        file.mkdir()
    desktop = started()
    dialog = opened(desktop)
    dialog.show_page(Page.FOLDERS)
    enter(dialog, "depth", "5")
    qtbot.waitUntil(dialog.problems.isVisible, timeout=20_000)
    assert "settings.json" in dialog.problems.text()
    assert desktop.keeper.settings.depth == 5
    if obstacle == "newer":
        assert file.read_text() == '{"schema": 99, "depth": {"new": 1}}'


def test_while_watching_is_paused_nothing_changes_and_afterwards_all_that_was_missed_is_shown(
    qtbot: QtBot, started: Start, tmp_path: Path
) -> None:
    put_phase(tmp_path / "root" / "one", phase())
    desktop = started(tmp_path / "root")
    qtbot.waitUntil(lambda: names(desktop) == {"one"} and desktop.presenter.ready, timeout=20_000)
    desktop.actions[Act.PAUSE].trigger()
    qtbot.waitUntil(desktop.window.status.paused.isVisible, timeout=20_000)
    put_phase(tmp_path / "root" / "two", phase())
    desktop.actions[Act.REFRESH].trigger()
    desktop.actions[Act.PAUSE].trigger()
    qtbot.waitUntil(lambda: not desktop.window.status.paused.isVisible(), timeout=20_000)
    qtbot.waitUntil(lambda: names(desktop) == {"one", "two"}, timeout=20_000)
    assert not desktop.actions[Act.PAUSE].isChecked()
