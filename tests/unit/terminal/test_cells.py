"""A build in words: nothing of a name or detail can leave its cell."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.cells import cell_len

from cupola.domain.figures import Figure
from cupola.domain.models import BuildModel, Elapsed, HealthModel, RootModel, Watching, Work, WorkState
from cupola.domain.problems import Problem
from cupola.domain.words import BuildState, Provenance
from cupola.terminal.cells import in_order, row
from cupola.terminal.table import console, picture
from support.fake_engine import NOW, build

NO_NEWS = HealthModel()


def printed(*models: BuildModel, health: HealthModel = NO_NEWS, width: int = 120) -> str:
    out = StringIO()
    terminal = console(out)
    terminal.width = width
    terminal.print(picture([row(model, NOW) for model in models], models, health, width=width))
    return out.getvalue()


def test_a_row_says_shape_word_estimate_and_age() -> None:
    cells = row(build(), NOW)
    assert cells.state_text == "● running"
    assert (cells.phase, cells.progress, cells.elapsed) == ("Builder", "≈ 25%", "10m 00s")
    assert (cells.updated, cells.detail) == ("2 s", "Task 3/6")


def test_what_is_unknown_is_a_dash_and_a_missing_detail_is_the_reason() -> None:
    cells = row(build(phase=None, changed_at=None, progress=Figure(), elapsed=Elapsed(), detail=None), NOW)
    assert (cells.phase, cells.progress, cells.elapsed, cells.updated) == ("–", "–", "–", "–")
    assert cells.detail == "current-phase.json changed 2 s ago"


def test_elapsed_of_an_ended_build_stands_still() -> None:
    ended = build(elapsed=Elapsed(Figure(NOW - 100, Provenance.OBSERVED), NOW - 40))
    assert row(ended, NOW).elapsed == row(ended, NOW + 500).elapsed == "1m 00s"


@pytest.mark.parametrize("state", list(BuildState))
def test_every_state_has_a_shape(state: BuildState) -> None:
    shape, word = row(build(state=state), NOW).state_text.split(" ")
    assert word == state.value
    assert len(shape) == 1


def test_what_sessions_do_has_a_column_only_if_one_of_them_tells() -> None:
    limited = build(work=Work(WorkState.LIMITED, "usage limit until 16:00"))
    text = printed(limited, build())
    assert "Work" in text
    assert "limited: usage limit until 16:00" in text
    assert "Work" not in printed(build())


def test_a_narrow_table_keeps_the_word_for_what_sessions_do() -> None:
    waiting = build(work=Work(WorkState.WAITING, "waiting for a permission (Bash)"))
    text = printed(waiting, width=70)
    assert "  waiting  " in text
    assert "…" not in text
    assert max(map(cell_len, text.splitlines())) <= 70


def test_only_what_somebody_has_to_act_upon_is_a_call() -> None:
    states = {state: row(build(work=Work(state, "why")), NOW).call for state in WorkState}
    assert {state for state, call in states.items() if call} == {
        WorkState.WAITING,
        WorkState.STUCK,
        WorkState.LIMITED,
    }
    assert row(build(state=BuildState.FAILED, work=Work(WorkState.STUCK)), NOW).call == ""


def test_running_builds_come_first_and_the_newest_of_a_group_before_the_others() -> None:
    old, new = build("a", changed_at=NOW - 9), build("b", changed_at=NOW)
    failed = build("c", state=BuildState.FAILED, changed_at=NOW)
    assert [model.id for model in in_order([failed, old, new])] == ["b", "a", "c"]


def test_markup_escapes_and_line_breaks_of_a_build_are_only_text() -> None:
    text = printed(build(project="[red]x[/red]\x1b\n:x: \u202eevil", detail="a\r\nb" + "x" * 10_000))
    assert "[red]x[/red]" in text
    assert ":x:" in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert len(text.splitlines()) == 2
    assert max(map(len, text.splitlines())) <= 120


@pytest.mark.parametrize("width", [20, 40, 80, 300])
def test_a_table_keeps_to_its_width_and_never_loses_state_and_project(width: int) -> None:
    text = printed(build(), build(project="宽" * 300, detail="x" * 900), width=width)
    assert max(map(cell_len, text.splitlines())) <= width
    assert text.count("● running") == 2
    assert "Project" in text
    assert ("Id" in text.splitlines()[0]) == (width > 80)


def test_problems_stand_below_the_table() -> None:
    bad = build(problems=(Problem("a/b\x1b.json", "no JSON", ("phase", "status")),))
    text = printed(bad, health=HealthModel(problems=(Problem("/r", "hangs"),)))
    assert (
        text.index("Problems")
        < text.index("/r: hangs")
        < text.index("weather-app (0123456789ab): a/b\\x1b.json")
    )
    assert "(phase, status)" in text


def test_without_builds_it_says_where_it_looked() -> None:
    root = RootModel(
        "/home/x/homelab", readable=False, projects=0, watching=Watching.OFF, note="not there yet"
    )
    text = printed(health=HealthModel(roots=(root,)))
    assert "No builds found" in text
    assert "/home/x/homelab (not there yet)" in text
