"""The lines of a dock as a model: what is inserted, moved, removed and changed."""

from __future__ import annotations

import random

from pytestqt.modeltest import ModelTester

from cupola.presenters.lines import Cell, Line, LineKind, compact, compact_dollars, unique
from cupola.presenters.lines_model import LinesModel
from cupola.presenters.model_names import short_model
from cupola.presenters.sheets import sheet
from support.dock_models import DOCKS, many_agents


def row(key: str, text: str = "", **more: str) -> Line:
    return Line(key, LineKind.ROW, text or key, **more)  # type: ignore[arg-type]  # only texts are given


def test_any_lines_follow_any_other_lines(qtmodeltester: ModelTester) -> None:
    model, chance = LinesModel(), random.Random(3)
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]  # pytest-qt leaves it untyped
    for _ in range(300):
        keys = chance.sample("abcdefghij", chance.randrange(11))
        wanted = tuple(row(key, chance.choice("xy")) for key in keys)
        model.show_lines(wanted)
        assert model.lines == wanted


def test_every_dock_passes_the_model_tester(qtmodeltester: ModelTester) -> None:
    model = LinesModel()
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]  # pytest-qt leaves it untyped
    for models in DOCKS.values():
        for each in models.values():
            model.show_lines(sheet(each))
            assert model.rowCount() == len(sheet(each))


def test_changes_of_three_hundred_rows_are_told_as_one_range() -> None:
    model, told = LinesModel(), list[tuple[int, int]]()
    model.show_lines(sheet(many_agents()))
    model.dataChanged.connect(lambda first, last, _roles: told.append((first.row(), last.row())))
    changed = tuple(row(line.key, "new") for line in model.lines[:100])
    model.show_lines((*changed, *model.lines[100:]))
    assert told == [(0, 99)]


def test_equal_lines_change_nothing() -> None:
    model, told = LinesModel(), list[object]()
    model.show_lines((row("a"), row("b")))
    model.dataChanged.connect(lambda *_: told.append(1))
    model.modelReset.connect(lambda: told.append(2))
    model.show_lines((row("a"), row("b")))
    assert told == []


def test_what_a_build_says_twice_are_two_lines() -> None:
    assert [line.key for line in unique((row("a"), row("a"), row("b"), row("a")))] == ["a", "a#2", "b", "a#3"]


def test_a_number_too_long_for_its_column_keeps_its_size() -> None:
    assert [compact(n) for n in (9_999, 10_000, 22_949, 1_234_567, 12_345_678, 5e9)] == [
        "9,999", "10.0k", "22.9k", "1.23M", "12.3M", "5.00G",
    ]  # fmt: skip


def test_dollars_without_room_lose_their_cents_and_never_their_end() -> None:
    assert [compact_dollars(n) for n in (0.004, 99.99, 123.45, 1_212.144, 22_949)] == [
        "<$0.01", "$99.99", "$123", "$1,212", "$22.9k",
    ]  # fmt: skip


def test_a_language_model_is_named_without_its_maker_and_its_day() -> None:
    names = ("claude-opus-4-6-20250929", "claude-3-5-haiku@20241022", "gpt-5", "claude-", "claude-x\x1b")
    assert [short_model(name) for name in names] == [
        "opus-4-6", "3-5-haiku", "gpt-5", "claude-", "x\\x1b",
    ]  # fmt: skip


def test_a_line_that_has_nothing_more_opens_nothing() -> None:
    model = LinesModel()
    model.show_lines((row("a"),))
    assert not model.toggle(0)
    assert model.lines == (row("a"),)


def test_a_line_is_spoken_with_its_figures() -> None:
    line = Line("a", LineKind.CELLS, cells=(Cell("5", "Lessons"), Cell("–", "Regrettable")))
    assert line.spoken == "Lessons: 5, Regrettable: –"
