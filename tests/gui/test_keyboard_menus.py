"""The keyboard alone reaches every command: the menu bar, its mnemonics, and the menus of lists."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication, QPoint
from PySide6.QtGui import QAction, QContextMenuEvent, QShortcut
from PySide6.QtWidgets import QApplication, QMenu

from cupola.views.build_page import Tab
from support.stage import settle
from support.typist import ALT, LISTS, SHIFT, Key, Typist, entered, letter, mnemonic

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # offscreen there is nothing to raise


# --- menus of lists -----------------------------------------------------------------------------------------


def press_menu_key(typist: Typist) -> None:
    """What every platform makes of the Menu key; Qt itself hands it to what has the focus."""
    handle = typist.at.window().windowHandle()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
    QCoreApplication.sendEvent(handle, event)
    settle()


def press_shift_f10(typist: Typist) -> None:
    typist.press(Key.Key_F10, SHIFT)


@pytest.mark.parametrize("press", [press_menu_key, press_shift_f10])
@pytest.mark.parametrize("name", LISTS)
def test_the_menu_of_a_list_opens_and_closes_by_keys(
    typist: Typist, name: str, press: Callable[[Typist], None]
) -> None:
    view = entered(typist, name)
    typist.press(Key.Key_Home)
    press(typist)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    found = [mnemonic(action) for action in menu.actions() if mnemonic(action)]
    assert len(found) == len(set(found))
    assert view.window().frameGeometry().contains(menu.pos())
    typist.press(Key.Key_Escape)
    assert QApplication.activePopupWidget() is None
    assert typist.at is view


@pytest.mark.parametrize("press", [press_menu_key, press_shift_f10])
def test_the_menu_of_the_log_opens_and_closes_by_keys(
    typist: Typist, press: Callable[[Typist], None]
) -> None:
    typist.open_tab(Tab.LOG)
    text = typist.window.page.log.text
    assert text is not None
    text.setFocus()
    press(typist)
    assert isinstance(QApplication.activePopupWidget(), QMenu)
    typist.press(Key.Key_Escape)
    assert QApplication.activePopupWidget() is None


def test_lines_of_the_activity_are_copied_from_its_menu(typist: Typist) -> None:
    entered(typist, "activity")
    press_menu_key(typist)
    typist.press(Key.Key_A)
    press_menu_key(typist)
    typist.press(Key.Key_C)
    count = typist.window.page.activity.model().rowCount()
    assert len(QApplication.clipboard().text().splitlines()) == count


# --- commands -----------------------------------------------------------------------------------------------


def assert_mnemonics_differ(actions: list[QAction]) -> None:
    found = [mnemonic(action) for action in actions if not action.isSeparator()]
    assert all(found), [action.text() for action in actions if not mnemonic(action)]
    assert len(found) == len(set(found)), found


def menus(typist: Typist) -> list[QMenu]:
    found = [action.menu() for action in typist.window.menuBar().actions()]
    return [menu for menu in found if isinstance(menu, QMenu)]


def test_every_command_has_a_mnemonic_of_its_own_in_its_menu(typist: Typist) -> None:
    assert_mnemonics_differ(typist.window.menuBar().actions())
    for menu in menus(typist):
        assert_mnemonics_differ(menu.actions())


def test_every_menu_opens_by_its_mnemonic_and_arrows_reach_every_command(typist: Typist) -> None:
    for menu in menus(typist):
        typist.press(letter(menu.menuAction()), ALT)
        assert QApplication.activePopupWidget() is menu
        wanted = [action for action in menu.actions() if action.isEnabled() and not action.isSeparator()]
        reached = []
        for _ in wanted:
            reached.append(menu.activeAction())
            typist.press(Key.Key_Down)
        assert reached == wanted
        typist.press(Key.Key_Escape)
        typist.press(Key.Key_Escape)
        assert QApplication.activePopupWidget() is None


def test_arrows_go_from_one_menu_to_the_next(typist: Typist) -> None:
    typist.press(Key.Key_F, ALT)
    seen = []
    for _ in menus(typist):
        seen.append(QApplication.activePopupWidget())
        typist.press(Key.Key_Right)
    assert seen == menus(typist)
    typist.press(Key.Key_Escape)
    typist.press(Key.Key_Escape)


def test_no_two_shortcuts_of_the_window_are_the_same(typist: Typist) -> None:
    actions = {id(each): each for each in typist.window.findChildren(QAction)}
    actions |= {id(each): each for menu in menus(typist) for each in menu.actions()}
    keys = [key.toString() for action in actions.values() for key in action.shortcuts()]
    keys += [each.key().toString() for each in typist.window.findChildren(QShortcut)]
    assert len(keys) == len(set(keys)), sorted(keys)
