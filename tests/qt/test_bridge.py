"""The bridge hands the engine's words to the window: the last of each, in order, and it ends cleanly."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QThread, Slot
from pytestqt.qtbot import QtBot

from cupola.domain.models import BuildModel, HealthModel
from cupola.domain.problems import Problem
from cupola.engine.feed import Change, FeedEvent, Gone, HealthChange, Ready, SettingsChange
from cupola.engine.mailbox import TURN, Mailbox
from cupola.presenters.bridge import FeedBridge
from cupola.store.settings import Settings
from support.fake_engine import FakeEngine, build, change
from support.leaks import ExpectedWarnings


class Reader(QObject):
    """A presenter: lives in the GUI thread and keeps what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.turns: list[tuple[FeedEvent, ...]] = []
        self.threads: set[QThread] = set()
        self.failures: list[str] = []

    @property
    def events(self) -> list[FeedEvent]:
        return [event for turn in self.turns for event in turn]

    @property
    def last_detail(self) -> str | None:
        models = [event.model for event in self.turns[-1] if isinstance(event, Change)] if self.turns else []
        details = [model.detail for model in models if isinstance(model, BuildModel)]
        return details[-1] if details else None

    @Slot(object)
    def on_arrived(self, events: tuple[FeedEvent, ...]) -> None:
        self.turns.append(events)
        self.threads.add(QThread.currentThread())

    @Slot(str)
    def on_failed(self, why: str) -> None:
        self.failures.append(why)


class Pong(QObject):
    """Answers each arrival by one more change."""

    def __init__(self, engine: FakeEngine, rounds: int) -> None:
        super().__init__()
        self._engine = engine
        self._left = iter(range(1, rounds + 1))

    @Slot(object)
    def on_arrived(self, _events: tuple[FeedEvent, ...]) -> None:
        number = next(self._left, None)
        if number is not None:
            self._engine.put(build(detail=str(number)), revision=number + 2)


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def bridge(qapp: QObject) -> Iterator[FeedBridge]:
    bridge = FeedBridge()
    yield bridge
    assert bridge.stop()


@pytest.fixture
def reader(bridge: FeedBridge) -> Reader:
    reader = Reader()
    bridge.arrived.connect(reader.on_arrived)
    bridge.failed.connect(reader.on_failed)
    return reader


def test_events_arrive_in_the_gui_thread_in_their_order(
    qtbot: QtBot, bridge: FeedBridge, engine: FakeEngine, reader: Reader
) -> None:
    bridge.start(engine)
    engine.put(build("a"))
    engine.put(build("b"))
    engine.ready()
    qtbot.waitUntil(lambda: any(isinstance(event, Ready) for event in reader.events))
    builds = [event.build for event in reader.events if isinstance(event, Change)]
    assert builds == sorted(builds)
    assert isinstance(reader.events[-1], Ready)
    assert reader.threads == {reader.thread()}
    assert engine.thread is not threading.main_thread()


def test_a_blocked_window_gets_the_last_value_of_a_thousand_in_one_turn(
    qtbot: QtBot, bridge: FeedBridge, engine: FakeEngine, reader: Reader
) -> None:
    bridge.start(engine)
    written = threading.Event()
    for number in range(1_000):
        engine.put(build(detail=f"Task {number}"), revision=number + 2)
    engine.do(written.set)
    assert written.wait(10)  # this thread is the window's, and it does nothing else meanwhile
    qtbot.waitUntil(lambda: reader.last_detail == "Task 999")
    assert len(reader.events) == 1


def test_two_thousand_signals_arrive_one_by_one(
    qtbot: QtBot, bridge: FeedBridge, engine: FakeEngine, reader: Reader
) -> None:
    pong = Pong(engine, rounds=2_000)
    bridge.arrived.connect(pong.on_arrived)
    bridge.start(engine)
    engine.put(build(detail="0"), revision=2)
    qtbot.waitUntil(lambda: reader.last_detail == "2000", timeout=20_000)
    assert len(reader.turns) == 2_001


def test_a_flood_is_handed_over_in_turns(
    qtbot: QtBot, bridge: FeedBridge, engine: FakeEngine, reader: Reader
) -> None:
    bridge.start(engine)
    written = threading.Event()
    for number in range(TURN):
        engine.put(build(f"{number:012x}"))
    engine.do(written.set)
    assert written.wait(10)
    qtbot.waitUntil(lambda: len(reader.events) == TURN * 6)
    assert max(len(turn) for turn in reader.turns) == TURN


def test_wishes_reach_the_engine(bridge: FeedBridge, engine: FakeEngine) -> None:
    bridge.refresh()
    bridge.start(engine)
    bridge.show_build("a", True)
    bridge.show_build(None, False)
    bridge.refresh()
    assert engine.shown == [("a", True), (None, False)]
    assert engine.refreshed == 1


def test_stopping_ends_the_thread_and_silences_what_was_on_its_way(
    qtbot: QtBot, bridge: FeedBridge, engine: FakeEngine, reader: Reader
) -> None:
    bridge.start(engine)
    engine.put(build())
    assert bridge.stop()
    assert not bridge.running
    assert engine.thread is not None
    qtbot.wait(0)
    assert reader.turns == []
    assert bridge.stop()


def test_an_engine_that_does_not_end_is_abandoned_and_logged(
    qapp: QObject, expected_warnings: ExpectedWarnings
) -> None:
    expected_warnings.add("did not end within 20 ms and is abandoned")
    bridge, engine = FeedBridge(), FakeEngine(deaf=True)
    bridge.start(engine)
    assert not bridge.stop(at_most_ms=20)
    _let_go(engine)


def test_an_engine_that_breaks_says_so_and_its_thread_ends(
    qtbot: QtBot,
    bridge: FeedBridge,
    engine: FakeEngine,
    reader: Reader,
    expected_warnings: ExpectedWarnings,
) -> None:
    expected_warnings.add("The engine ended by an error")

    def break_down() -> None:
        raise ValueError("no such thing")

    bridge.start(engine)
    engine.do(break_down)
    qtbot.waitUntil(lambda: reader.failures == ["ValueError: no such thing"])
    assert bridge.stop()


def test_a_gone_build_takes_what_was_held_of_it_along_and_may_come_back() -> None:
    box = Mailbox()
    assert box.put(change(build("a", detail="1")))
    assert not box.put(change(build("b")))
    assert not box.put(Gone("a"))
    assert not box.put(change(build("a", detail="2"), 2))
    events, more = box.take()
    assert not more
    assert [type(event) for event in events] == [Change, Gone, Change]
    assert events[0] == change(build("b"))
    assert events[2] == change(build("a", detail="2"), 2)
    assert box.put(Gone("b"))


def _let_go(engine: FakeEngine) -> None:
    from cupola.presenters import bridge as module

    engine.released.set()
    thread = module._abandoned[0]
    assert isinstance(thread, QThread)
    assert thread.wait(5_000)
    module._abandoned.clear()


def test_settings_that_are_asked_for_are_changes_of_what_was_seen(
    bridge: FeedBridge, engine: FakeEngine, qtbot: QtBot
) -> None:
    reader = Reader()
    bridge.arrived.connect(reader.on_arrived)
    bridge.start(engine)
    first, second = Settings(roots=("/a",)), Settings(roots=("/a",), depth=1)
    bridge.configure(second, first)
    qtbot.waitUntil(lambda: reader.events[-1:] == [SettingsChange(second)])
    assert engine.configured == [(second, first)]


def test_problems_of_the_settings_are_shown_until_other_settings_are_in_force(
    engine: FakeEngine, qtbot: QtBot
) -> None:
    unusable, other = Problem("settings.json", "cannot be used"), Problem("/r", "cannot be read")
    bridge, reader = FeedBridge((unusable,)), Reader()
    bridge.arrived.connect(reader.on_arrived)
    bridge.start(engine)
    engine.do(lambda: engine.feed.settings(Settings()))
    engine.health(HealthModel(problems=(other,)))
    qtbot.waitUntil(lambda: problems_in(reader) == (unusable, other))
    engine.do(lambda: engine.feed.settings(Settings()))
    engine.health(HealthModel(problems=(other,), watches=1))
    qtbot.waitUntil(lambda: HealthChange(HealthModel(problems=(unusable, other), watches=1)) in reader.events)
    bridge.configure(Settings(depth=1), Settings())
    qtbot.waitUntil(lambda: problems_in(reader) == (other,))
    assert bridge.stop()


def problems_in(reader: Reader) -> tuple[Problem, ...] | None:
    models = [event.model for event in reader.events if isinstance(event, HealthChange)]
    return models[-1].problems if models else None


def test_a_pause_is_asked_for_and_told(bridge: FeedBridge, engine: FakeEngine, qtbot: QtBot) -> None:
    reader = Reader()
    bridge.arrived.connect(reader.on_arrived)
    bridge.start(engine)
    bridge.pause(True)
    qtbot.waitUntil(lambda: reader.events == [HealthChange(HealthModel(paused=True))])
    bridge.pause(False)
    qtbot.waitUntil(lambda: reader.events[1:] == [HealthChange(HealthModel())])
    assert engine.paused == [True, False]
