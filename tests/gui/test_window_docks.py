"""The four docks: what they show of each model, what is painted, and what can be done with a figure."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from cupola.domain.models import OUTSIDE, AgentsModel, AgentState, DecisionsModel, PhaseTokens, Zone
from cupola.domain.words import PANELS, Facet
from cupola.presenters.lines import Line, LineKind
from cupola.views.line_delegate import CELL_FONTS
from cupola.views.lines_view import LinesView
from cupola.views.panels import EMPTY_WORDS
from cupola.views.theme import FontRole
from support.builds import build
from support.dock_models import (
    DOCKS,
    METRICS,
    SESSION,
    agents,
    conflicting_tests,
    context_tokens,
    decisions,
    dock_change,
    estimated_tokens,
    hostile,
    many_agents,
    shown_with,
    unrated_decisions,
)
from support.stage import PaintCounter, Stage, settle
from support.transcript_models import (
    NEW,
    OPUS,
    live_tokens,
    lower_tokens,
    spent_tokens,
    unpriced_alone,
    unpriced_tokens,
)

SHOWN = build("weather-web").id


@pytest.fixture
def full(bare_stage: Stage, qtbot: QtBot) -> Stage:
    """All four docks show figures."""
    bare_stage.window.show()
    qtbot.waitExposed(bare_stage.window)
    bare_stage.presenter.on_events(shown_with("full"))
    settle()
    return bare_stage


def lines_view(stage: Stage, facet: Facet) -> LinesView:
    view = stage.window.panels[facet].lines
    assert view is not None
    return view


def lines(stage: Stage, facet: Facet) -> tuple[Line, ...]:
    return lines_view(stage, facet).rows.lines


def line(stage: Stage, facet: Facet, key: str) -> Line:
    return next(each for each in lines(stage, facet) if each.key == key)


def row_of(stage: Stage, facet: Facet, key: str) -> int:
    return [each.key for each in lines(stage, facet)].index(key)


def middle(stage: Stage, facet: Facet, key: str, cell: int = 0) -> QPoint:
    """The middle of a figure."""
    view = lines_view(stage, facet)
    index = view.rows.index(row_of(stage, facet, key))
    view.scrollTo(index)
    places = view._delegate.layout.places(line(stage, facet, key), view.visualRect(index))
    return places[cell][0].center()


# --- what is shown ------------------------------------------------------------------------------------------


def test_context_in_use_has_a_limit_a_zone_and_a_gauge(full: Stage) -> None:
    used = line(full, Facet.TOKENS, "used")
    assert (used.cells[0].text, used.text) == ("128,412", "of 200,000 · 64.2%")
    assert used.tag is not None
    assert used.tag.text == Zone.WARNING.value
    assert line(full, Facet.TOKENS, "gauge").share == pytest.approx(0.642, abs=0.001)
    assert len(line(full, Facet.TOKENS, "trend").trend) == 60
    assert [c.text for c in line(full, Facet.TOKENS, "io").cells] == ["41,208", "18,966"]


def test_a_total_has_neither_zone_nor_gauge(full: Stage) -> None:
    full.presenter.on_events((dock_change(SHOWN, Facet.TOKENS, estimated_tokens()),))
    kinds = [each.kind for each in lines(full, Facet.TOKENS)]
    assert LineKind.GAUGE not in kinds
    assert line(full, Facet.TOKENS, "used").tag is None
    assert line(full, Facet.TOKENS, "used").cells[0].text == "≈ 1,284,000"
    assert line(full, Facet.TOKENS, "phase Architect").cells[0].text == "≥ 12,696"


def test_measured_tokens_come_with_money_by_phase_and_by_model(full: Stage) -> None:
    full.presenter.on_events((dock_change(SHOWN, Facet.TOKENS, live_tokens()),))
    assert line(full, Facet.TOKENS, "gauge").under == "session 1a2b3c4d"
    assert [c.text for c in line(full, Facet.TOKENS, "io").cells] == ["41,208", "118,966", "≈ $12.14"]
    assert [c.text for c in line(full, Facet.TOKENS, "cache").cells] == ["2,370,511", "114,004", "23,118"]
    builder = line(full, Facet.TOKENS, "phase Builder")
    assert [c.text for c in builder.cells] == ["1,402,877", "≈ $6.72"]
    spent = line(full, Facet.TOKENS, "spent")
    assert [c.text for c in spent.cells] == ["2,644,689", "≈ $12.14"]
    model = line(full, Facet.TOKENS, f"model {OPUS}")
    assert (model.text, model.note) == ("opus-4-6", OPUS)
    assert lines(full, Facet.TOKENS)[-1].text == "List prices: genai-prices, 2026-11-20"


def test_without_a_session_at_work_the_sum_stands_on_top_and_no_gauge(full: Stage) -> None:
    full.presenter.on_events((dock_change(SHOWN, Facet.TOKENS, spent_tokens()),))
    used = line(full, Facet.TOKENS, "used")
    assert (used.cells[0].text, used.text, used.tag) == ("2,644,689", "tokens in all", None)
    keys = [each.key for each in lines(full, Facet.TOKENS)]
    assert "gauge" not in keys
    assert "spent" not in keys
    rate = line(full, Facet.TOKENS, "cache").cells[2]
    assert (rate.text, rate.note) == ("–", "no session is at work")


def test_what_falls_outside_the_phases_and_other_sessions_stand_apart_with_the_reason(full: Stage) -> None:
    full.presenter.on_events((dock_change(SHOWN, Facet.TOKENS, spent_tokens()),))
    outside = line(full, Facet.TOKENS, f"phase {OUTSIDE}")
    assert (outside.text, outside.soft) == ("Outside phases", True)
    assert [c.text for c in outside.cells] == ["18,204", "≈ <$0.01"]
    other = line(full, Facet.TOKENS, "other 9f8e7d6c")
    assert (other.under, other.soft) == ("began before this run", True)


def test_a_model_without_a_price_is_named_and_never_costs_nothing(full: Stage) -> None:
    full.presenter.on_events((dock_change(SHOWN, Facet.TOKENS, unpriced_tokens()),))
    own = line(full, Facet.TOKENS, f"model {NEW}")
    assert ([c.text for c in own.cells], own.under) == (
        ["90,112", "–"],
        "unpriced: not in the price list",
    )
    cost = line(full, Facet.TOKENS, "io").cells[2]
    assert cost.text == "≥≈ $12.14"
    assert f"No price is known for {NEW}." in cost.note


def test_models_that_are_only_named_as_unpriced_have_rows_too(full: Stage) -> None:
    full.presenter.on_events((dock_change(SHOWN, Facet.TOKENS, unpriced_alone()),))
    named = [each for each in lines(full, Facet.TOKENS) if each.key.startswith("model ")]
    assert [(each.text, [c.text for c in each.cells]) for each in named] == [
        (NEW, ["–", "–"]),
        ("another-model", ["–", "–"]),
    ]


def test_no_figure_of_a_narrow_dock_loses_its_end(full: Stage) -> None:
    full.presenter.on_events((dock_change(SHOWN, Facet.TOKENS, lower_tokens()),))
    settle()
    view = lines_view(full, Facet.TOKENS)
    ink = view._delegate._ink
    for each in lines(full, Facet.TOKENS):
        font = {LineKind.TABLE: FontRole.SMALL, LineKind.CELLS: FontRole.STRONG}.get(each.kind)
        if font is not None:
            rect = QRect(0, 0, 254, view._delegate.layout.height(each))
            for room, cell in view._delegate.layout.places(each, rect):
                text, role = ink.fitting(cell, room.width(), font)
                assert ink.wide(text, role) <= room.width(), cell.text


@pytest.mark.parametrize("width", [120, 160, 200, 254, 340, 600])
def test_no_figure_with_a_caption_loses_its_end_and_none_covers_another(full: Stage, width: int) -> None:
    full.presenter.on_events((dock_change(SHOWN, Facet.TOKENS, lower_tokens()),))
    layout = lines_view(full, Facet.TOKENS)._delegate.layout
    ink = layout._ink
    for facet, key in ((Facet.TOKENS, "io"), (Facet.TOKENS, "cache"), (Facet.DECISIONS, "figures")):
        each = line(full, facet, key)
        rect = QRect(0, 0, width, layout.height(each, width))
        places = [room for room, _ in layout.places(each, rect)]
        assert all(rect.contains(room) for room in places)
        assert not any(one.intersects(other) for one, other in combinations(places, 2))
        for room, cell in layout.places(each, rect):
            text, role = ink.fitting(cell, room.width(), *CELL_FONTS)
            assert ink.wide(text, role) <= room.width(), cell.text


@pytest.mark.parametrize("width", [150, 200, 340])
def test_the_zone_never_covers_the_figure_on_top(full: Stage, width: int) -> None:
    layout = lines_view(full, Facet.TOKENS)._delegate.layout
    ink = layout._ink
    used = line(full, Facet.TOKENS, "used")
    rect = QRect(0, 0, width, layout.height(used, width))
    room = layout.top_row(used, rect)
    assert ink.wide(*layout.hero(used, room)) + layout.chip_px(used) < room.width()


def test_a_missing_figure_is_a_dash_with_its_reason(full: Stage) -> None:
    full.presenter.on_events((dock_change(SHOWN, Facet.TOKENS, estimated_tokens()),))
    missing = line(full, Facet.TOKENS, "io").cells[0]
    assert missing.text == "–"
    assert "metrics.db has no column" in missing.note


def test_the_newest_iteration_stands_on_top(full: Stage) -> None:
    assert [each.text for each in lines(full, Facet.TESTS)][1:4] == [
        "Iteration 3",
        "Iteration 2",
        "Iteration 1",
    ]
    rate = line(full, Facet.TESTS, "rate")
    assert (rate.cells[0].text, rate.text) == ("100%", "passed · 3 iterations")
    second = line(full, Facet.TESTS, "iteration 2")
    assert [c.text for c in second.cells] == ["44 passed", "3 failed"]
    assert second.share == pytest.approx(44 / 47)
    assert second.under == "Partial success, three map tests still fail"


def test_a_conflict_is_marked_and_no_bar_is_drawn_without_counts(full: Stage) -> None:
    full.presenter.on_events((dock_change(SHOWN, Facet.TESTS, conflicting_tests()),))
    first = line(full, Facet.TESTS, "iteration 1")
    assert first.tag is not None
    assert first.tag.text == "conflict"
    assert "contradict" in first.tag.note
    assert "contradict" in first.tooltip
    unknown = line(full, Facet.TESTS, "iteration 2")
    assert unknown.share is None
    assert unknown.cells[0].text == "no counts"
    assert [each.text for each in lines(full, Facet.TESTS)][-2] == "map › renders tiles at zoom 12"


def test_agents_stand_below_what_they_belong_to(full: Stage) -> None:
    shown = [(each.text, each.depth) for each in lines(full, Facet.AGENTS)[1:]]
    assert shown[2:5] == [("Builder", 0), ("API client", 1), ("Forecast cards", 1)]
    task = line(full, Facet.AGENTS, "agent task-1")
    assert (task.state, [c.text for c in task.cells]) == (AgentState.DONE, ["4", "38.1k", "4m 20s"])


def test_rows_that_are_each_others_parents_are_shown_once(full: Stage) -> None:
    first, second = agents().rows[:2]
    ring = AgentsModel((replace(first, parent=second.key), replace(second, parent=first.key)))
    full.presenter.on_events((dock_change(SHOWN, Facet.AGENTS, ring),))
    assert sorted(each.text for each in lines(full, Facet.AGENTS)[1:]) == ["Architect", "Scout"]


def test_decisions_are_counted_rated_and_kept_apart_from_findings(full: Stage) -> None:
    figures = line(full, Facet.DECISIONS, "figures").cells
    assert [c.text for c in figures] == ["12", "4.1 / 5", "5", "1"]
    assert [each.squares for each in lines(full, Facet.DECISIONS)[1:4]] == [5, 4, 3]
    assert lines(full, Facet.DECISIONS)[4].text == "Findings of the feedback"
    assert lines(full, Facet.DECISIONS)[5].under == "high · Builder"


def test_decisions_that_nobody_rated_are_called_unrated(full: Stage) -> None:
    full.presenter.on_events((dock_change(SHOWN, Facet.DECISIONS, unrated_decisions()),))
    average = line(full, Facet.DECISIONS, "figures").cells[1]
    assert average.text == "unrated"
    assert "constant" in average.note
    assert all(each.squares is None for each in lines(full, Facet.DECISIONS))


def test_a_dock_without_data_says_what_would_appear_and_why_not(full: Stage) -> None:
    for facet, model in DOCKS["none"].items():
        full.presenter.on_events((dock_change(SHOWN, facet, model),))
        panel = full.window.panels[facet]
        assert panel.lines is not None
        assert not panel.lines.isVisible()
        assert panel.words[:2] == EMPTY_WORDS[facet]
    assert full.window.panels[Facet.TOKENS].words[2] == "No file of this build tells of tokens."


def test_hostile_names_are_shown_and_copied_as_one_plain_line_each(full: Stage) -> None:
    for facet, model in hostile().items():
        full.presenter.on_events((dock_change(SHOWN, facet, model),))
        settle()
        assert all(part.text.isprintable() and part.under.isprintable() for part in lines(full, facet))
        assert all("\n" not in part.copied for part in lines(full, facet))
        assert all("<b>" not in part.tooltip for part in lines(full, facet))


# --- what is painted ----------------------------------------------------------------------------------------


def test_equal_models_a_hundred_times_paint_nothing(full: Stage, paints: PaintCounter) -> None:
    paints.painted.clear()
    for n in range(100):
        for facet, model in DOCKS["full"].items():
            full.presenter.on_events((replace(dock_change(SHOWN, facet, model), revision=n),))
    settle()
    assert paints.painted == []


def test_one_changed_figure_paints_its_own_line_and_nothing_else(full: Stage, paints: PaintCounter) -> None:
    view, before = lines_view(full, Facet.TOKENS), context_tokens()
    phases = (before.by_phase[0], PhaseTokens("Scout", replace(before.by_phase[1].used, value=19_703)))
    row = row_of(full, Facet.TOKENS, "phase Scout")
    view.scrollTo(view.rows.index(row))
    settle()
    paints.painted.clear()
    model = replace(before, by_phase=(*phases, *before.by_phase[2:]))
    full.presenter.on_events((dock_change(SHOWN, Facet.TOKENS, model),))
    settle()
    assert set(paints.painted) == {view.viewport()}
    assert paints.heights[view.viewport()] <= view.visualRect(view.rows.index(row)).height()


def test_scroll_and_selection_survive_what_changes_in_three_hundred_rows(full: Stage) -> None:
    many = many_agents()
    full.presenter.on_events((dock_change(SHOWN, Facet.AGENTS, many),))
    settle()
    view = lines_view(full, Facet.AGENTS)
    view.setCurrentIndex(view.rows.index(150))
    settle()
    place, key = view.verticalScrollBar().value(), view.rows.line(150).key
    assert place > 0
    changed = (replace(row, state=AgentState.DONE) for row in many.rows[1:])
    full.presenter.on_events((dock_change(SHOWN, Facet.AGENTS, AgentsModel((many.rows[0], *changed))),))
    settle()
    assert view.rows.line(view.currentIndex().row()).key == key
    assert view.verticalScrollBar().value() == place
    fewer = AgentsModel((many.rows[0], *many.rows[20:]))
    full.presenter.on_events((dock_change(SHOWN, Facet.AGENTS, fewer),))
    settle()
    assert view.rows.line(view.currentIndex().row()).key == key


def test_a_closed_dock_makes_no_line_and_catches_up_when_it_opens(full: Stage) -> None:
    full.window.docks[Facet.TESTS].close()
    settle()
    before = lines(full, Facet.TESTS)
    full.presenter.on_events((dock_change(SHOWN, Facet.TESTS, conflicting_tests()),))
    assert lines(full, Facet.TESTS) == before
    full.window.docks[Facet.TESTS].show()
    settle()
    assert line(full, Facet.TESTS, "iteration 1").tag is not None


def test_docks_behind_a_tab_wait_until_they_come_to_the_front(full: Stage) -> None:
    full.window.resize(1000, 700)
    settle()
    before = lines(full, Facet.DECISIONS)
    full.presenter.on_events((dock_change(SHOWN, Facet.DECISIONS, unrated_decisions()),))
    settle()
    assert lines(full, Facet.DECISIONS) == before
    full.window.docks[Facet.DECISIONS].raise_()
    settle()
    assert line(full, Facet.DECISIONS, "figures").cells[0].text == "2"


def test_a_start_makes_no_lists(bare_stage: Stage) -> None:
    bare_stage.window.show()
    settle()
    assert all(panel.lines is None for panel in bare_stage.window.panels.values())


# --- what can be done ---------------------------------------------------------------------------------------


def opened(stage: Stage) -> list[str]:
    asked: list[str] = []
    stage.window.open_requested.connect(asked.append)
    return asked


def test_a_double_click_on_a_figure_opens_the_file_behind_it(full: Stage) -> None:
    asked = opened(full)
    for facet, key, cell in (
        (Facet.TOKENS, "used", 0),
        (Facet.AGENTS, "agent scout", 0),
        (Facet.AGENTS, "agent scout", 1),
    ):
        at = middle(full, facet, key, cell)
        QTest.mouseDClick(lines_view(full, facet).viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert asked[0] == SESSION
    assert asked[1].endswith("builder-logs/scout.log")
    assert asked[2] == METRICS


def test_enter_opens_the_file_of_a_row(full: Stage) -> None:
    asked = opened(full)
    view = lines_view(full, Facet.TESTS)
    view.setCurrentIndex(view.rows.index(row_of(full, Facet.TESTS, "iteration 2")))
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert [path.rpartition("/")[2] for path in asked] == ["test-results-iteration-2.md"]


def test_the_menu_of_a_row_opens_its_files_and_copies(full: Stage) -> None:
    asked = opened(full)
    view = lines_view(full, Facet.AGENTS)
    view.setCurrentIndex(view.rows.index(row_of(full, Facet.AGENTS, "agent task-1")))
    menu = view._menu_for(view.rows.line(view.currentIndex().row()))
    assert isinstance(menu, QMenu)
    texts = [action.text() for action in menu.actions()]
    assert texts == ["Open task-1.log", "Open metrics.db", "Copy &Line", "Copy as &Text"]
    menu.actions()[1].trigger()
    assert asked == [METRICS]
    menu.actions()[2].trigger()
    assert QGuiApplication.clipboard().text() == "API client\tdone\tFiles: 4\tTokens: 38.1k\tTime: 4m 20s"
    menu.close()


def test_a_dock_is_copied_as_tab_separated_text(full: Stage) -> None:
    full.window.panels[Facet.TESTS].copy_all()
    copied = QGuiApplication.clipboard().text().split("\n")
    assert copied[0] == "Test Loop"
    assert copied[2] == "Iteration 3\tpassed\t47 passed\t0 failed\tAll tests pass"


def test_a_figure_has_a_tooltip_of_method_and_file(full: Stage) -> None:
    view = lines_view(full, Facet.TOKENS)
    cell = view.cell_at(middle(full, Facet.TOKENS, "used"))
    assert cell is not None
    assert cell.note == f"Measured: sum of session.jsonl\n{SESSION}"


def test_every_widget_with_focus_has_a_name_and_every_row_is_heard(full: Stage) -> None:
    full.window.page.open_problems()
    full.window.page.tabs.setCurrentIndex(1)
    settle()
    for widget in full.window.findChildren(QWidget):
        if widget.focusPolicy() is Qt.FocusPolicy.NoFocus or not widget.isVisible():
            continue
        if widget.objectName().startswith("qt_") and widget.focusProxy() is not None:
            continue
        interface = QAccessible.queryAccessibleInterface(widget)
        assert interface is not None
        assert interface.text(QAccessible.Text.Name), f"{type(widget).__name__} {widget.objectName()!r}"
    for facet in PANELS:
        rows = lines_view(full, facet).rows
        assert all(rows.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(rows.rowCount()))


def test_focus_stays_in_a_dock_whose_figures_go(full: Stage) -> None:
    full.window.activateWindow()
    lines_view(full, Facet.DECISIONS).setFocus()
    full.presenter.on_events((dock_change(SHOWN, Facet.DECISIONS, DOCKS["none"][Facet.DECISIONS]),))
    settle()
    assert full.window.focusWidget() is full.window.panels[Facet.DECISIONS]
    full.presenter.on_events((dock_change(SHOWN, Facet.DECISIONS, decisions()),))
    settle()
    assert full.window.focusWidget() is lines_view(full, Facet.DECISIONS)


def test_findings_alone_make_no_decision_unrated(full: Stage) -> None:
    alone = DecisionsModel(findings=decisions().findings)
    full.presenter.on_events((dock_change(SHOWN, Facet.DECISIONS, alone),))
    assert [c.text for c in line(full, Facet.DECISIONS, "figures").cells] == ["–"] * 4
