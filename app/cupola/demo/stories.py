"""All stories of the demo on one clock: at second 0 the build begins that goes through all phases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from heapq import merge
from itertools import count
from operator import attrgetter
from random import Random
from typing import Final

from cupola.demo import sessions
from cupola.demo.deeds import Timed, at
from cupola.demo.orchestrator import LASTS_S, weather_web
from cupola.demo.others import (
    DAEMON_S,
    RALPH_S,
    notes_app,
    old_blog,
    readme,
    space_invaders,
    todo_cli,
    wine_cellar,
    yaml_lint,
)

MOMENT_S: Final = 1_304.0
"""Where a demo begins: two iterations of tests are over, and another build is about to fall silent."""


def before(moment_s: float, seed: int) -> list[Timed]:
    """All that happened before a moment, in order."""
    told = [one for story in _once(seed) for one in story]
    for story in _running(seed):
        for one in story:
            if one.at_s >= moment_s:
                break
            told.append(one)
    return sorted((one for one in told if one.at_s < moment_s), key=attrgetter("at_s"))


def after(moment_s: float, seed: int) -> Iterator[Timed]:
    """What happens from a moment on, in order and without end: each build that ends begins anew."""
    once = (sorted(story, key=attrgetter("at_s")) for story in _once(seed))
    for one in merge(*once, *_running(seed), key=attrgetter("at_s")):
        if one.at_s >= moment_s:
            yield one


def _once(seed: int) -> tuple[Iterator[Timed], ...]:
    """What happens a single time."""
    return (
        *(todo_cli(), space_invaders(), notes_app(), old_blog(), at(-10_000, readme("wine-cellar"))),
        sessions.todo_cli(Random(seed + 6)),
        sessions.space_invaders(Random(seed + 7)),
        sessions.notes_app(Random(seed + 8)),
        sessions.weather_before(Random(seed + 9)),
        sessions.old_blog(Random(seed + 10)),
    )


def _running(seed: int) -> tuple[Iterator[Timed], ...]:
    """The builds that begin again and again, and their sessions, each with chances of its own."""
    one, other, third, fourth, fifth, sixth = (Random(seed + number) for number in range(6))
    return (
        _without_end(lambda cycle: weather_web(one, cycle, LASTS_S * cycle)),
        _without_end(lambda cycle: yaml_lint(other, DAEMON_S * cycle)),
        _without_end(lambda cycle: wine_cellar(third, RALPH_S * cycle)),
        _without_end(lambda cycle: sessions.weather_web(fourth, LASTS_S * cycle)),
        _without_end(lambda cycle: sessions.yaml_lint(fifth, DAEMON_S * cycle)),
        _without_end(lambda cycle: sessions.wine_cellar(sixth, RALPH_S * cycle)),
    )


def _without_end(tell: Callable[[int], Iterator[Timed]]) -> Iterator[Timed]:
    for cycle in count():
        yield from sorted(tell(cycle), key=attrgetter("at_s"))
