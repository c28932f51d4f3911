"""A lane does its work in order, gives every job its turn, and outlives whatever a job does."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator
from itertools import pairwise

import pytest

from cupola.watch import lanes
from cupola.watch.lanes import Lane, Tick
from support.leaks import ExpectedWarnings

PATIENCE_S = 20.0


@pytest.fixture
def told() -> queue.Queue[str]:
    return queue.Queue()


class Running:
    """A started lane, which ends with its `with` block."""

    def __init__(self, told: queue.Queue[str], tick: Tick | None = None) -> None:
        self.lane = Lane("test", tick=tick, failed=lambda text: told.put(f"failed: {text}"))

    def __enter__(self) -> Lane:
        self.lane.start()
        return self.lane

    def __exit__(self, *_: object) -> None:
        self.lane.stop()
        assert self.lane.join(PATIENCE_S)


def several(told: queue.Queue[str], count: int) -> list[str]:
    return [told.get(timeout=PATIENCE_S) for _ in range(count)]


def test_jobs_run_one_after_another_in_one_thread(told: queue.Queue[str]) -> None:
    with Running(told) as lane:
        for name in "abc":
            lane.submit(lambda name=name: told.put(name + threading.current_thread().name))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
        assert several(told, 3) == ["acupola-test", "bcupola-test", "ccupola-test"]


def test_sliced_jobs_take_turns_and_let_others_through(told: queue.Queue[str]) -> None:
    go_on = threading.Event()

    def endless(name: str) -> Iterator[None]:
        while not go_on.is_set():
            told.put(name)
            time.sleep(lanes.SLICE_S)
            yield
        told.put(f"{name} done")

    with Running(told) as lane:
        lane.submit(lambda: endless("a"))
        lane.submit(lambda: endless("b"))
        while {told.get(timeout=PATIENCE_S), told.get(timeout=PATIENCE_S)} != {"a", "b"}:
            pass
        lane.submit(lambda: told.put("through"))
        while told.get(timeout=PATIENCE_S) != "through":
            pass
        go_on.set()
        ends: set[str] = set()
        while ends != {"a done", "b done"}:
            text = told.get(timeout=PATIENCE_S)
            ends |= {text} if text.endswith("done") else set()


def test_a_failing_job_is_told_and_the_lane_goes_on(
    told: queue.Queue[str], expected_warnings: ExpectedWarnings
) -> None:
    expected_warnings.add("test: a job failed")

    def failing() -> None:
        raise RuntimeError("broken")

    def failing_later() -> Iterator[None]:
        yield
        raise ValueError("broken later")

    with Running(told) as lane:
        lane.submit(failing)
        assert told.get(timeout=PATIENCE_S) == "failed: RuntimeError: broken"
        lane.submit(failing_later)
        assert told.get(timeout=PATIENCE_S) == "failed: ValueError: broken later"
        lane.submit(lambda: told.put("next"))
        assert told.get(timeout=PATIENCE_S) == "next"


def test_the_tick_runs_at_the_start_and_again_when_it_asked_for_it(told: queue.Queue[str]) -> None:
    def tick() -> float:
        told.put("tick")
        return 0.001

    with Running(told, tick):
        assert several(told, 3) == ["tick"] * 3


def test_a_tick_that_wants_no_other_runs_only_when_it_is_woken(told: queue.Queue[str]) -> None:
    def tick() -> None:
        told.put("tick")

    with Running(told, tick) as lane:
        assert told.get(timeout=PATIENCE_S) == "tick"
        lane.submit(lambda: told.put("job"))
        assert told.get(timeout=PATIENCE_S) == "job"
        lane.wake()
        assert told.get(timeout=PATIENCE_S) == "tick"


def test_the_tick_gets_its_turn_among_jobs_without_end(told: queue.Queue[str]) -> None:
    ticks: queue.Queue[None] = queue.Queue()

    def tick() -> float:
        ticks.put(None)
        return 0.0

    with Running(told, tick) as lane:

        def again() -> None:
            lane.submit(again)

        again()
        for _ in range(5):
            ticks.get(timeout=PATIENCE_S)


def test_a_tick_that_fails_is_neither_lost_nor_repeated_at_once(
    told: queue.Queue[str], expected_warnings: ExpectedWarnings, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected_warnings.add("test: a job failed")
    monkeypatch.setattr(lanes, "AGAIN_S", 0.05)
    times: list[float] = []

    def tick() -> float:
        times.append(time.monotonic())
        if len(times) < 3:
            raise OSError("the disk is gone")
        told.put("well again")
        return 60.0

    with Running(told, tick):
        assert several(told, 3) == ["failed: OSError: the disk is gone"] * 2 + ["well again"]
    assert all(after - before >= 0.05 for before, after in pairwise(times))


def test_stopping_ends_the_job_in_hand_and_leaves_the_rest(told: queue.Queue[str]) -> None:
    began, may_end = threading.Event(), threading.Event()

    def endless() -> Iterator[None]:
        told.put("begun")
        try:
            while True:
                yield
        finally:
            told.put("closed")

    def slow() -> None:
        began.set()
        may_end.wait(PATIENCE_S)
        told.put("in hand")

    lane = Lane("test")
    lane.start()
    lane.submit(endless)
    assert told.get(timeout=PATIENCE_S) == "begun"
    lane.submit(slow)
    lane.submit(lambda: told.put("never"))
    assert began.wait(PATIENCE_S)
    lane.stop()
    may_end.set()
    assert lane.join(PATIENCE_S)
    assert several(told, 2) == ["in hand", "closed"]
    assert told.empty()


def test_a_lane_that_hangs_is_told_by_join_and_by_how_long_it_is_busy() -> None:
    began, may_end = threading.Event(), threading.Event()

    def hanging() -> None:
        began.set()
        may_end.wait(PATIENCE_S)

    lane = Lane("test")
    lane.start()
    lane.submit(hanging)
    assert began.wait(PATIENCE_S)
    busy_s = lane.busy_for_s()
    assert 0 <= busy_s <= lane.busy_for_s()
    lane.stop()
    assert not lane.join(0.01)
    may_end.set()
    assert lane.join(PATIENCE_S)
    assert lane.busy_for_s() == 0


def test_an_idle_lane_is_not_busy(told: queue.Queue[str]) -> None:
    with Running(told) as lane:
        lane.submit(lambda: told.put("done"))
        told.get(timeout=PATIENCE_S)
        deadline = time.monotonic() + PATIENCE_S
        while lane.busy_for_s() and time.monotonic() < deadline:
            pass
        assert lane.busy_for_s() == 0


def test_a_lane_that_was_never_started_ends_at_once() -> None:
    lane = Lane("test")
    lane.stop()
    assert lane.join(0)


def let_others_work() -> None:
    """Long enough for a lane that is not held to do what it was given."""
    answers: queue.Queue[str] = queue.Queue()
    with Running(answers) as other:
        for _ in range(200):
            other.submit(lambda: answers.put(""))
            answers.get(timeout=PATIENCE_S)


def test_a_lane_that_is_held_does_what_it_was_given_when_it_may_go_on(told: queue.Queue[str]) -> None:
    with Running(told) as lane:
        lane.submit(lambda: told.put("before"))
        assert several(told, 1) == ["before"]
        lane.hold()
        lane.submit(lambda: told.put("while held"))
        lane.submit(lambda: told.put("too"))
        let_others_work()
        assert told.empty()
        assert lane.busy_for_s() == 0
        lane.go_on()
        assert several(told, 2) == ["while held", "too"]


def test_a_lane_that_is_held_before_it_starts_does_not_even_tick(told: queue.Queue[str]) -> None:
    with Held(told, tick=lambda: told.put("tick")) as lane:
        lane.submit(lambda: told.put("job"))
        let_others_work()
        assert told.empty()
        lane.go_on()
        assert several(told, 2) == ["tick", "job"]


def test_a_slow_job_waits_between_its_slices_while_the_lane_is_held(told: queue.Queue[str]) -> None:
    ended = threading.Event()

    def endless() -> Iterator[None]:
        while not ended.is_set():
            told.put("step")
            time.sleep(lanes.SLICE_S / 10)
            yield

    with Running(told) as lane:
        lane.submit(endless)
        several(told, 10)
        lane.hold()
        while lane.busy_for_s() > 0 or not told.empty():
            let_others_work()
            several(told, told.qsize())
        let_others_work()
        assert told.empty()
        lane.go_on()
        several(told, 10)
        ended.set()


def test_a_lane_that_is_held_ends_at_once_and_does_no_more(told: queue.Queue[str]) -> None:
    with Held(told) as lane:
        lane.submit(lambda: told.put("job"))
        let_others_work()
    assert told.empty()


class Held(Running):
    """One that is held from its start on."""

    def __enter__(self) -> Lane:
        self.lane.hold()
        return super().__enter__()
