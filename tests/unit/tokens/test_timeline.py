"""A timeline is what a sorted list of the replies is, whatever came, went and was looked at meanwhile."""

from __future__ import annotations

import pickle

from hypothesis import given, settings
from hypothesis import strategies as st

from cupola.domain.spent import Part, Spent, added
from cupola.domain.timeline import MOST_POINTS, Growing, Point, Timeline

POINTS = st.tuples(st.integers(0, 30).map(float), st.integers(0, 3)).map(lambda one: point(*one))
MANY = st.lists(POINTS, max_size=80)


def point(at: float, tokens: int) -> Point:
    return at, (tokens, 1, 0, 0, 7, tokens, 1, 0)


def spent(points: list[Point]) -> Spent:
    return Spent(added(part for _, part in points), len(points)) if points else Spent()


def grown(points: list[Point], longest: int = 4) -> Growing:
    growing = Growing(longest)
    for one in points:
        growing.add(one)
    return growing


@settings(max_examples=300, deadline=None)
@given(MANY, st.data())
def test_what_was_looked_at_stays_while_replies_come_and_go(points: list[Point], data: st.DataObject) -> None:
    growing, held = Growing(longest=4), list[Point]()
    seen: list[tuple[Timeline, list[Point]]] = []
    for one in points:
        growing.add(one)
        held.append(one)
        if data.draw(st.booleans()):
            seen.append((growing.look(), sorted(held)))
        if data.draw(st.integers(0, 3)) == 0:
            gone = data.draw(st.sampled_from(held))
            growing.take_out(gone)
            held.remove(gone)
    for timeline, then in [*seen, (growing.look(), sorted(held))]:
        assert list(timeline) == then
        assert (len(timeline), timeline.last) == (len(then), then[-1][0] if then else None)
        assert timeline.between(-1, None) == spent(then)


@settings(max_examples=300, deadline=None)
@given(MANY, st.floats(-1, 32), st.none() | st.floats(-1, 32))
def test_between_two_times_is_spent_what_was_made_then(
    points: list[Point], start: float, end: float | None
) -> None:
    then = [one for one in points if start <= one[0] and (end is None or one[0] < end)]
    assert grown(points).look().between(start, end) == spent(then)


@settings(max_examples=300, deadline=None)
@given(MANY)
def test_the_trend_counts_up_to_the_total_in_at_most_60_steps(points: list[Point]) -> None:
    trend, whole = grown(points).look().trend, sorted(points)
    assert len(trend) == (len(points) if len(points) <= MOST_POINTS else -(-len(points) // 2))
    assert trend == tuple(
        (at, sum(part[0] + 8 for _, part in whole[: place + 1]))
        for place, (at, _) in enumerate(whole)
        if (len(whole) - 1 - place) % (2 if len(whole) > MOST_POINTS else 1) == 0
    )


def test_the_trend_of_very_many_replies_has_60_of_them_and_the_last() -> None:
    points = [point(float(number), number % 7) for number in range(1_000)]
    exact, used = {}, 0
    for at, part in points:
        used += sum(part[:5])
        exact[at] = used
    trend = grown(points).look().trend
    assert MOST_POINTS / 2 < len(trend) <= MOST_POINTS
    assert all(exact[at] == tokens for at, tokens in trend)
    assert trend[-1] == (points[-1][0], used)


@given(MANY)
def test_equal_timelines_are_equal_however_they_are_kept(points: list[Point]) -> None:
    one, other = grown(points).look(), grown(points[::-1], longest=9).look()
    assert (one, hash(one)) == (other, hash(other))
    assert pickle.loads(pickle.dumps(one)) == one
    assert grown([*points, point(99, 1)]).look() != one


def test_nothing_was_spent_before_anything_was() -> None:
    timeline, nothing = Timeline(), Spent()
    assert (len(timeline), timeline.last, timeline.trend) == (0, None, ())
    assert timeline.between(0, None) == timeline.between(0, 5) == nothing
    part: Part = added(())
    assert part == nothing.part
