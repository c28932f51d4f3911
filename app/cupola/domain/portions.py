"""Replies of one teller and one price added up: what a report is made of, and what a ledger keeps ready."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from cupola.domain.clock import Instant
from cupola.domain.usage import Reply


@dataclass(frozen=True, slots=True)
class Bands:
    """Where prices change, ascending: at these instants, and above these contexts in tokens.

    Between two of them all replies of a model cost the same for each token.
    """

    instants: tuple[Instant, ...] = ()
    contexts: tuple[int, ...] = ()

    def since(self, at: Instant | None) -> Instant | None:
        """The last change at or before `at`, before the first one minus infinity."""
        if at is None:
            return None
        passed = bisect_right(self.instants, at)
        return self.instants[passed - 1] if passed else float("-inf")

    def above(self, context: int) -> int:
        """The largest of the contexts that is exceeded, -1 for none."""
        passed = bisect_left(self.contexts, context)
        return self.contexts[passed - 1] if passed else -1


class Portion(NamedTuple):
    """Some replies of one agent with one model in one directory, at one price.

    `since` and `above` name the price (`Bands`). `first`: the earliest of their times. `lower`: one of a
    subagent never said that it had ended, so it may have used more (transcripts.md C.5). The tokens are flat:
    there may be ten thousand of these.
    """

    session: str
    agent: str
    directory: str | None
    model: str
    since: Instant | None
    above: int
    first: Instant | None
    lower: bool
    input: int
    output: int
    cache_5m: int
    cache_1h: int
    cache_read: int

    @property
    def order(self) -> tuple[Any, ...]:
        """Sorts any portions, and tells those that belong together."""
        price = (self.since is not None, self.since or 0.0, self.above)
        return (
            self.session,
            self.agent,
            self.model,
            self.directory is not None,
            self.directory or "",
            *price,
        )

    def plus(self, other: Portion) -> Portion:
        """Both; they have the same teller and price."""
        times = [one.first for one in (self, other) if one.first is not None]
        counts = map(sum, zip(self[8:], other[8:], strict=True))
        return Portion(*self[:6], min(times, default=None), self.lower or other.lower, *counts)


def portions(replies: Iterable[Reply], bands: Bands) -> list[Portion]:
    """Counted replies (`usage.counted`) as few portions, in an order that depends on nothing else."""
    return joined(_alone(reply, bands) for reply in replies)


def joined(parts: Iterable[Portion]) -> list[Portion]:
    """Those that belong together as one each, in order."""
    made: dict[tuple[Any, ...], Portion] = {}
    for part in parts:
        held = made.get(part.order)
        made[part.order] = part if held is None else held.plus(part)
    return [made[order] for order in sorted(made)]


def _alone(reply: Reply, bands: Bands) -> Portion:
    who = (reply.session, reply.agent, reply.directory, reply.model)
    price = (bands.since(reply.at), bands.above(reply.usage.context))
    lower = bool(reply.agent) and not reply.final
    return Portion(*who, *price, reply.at, lower, *reply[10:])
