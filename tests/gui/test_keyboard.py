"""The keyboard alone reaches every part of the window: Tab, F6, arrows, search and docks."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from cupola.domain.words import PANELS, Facet
from cupola.presenters.builds_filter import Group
from cupola.views.build_page import Tab
from support.builds import seven
from support.dock_models import log_news
from support.stage import settle
from support.typist import ALT, CTRL, LISTS, SHIFT, Key, Typist, entered, letter, named

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # offscreen there is nothing to raise


def stops_in(window: QWidget) -> list[QWidget]:
    """What Tab has to stop at."""
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and widget.isEnabled()
        and widget.focusProxy() is None
    ]


# --- Tab ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tab", list(Tab))
def test_tab_comes_round_and_stops_once_at_everything_that_takes_the_focus(typist: Typist, tab: Tab) -> None:
    typist.open_tab(tab)
    forth = typist.round(Key.Key_Tab)
    assert sorted(map(id, forth)) == sorted(map(id, stops_in(typist.window)))
    back = typist.round(Key.Key_Tab, SHIFT)
    assert back == [forth[0], *reversed(forth[1:])]


def test_stops_stand_in_the_order_of_what_is_seen(typist: Typist) -> None:
    window = typist.window
    parts = [window.builds, window.page, *window.docks.values(), window.status]
    for tab in Tab:
        typist.open_tab(tab)
        typist.go_to(window.builds.search)
        typist.press(Key.Key_Tab, SHIFT)
        passed = [
            next(part for part in parts if part.isAncestorOf(stop)) for stop in typist.round(Key.Key_Tab)
        ]
        assert [
            part for part, before in zip(passed, [None, *passed], strict=False) if part is not before
        ] == parts


def test_in_a_narrow_window_arrows_choose_the_dock_in_front(typist: Typist) -> None:
    typist.window.resize(1000, 700)
    settle()
    forth = typist.round(Key.Key_Tab)
    assert sorted(map(id, forth)) == sorted(map(id, stops_in(typist.window)))
    bar = next(stop for stop in forth if isinstance(stop, QTabBar) and stop.count() == len(PANELS))
    assert named(bar)
    typist.go_to(bar)
    in_front = set()
    for key in [Key.Key_Left] * len(PANELS) + [Key.Key_Right] * len(PANELS):
        typist.press(key)
        in_front |= {facet for facet in PANELS if typist.window.panels[facet].find_entrance().isVisible()}
    assert in_front == set(PANELS)


def test_a_dock_that_floated_has_its_old_place_in_the_round(typist: Typist, qtbot: QtBot) -> None:
    before = typist.round(Key.Key_Tab)
    dock = typist.window.docks[Facet.TESTS]
    for floating in (True, False):
        dock.setFloating(floating)
        settle()
    typist.window.activateWindow()
    qtbot.waitUntil(typist.window.isActiveWindow)
    before[0].setFocus()
    assert typist.round(Key.Key_Tab) == before


@pytest.mark.parametrize("tab", list(Tab))
def test_every_stop_has_a_name_and_is_seen(typist: Typist, tab: Tab) -> None:
    typist.open_tab(tab)
    for _ in typist.round(Key.Key_Tab):
        focused = picture_of(typist.window)
        there, name = place_of(typist.at, typist.window), named(typist.at)
        assert name
        typist.press(Key.Key_Tab)
        assert focused.copy(there) != picture_of(typist.window).copy(there), (
            f"{name} looks the same without focus"
        )


def picture_of(window: QWidget) -> QImage:
    return window.grab().toImage()


def place_of(widget: QWidget, window: QWidget) -> QRect:
    """With the frame around it, which may show the focus in its place."""
    return QRect(widget.mapTo(window, QPoint()), widget.size()).adjusted(-8, -8, 8, 8)


# --- F6 -----------------------------------------------------------------------------------------------------


def entrances(typist: Typist) -> list[QWidget]:
    window = typist.window
    docks = [window.panels[facet].find_entrance() for facet in PANELS]
    return [window.builds.find_entrance(), window.page.find_entrance(), *docks]


def test_f6_goes_round_the_panes_and_shift_f6_the_other_way(typist: Typist) -> None:
    assert typist.round(Key.Key_F6) == entrances(typist)
    first, *others = entrances(typist)
    assert typist.round(Key.Key_F6, SHIFT) == [first, *reversed(others)]


def test_f6_goes_into_a_floating_dock_and_on_from_it(typist: Typist, qtbot: QtBot) -> None:
    dock = typist.window.docks[Facet.TESTS]
    dock.setFloating(True)
    settle()
    typist.window.activateWindow()
    qtbot.waitUntil(typist.window.isActiveWindow)
    typist.window.builds.list.setFocus()
    assert typist.round(Key.Key_F6) == entrances(typist)


def test_f6_passes_over_a_dock_that_is_closed(typist: Typist) -> None:
    typist.window.docks[Facet.AGENTS].close()
    settle()
    closed = typist.window.panels[Facet.AGENTS].find_entrance()
    assert typist.round(Key.Key_F6) == [each for each in entrances(typist) if each is not closed]


# --- lists --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LISTS)
def test_keys_move_the_current_row_of_a_list(typist: Typist, name: str) -> None:
    view = entered(typist, name)
    last = view.model().rowCount() - 1
    assert last > 0

    def row_after(key: Qt.Key) -> int:
        typist.press(key)
        return view.currentIndex().row()

    assert row_after(Key.Key_Home) == 0
    assert row_after(Key.Key_Down) == 1
    assert row_after(Key.Key_Up) == 0
    assert row_after(Key.Key_PageDown) > 0
    assert row_after(Key.Key_End) == last
    assert row_after(Key.Key_PageUp) < last
    assert typist.at is view


def test_keys_move_through_the_log(typist: Typist) -> None:
    typist.open_tab(Tab.LOG)
    typist.window.page.log.show_news(log_news())
    text = typist.window.page.log.text
    assert isinstance(text, QPlainTextEdit)
    typist.go_to(text)

    def line_after(key: Qt.Key) -> int:
        typist.press(key)
        return text.firstVisibleBlock().blockNumber()

    end = line_after(Key.Key_End)
    assert line_after(Key.Key_Up) == end - 1
    assert line_after(Key.Key_Home) == 0 < end
    assert line_after(Key.Key_Down) == 1
    assert line_after(Key.Key_PageDown) > 1
    assert line_after(Key.Key_PageUp) == 1
    assert line_after(Key.Key_End) == end


def test_lines_at_the_end_of_the_log_are_selected_by_keys(typist: Typist) -> None:
    typist.open_tab(Tab.LOG)
    typist.window.page.log.show_news(log_news())
    text = typist.window.page.log.text
    assert text is not None
    text.setFocus()
    for _ in range(3):
        typist.press(Key.Key_Up, SHIFT)
    lines = text.toPlainText().split("\n")
    assert text.textCursor().selectedText().split("\u2029")[-3:] == lines[-3:]


def test_a_move_in_the_list_of_builds_shows_the_build(typist: Typist) -> None:
    entered(typist, "builds")
    typist.press(Key.Key_End)
    last = typist.desktop.presenter.filter.build(typist.desktop.presenter.filter.rowCount() - 1)
    assert typist.desktop.presenter.shown is not None
    assert typist.desktop.presenter.shown.id == last.id


@pytest.mark.parametrize("facet", PANELS)
def test_return_opens_the_file_behind_a_row(typist: Typist, facet: Facet) -> None:
    asked: list[str] = []
    panel = typist.window.panels[facet]
    panel.open_requested.connect(asked.append)
    panel.open_requested.disconnect(typist.window.open_requested)
    view = entered(typist, facet.value)
    assert panel.lines is not None
    with_file = next(at for at, line in enumerate(panel.lines.rows.lines) if line.files)
    typist.press(Key.Key_Home)
    while view.currentIndex().row() < with_file:
        typist.press(Key.Key_Down)
    typist.press(Key.Key_Return)
    assert asked == [panel.lines.rows.lines[with_file].files[0]]


# --- filter and search --------------------------------------------------------------------------------------


def test_arrow_keys_choose_the_group(typist: Typist) -> None:
    while typist.window.builds.groups is not typist.at.parentWidget():
        typist.press(Key.Key_Tab)
    rows = typist.desktop.presenter.filter
    seen = {rows.group}
    for key in [Key.Key_Left] * len(Group) + [Key.Key_Right] * len(Group):
        typist.press(key)
        seen.add(rows.group)
        assert named(typist.at).startswith(rows.group.value)
    assert seen == set(Group)


def test_search_is_come_to_by_its_keys_and_left_by_escape(typist: Typist) -> None:
    rows, search = typist.desktop.presenter.filter, typist.window.builds.search
    typist.window.panels[Facet.TESTS].find_entrance().setFocus()
    typist.press(Key.Key_F, CTRL)
    assert search.hasFocus()
    QTest.keyClicks(search, "todo")
    assert rows.rowCount() == 1
    typist.press(Key.Key_Escape)
    assert (search.text(), rows.rowCount()) == ("", len(seven()))
    assert typist.window.builds.list.hasFocus()


def test_return_takes_the_first_that_was_found_unless_the_shown_build_is_among_them(typist: Typist) -> None:
    presenter, window = typist.desktop.presenter, typist.window
    window.builds.focus_search()
    QTest.keyClicks(window.builds.search, "todo")
    assert presenter.shown is not None
    assert "todo" not in presenter.shown.project
    typist.press(Key.Key_Return)
    assert presenter.shown.project == "todo-cli"
    assert window.builds.list.hasFocus()
    window.builds.search.clear()
    window.builds.focus_search()
    typist.press(Key.Key_Return)
    assert presenter.shown.project == "todo-cli"


# --- docks --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("facet", PANELS)
def test_a_dock_is_floated_docked_closed_and_brought_back_by_keys(
    typist: Typist, qtbot: QtBot, facet: Facet
) -> None:
    dock = typist.window.docks[facet]
    typist.go_to(dock.title.float_button)
    typist.press(Key.Key_Space)
    assert dock.isFloating()
    dock.activateWindow()
    qtbot.waitUntil(dock.isActiveWindow)
    typist.go_to(dock.title.float_button)
    typist.press(Key.Key_Space)
    assert not dock.isFloating()
    typist.window.activateWindow()
    qtbot.waitUntil(typist.window.isActiveWindow)
    typist.go_to(dock.title.close_button)
    typist.press(Key.Key_Space)
    assert dock.isHidden()
    assert typist.at.isVisible()
    typist.press(Key.Key_V, ALT)
    typist.press(letter(dock.toggleViewAction()))
    assert dock.isVisible()
