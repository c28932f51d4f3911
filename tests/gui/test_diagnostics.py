"""Help > Diagnostics…: the same text as the terminal's, and what only the window knows."""

from __future__ import annotations

import subprocess
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from cupola.desktop.actions import Act
from cupola.desktop.window import Desktop
from cupola.views.diagnostics import ReportDialog
from support.builds import batch, seven
from support.processes import environment
from support.typist import Typist


@pytest.fixture
def desktop(typist: Typist) -> Desktop:
    return typist.desktop


def dialogs(desktop: Desktop) -> list[ReportDialog]:
    return [one for one in desktop.window.findChildren(ReportDialog) if one.isVisible()]


def opened(qtbot: QtBot, desktop: Desktop) -> ReportDialog:
    desktop.actions[Act.DIAGNOSTICS].trigger()
    (dialog,) = dialogs(desktop)
    qtbot.waitUntil(dialog.copy_button.isEnabled)
    return dialog


def line(dialog: ReportDialog, begin: str) -> str:
    return next(one for one in dialog.text.toPlainText().splitlines() if one.strip().startswith(begin))


def test_its_key_opens_it_and_escape_closes_it(qtbot: QtBot, desktop: Desktop) -> None:
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(desktop.window, Qt.Key.Key_D, both)
    (dialog,) = dialogs(desktop)
    qtbot.waitUntil(dialog.copy_button.isEnabled)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialogs(desktop) == []
    assert opened(qtbot, desktop).text.toPlainText()


def test_it_tells_what_the_terminal_tells_and_what_only_a_window_knows(
    qtbot: QtBot, desktop: Desktop
) -> None:
    text = opened(qtbot, desktop).text.toPlainText()
    for heading in ("Versions", "Window", "Panels", "Places", "Roots", "Watches", "Problems", "Log"):
        assert f"\n{heading}\n" in text
    assert "offscreen" in text
    assert "431" in text, "the watches in use"


def test_panels_tell_what_passed_and_what_was_stopped(qtbot: QtBot, desktop: Desktop) -> None:
    before = line(opened(qtbot, desktop), "decisions ")
    dialogs(desktop)[0].close()
    desktop.presenter.on_events(batch(seven()))
    desktop.presenter.on_events(batch(seven()))
    after = line(opened(qtbot, desktop), "decisions ")
    passed, stopped = (
        [int("".join(filter(str.isdigit, part))) for part in told.split(",")[:2]] for told in (before, after)
    )
    assert after != before
    assert stopped[1] > passed[1]


def test_copy_puts_all_of_it_on_the_clipboard(qtbot: QtBot, desktop: Desktop) -> None:
    dialog = opened(qtbot, desktop)
    QTest.keyClick(dialog.copy_button, Qt.Key.Key_Space)
    assert QGuiApplication.clipboard().text() == dialog.text.toPlainText()
    assert dialog.copy_button.text() == "&Copied"


def test_a_second_opening_brings_the_same_dialog_up_to_date(qtbot: QtBot, desktop: Desktop) -> None:
    dialog = opened(qtbot, desktop)
    assert opened(qtbot, desktop) is dialog


def test_everything_that_takes_the_focus_has_a_name(qtbot: QtBot, desktop: Desktop) -> None:
    dialog = opened(qtbot, desktop)
    stops = [one for one in dialog.findChildren(QWidget) if one.focusPolicy() & Qt.FocusPolicy.TabFocus]
    names = [QAccessible.queryAccessibleInterface(one).text(QAccessible.Text.Name) for one in stops]
    assert len(names) >= 3
    assert all(names)
    assert {button.text() for button in dialog.findChildren(QPushButton)} == {"&Copy", "C&lose"}


def test_tab_goes_from_the_text_to_the_buttons(qtbot: QtBot, desktop: Desktop) -> None:
    dialog = opened(qtbot, desktop)
    dialog.text.setFocus()
    QTest.keyClick(dialog.text, Qt.Key.Key_Tab)
    assert dialog.copy_button.hasFocus()


def test_it_can_be_closed_while_it_still_looks_around(qtbot: QtBot, desktop: Desktop) -> None:
    for _ in range(5):
        desktop.actions[Act.DIAGNOSTICS].trigger()
        dialogs(desktop)[0].close()
    assert opened(qtbot, desktop).text.toPlainText()


def test_a_small_screen_holds_it(qtbot: QtBot, desktop: Desktop) -> None:
    dialog = opened(qtbot, desktop)
    assert dialog.screen().availableGeometry().size().boundedTo(dialog.size()) == dialog.size()


def test_nothing_of_it_is_loaded_before_it_is_opened() -> None:
    program = (
        "import sys, cupola.desktop.window, cupola.desktop.main\n"
        "print([name for name in sys.modules if 'diagnos' in name and name != 'cupola.domain.diagnosis'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
