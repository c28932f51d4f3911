"""What the tray says of builds, and that it says the same as the window and `status --json`."""

from __future__ import annotations

import random
from typing import Final

import pytest
from pytestqt.qtbot import QtBot

from cupola.domain.models import BuildModel, HealthModel, Work, WorkState
from cupola.domain.shape import status_json
from cupola.domain.words import AT_WORK, BuildState
from cupola.engine.feed import FeedEvent, Gone, Publisher, Ready
from cupola.presenters.builds_filter import Group
from cupola.presenters.mute import MUTE_S, Mute
from cupola.presenters.texts import STATE_WORD
from cupola.presenters.tray import MOST_LINES, MOST_ROWS, WORST_FIRST, TrayPresenter, tray_model
from cupola.presenters.window import WindowPresenter
from cupola.store.marks import Marks
from support.fake_engine import NOW, FakeClock, build, change, snapshot

STATES: Final = list(BuildState)
CHANGES: Final = 1_000


def of(state: BuildState, number: int = 0, **changed: object) -> BuildModel:
    return build(f"{state.value}{number}", project=f"{state.value}{number}", state=state, **changed)


@pytest.fixture
def tray(qtbot: QtBot) -> TrayPresenter:
    presenter = TrayPresenter()
    presenter.on_events((Ready(NOW),))
    return presenter


def tell(tray: TrayPresenter, model: BuildModel, revision: int = 1) -> None:
    tray.on_events((change(model, revision),))


def test_until_all_was_read_it_does_not_say_that_nothing_is_active(qtbot: QtBot) -> None:
    tray = TrayPresenter()
    assert "looking" in tray.model.tooltip
    tray.on_events((Ready(NOW),))
    assert tray.model.tooltip == "Cupola: no build is active"
    assert tray.model.mark is None


def test_the_worst_of_the_active_builds_is_the_mark_and_the_running_ones_are_counted() -> None:
    builds = [of(BuildState.RUNNING, 1), of(BuildState.RUNNING, 2), of(BuildState.QUIET)]
    model = tray_model([*builds, of(BuildState.FAILED), of(BuildState.COMPLETED)])
    assert (model.mark, model.running) == (BuildState.QUIET, 2)
    assert [row.build for row in model.rows] == ["quiet0", "running1", "running2"]
    assert model.tooltip.splitlines()[0] == "Cupola: 1 quiet, 2 running"


@pytest.mark.parametrize("work", [WorkState.WAITING, WorkState.STUCK, WorkState.LIMITED])
def test_a_running_build_that_waits_for_somebody_has_the_shape_of_quiet_and_says_why(work: WorkState) -> None:
    model = tray_model([of(BuildState.RUNNING, work=Work(work, "for a reason"))])
    assert (model.mark, model.running) == (BuildState.QUIET, 1)
    assert model.rows[0].text == f"running0: Running · Builder · {work.value}: for a reason"


def test_what_ends_while_nobody_looks_is_told_until_somebody_does(tray: TrayPresenter) -> None:
    tell(tray, build("aaa"))
    tell(tray, build("aaa", state=BuildState.FAILED), 2)
    assert tray.model.mark is BuildState.FAILED
    tray.set_looked_at(True)
    assert tray.model.mark is None


def test_what_ends_before_ones_eyes_or_ended_long_ago_is_no_news(tray: TrayPresenter) -> None:
    tell(tray, build("old", state=BuildState.FAILED))
    tray.set_looked_at(True)
    tell(tray, build("aaa"))
    tell(tray, build("aaa", state=BuildState.FAILED), 2)
    tray.set_looked_at(False)
    tell(tray, build("old", state=BuildState.COMPLETED), 2)
    assert tray.model.mark is None


def test_what_goes_on_or_vanishes_is_no_longer_told_as_ended(tray: TrayPresenter) -> None:
    for name in ("aaa", "bbb"):
        tell(tray, build(name))
        tell(tray, build(name, state=BuildState.FAILED), 2)
    tell(tray, build("aaa"), 3)
    tray.on_events((Gone("bbb"),))
    assert (tray.model.mark, tray.model.running) == (BuildState.RUNNING, 1)


def test_what_the_user_put_away_is_not_told(tray: TrayPresenter) -> None:
    tell(tray, build("aaa", directory="/x"))
    tell(tray, build("bbb", directory="/y"))
    tray.set_marks(Marks(hidden=frozenset({"/x"}), archived=frozenset({"bbb"})))
    assert tray.model.rows == ()


def test_an_equal_model_is_not_told_again(qtbot: QtBot, tray: TrayPresenter) -> None:
    tell(tray, build("aaa"))
    with qtbot.assertNotEmitted(tray.changed):
        tell(tray, build("aaa", detail="Task 4/6"), 2)


def test_hundreds_of_builds_have_a_menu_and_a_tooltip_that_fit() -> None:
    model = tray_model([of(BuildState.RUNNING, number) for number in range(300)])
    assert (len(model.rows), model.more, model.running) == (MOST_ROWS, 300 - MOST_ROWS, 300)
    assert model.tooltip.splitlines()[-1] == f"{300 - MOST_LINES} more builds"


def test_no_name_can_be_taken_for_markup_or_fill_the_screen() -> None:
    (row,) = tray_model([build("aaa", project="<b>&\x1b" + "x" * 200)]).rows
    assert "<" not in row.text
    assert "\x1b" not in row.text
    assert len(row.text) < 150


def test_it_is_muted_for_an_hour(qtbot: QtBot) -> None:
    clock = FakeClock()
    mute = Mute(clock)
    mute.toggle()
    assert mute.muted_until == NOW + MUTE_S
    clock.now += MUTE_S
    assert mute.muted_until is None


def test_muting_can_be_taken_back(qtbot: QtBot) -> None:
    mute = Mute(FakeClock())
    mute.toggle()
    mute.toggle()
    assert mute.muted_until is None


class Consumers:
    """Window, tray and terminal on one feed."""

    def __init__(self) -> None:
        self.feed = Publisher()
        self.window, self.tray = WindowPresenter(FakeClock()), TrayPresenter()
        self.feed.subscribe(self._hand_on)
        self.window.set_window_shown(shown=True)

    def _hand_on(self, event: FeedEvent) -> None:
        for consumer in (self.window, self.tray):
            consumer.on_events((event,))

    def of_window(self) -> dict[str, str]:
        return {each.id: each.state.value for each in self.window.builds.builds() if each.state in AT_WORK}

    def of_json(self) -> dict[str, str]:
        builds = status_json(self.feed.current().builds, HealthModel(), NOW)["builds"]
        assert isinstance(builds, list)
        return {each["id"]: each["state"] for each in builds if each["state"] in AT_WORK}

    def of_tray(self) -> dict[str, str]:
        """By the words of the menu."""
        words = {word: state.value for state, word in STATE_WORD.items()}
        told = {row.build: words[row.text.split(": ")[1].split(" · ")[0]] for row in self.tray.model.rows}
        return {id_: state for id_, state in told.items() if state in AT_WORK}


def test_tray_tooltip_window_and_json_say_the_same_after_each_of_a_thousand_changes(qtbot: QtBot) -> None:
    chance, consumers = random.Random(6), Consumers()
    consumers.feed.ready(NOW)
    for revision in range(1, CHANGES + 1):
        name = f"build{chance.randrange(MOST_LINES)}"
        if chance.random() < 0.1:
            consumers.feed.drop(name)
        else:
            model = build(name, project=name, state=chance.choice(STATES), phase=f"Phase {revision}")
            consumers.feed.put(snapshot(model, revision), (change(model, revision),))
        if chance.random() < 0.05:
            consumers.tray.set_looked_at(True)
            consumers.tray.set_looked_at(False)
        _compare(consumers)


def _compare(consumers: Consumers) -> None:
    said = consumers.of_json()
    assert consumers.of_window() == consumers.of_tray() == said
    model, counts = consumers.tray.model, consumers.window.filter.counts
    assert model.running == list(said.values()).count("running")
    assert counts[Group.ACTIVE] == len(said)
    assert model.tooltip.splitlines()[1:] == [row.text for row in model.rows]
    marks = [row.mark for row in model.rows]
    assert model.mark is (min(marks, key=WORST_FIRST.index) if marks else None)


def test_builds_at_rest_cost_the_tray_nothing_however_many_there_are(tray: TrayPresenter) -> None:
    for number in range(50):
        tell(tray, of(BuildState.COMPLETED, number))
    assert tray._told == {}
    for state in (BuildState.RUNNING, BuildState.COMPLETED):
        tell(tray, build("one", project="one", state=state))
    assert list(tray._told) == ["one"], "it ended unseen"
    tray.set_looked_at(True)
    assert tray._told == {}
