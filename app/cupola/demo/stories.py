"""All stories of the demo on one clock: at second 0 the build begins that goes through all phases."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge
from operator import attrgetter
from random import Random
from typing import Final

from cupola.demo.deeds import Timed, at
from cupola.demo.orchestrator import LASTS_S, weather_web
from cupola.demo.others import (
    DAEMON_S,
    RALPH_S,
    data_pipeline,
    notes_app,
    old_blog,
    readme,
    recipe_box,
    space_invaders,
    todo_cli,
)

MOMENT_S: Final = 1_304.0
"""Where a demo begins: two iterations of tests are over, and another build is about to fall silent."""


def before(moment_s: float, seed: int) -> list[Timed]:
    """All that happened before a moment, in order."""
    told = [*todo_cli(), *space_invaders(), *notes_app(), *old_blog(), *at(-10_000, readme("recipe-box"))]
    for story in _running(seed):
        for one in story:
            if one.at_s >= moment_s:
                break
            told.append(one)
    return sorted((one for one in told if one.at_s < moment_s), key=attrgetter("at_s"))


def after(moment_s: float, seed: int) -> Iterator[Timed]:
    """What happens from a moment on, in order and without end: each build that ends begins anew."""
    once = (sorted(story, key=attrgetter("at_s")) for story in (todo_cli(), space_invaders()))
    for one in merge(*once, *_running(seed), key=attrgetter("at_s")):
        if one.at_s >= moment_s:
            yield one


def _running(seed: int) -> tuple[Iterator[Timed], ...]:
    return (_weather_webs(Random(seed)), _data_pipelines(Random(seed + 1)), _recipe_boxes(Random(seed + 2)))


def _weather_webs(random: Random) -> Iterator[Timed]:
    cycle = 0
    while True:
        yield from sorted(weather_web(random, cycle, LASTS_S * cycle), key=attrgetter("at_s"))
        cycle += 1


def _data_pipelines(random: Random) -> Iterator[Timed]:
    start_s = 0.0
    while True:
        yield from sorted(data_pipeline(random, start_s), key=attrgetter("at_s"))
        start_s += DAEMON_S


def _recipe_boxes(random: Random) -> Iterator[Timed]:
    start_s = 0.0
    while True:
        yield from sorted(recipe_box(random, start_s), key=attrgetter("at_s"))
        start_s += RALPH_S
