"""A person with a keyboard and no mouse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QWidget

from cupola.desktop.window import Desktop
from cupola.domain.words import PANELS, Facet
from cupola.views.build_page import Tab
from support.stage import settle

Key = Qt.Key
SHIFT: Final = Qt.KeyboardModifier.ShiftModifier
ALT: Final = Qt.KeyboardModifier.AltModifier
CTRL: Final = Qt.KeyboardModifier.ControlModifier
NONE: Final = Qt.KeyboardModifier.NoModifier
MOST_STOPS: Final = 100


class Typist:
    """Presses keys wherever the focus is."""

    def __init__(self, desktop: Desktop) -> None:
        self.desktop = desktop
        self.window = desktop.window

    @property
    def at(self) -> QWidget:
        """What has the focus."""
        found = QApplication.focusWidget()
        assert found is not None
        return found

    def press(self, key: Qt.Key, how: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(QApplication.activePopupWidget() or self.at, key, how)
        settle()

    def round(self, key: Qt.Key, how: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> list[QWidget]:
        """All stops from here until it comes round, this one first."""
        stops = [self.at]
        for _ in range(MOST_STOPS):
            self.press(key, how)
            if self.at is stops[0]:
                return stops
            stops.append(self.at)
        raise AssertionError(f"{stops[0]!r} was not come back to")

    def open_tab(self, tab: Tab) -> None:
        self.window.page.tabs.setCurrentIndex(tab)
        settle()

    def go_to(self, wanted: QWidget) -> None:
        """Press Tab until the focus is there."""
        for _ in range(MOST_STOPS):
            if self.at is wanted:
                return
            self.press(Key.Key_Tab)
        raise AssertionError(f"{wanted!r} was not come to")


def named(widget: QWidget) -> str:
    """What a screen reader calls it."""
    interface = QAccessible.queryAccessibleInterface(widget)
    assert interface is not None
    return interface.text(QAccessible.Text.Name)


def mnemonic(action: QAction) -> str:
    """Such as "Alt+F", "" for none."""
    return QKeySequence.mnemonic(action.text()).toString()


def letter(action: QAction) -> Qt.Key:
    """The key of its mnemonic."""
    return Qt.Key(ord(mnemonic(action).removeprefix("Alt+")))


def of_dock(facet: Facet) -> Callable[[Typist], QAbstractItemView]:
    def find(typist: Typist) -> QAbstractItemView:
        view = typist.window.panels[facet].find_entrance()
        assert isinstance(view, QAbstractItemView)
        return view

    return find


def problems(typist: Typist) -> QAbstractItemView:
    typist.open_tab(Tab.PROBLEMS)
    view = typist.window.page.problems.find_entrance()
    assert isinstance(view, QAbstractItemView)
    return view


LISTS: dict[str, Callable[[Typist], QAbstractItemView]] = {
    "builds": lambda typist: typist.window.builds.list,
    "activity": lambda typist: typist.window.page.activity,
    "problems": problems,
    **{facet.value: of_dock(facet) for facet in PANELS},
}


def entered(typist: Typist, name: str) -> QAbstractItemView:
    """A list, come to by Tab."""
    view = LISTS[name](typist)
    typist.go_to(view)
    return view
