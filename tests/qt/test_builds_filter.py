"""Which builds are listed, and in which order, while they come, change and go."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis.strategies import DataObject, data, integers, sampled_from
from PySide6.QtCore import QAbstractItemModel
from pytestqt.modeltest import ModelTester

from cupola.domain.words import BuildState
from cupola.presenters.builds_filter import BuildsFilter, Group
from cupola.presenters.builds_model import BuildRole, BuildsModel
from cupola.store.marks import Mark, Marks
from support.builds import NOW, build, many, seven


def check(tester: ModelTester, model: QAbstractItemModel) -> None:
    """Fail the test at the first unsound signal of `model`."""
    tester.check(model)  # type: ignore[no-untyped-call]  # pytest-qt does not type it


def test_the_filter_is_a_sound_model_while_builds_come_and_go(qtmodeltester: ModelTester) -> None:
    model = BuildsModel()
    shown = BuildsFilter(model)
    check(qtmodeltester, shown)
    model.put(many(), NOW)
    shown.set_group(Group.FAILED)
    assert shown.rowCount() == shown.counts[Group.FAILED]
    model.remove(shown.build(0).id)
    shown.set_group(Group.ALL)
    shown.set_needle("project-00")
    assert shown.rowCount() == 8
    shown.set_needle("")
    assert shown.rowCount() == model.rowCount()


def test_active_builds_do_not_dance_within_a_minute() -> None:
    model = BuildsModel()
    shown = BuildsFilter(model)
    a, b = build("a", changed_at=NOW), build("b", changed_at=NOW)
    model.put([b, a], NOW)
    for second in range(1, 50):
        mover = b if second % 2 else a
        model.put([replace(mover, changed_at=NOW + second)], NOW)
        assert [shown.build(0).project, shown.build(1).project] == ["a", "b"]


def shown_names(shown: BuildsFilter) -> list[str]:
    return [shown.build(row).project for row in range(shown.rowCount())]


def seven_shown(tester: ModelTester) -> tuple[BuildsModel, BuildsFilter]:
    model = BuildsModel()
    shown = BuildsFilter(model)
    check(tester, shown)
    model.put(seven(), NOW)
    return model, shown


def test_what_failed_or_fell_silent_needs_you(qtmodeltester: ModelTester) -> None:
    _, shown = seven_shown(qtmodeltester)
    shown.set_group(Group.NEEDS_YOU)
    assert shown_names(shown) == ["todo-cli", "space-invaders"]
    assert shown.counts[Group.NEEDS_YOU] == 2


def test_a_pinned_project_stands_on_top_whatever_it_does(qtmodeltester: ModelTester) -> None:
    model, shown = seven_shown(qtmodeltester)
    pinned = next(one for one in seven() if one.project == "tennis-scoring")
    shown.set_marks(Marks().toggled(Mark.PINNED, pinned.directory or ""))
    assert shown_names(shown)[0] == "tennis-scoring"
    assert shown.index(0).data(BuildRole.MARK) is Mark.PINNED
    model.put([replace(pinned, id="0123456789ab", state=BuildState.FAILED)], NOW)
    assert shown_names(shown)[:2] == ["tennis-scoring"] * 2


def test_what_is_put_away_is_neither_listed_nor_counted_until_it_is_asked_for(
    qtmodeltester: ModelTester,
) -> None:
    model, shown = seven_shown(qtmodeltester)
    hidden, archived = (one for one in seven() if one.project in {"todo-cli", "space-invaders"})
    marks = Marks().toggled(Mark.HIDDEN, hidden.directory or "").toggled(Mark.ARCHIVED, archived.id)
    shown.set_marks(marks)
    assert {hidden.project, archived.project}.isdisjoint(shown_names(shown))
    assert (shown.counts[Group.ALL], shown.counts[Group.NEEDS_YOU]) == (5, 0)
    again = replace(archived, id="0123456789ab", state=BuildState.RUNNING)
    model.put([again, replace(hidden, id="0123456789cd", state=BuildState.RUNNING)], NOW)
    assert archived.project in shown_names(shown), "its next run is listed as ever"
    assert hidden.project not in shown_names(shown)
    shown.show_put_away(shown=True)
    assert shown.rowCount() == model.rowCount() == shown.counts[Group.ALL]


@settings(deadline=None, max_examples=60)
@given(data())
def test_rows_are_always_those_that_a_fresh_filter_would_show(draw: DataObject) -> None:
    model = BuildsModel()
    shown = BuildsFilter(model)
    for _ in range(draw.draw(integers(1, 25))):
        what = draw.draw(sampled_from(("put", "put", "put", "remove", "hold", "group", "needle")))
        name = draw.draw(sampled_from("abcdefg"))
        match what:
            case "put":
                at, state = NOW - draw.draw(integers(0, 500)), draw.draw(sampled_from(BuildState))
                model.put([build(name, state, changed_at=at)], NOW)
            case "remove":
                model.remove(build(name).id)
            case "hold":
                shown.set_hold(hold=not shown.hold)
            case "group":
                shown.set_group(draw.draw(sampled_from(Group)))
            case _:
                shown.set_needle(draw.draw(sampled_from(("", "a", "x"))))
    shown.set_hold(hold=False)
    fresh = BuildsFilter(model)
    fresh.set_group(shown.group)
    fresh.set_needle(shown.needle)
    fresh.settle()
    assert shown_names(shown) == shown_names(fresh)
    assert all(shown.row_of(shown.build(row).id) == row for row in range(shown.rowCount()))
