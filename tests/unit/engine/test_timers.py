"""Each key falls due once, at the time that was set last."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cupola.engine.timers import Timers


def test_keys_fall_due_in_order_and_once() -> None:
    timers = Timers()
    timers.set("late", 3.0)
    timers.set("early", 1.0)
    assert timers.due(0.9) == []
    assert timers.due(3.0) == ["early", "late"]
    assert timers.due(3.0) == []


def test_setting_again_replaces_the_time_both_ways() -> None:
    timers = Timers()
    timers.set("a", 1.0)
    timers.set("a", 5.0)
    assert (timers.due(2.0), timers.next_due()) == ([], 5.0)
    timers.set("a", 3.0)
    assert timers.due(3.0) == ["a"]


def test_sooner_never_puts_off() -> None:
    timers = Timers()
    timers.sooner("a", 2.0)
    timers.sooner("a", 4.0)
    assert timers.next_due() == 2.0
    timers.sooner("a", 1.0)
    assert timers.next_due() == 1.0


def test_what_is_cleared_does_not_fall_due_until_it_is_set_again() -> None:
    timers = Timers()
    timers.set("a", 1.0)
    timers.clear("a")
    assert "a" not in timers
    assert (timers.next_due(), timers.due(2.0)) == (None, [])
    timers.set("a", 1.0)
    assert "a" in timers
    assert timers.due(2.0) == ["a"]


def test_keys_of_one_time_need_not_be_comparable() -> None:
    timers = Timers()
    for key in ("a", ("b", 1), 2):
        timers.set(key, 1.0)
    assert timers.due(1.0) == ["a", ("b", 1), 2]


def test_a_time_put_off_without_end_leaves_nothing_behind() -> None:
    timers = Timers()
    timers.set("other", 10.0)
    for number in range(100_000):
        timers.set("a", 1000.0 + number)
    assert len(timers._heap) < 100
    assert timers.due(200_000.0) == ["other", "a"]


@given(st.lists(st.tuples(st.integers(0, 5), st.none() | st.integers(0, 50))))
def test_whatever_is_set_and_cleared_the_last_word_counts(steps: list[tuple[int, int | None]]) -> None:
    timers, expected = Timers(), dict[int, int]()
    for key, at in steps:
        if at is None:
            timers.clear(key)
            expected.pop(key, None)
        else:
            timers.set(key, at)
            expected[key] = at
    assert timers.next_due() == min(expected.values(), default=None)
    for now in range(51):
        assert set(timers.due(now)) == {key for key, at in expected.items() if at == now}
    assert timers.next_due() is None
