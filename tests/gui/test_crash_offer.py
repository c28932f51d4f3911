"""What an earlier session crashed on is offered: to read, to copy, to delete; seen, it is offered no more."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from cupola.desktop.window import Desktop
from cupola.store.crashes import Report, untold, write_report
from cupola.views.diagnostics import ReportDialog
from support.leaks import ExpectedWarnings
from support.typist import Typist


@pytest.fixture
def desktop(typist: Typist) -> Desktop:
    return typist.desktop


@pytest.fixture
def report(tmp_path: Path) -> Report:
    write_report(tmp_path, "ValueError: first", 1_764_000_000.0)
    write_report(tmp_path, "ValueError: second", 1_764_000_001.0)
    found = untold(tmp_path)
    assert found is not None
    return found


def dialogs(desktop: Desktop) -> list[ReportDialog]:
    return [one for one in desktop.window.findChildren(ReportDialog) if one.isVisible()]


def button(dialog: ReportDialog, text: str) -> QPushButton:
    return next(one for one in dialog.findChildren(QPushButton) if one.text() == text)


def test_all_that_is_untold_is_shown_the_newest_first(desktop: Desktop, report: Report) -> None:
    desktop.offer(report)
    (dialog,) = dialogs(desktop)
    text = dialog.text.toPlainText()
    assert text.index("second") < text.index("first")
    assert "2 times" in dialog.words.text()
    assert dialog.words.textFormat() is Qt.TextFormat.PlainText
    dialog.close()


def test_closing_keeps_the_files_and_they_are_not_told_again(
    desktop: Desktop, report: Report, tmp_path: Path
) -> None:
    desktop.offer(report)
    QTest.keyClick(dialogs(desktop)[0], Qt.Key.Key_Escape)
    assert dialogs(desktop) == []
    assert untold(tmp_path) is None
    assert len(list(tmp_path.glob("crash-*.seen.txt"))) == 2


def test_delete_removes_them(desktop: Desktop, report: Report, tmp_path: Path) -> None:
    desktop.offer(report)
    QTest.keyClick(button(dialogs(desktop)[0], "&Delete"), Qt.Key.Key_Space)
    assert dialogs(desktop) == []
    assert list(tmp_path.iterdir()) == []


def test_copy_takes_all_of_it_and_leaves_the_dialog(desktop: Desktop, report: Report) -> None:
    desktop.offer(report)
    (dialog,) = dialogs(desktop)
    QTest.keyClick(button(dialog, "&Copy"), Qt.Key.Key_Space)
    assert QGuiApplication.clipboard().text() == dialog.text.toPlainText()
    assert dialog.isVisible()
    dialog.close()


def test_a_hidden_window_offers_it_when_it_is_shown(desktop: Desktop, report: Report) -> None:
    desktop.window.hide()
    desktop.offer(report)
    assert dialogs(desktop) == []
    desktop.window.show()
    assert len(dialogs(desktop)) == 1
    dialogs(desktop)[0].close()
    desktop.window.hide()
    desktop.window.show()
    assert dialogs(desktop) == []


def test_a_report_that_cannot_be_put_away_is_logged(
    desktop: Desktop, report: Report, expected_warnings: ExpectedWarnings
) -> None:
    expected_warnings.add("stays as it is")
    for path in report.paths:
        path.unlink()
    desktop.offer(report)
    dialogs(desktop)[0].close()
