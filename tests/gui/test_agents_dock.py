"""The Agent Performance dock of a build whose transcripts are read: figures, and what a click opens."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from cupola.domain.models import AgentsModel, AgentState
from cupola.domain.words import Facet
from cupola.presenters.lines import Line, LineKind
from cupola.presenters.lines_model import CLOSES, OPENS
from cupola.views.lines_view import LinesView
from cupola.views.theme import FontRole
from support.builds import build
from support.dock_models import dock_change, shown_with
from support.stage import PaintCounter, Stage, settle
from support.transcript_models import LAST, OPUS, STUCK_WHY, TRANSCRIPT, forty_agents, working, working_agents

SHOWN = build("weather-web").id
WIDE, NARROW = 600, 180


@pytest.fixture
def working_stage(bare_stage: Stage, qtbot: QtBot) -> Stage:
    """The docks of a build at work."""
    bare_stage.window.show()
    qtbot.waitExposed(bare_stage.window)
    bare_stage.presenter.on_events(shown_with("measured"))
    settle()
    return bare_stage


def view_of(stage: Stage) -> LinesView:
    view = stage.window.panels[Facet.AGENTS].lines
    assert view is not None
    return view


def row_of(view: LinesView, name: str) -> int:
    return [each.text for each in view.rows.lines].index(name)


def line(stage: Stage, name: str) -> Line:
    view = view_of(stage)
    return view.rows.line(row_of(view, name))


def show(stage: Stage, model: AgentsModel) -> None:
    stage.presenter.on_events((dock_change(SHOWN, Facet.AGENTS, model),))
    settle()


def changed(name: str, **parts: object) -> AgentsModel:
    """The same agents, but for one of them."""
    rows = (replace(row, **parts) if row.name == name else row for row in working_agents().rows)  # type: ignore[arg-type]  # the tests below know the fields
    return AgentsModel(tuple(rows))


def click(view: LinesView, name: str) -> None:
    index = view.rows.index(row_of(view, name))
    view.scrollTo(index)
    middle = view.visualRect(index).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    settle()


def opened(view: LinesView) -> list[tuple[str, ...]]:
    return [each.more for each in view.rows.lines if each.kind is LineKind.DETAIL]


# --- what is shown ------------------------------------------------------------------------------------------


def test_sessions_and_agents_stand_below_their_phase_and_task(working_stage: Stage) -> None:
    shown = [(each.text, each.depth) for each in view_of(working_stage).rows.lines[1:]]
    assert shown[2:6] == [
        ("Builder", 0),
        ("API client", 1),
        ("session 1a2b3c4d", 2),
        ("Explore: find the API", 3),
    ]


def test_an_agent_says_its_state_model_tools_troubles_and_latency_below_its_name(
    working_stage: Stage,
) -> None:
    session = line(working_stage, "session 1a2b3c4d")
    assert [c.text for c in session.cells] == ["≈ $1.23", "428.1k", "8m 12s"]
    assert session.under == "running · opus-4-6 · 142 tools · 1 error · 2 retries · 3.1 s (p95 9.8 s)"


def test_why_an_agent_is_stuck_comes_before_its_figures(working_stage: Stage) -> None:
    assert line(working_stage, "code-reviewer").under.startswith(f"stuck: {STUCK_WHY} · sonnet-4-5 · ")
    assert line(working_stage, "Write the docs").under.startswith("limited: usage limit until 16:00 · ")


def test_the_tooltip_has_the_whole_model_and_how_sure_each_figure_is(working_stage: Stage) -> None:
    tooltip = line(working_stage, "session 1a2b3c4d").tooltip
    assert f"Model: {OPUS}" in tooltip
    assert "Tool calls: 142 (Measured: sum of the transcripts&#x27; replies)" in tooltip
    assert "Reply latency, 95% within: 9.8 s (Measured" in tooltip


def test_what_has_no_room_in_a_column_stands_in_the_second_line(working_stage: Stage) -> None:
    layout, session = view_of(working_stage)._delegate.layout, line(working_stage, "session 1a2b3c4d")
    wide, narrow = (
        layout.places(session, QRect(0, 0, width, layout.height(session))) for width in (WIDE, NARROW)
    )
    assert [cell.caption for _, cell in wide] == ["Cost", "Tokens", "Time"]
    assert layout.under_text(session, wide).startswith("running · opus-4-6 · ")
    assert [cell.caption for _, cell in narrow] == ["Time"]
    assert layout.under_text(session, narrow).startswith("running · 428.1k tokens · ≈ $1.23 · opus-4-6 · ")


def test_a_second_line_without_room_loses_whole_parts_and_never_the_end_of_a_figure(
    working_stage: Stage,
) -> None:
    layout = view_of(working_stage)._delegate.layout
    text = "running · 428.1k tokens · ≈ $1.23 · opus-4-6"
    whole = layout._ink.wide(text, FontRole.SMALL)
    shown = {layout.whole_parts(text, width) for width in range(60, whole + 1)}
    assert shown == {
        text,
        "running · 428.1k tokens · ≈ $1.23 …",
        "running · 428.1k tokens …",
        "running …",
    }


def test_without_transcripts_there_is_no_column_of_costs_and_the_state_stands_beside_the_name(
    working_stage: Stage,
) -> None:
    working_stage.presenter.on_events(shown_with("full"))
    rows = view_of(working_stage).rows
    assert [c.text for c in rows.line(0).cells] == ["Files", "Tokens", "Time"]
    assert not any(each.two_rows for each in rows.lines)


# --- what a click opens -------------------------------------------------------------------------------------


def test_a_click_opens_the_last_activity_below_the_row_and_another_closes_it(working_stage: Stage) -> None:
    view = view_of(working_stage)
    click(view, "code-reviewer")
    at = row_of(view, "code-reviewer")
    assert view.rows.line(at).opened
    detail = view.rows.line(at + 1)
    assert (detail.kind, detail.depth) == (LineKind.DETAIL, 3)
    assert detail.more[:2] == (LAST, f"Why: {STUCK_WHY}")
    assert "17 tool calls · 1 error · 0 retries · replies after 8.4 s (p95 1m 01s)" in detail.more[2]
    click(view, "code-reviewer")
    assert opened(view) == []


def test_one_row_is_open_at_a_time(working_stage: Stage) -> None:
    view = view_of(working_stage)
    click(view, "code-reviewer")
    click(view, "Map layer")
    assert len(opened(view)) == 1
    assert view.rows.line(row_of(view, "Map layer")).opened


def test_return_opens_and_closes_from_the_keyboard(working_stage: Stage) -> None:
    view = view_of(working_stage)
    view.setCurrentIndex(view.rows.index(row_of(view, "code-reviewer")))
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert len(opened(view)) == 1
    view.setCurrentIndex(view.rows.index(row_of(view, "code-reviewer") + 1))
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert opened(view) == []
    assert view.rows.line(view.currentIndex().row()).text == "code-reviewer"


def test_return_on_a_row_of_which_no_transcript_tells_opens_nothing(working_stage: Stage) -> None:
    view = view_of(working_stage)
    view.setCurrentIndex(view.rows.index(row_of(view, "API client")))
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert opened(view) == []


def test_a_double_click_still_opens_the_file_behind_a_figure(working_stage: Stage) -> None:
    asked: list[str] = []
    working_stage.window.open_requested.connect(asked.append)
    view = view_of(working_stage)
    index = view.rows.index(row_of(view, "session 0d1e2f3a"))
    places = view._delegate.layout.places(view.rows.line(index.row()), view.visualRect(index))
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=places[0][0].center())
    assert asked == [TRANSCRIPT]


def test_a_double_click_opens_no_file_of_a_row_that_its_first_click_moved_there(
    working_stage: Stage,
) -> None:
    asked: list[str] = []
    working_stage.window.open_requested.connect(asked.append)
    view = view_of(working_stage)
    click(view, "session 0d1e2f3a")
    other = view.rows.index(row_of(view, "Builder"))
    view.scrollTo(other)
    under = view.visualRect(other).center()
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=under)
    assert asked == []
    click(view, "Builder")
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(other).center())
    assert asked == [TRANSCRIPT]


def test_the_open_row_and_the_selection_survive_what_changes(working_stage: Stage) -> None:
    view = view_of(working_stage)
    click(view, "code-reviewer")
    show(working_stage, changed("Scout", state=AgentState.FAILED))
    assert view.rows.line(row_of(view, "code-reviewer")).opened
    assert view.rows.line(view.currentIndex().row()).text == "code-reviewer"
    show(working_stage, changed("code-reviewer", work=working(last="Read app.py")))
    assert [more[0] for more in opened(view)] == ["Read app.py"]


def test_a_row_that_is_gone_is_no_longer_open_when_it_comes_back(working_stage: Stage) -> None:
    view = view_of(working_stage)
    click(view, "code-reviewer")
    rest = tuple(row for row in working_agents().rows if row.name != "code-reviewer")
    show(working_stage, AgentsModel(rest))
    show(working_stage, working_agents())
    assert opened(view) == []


def test_the_last_activity_is_plain_text_of_a_few_lines_whatever_it_is(working_stage: Stage) -> None:
    view, layout = view_of(working_stage), view_of(working_stage)._delegate.layout
    hostile = "<b>rm</b> \x1b[31m\u202e" + "x" * 9_000
    show(working_stage, changed("code-reviewer", work=working(last=hostile, reason="\n".join("abc" * 900))))
    click(view, "code-reviewer")
    detail = view.rows.line(row_of(view, "code-reviewer") + 1)
    assert all(each.isprintable() and len(each) <= 510 for each in detail.more)
    assert all(len(each) <= 6 for each in layout.paragraphs(detail, NARROW))


def test_an_open_row_is_copied_whole(working_stage: Stage) -> None:
    view = view_of(working_stage)
    click(view, "code-reviewer")
    view.setCurrentIndex(view.rows.index(row_of(view, "code-reviewer") + 1))
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().startswith(LAST)


def test_a_screen_reader_hears_that_a_row_can_be_opened_and_what_was(working_stage: Stage) -> None:
    view, role = view_of(working_stage), Qt.ItemDataRole.AccessibleDescriptionRole
    at = row_of(view, "code-reviewer")
    assert view.rows.index(at).data(role) == OPENS
    assert view.rows.index(row_of(view, "Scout")).data(role) is None
    click(view, "code-reviewer")
    assert view.rows.index(at).data(role) == CLOSES
    assert LAST in view.rows.index(at + 1).data(Qt.ItemDataRole.AccessibleTextRole)


# --- what is painted ----------------------------------------------------------------------------------------


def test_one_changed_agent_of_forty_paints_its_own_row_with_another_one_open(
    working_stage: Stage, paints: PaintCounter
) -> None:
    show(working_stage, forty_agents())
    view = view_of(working_stage)
    view.rows.toggle(3)
    settle()
    row = view.rows.index(2)
    view.scrollToTop()
    settle()
    paints.painted.clear()
    rows = forty_agents().rows
    show(working_stage, AgentsModel((rows[0], replace(rows[1], name="another"), *rows[2:])))
    assert view.rows.line(2).text == "another"
    assert set(paints.painted) == {view.viewport()}
    assert paints.heights[view.viewport()] <= view.visualRect(row).height()


def test_equal_agents_paint_nothing_while_a_row_is_open(working_stage: Stage, paints: PaintCounter) -> None:
    view = view_of(working_stage)
    click(view, "code-reviewer")
    paints.painted.clear()
    view.rows.show_lines(view.rows._given)
    settle()
    assert paints.painted == []
