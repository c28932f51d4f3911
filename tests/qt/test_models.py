"""Item models, gate and ticker, without a window."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from cupola.domain import models
from cupola.domain.figures import Figure
from cupola.domain.models import ActivityEntry, ActivityModel, PanelModel
from cupola.domain.problems import Problem
from cupola.domain.words import BuildState, Facet, Provenance, Verdict
from cupola.engine.feed import Change
from cupola.presenters.activity_model import ActivityRole, ActivityRows
from cupola.presenters.ages import age_changes_in_s, duration_changes_in_s
from cupola.presenters.builds_model import BuildRole, BuildsModel
from cupola.presenters.freshness import Dot, Freshness, freshness
from cupola.presenters.gate import Gate
from cupola.presenters.known import Known
from cupola.presenters.panel import PanelPresenter
from cupola.presenters.ticker import Ticker
from support.builds import NOW, activity, build, change, seven
from support.window import StillClock


def check(tester: ModelTester, model: QAbstractItemModel) -> None:
    """Fail the test at the first unsound signal of `model`."""
    tester.check(model)  # type: ignore[no-untyped-call]  # pytest-qt does not type it


class Shows:
    """A view that remembers what it was given."""

    def __init__(self) -> None:
        self.shown: list[str] = []

    def show_model(self, model: str) -> None:
        self.shown.append(model)


# --- gate ---------------------------------------------------------------------------------------------------


def test_equal_content_stops_at_the_gate() -> None:
    view = Shows()
    gate: Gate[str] = Gate("p", view)
    assert gate.offer("d1", "a")
    assert not gate.offer("d1", "a")
    assert gate.offer("d2", "b")
    assert view.shown == ["a", "b"]


def test_hidden_content_waits_and_only_the_last_is_shown() -> None:
    view = Shows()
    gate: Gate[str] = Gate("p", view)
    gate.set_hidden(hidden=True)
    gate.offer("d1", "a")
    gate.offer("d2", "b")
    assert view.shown == []
    assert gate.dirty
    gate.set_hidden(hidden=False)
    assert view.shown == ["b"]
    assert not gate.dirty


def test_content_that_came_back_to_what_is_shown_is_not_shown_again() -> None:
    view = Shows()
    gate: Gate[str] = Gate("p", view)
    gate.offer("d1", "a")
    gate.set_hidden(hidden=True)
    gate.offer("d2", "b")
    gate.offer("d1", "a")
    gate.set_hidden(hidden=False)
    assert view.shown == ["a"]


def test_what_passes_is_told_with_the_time_of_its_cause() -> None:
    told: list[tuple[str, str, int]] = []
    gate: Gate[str] = Gate("p", Shows(), lambda *passed: told.append(passed))
    gate.offer("d1", "a", 42)
    gate.offer("d1", "a", 43)
    assert told == [("p", "d1", 42)]


# --- freshness ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("checked_at", "ended", "expected"),
    [
        (100.0, False, Freshness(Dot.FRESH, 105.0)),
        (95.1, False, Freshness(Dot.FRESH, 100.1)),
        (95.0, False, Freshness(Dot.AGEING, 125.0)),
        (70.0, False, Freshness(Dot.AGEING, 100.0)),
        (69.9, False, Freshness(Dot.BLIND)),
        (None, False, Freshness(Dot.BLIND)),
        (None, True, Freshness(Dot.FINAL)),
        (0.0, True, Freshness(Dot.FINAL)),
    ],
)
def test_the_dot_follows_the_last_check(checked_at: float | None, ended: bool, expected: Freshness) -> None:
    assert freshness(checked_at, 100.0, ended=ended) == expected


# --- ages and ticker ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age_s", "left_s"), [(0, 1), (2.25, 0.75), (59.5, 0.5), (60, 60), (119, 1), (3600, 3600), (90000, 82800)]
)
def test_an_age_changes_with_its_largest_unit(age_s: float, left_s: float) -> None:
    assert age_changes_in_s(age_s) == pytest.approx(left_s)


@pytest.mark.parametrize(("ran_s", "left_s"), [(0, 1), (3599.5, 0.5), (3600, 60), (86400, 3600)])
def test_a_duration_changes_with_its_smaller_unit(ran_s: float, left_s: float) -> None:
    assert duration_changes_in_s(ran_s) == pytest.approx(left_s)


def test_a_ticker_without_deadlines_waits_for_ever(qtbot: QtBot) -> None:
    ticker = Ticker(StillClock())
    ticker.add(lambda now: None)
    ticker.set_shown(shown=True)
    assert ticker.waits_ms is None


def test_a_ticker_waits_for_the_whole_second_after_the_earliest_deadline(qtbot: QtBot) -> None:
    clock = StillClock()
    clock.now = NOW + 0.4
    ticker = Ticker(clock)
    ticker.add(lambda now: now + 1.7)
    ticker.add(lambda now: now + 90)
    ticker.set_shown(shown=True)
    waits = ticker.waits_ms
    assert waits is not None
    assert 1500 <= waits <= 1610
    ticker.set_shown(shown=False)
    assert ticker.waits_ms is None


def test_a_far_deadline_is_looked_at_again_after_ten_minutes(qtbot: QtBot) -> None:
    ticker = Ticker(StillClock())
    ticker.add(lambda now: now + 86400)
    ticker.set_shown(shown=True)
    waits = ticker.waits_ms
    assert waits is not None
    assert waits <= 600_010
    ticker.set_shown(shown=False)


def test_texts_are_written_for_whole_seconds(qtbot: QtBot) -> None:
    clock = StillClock()
    clock.now = NOW + 0.9
    told: list[float] = []

    def source(now: float) -> None:
        told.append(now)

    ticker = Ticker(clock)
    ticker.add(source)
    ticker.set_shown(shown=True)
    assert told == [NOW]


# --- builds -------------------------------------------------------------------------------------------------


@pytest.fixture
def builds(qtmodeltester: ModelTester) -> BuildsModel:
    model = BuildsModel()
    model.put(seven(), NOW)
    check(qtmodeltester, model)
    return model


def changes_of(model: BuildsModel) -> list[tuple[int, int, list[int]]]:
    seen: list[tuple[int, int, list[int]]] = []
    model.dataChanged.connect(lambda a, b, roles: seen.append((a.row(), b.row(), list(roles))))
    return seen


def test_equal_builds_change_nothing(builds: BuildsModel) -> None:
    seen = changes_of(builds)
    builds.put(seven(), NOW)
    assert seen == []


def test_a_changed_build_changes_its_row_with_the_roles_that_differ(builds: BuildsModel) -> None:
    seen = changes_of(builds)
    builds.put([replace(seven()[2], detail="other")], NOW)
    assert [(first, last) for first, last, _ in seen] == [(2, 2)]
    roles = seen[0][2]
    assert BuildRole.DOING in roles
    assert BuildRole.STATE not in roles
    assert Qt.ItemDataRole.DisplayRole not in roles


def test_neighbours_that_change_alike_are_one_range(builds: BuildsModel) -> None:
    seen = changes_of(builds)
    builds.put([replace(model, detail="same", phase="Same") for model in seven()[:2]], NOW)
    assert [(first, last) for first, last, _ in seen] == [(0, 1)]


def test_a_row_that_came_meanwhile_ages_in_its_own_time() -> None:
    builds = BuildsModel()
    builds.put([build("old", changed_at=NOW - 7_200)], NOW)
    assert builds.refresh(NOW) == NOW + 3_600
    fresh = build("fresh", changed_at=NOW)
    builds.put([fresh], NOW)
    assert builds.refresh(NOW) == NOW + 1
    assert builds.refresh(NOW + 1) == NOW + 2
    row = builds.index(builds.row_of(fresh.id) or 0)
    assert builds.data(row, BuildRole.AGE) == "1 s"


def test_only_ages_that_read_differently_are_announced(builds: BuildsModel) -> None:
    seen = changes_of(builds)
    assert builds.refresh(NOW) is not None
    assert seen == []
    builds.refresh(NOW + 1)
    assert [(first, last, roles) for first, last, roles in seen] == [(0, 1, [int(BuildRole.AGE)])]


def test_builds_that_ended_long_ago_are_looked_at_rarely() -> None:
    model = BuildsModel()
    model.put([build("old", BuildState.COMPLETED, changed_at=NOW - 90_000)], NOW)
    assert model.refresh(NOW) == NOW + 82_800


def test_a_build_leaves_and_the_rest_is_still_found(builds: BuildsModel) -> None:
    builds.remove(seven()[0].id)
    assert builds.rowCount() == 6
    assert builds.find(seven()[3].id) == seven()[3]
    builds.remove("nobody")


# --- activity -----------------------------------------------------------------------------------------------


def test_the_builds_with_problems_are_known_in_row_order_whatever_comes_and_goes() -> None:
    wrong = (Problem("/p/a.json", "broken"),)
    one, two, three = (build(f"p{number}") for number in range(3))
    model = BuildsModel()
    model.put([one, replace(two, problems=wrong), replace(three, problems=wrong)], NOW)
    assert [each.id for each in model.troubled()] == [two.id, three.id]
    model.put([two, replace(one, problems=wrong)], NOW)
    assert [each.id for each in model.troubled()] == [one.id, three.id]
    model.remove(one.id)
    assert [each.id for each in model.troubled()] == [three.id]


def test_new_entries_are_inserted_on_top_and_old_ones_leave(qtmodeltester: ModelTester) -> None:
    rows = ActivityRows()
    check(qtmodeltester, rows)
    rows.show_model(activity())
    seen: list[tuple[str, int, int]] = []
    rows.rowsInserted.connect(lambda _p, first, last: seen.append(("in", first, last)))
    rows.rowsRemoved.connect(lambda _p, first, last: seen.append(("out", first, last)))
    rows.modelReset.connect(lambda: seen.append(("reset", 0, 0)))
    old = activity().entries
    rows.show_model(ActivityModel((ActivityEntry(NOW, "phase", "new"), *old[:-1])))
    assert seen == [("in", 0, 0), ("out", 9, 9)]
    assert rows.index(0).data(ActivityRole.TEXT) == "new"
    rows.show_model(ActivityModel((ActivityEntry(NOW, "x", "of another build"),)))
    assert seen[-1] == ("reset", 0, 0)
    assert rows.rowCount() == 1


def test_entries_of_another_day_carry_their_date() -> None:
    rows = ActivityRows()
    rows.show_model(ActivityModel((ActivityEntry(NOW, "a", "b"), ActivityEntry(NOW - 90_000, "a", "b"))))
    due = rows.refresh(NOW)
    assert due is not None
    assert NOW < due <= NOW + 86_400
    assert len(rows.index(0).data(ActivityRole.TIME)) == 8
    assert len(rows.index(1).data(ActivityRole.TIME)) == 14


# --- heads of the docks -------------------------------------------------------------------------------------


class Head:
    """The end of a title bar that remembers what it shows."""

    def __init__(self) -> None:
        self.dot = Dot.NONE
        self.text = ""

    def show_freshness(self, dot: Dot, text: str) -> None:
        self.dot, self.text = dot, text


class Panel:
    """A dock's content that remembers what it was given."""

    facet = Facet.TESTS

    def __init__(self) -> None:
        self.shown: list[PanelModel] = []

    def show_model(self, model: PanelModel) -> None:
        self.shown.append(model)


def test_a_head_tells_the_age_of_the_data_apart_from_the_last_check() -> None:
    clock, head, view = StillClock(), Head(), Panel()
    panel = PanelPresenter(view, head, clock, lambda *_: None)
    known = Known(checked_at=clock.since)
    known.take(change(build("a")), NOW)
    panel.show(known)
    panel.refresh(NOW)
    assert (head.dot, head.text) == (Dot.FRESH, "No data yet")
    passed = Figure(3, Provenance.REPORTED)
    one = models.TestIteration(1, passed, Figure.none(), Verdict.PASSED, None, conflict=False, file="f")
    model = models.TestsModel((one,))
    known.take(Change("a", Facet.TESTS, 1, "d1", models.TestsModel()), NOW - 200)
    known.take(Change("a", Facet.TESTS, 2, "d2", model), NOW - 125)
    panel.show(known)
    assert view.shown[-1] == model
    clock.since += 7
    due = panel.refresh(NOW)
    assert (head.dot, head.text) == (Dot.AGEING, "Updated: 2m ago")
    assert due == NOW + 23
    known.take(change(build("a", BuildState.COMPLETED)), NOW)
    assert panel.refresh(NOW) == NOW + 55
    assert (head.dot, head.text) == (Dot.FINAL, "Final · 2m ago")
    panel.show(None)
    panel.refresh(NOW)
    assert (head.dot, head.text) == (Dot.NONE, "")
