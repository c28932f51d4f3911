"""What was spent, kept up to date row by row: each reply counted once, whatever file tells of it last.

The rules are those of `domain.usage.counted`; here a row costs the same however many came before it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce
from itertools import accumulate, islice
from operator import itemgetter, neg
from typing import Final

from cupola.domain.clock import Instant
from cupola.domain.usage import Reply, Usage

NANO: Final = 1_000_000_000
"""Dollars are added up in billionths: what is taken out again leaves nothing behind."""

Price = Callable[[Reply], float | None]
"""Dollars of a reply; None: its model is not in the price list."""


Part = tuple[int, int, int, int, int, int, int, int]
"""Input, output, cache writes for 5 minutes and 1 hour, cache reads, nano-dollars, priced, unended."""

_NOTHING: Final[Part] = (0, 0, 0, 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Spent:
    """Tokens and dollars of some replies; `unpriced` are models among them that are not in the price list."""

    part: Part = _NOTHING
    replies: int = 0
    unpriced: tuple[str, ...] = ()

    @property
    def usage(self) -> Usage:
        """Tokens of each kind."""
        return Usage(*self.part[:5])

    @property
    def tokens(self) -> int:
        """All kinds together."""
        return sum(self.part[:5])

    @property
    def cost(self) -> float | None:
        """Dollars of what is priced; None: nothing of it is."""
        return self.part[5] / NANO if self.part[6] else None

    @property
    def partly_priced(self) -> bool:
        """True if some of it has no price."""
        return self.part[6] < self.replies

    @property
    def lower(self) -> bool:
        """True if a subagent's reply among them never said that it had ended: it may have used more (C.5)."""
        return self.part[7] > 0

    def plus(self, other: Spent) -> Spent:
        """Both together."""
        names = tuple(sorted({*self.unpriced, *other.unpriced}))
        return Spent(_plus(self.part, other.part), self.replies + other.replies, names)

    def without(self, other: Spent) -> Spent:
        """What is left when `other`, which is in it, is taken out."""
        return Spent(_minus(self.part, other.part), self.replies - other.replies)


@dataclass(slots=True)
class Tally:
    """Adds up, and takes out again."""

    part: Part = _NOTHING
    replies: int = 0
    unpriced: Counter[str] = field(default_factory=Counter)

    def add(self, reply: Reply, part: Part, sign: int) -> None:
        """Add a reply with `sign` 1, take it out with -1."""
        self.part = _plus(self.part, part) if sign > 0 else _minus(self.part, part)
        self.replies += sign
        if not part[6]:
            self.unpriced[reply.model] += sign

    def spent(self) -> Spent:
        """The sum now."""
        unpriced = tuple(sorted(model for model, count in self.unpriced.items() if count > 0))
        return Spent(self.part, self.replies, unpriced)


_AT: Final = itemgetter(0)


@dataclass(frozen=True, slots=True)
class Timeline:
    """When replies were made and what was spent up to each, oldest first; without those of no known time."""

    points: tuple[tuple[Instant, Part], ...] = ()

    def between(self, start: Instant, end: Instant | None) -> Spent:
        """What was spent from `start` on and before `end`."""
        first = bisect_left(self.points, start, key=_AT)
        last = len(self.points) if end is None else bisect_left(self.points, end, key=_AT)
        if last <= first:
            return Spent()
        before = self.points[first - 1][1] if first else _NOTHING
        return Spent(_minus(self.points[last - 1][1], before), last - first)


Who = tuple[str, str]
"""Session and agent, "" for the main session."""


class Account:
    """Belongs to one thread. Rows come in any order and any number of times."""

    def __init__(self, price: Price) -> None:
        self.total = Tally()
        self.models: dict[str, Tally] = {}
        self.agents: dict[Who, Tally] = {}
        self._price = price
        self._groups: dict[str, dict[str, Reply]] = {}
        """Rows merged by reply, by message."""
        self._counted: dict[str, list[Reply]] = {}
        """What of each group is in the sums."""
        self._at: list[tuple[Instant, str, Part]] = []
        self._points: list[tuple[Instant, Part]] = []
        """As many of these as are summed up already."""

    def take(self, reply: Reply) -> None:
        """Let one row tell."""
        name = reply.message or reply.key
        group = self._groups.setdefault(name, {})
        held = group.get(reply.key)
        merged = reply if held is None else held.merged(reply)
        if merged == held:
            return
        group[reply.key] = merged
        before, after = self._counted.get(name, []), _standing(list(group.values()))
        for one in before:
            self._add(one, -1)
        for one in after:
            self._add(one, 1)
        self._counted[name] = after

    def timeline(self) -> Timeline:
        """When what was spent."""
        new = self._at[len(self._points) :]
        if new:
            upto = self._points[-1][1] if self._points else _NOTHING
            # By columns: faster than row by row, and there may be very many.
            columns = zip(upto, *(part for _, _, part in new), strict=True)
            sums = islice(zip(*map(accumulate, columns), strict=True), 1, None)
            self._points += zip(map(_AT, new), sums, strict=True)
        return Timeline(tuple(self._points))

    def _add(self, reply: Reply, sign: int) -> None:
        part = self._part(reply)
        self.total.add(reply, part, sign)
        self.models.setdefault(reply.model, Tally()).add(reply, part, sign)
        self.agents.setdefault((reply.session, reply.agent), Tally()).add(reply, part, sign)
        if reply.at is None:
            return
        entry = (reply.at, reply.key, part)
        if sign > 0:
            place = bisect_right(self._at, entry)
            insort(self._at, entry)
        else:
            place = bisect_left(self._at, entry)
            del self._at[place]
        del self._points[place:]

    def _part(self, reply: Reply) -> Part:
        usage, cost = reply.usage, self._price(reply)
        nano = 0 if cost is None else round(cost * NANO)
        unended = bool(reply.agent) and not reply.final
        return (
            usage.input,
            usage.output,
            usage.cache_5m,
            usage.cache_1h,
            usage.cache_read,
            nano,
            int(cost is not None),
            int(unended),
        )


def _plus(first: Part, second: Part) -> Part:
    a, b, c, d, e, f, g, h = first
    return (
        a + second[0],
        b + second[1],
        c + second[2],
        d + second[3],
        e + second[4],
        f + second[5],
        g + second[6],
        h + second[7],
    )


def _minus(first: Part, second: Part) -> Part:
    return _plus(first, tuple(map(neg, second)))  # type: ignore[arg-type]  # as many as there were


def _standing(same: list[Reply]) -> list[Reply]:
    """Of one message under several requests those of no subagent; if all are, they are one reply."""
    own = [reply for reply in same if not reply.sidechain]
    return own or [reduce(Reply.merged, same)]
