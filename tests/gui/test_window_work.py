"""What the sessions of a build do: in the header, in the list, and for who hears the window."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from pytestqt.qtbot import QtBot

from cupola.domain.models import BuildModel, Work, WorkState
from cupola.domain.words import BuildState
from cupola.options import LEAST_SIZE
from cupola.presenters.builds_model import BuildRole
from cupola.presenters.rows import Row
from cupola.views.build_header import BuildHeader
from support.builds import NOW, at_work, batch, build, change
from support.stage import PaintCounter, Stage, settle

WAITING = Work(WorkState.WAITING, "waiting for a permission (Bash)", NOW - 90)


@pytest.fixture
def at_work_stage(bare_stage: Stage, qtbot: QtBot) -> Stage:
    """Five builds, of which the shown one waits."""
    bare_stage.window.show()
    qtbot.waitExposed(bare_stage.window)
    bare_stage.presenter.on_events(batch(at_work()))
    settle()
    return bare_stage


def header_with(stage: Stage, work: Work, state: BuildState = BuildState.RUNNING) -> BuildHeader:
    stage.presenter.on_events((change(build("weather-web", state, work=work)),))
    settle()
    return stage.window.page.header


def row_of(stage: Stage, name: str) -> tuple[Row, str, str]:
    """A row of the list, what is heard of it, and its tooltip."""
    rows = stage.window.builds.list.model()
    for at in range(rows.rowCount()):
        row = rows.index(at, 0).data(BuildRole.ROW)
        if row.name == name:
            index = rows.index(at, 0)
            heard = index.data(Qt.ItemDataRole.AccessibleTextRole)
            return row, heard, index.data(Qt.ItemDataRole.ToolTipRole)
    raise LookupError(name)


# --- header -------------------------------------------------------------------------------------------------


def test_the_header_says_what_sessions_do_why_and_since_when(at_work_stage: Stage) -> None:
    header = at_work_stage.window.page.header
    assert (header.work.text(), header.why.text()) == ("Waiting", "for a permission (Bash)")
    assert header.work.isVisible()
    assert "Since " in header.why.toolTip()
    assert header.work.accessibleName() == "Waiting"
    assert header.work.accessibleDescription() == "for a permission (Bash)"


def test_nothing_is_said_where_no_transcript_tells(at_work_stage: Stage) -> None:
    header = header_with(at_work_stage, Work())
    assert not header.work.isVisible()
    assert not header.why.isVisible()
    header = header_with(at_work_stage, WAITING)
    assert header.work.isVisible()


def test_a_state_without_a_reason_is_a_word_alone(at_work_stage: Stage) -> None:
    header = header_with(at_work_stage, Work(WorkState.WORKING))
    assert header.work.text() == "Working"
    assert not header.why.isVisible()


def test_sessions_that_are_over_are_not_mentioned_once_the_build_is(at_work_stage: Stage) -> None:
    over = Work(WorkState.ENDED, "the session is over")
    assert header_with(at_work_stage, over).work.text() == "Ended"
    assert not header_with(at_work_stage, over, state=BuildState.COMPLETED).work.isVisible()


def test_a_long_reason_is_elided_with_the_whole_in_its_tooltip_and_widens_nothing(
    at_work_stage: Stage,
) -> None:
    at_work_stage.window.resize(*LEAST_SIZE)
    settle()
    before = at_work_stage.window.page.width()
    long = "usage limit until 16:00, " + "and for a reason without an end " * 10
    header = header_with(at_work_stage, Work(WorkState.LIMITED, long))
    assert at_work_stage.window.page.width() == before
    assert header.why.drawn.endswith("…")
    assert "without an end" in header.why.toolTip()
    for part in (header.origin, header.state, header.work):
        assert part.width() >= part.sizeHint().width()
        place = QRect(part.mapTo(header, QPoint()), part.size())
        assert header.rect().contains(place)


def test_another_reason_paints_the_header_and_its_row_and_an_equal_one_nothing(
    at_work_stage: Stage, paints: PaintCounter
) -> None:
    header = header_with(at_work_stage, WAITING)
    paints.painted.clear()
    header_with(at_work_stage, replace(WAITING))
    assert paints.painted == []
    header_with(at_work_stage, replace(WAITING, reason="waiting for a permission (Edit)"))
    assert header.why in paints.painted
    assert header.pipeline not in paints.painted
    assert header.elapsed not in paints.painted


# --- list ---------------------------------------------------------------------------------------------------


def test_the_list_has_a_second_word_only_for_what_somebody_has_to_act_upon(at_work_stage: Stage) -> None:
    calls = {model.project: row_of(at_work_stage, model.project)[0].call for model in at_work()}
    assert calls == {
        "weather-web": "Waiting",
        "satoshi-chores": "Stuck",
        "todo-cli": "Limited",
        "tennis-scoring": "",
        "bedrock-agent": "",
    }


def test_who_hears_a_row_hears_the_reason_as_well(at_work_stage: Stage) -> None:
    _, heard, tooltip = row_of(at_work_stage, "todo-cli")
    assert heard.startswith("todo-cli, running, limited: usage limit until 16:00, Builder")
    assert "limited: usage limit until 16:00" in tooltip
    assert "working: in Bash" in row_of(at_work_stage, "bedrock-agent")[1]


def test_a_build_that_begins_to_wait_paints_its_row(at_work_stage: Stage, paints: PaintCounter) -> None:
    view = at_work_stage.window.builds.list.viewport()
    waits: BuildModel = replace(at_work()[4], work=WAITING)
    paints.painted.clear()
    at_work_stage.presenter.on_events((change(waits),))
    settle()
    assert view in paints.painted
    assert row_of(at_work_stage, "bedrock-agent")[0].call == "Waiting"
