"""What is told in the list of activity of sessions, their agents, limits and what they spent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cupola.domain.clock import Instant
from cupola.domain.formatting import dollars
from cupola.domain.models import ActivityEntry
from cupola.domain.sessions import AgentUsage, SessionsFact
from cupola.domain.text import plain
from cupola.domain.transcript import Step
from cupola.domain.working import limit_words

_NAME: Final = 80
_LEAST: Final = 100_000
"""Tokens are told of at this many and then at each 2, 5 and 10 times as many."""
_STEPS: Final = (1, 2, 5)
_ENDED: Final = frozenset({Step.OVER, Step.FAILED})


def session_entries(
    before: SessionsFact | None, after: SessionsFact, now: Instant
) -> tuple[ActivityEntry, ...]:
    """What changed, newest first. Of what was there at first sight only what goes on is told."""
    told = [*_agents(before, after, now), *_spent(before, after, now)]
    return tuple(sorted(told, key=lambda entry: entry.at, reverse=True))


def _agents(before: SessionsFact | None, after: SessionsFact, now: Instant) -> Iterator[ActivityEntry]:
    known = {one.path: one for one in before.agents} if before is not None else {}
    for one in after.agents:
        was = known.get(one.path)
        if was is None:
            if before is not None or one.turn.step not in _ENDED:
                yield ActivityEntry(min(one.began, now), "agent", f"{_called(one)} began")
        elif was.turn.step is not one.turn.step:
            yield from _step(one)


def _step(one: AgentUsage) -> Iterator[ActivityEntry]:
    match one.turn.step:
        case Step.LIMIT:
            yield ActivityEntry(one.at, "limit", f"{_called(one)}: {limit_words(one.turn, one.at)}")
        case Step.FAILED:
            yield ActivityEntry(one.at, "agent", f"{_called(one)} ended with an error of the API")
        case Step.OVER:
            yield ActivityEntry(one.at, "agent", f"{_called(one)} is done, {one.spent.tokens:,} tokens")


def _called(one: AgentUsage) -> str:
    return f"{'agent' if one.agent else 'session'} {plain(one.name, _NAME)}".replace("agent agent", "agent")


def _spent(before: SessionsFact | None, after: SessionsFact, now: Instant) -> Iterator[ActivityEntry]:
    was, tokens = before.total.tokens if before is not None else after.total.tokens, after.total.tokens
    mark = _mark(tokens)
    if mark > _mark(was):
        cost = after.total.cost
        money = f", ≈ {dollars(cost)}" if cost is not None else ""
        yield ActivityEntry(now, "token", f"{mark:,} tokens used{money}")


def _mark(tokens: int) -> int:
    """The last of the marks that is reached; 0 before the first."""
    reached, power = 0, _LEAST
    while power <= tokens:
        reached = max(step * power for step in _STEPS if step * power <= tokens)
        power *= 10
    return reached
