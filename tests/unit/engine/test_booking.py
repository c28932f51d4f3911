"""Rows that were read are counted bit by bit, so that nobody waits for many, and come to the same."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cupola.domain.sessions import LATE_S, RunTime, SessionsFact
from cupola.domain.transcript import TranscriptFact
from cupola.domain.usage import Reply
from cupola.engine.sessions import AGAIN_S, AT_ONCE, SHARE, Sessions
from cupola.sources.base import Reading
from cupola.watch.reader import FileResult, HolderRead
from support.clock import FakeClock
from support.observations import T0
from support.usages import spoke

HOLDER, SHOP = "/c/projects", "/srv/shop"
MANY = 3 * AT_ONCE + 50


def rows(count: int, first: int = 0) -> tuple[Reply, ...]:
    return tuple(
        spoke(number, number, out=1)._replace(directory=SHOP) for number in range(first, first + count)
    )


def told(replies: Sequence[Reply], *, began: float = T0, unread: int = 0) -> HolderRead:
    fact = TranscriptFact("one", "", directory=SHOP, began=began, replies=tuple(replies))
    result = FileResult("shop/one.jsonl", "transcript", Reading((fact,)), mtime=T0, arrived=T0)
    return HolderRead(HOLDER, (result,), complete=False, identity=(1, 2), unread_bytes=unread)


@pytest.fixture
def sessions() -> Sessions:
    return shop()


def shop() -> Sessions:
    made = Sessions(FakeClock())
    made.know(SHOP, RunTime(SHOP, T0))
    made.matched()
    return made


def last_told(sessions: Sessions) -> SessionsFact:
    """What is told of the one build when all is counted."""
    for _ in range(100):
        for (seen,) in (sessions.matched() or {}).values():
            assert isinstance(seen.fact, SessionsFact)
            assert not sessions.reading
            return seen.fact
        sessions.book_on()
    raise AssertionError("nothing is told")


def outputs(sessions: Sessions) -> int:
    sessions._changed.add(SHOP)
    fact = last_told(sessions)
    assert not fact.reading
    return fact.total.usage.output


def test_few_rows_are_counted_at_once(sessions: Sessions) -> None:
    sessions.take(told(rows(AT_ONCE)), T0, 0)
    assert not sessions.reading
    assert outputs(sessions) == AT_ONCE


def test_of_many_a_part_is_counted_at_a_time_and_nothing_is_told_before_all_are(sessions: Sessions) -> None:
    sessions.take(told(rows(MANY)), T0, 0)
    pieces = 0
    while sessions.has_unbooked:
        assert sessions.reading
        assert sessions.matched() is None
        sessions.book_on()
        pieces += 1
    assert pieces == 3
    ((seen,),) = (sessions.matched() or {}).values()
    assert isinstance(seen.fact, SessionsFact)
    assert (seen.fact.total.usage.output, seen.fact.reading) == (MANY, False)


def test_what_was_read_before_is_counted_although_its_file_was_made_anew_meanwhile(
    sessions: Sessions,
) -> None:
    sessions.take(told(rows(MANY)), T0, 0)
    sessions.take(told(rows(MANY, first=1000)), T0, 0)
    assert outputs(sessions) == 2 * MANY


def test_a_build_that_is_counted_anew_meanwhile_counts_each_row_once(sessions: Sessions) -> None:
    sessions.take(told(rows(MANY)), T0, 0)
    sessions.know(SHOP, RunTime(SHOP, T0, T0 + 10_000))
    assert outputs(sessions) == MANY


def test_much_is_counted_anew_bit_by_bit_and_told_when_all_is(sessions: Sessions) -> None:
    sessions.take(told(rows(MANY)), T0, 0)
    assert outputs(sessions) == MANY
    sessions.know(SHOP, RunTime(SHOP, T0, T0 + 170.5 - LATE_S))
    assert not sessions.matched()
    assert sessions.has_unbooked
    sessions.take(told(rows(MANY + 5)), T0, 0)
    fact = last_told(sessions)
    assert fact.total.usage.output == 171
    assert [one.spent.usage.output for one in fact.others] == [MANY + 5 - 171]


def test_a_build_that_goes_while_it_is_counted_anew_is_told_of_no_more(sessions: Sessions) -> None:
    sessions.take(told(rows(MANY)), T0, 0)
    assert outputs(sessions) == MANY
    sessions.know(SHOP, RunTime(SHOP, T0 + 1))
    sessions.matched()
    sessions.know(SHOP, None)
    while sessions.has_unbooked:
        sessions.book_on()
        assert not sessions.matched()
    assert not sessions.matched()


def test_a_build_that_rests_is_counted_no_further(sessions: Sessions) -> None:
    sessions.take(told(rows(MANY)), T0, 0)
    sessions.rest(SHOP)
    assert not sessions.reading


@given(st.lists(st.integers(0, 2 * AT_ONCE), min_size=1, max_size=5), st.data())
def test_a_transcript_that_grows_while_it_is_counted_comes_to_the_same(
    steps: list[int], data: st.DataObject
) -> None:
    sessions, whole = shop(), 0
    for step in steps:
        whole += step
        sessions.take(told(rows(whole)), T0, 0)
        for _ in range(data.draw(st.integers(0, 2))):
            sessions.book_on()
    assert outputs(sessions) == whole


def test_the_more_it_costs_to_tell_the_later_is_told_again_while_much_is_unread() -> None:
    clock = FakeClock()
    sessions = Sessions(clock)
    sessions.know(SHOP, RunTime(SHOP, T0))
    sessions.take(told(rows(10), unread=9), T0, 0)
    clock.advance(AGAIN_S)
    assert sessions.matched()
    clock.advance(10 * AGAIN_S * SHARE)
    sessions.told()
    sessions.take(told(rows(20), unread=5), T0, 0)
    clock.advance(9 * AGAIN_S)
    assert sessions.matched() is None
    clock.advance(AGAIN_S)
    assert sessions.matched()
