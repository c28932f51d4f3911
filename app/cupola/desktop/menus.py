"""The menu bar, from the actions and the window's own View menu."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PySide6.QtWidgets import QMenu

from cupola.desktop.actions import OF_A_BUILD, Act, Actions
from cupola.views.main_window import MainWindow

_FILE: Final = (
    *(Act.ADD_FOLDER, None, *OF_A_BUILD, None),
    *(Act.PAUSE, Act.MUTE, None, Act.SETTINGS, Act.QUIT),
)
_VIEW: Final = (None, Act.PUT_AWAY, None, Act.FIND, Act.REFRESH)
_HELP: Final = (Act.DEMO, Act.DIAGNOSTICS, None, Act.ABOUT, Act.ABOUT_QT)


def fill_menu_bar(window: MainWindow, actions: Actions) -> None:
    """Fill the bar of a window; the menus belong to it."""
    file_menu, help_menu = QMenu("&File", window), QMenu("&Help", window)
    _fill(file_menu, actions, _FILE)
    _fill(window.view_menu, actions, _VIEW)
    _fill(help_menu, actions, _HELP)
    window.set_menus([file_menu], [help_menu])


def _fill(menu: QMenu, actions: Actions, acts: Iterable[Act | None]) -> None:
    for act in acts:
        if act is None:
            menu.addSeparator()
        else:
            menu.addAction(actions[act])
