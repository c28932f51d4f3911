"""The window as a whole: what is painted when, focus, docks and what is remembered."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import QAccessible, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from cupola.domain.models import ActivityEntry, ActivityModel, Elapsed, HealthModel
from cupola.domain.problems import Problem
from cupola.domain.words import PANELS, BuildState, Facet
from cupola.engine.feed import Checked, HealthChange
from cupola.options import LEAST_SIZE
from cupola.presenters.builds_filter import Group
from cupola.views.build_page import Tab
from cupola.views.dock import FreshnessDot
from cupola.views.labels import DataLabel
from cupola.views.layout_state import LAYOUT_VERSION, is_reachable
from support.builds import NOW, activity, activity_change, batch, build, change, health, many, seven, strange
from support.stage import PaintCounter, Stage, settle

NO_BUTTONS = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)


def names(stage: Stage) -> list[str]:
    return [stage.presenter.filter.build(row).project for row in range(stage.presenter.filter.rowCount())]


# --- what is painted ----------------------------------------------------------------------------------------


def test_equal_content_a_thousand_times_paints_nothing(stage: Stage, paints: PaintCounter) -> None:
    paints.painted.clear()
    for _ in range(1000):
        stage.presenter.on_events(batch(seven()))
        stage.presenter.ticker.tick()
    settle()
    assert paints.painted == []


def test_one_changed_character_paints_detail_row_and_activity_only(
    stage: Stage, paints: PaintCounter
) -> None:
    window, shown = stage.window, stage.presenter.shown
    assert shown is not None
    paints.painted.clear()
    detail = (shown.detail or "") + "!"
    entries = (ActivityEntry(NOW, "detail", detail), *activity().entries)
    stage.presenter.on_events(
        (change(replace(shown, detail=detail)), activity_change(shown.id, ActivityModel(entries)))
    )
    settle()
    expected = {window.page.header.detail, window.builds.list.viewport(), window.page.activity.viewport()}
    assert set(paints.painted) == expected
    assert window.page.header.detail.text() == detail
    listed = window.builds.list
    assert paints.heights[listed.viewport()] == listed.visualRect(listed.currentIndex()).height()


def test_a_check_paints_nothing_while_the_dots_stay(stage: Stage, paints: PaintCounter) -> None:
    paints.painted.clear()
    for _ in range(5):
        stage.clock.since += 2
        ids = frozenset(model.id for model in seven())
        stage.presenter.on_events((Checked(ids, stage.clock.since),))
    settle()
    assert paints.painted == []


def test_a_tick_without_a_new_text_paints_nothing(stage: Stage, paints: PaintCounter) -> None:
    paints.painted.clear()
    stage.presenter.ticker.tick()
    settle()
    assert paints.painted == []


def test_a_second_moves_ages_and_durations(stage: Stage) -> None:
    header = stage.window.page.header
    before = header.elapsed.text()
    stage.clock.advance(1)
    stage.presenter.ticker.tick()
    assert header.elapsed.text() != before
    assert stage.window.status.last.text() == "last change 3 s ago"


def test_a_paint_is_reported_once_with_its_digest(stage: Stage) -> None:
    seen: list[tuple[str, str]] = []
    stage.window.paints.report_to(lambda panel, digest: seen.append((panel, digest)))
    shown = stage.presenter.shown
    assert shown is not None
    stage.presenter.on_events((change(replace(shown, detail="other"), digest="d1", seen_ns=1),))
    settle()
    assert seen == [("build", "d1")]


def test_the_status_bar_says_how_fast_a_change_was_shown(stage: Stage) -> None:
    from time import perf_counter_ns

    shown = stage.presenter.shown
    assert shown is not None
    stage.presenter.on_events((change(replace(shown, detail="other"), seen_ns=perf_counter_ns()),))
    settle()
    stage.clock.advance(1)
    stage.presenter.ticker.tick()
    assert "shown in" in stage.window.status.last.text()


# --- hidden -------------------------------------------------------------------------------------------------


def test_a_hidden_window_waits_and_catches_up(stage: Stage) -> None:
    shown = stage.presenter.shown
    assert shown is not None
    stage.window.hide()
    assert stage.presenter.ticker.waits_ms is None
    stage.presenter.on_events((change(replace(shown, detail="while away")),))
    assert stage.window.page.header.detail.text() != "while away"
    stage.window.show()
    assert stage.window.page.header.detail.text() == "while away"


def test_a_closed_dock_is_told_when_it_opens(stage: Stage) -> None:
    dock = stage.window.docks[Facet.TESTS]
    gate = stage.presenter._panels[Facet.TESTS].gate
    dock.close()
    settle()
    other = next(model for model in seven() if model.project == "todo-cli")
    stage.presenter.select(other.id)
    gate.offer("new", stage.presenter._known[other.id].panel(Facet.TESTS))
    assert gate.dirty
    dock.show()
    settle()
    assert not gate.dirty


# --- list ---------------------------------------------------------------------------------------------------


def test_builds_stand_by_state_and_last_change(stage: Stage) -> None:
    assert names(stage) == [
        "satoshi-chores",
        "weather-web",
        "todo-cli",
        "space-invaders",
        "tennis-scoring",
        "bedrock-agent",
        "context-foundry",
    ]


def test_the_order_stands_still_under_the_pointer_and_moves_after(stage: Stage) -> None:
    before = names(stage)
    stage.presenter.filter.set_hold(hold=True)
    done = replace(seven()[0], state=BuildState.COMPLETED, changed_at=NOW)
    stage.presenter.on_events((change(done),))
    assert names(stage) == before
    assert stage.presenter.filter.counts[Group.DONE] == 3
    stage.presenter.filter.set_hold(hold=False)
    assert names(stage).index("weather-web") == 3


def test_focus_in_the_list_holds_the_order(stage: Stage, qtbot: QtBot) -> None:
    stage.window.activateWindow()
    stage.window.builds.list.setFocus()
    qtbot.waitUntil(lambda: stage.presenter.filter.hold)
    stage.window.page.activity.setFocus()
    qtbot.waitUntil(lambda: not stage.presenter.filter.hold)


def test_the_pointer_in_the_list_holds_the_order(stage: Stage) -> None:
    viewport = stage.window.builds.list.viewport()
    QTest.mouseMove(viewport, QPoint(20, 20))
    settle()
    assert stage.presenter.filter.hold
    QTest.mouseMove(stage.window.page, QPoint(20, 20))
    settle()
    assert not stage.presenter.filter.hold


def test_a_chosen_build_stays_chosen_through_changes_and_filters(stage: Stage, qtbot: QtBot) -> None:
    listed = stage.window.builds.list
    row = names(stage).index("tennis-scoring")
    rect = listed.visualRect(stage.presenter.filter.index(row, 0))
    QTest.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    stage.window.page.activity.setFocus()
    shown = stage.presenter.shown
    assert shown is not None
    assert shown.project == "tennis-scoring"
    stage.presenter.on_events((change(replace(seven()[1], detail="x", changed_at=NOW + 100)),))
    assert listed.currentIndex().data() == "tennis-scoring"
    stage.window.builds.search.setText("weather")
    assert names(stage) == ["weather-web"]
    assert not listed.currentIndex().isValid()
    assert stage.window.page.header.name.text() == "tennis-scoring"
    stage.window.builds.search.clear()
    assert listed.currentIndex().data() == "tennis-scoring"


def test_escape_clears_the_search_and_returns_to_the_list(stage: Stage, qtbot: QtBot) -> None:
    search = stage.window.builds.search
    search.setText("todo")
    assert names(stage) == ["todo-cli"]
    QTest.keyClick(search, Qt.Key.Key_Escape)
    assert search.text() == ""
    assert len(names(stage)) == 7


def test_groups_count_all_builds_and_filter_the_list(stage: Stage) -> None:
    counts = stage.presenter.filter.counts
    assert [counts[group] for group in Group] == [2, 3, 2, 1, 1, 7]
    stage.window.builds.groups.show_group(Group.FAILED)
    assert names(stage) == ["space-invaders"]
    assert stage.window.builds.groups._segments[Group.ACTIVE].accessibleName() == "Active, 3 builds"


def test_five_hundred_builds_keep_the_scroll_position(bare_stage: Stage, qtbot: QtBot) -> None:
    bare_stage.window.show()
    qtbot.waitExposed(bare_stage.window)
    bare_stage.presenter.on_events(batch(many()))
    settle()
    bar = bare_stage.window.builds.list.verticalScrollBar()
    bar.setValue(1000)
    bare_stage.presenter.on_events((change(replace(many()[3], detail="new words")),))
    settle()
    assert bar.value() == 1000


# --- centre, docks, status bar ------------------------------------------------------------------------------


def test_hostile_names_are_shown_as_text(bare_stage: Stage, qtbot: QtBot) -> None:
    bare_stage.window.show()
    qtbot.waitExposed(bare_stage.window)
    bare_stage.presenter.on_events(batch(strange()))
    for model in strange():
        bare_stage.presenter.select(model.id)
        settle()
        assert bare_stage.window.page.header.name.text().isprintable()


def test_nothing_found_says_what_is_watched_and_what_would_appear(bare_stage: Stage) -> None:
    bare_stage.presenter.on_events(batch((), health()))
    bare_stage.window.show()
    settle()
    page = bare_stage.window.page.empty
    words = [label.text() for label in page.findChildren(QLabel) if label.isVisible()]
    assert "No builds yet" in words
    assert any("current-phase.json" in text for text in words)
    folders = [label.text() for label in page.findChildren(DataLabel)]
    assert folders == [
        *("/home/ada/homelab", "180 projects, none with a build"),
        *("/srv/builds", "32 projects, none with a build, polling, network folder"),
        *("/home/ada/work", "no project below it, not there yet"),
    ]


def test_nothing_found_because_a_file_cannot_be_read_names_the_file(bare_stage: Stage) -> None:
    broken = Problem("/home/ada/shop/current-phase.json", "ends in the middle")
    for problems, more in (((broken,), ""), ((broken, broken), " And 1 more problem.")):
        bare_stage.presenter.on_events(batch((), replace(health(), problems=problems)))
        bare_stage.window.show()
        settle()
        words = [label.text() for label in bare_stage.window.page.empty.findChildren(QLabel)]
        said = f"This cannot be read: /home/ada/shop/current-phase.json: ends in the middle.{more}"
        assert any(text.endswith(said) for text in words), words


def test_only_when_nothing_at_all_was_found_a_folder_or_the_demo_is_offered(
    bare_stage: Stage, qtbot: QtBot
) -> None:
    page = bare_stage.window.page.empty
    bare_stage.window.show()
    assert not page.add_button.isVisible()
    bare_stage.presenter.on_events(batch((), health()))
    for button, asked in ((page.add_button, page.add_requested), (page.demo_button, page.demo_requested)):
        assert button.isVisible()
        with qtbot.waitSignal(asked):
            QTest.keyClick(button, Qt.Key.Key_Space)
    bare_stage.presenter.on_events(batch(seven()))
    assert not page.isVisible()


@pytest.mark.filterwarnings("ignore:.*QDragEnterEvent:DeprecationWarning")  # Qt 6.12; 6.11 knows no other
def test_a_folder_that_is_dropped_is_told_and_a_text_is_not(bare_stage: Stage, qtbot: QtBot) -> None:
    window, told = bare_stage.window, list[str]()
    window.folder_dropped.connect(told.append)
    folder, text = QMimeData(), QMimeData()
    folder.setUrls([QUrl.fromLocalFile("/srv/builds"), QUrl("https://example.org/")])
    text.setText("/srv/builds")
    for dragged, wanted in ((folder, True), (text, False)):
        enter = QDragEnterEvent(QPoint(9, 9), Qt.DropAction.CopyAction, dragged, *NO_BUTTONS)
        QApplication.sendEvent(window, enter)
        assert enter.isAccepted() is wanted
    drop = QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, folder, *NO_BUTTONS)
    QApplication.sendEvent(window, drop)
    assert told == ["/srv/builds"]


def test_new_activity_on_top_does_not_move_what_is_read(stage: Stage) -> None:
    shown, view = stage.presenter.shown, stage.window.page.activity
    assert shown is not None
    lines = tuple(ActivityEntry(NOW - n, "file", f"line {n}") for n in range(300))
    stage.presenter.on_events((activity_change(shown.id, ActivityModel(lines)),))
    settle()
    view.verticalScrollBar().setValue(500)
    at = QPoint(30, 8)
    before = view.indexAt(at).data()
    more = (ActivityEntry(NOW, "phase", "new"), ActivityEntry(NOW, "phase", "newer"), *lines)
    stage.presenter.on_events((activity_change(shown.id, ActivityModel(more)),))
    settle()
    assert view.indexAt(at).data() == before


@pytest.mark.parametrize(
    ("age_s", "state", "word", "text"),
    [
        (0, BuildState.RUNNING, "fresh", "No data yet"),
        (4.9, BuildState.RUNNING, "fresh", "No data yet"),
        (5, BuildState.QUIET, "ageing", "No data yet"),
        (30.1, BuildState.RUNNING, "not seen", "No data yet"),
        (99, BuildState.COMPLETED, "final", "Final · no data"),
    ],
)
def test_a_dot_says_how_long_ago_the_files_were_checked(
    stage: Stage, age_s: float, state: BuildState, word: str, text: str
) -> None:
    model = build("weather-web", state, elapsed=Elapsed())
    stage.presenter.select(model.id)
    stage.presenter.on_events((change(model), Checked(frozenset({model.id}), stage.clock.since)))
    stage.clock.since += age_s
    stage.presenter.ticker.tick()
    for facet in PANELS:
        head = stage.window.docks[facet].head
        assert head.dot.accessibleName() == word
        assert head.label.text() == text


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_problems_are_counted_and_listed_on_demand(stage: Stage, qtbot: QtBot) -> None:
    status = stage.window.status
    assert status.problems.text() == "1 problem"
    problem = Problem("/srv/builds/<b>x</b>", "permission denied", ("a", "b"))
    model = HealthModel(health().roots, 431, (problem,))
    stage.presenter.on_events((HealthChange(model),))
    assert status.problems.text() == "2 problems"
    QTest.keyClick(status.problems, Qt.Key.Key_Space)
    page = stage.window.page
    assert page.problems.isVisible()
    assert page.tabs.tabText(Tab.PROBLEMS) == "Problems (2)"
    page.problems.copy_all()
    copied = QGuiApplication.clipboard().text()
    assert "Cupola itself\n/srv/builds/<b>x</b>\tpermission denied · dropped: a; b" in copied


def test_the_status_bar_says_that_watching_is_paused(stage: Stage) -> None:
    stage.presenter.on_events((HealthChange(HealthModel(watches=3, paused=True)),))
    assert stage.window.status.watching.text() == "Watching is paused: 0 roots · 0 projects · 3 watches"


def test_the_status_bar_names_roots_that_are_not_simply_watched(stage: Stage) -> None:
    status = stage.window.status
    assert status.watching.text() == "Watching 3 roots · 212 projects · 431 watches"
    assert "polling" in status.note.text()
    assert "not there yet" in status.note.text()


# --- layout -------------------------------------------------------------------------------------------------


def test_docks_move_and_come_back_where_they_were(stage: Stage, theme: object, qtbot: QtBot) -> None:
    window = stage.window
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, window.docks[Facet.AGENTS])
    window.docks[Facet.TOKENS].close()
    settle()
    kept = window.save_state()
    window.reset_layout()
    settle()
    assert window.dockWidgetArea(window.docks[Facet.AGENTS]) is Qt.DockWidgetArea.RightDockWidgetArea
    assert window.docks[Facet.TOKENS].isVisible()
    assert window.restore_state(kept)
    assert window.dockWidgetArea(window.docks[Facet.AGENTS]) is Qt.DockWidgetArea.LeftDockWidgetArea
    assert not window.docks[Facet.TOKENS].isVisible()


def test_a_layout_of_another_version_or_broken_gives_the_default(stage: Stage) -> None:
    window = stage.window
    kept = window.save_state()
    window.docks[Facet.TOKENS].close()
    other = kept[:4] + (LAYOUT_VERSION + 1).to_bytes(4, "big") + kept[8:]
    for data in (other, b"", b"nonsense", kept[: len(kept) // 2]):
        assert not window.restore_state(data)
        assert window.docks[Facet.TOKENS].isVisible()


def test_narrow_windows_tab_their_docks_and_wide_ones_stack_them(stage: Stage) -> None:
    window, first = stage.window, stage.window.docks[Facet.TOKENS]
    assert window.tabifiedDockWidgets(first) == []
    window.resize(1000, 700)
    settle()
    assert len(window.tabifiedDockWidgets(first)) == 3
    window.resize(1440, 900)
    settle()
    assert window.tabifiedDockWidgets(first) == []


def test_the_smallest_window_cuts_no_figure_and_overlaps_nothing(stage: Stage) -> None:
    stage.window.resize(*LEAST_SIZE)
    settle()
    header = stage.window.page.header
    for part in (header.origin, header.state, header.elapsed, header.progress):
        assert part.width() >= part.sizeHint().width()
    places = [
        QRect(part.mapTo(stage.window, QPoint()), part.size())
        for part in (stage.window.builds, stage.window.page, stage.window.docks[Facet.TOKENS])
    ]
    assert all(left.right() < right.left() for left, right in pairwise(places))
    assert stage.window.rect().contains(places[-1])


def test_an_arrangement_of_the_user_survives_a_narrow_window(stage: Stage) -> None:
    window, moved = stage.window, stage.window.docks[Facet.AGENTS]
    window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, moved)
    window.resize(1000, 700)
    settle()
    assert window.tabifiedDockWidgets(stage.window.docks[Facet.TOKENS]) == []
    assert window.dockWidgetArea(moved) is Qt.DockWidgetArea.BottomDockWidgetArea


def test_a_window_off_every_screen_is_brought_back(stage: Stage) -> None:
    stage.window.move(90_000, 90_000)
    kept = stage.window.save_state()
    stage.window.restore_state(kept)
    assert is_reachable(stage.window.frameGeometry())


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_every_dock_floats_closes_and_comes_back_by_its_buttons(stage: Stage, qtbot: QtBot) -> None:
    for dock in stage.window.docks.values():
        assert dock.objectName()
        QTest.mouseClick(dock.title.float_button, Qt.MouseButton.LeftButton)
        assert dock.isFloating()
        QTest.mouseClick(dock.title.float_button, Qt.MouseButton.LeftButton)
        assert not dock.isFloating()
        QTest.mouseClick(dock.title.close_button, Qt.MouseButton.LeftButton)
        assert not dock.isVisible()
        dock.toggleViewAction().trigger()
        assert dock.isVisible()


def test_f6_goes_round_the_panes_and_back(stage: Stage, qtbot: QtBot) -> None:
    window = stage.window
    window.activateWindow()
    window.builds.list.setFocus()
    visited = []
    for _ in range(6):
        window.panes.next()
        visited.append(window.focusWidget())
    assert visited[0] is window.page.activity
    assert visited[-1] is window.builds.list
    assert len(set(map(id, visited))) == 6
    window.panes.previous()
    assert window.focusWidget() is window.docks[Facet.DECISIONS].widget()


# --- accessibility ------------------------------------------------------------------------------------------


def test_every_widget_that_takes_focus_has_a_name(stage: Stage) -> None:
    for widget in stage.window.findChildren(QWidget):
        if widget.focusPolicy() is Qt.FocusPolicy.NoFocus or not widget.isVisible():
            continue
        if widget.objectName().startswith("qt_") and widget.focusProxy() is not None:
            continue
        interface = QAccessible.queryAccessibleInterface(widget)
        assert interface is not None
        name = interface.text(QAccessible.Text.Name)
        assert name, f"{type(widget).__name__} {widget.objectName()!r} in {type(widget.parent()).__name__}"


def test_a_row_is_heard_as_a_sentence(stage: Stage) -> None:
    row = stage.presenter.filter.index(1, 0)
    heard = row.data(Qt.ItemDataRole.AccessibleTextRole)
    assert heard.startswith("weather-web, running, Builder · Implementing forecast cards")
    assert heard.endswith("≈ 44%, changed 2 s ago")


def test_a_dot_is_a_word_too(stage: Stage) -> None:
    words = {dot.accessibleName() for dot in stage.window.findChildren(FreshnessDot)}
    assert words == {"fresh"}
