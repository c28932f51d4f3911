"""A person at the settings, with the keyboard."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from cupola.desktop.actions import Act
from cupola.desktop.settings_errand import SettingsErrand
from cupola.desktop.window import Desktop
from cupola.presenters.settings_item import Control
from cupola.presenters.settings_items import BY_KEY
from cupola.views.settings_dialog import SettingsDialog
from support.stage import settle


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


def stops(dialog: SettingsDialog) -> list[QWidget]:
    return [
        widget
        for widget in dialog.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and widget.isEnabled()
        and widget.focusProxy() is None
    ]
