"""What is wrong with Cupola itself is named as long as it is so."""

from __future__ import annotations

from cupola.engine.timers import Timers
from cupola.engine.troubles import KEPT_S, Troubles
from support.clock import FakeClock


def test_what_lasts_is_named_until_it_is_taken_back() -> None:
    clock = FakeClock()
    troubles = Troubles(clock, Timers())
    troubles.set("/state", "cannot be written")
    clock.advance(10 * KEPT_S)
    (problem,) = troubles.problems()
    assert (problem.path, problem.message) == ("/state", "cannot be written")
    troubles.set("/state", "")
    assert troubles.problems() == ()
    troubles.set("/state", "")


def test_the_same_trouble_again_keeps_its_beginning() -> None:
    clock = FakeClock()
    troubles = Troubles(clock, Timers())
    troubles.set("disk", "hangs")
    first = troubles.problems()
    clock.advance(5)
    troubles.set("disk", "hangs")
    assert troubles.problems() == first
    troubles.set("disk", "hangs more")
    assert troubles.problems() != first


def test_what_has_healed_stays_listed_for_ten_minutes_and_wakes_the_loop_to_leave() -> None:
    clock, timers = FakeClock(), Timers()
    troubles = Troubles(clock, timers)
    troubles.note("events", "some were lost")
    due = timers.next_due()
    assert due == clock.continuous() + KEPT_S
    clock.advance(KEPT_S - 1)
    assert len(troubles.problems()) == 1
    clock.advance(1)
    assert timers.due(clock.continuous()) != []
    assert troubles.problems() == ()


def test_what_a_trouble_says_can_do_no_harm() -> None:
    troubles = Troubles(FakeClock(), Timers())
    troubles.set("/a\x1b[31m\udcff", "text\x1b[0m")
    (problem,) = troubles.problems()
    assert "\x1b" not in problem.path + problem.message
    problem.path.encode()


def test_what_blinds_is_told_apart_as_long_as_it_lasts() -> None:
    troubles = Troubles(FakeClock(), Timers())
    troubles.set("/mnt/x", "a read takes longer than 2 s", blinds=True)
    troubles.set("prices", "nothing is priced")
    assert troubles.blinding == {"/mnt/x"}
    troubles.set("/mnt/x", "", blinds=True)
    assert troubles.blinding == frozenset()
