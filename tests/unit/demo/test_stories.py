"""What the demo tells: a past that is complete, a future without end, and the same for the same seed."""

from __future__ import annotations

import json
from itertools import pairwise, takewhile

from cupola.demo.deeds import Record, Write
from cupola.demo.stories import MOMENT_S, after, before

PROJECTS = {
    "weather-web",
    "todo-cli",
    "space-invaders",
    "notes-app",
    "old-blog",
    "yaml-lint",
    "wine-cellar",
}


def test_that_the_past_has_a_build_of_each_kind_in_the_order_of_its_deeds() -> None:
    told = before(MOMENT_S, seed=0)
    assert all(one.at_s <= other.at_s < MOMENT_S for one, other in pairwise(told))
    paths = {one.deed.path for one in told if isinstance(one.deed, Write)}
    assert {path.partition("/")[0] for path in paths} >= PROJECTS | {"checkpoints", "logs"}
    assert {one.deed.table for one in told if isinstance(one.deed, Record)} == {
        "tasks",
        "builds",
        "phases",
        "decisions",
    }


def test_that_the_future_goes_on_where_the_past_ends_and_never_does() -> None:
    told = after(MOMENT_S, seed=0)
    times = [one.at_s for one in takewhile(lambda one: one.at_s <= 10 * MOMENT_S, told)]
    assert times[0] >= MOMENT_S
    assert times == sorted(times)
    assert next(told).at_s > 10 * MOMENT_S


def test_that_past_and_future_leave_nothing_out() -> None:
    early, late = before(500, seed=3), before(1500, seed=3)
    between = takewhile(lambda one: one.at_s < 1500, after(500, seed=3))
    assert sorted(map(repr, (*early, *between))) == sorted(map(repr, late))


def test_that_a_seed_tells_the_same_story_again_and_another_one_another() -> None:
    assert before(MOMENT_S, seed=7) == before(MOMENT_S, seed=7)
    assert before(MOMENT_S, seed=7) != before(MOMENT_S, seed=8)


def test_that_every_json_file_is_whole() -> None:
    for one in before(20_000, seed=1):
        if isinstance(one.deed, Write) and one.deed.path.endswith(".json"):
            assert json.loads(one.deed.text)
