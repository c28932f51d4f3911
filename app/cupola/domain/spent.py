"""What some replies used and cost together, exactly: what is taken out again leaves nothing behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import neg
from typing import Final

from cupola.domain.usage import Reply, Usage

NANO: Final = 1_000_000_000
"""Dollars are added up in billionths: what is taken out again leaves nothing behind."""

Part = tuple[int, int, int, int, int, int, int, int]
"""Input, output, cache writes for 5 minutes and 1 hour, cache reads, nano-dollars, priced, unended."""

NOTHING: Final[Part] = (0, 0, 0, 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Spent:
    """Tokens and dollars of some replies; `unpriced` are models among them that are not in the price list."""

    part: Part = NOTHING
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
        return Spent(plus(self.part, other.part), self.replies + other.replies, names)

    def without(self, other: Spent) -> Spent:
        """What is left when `other`, which is in it, is taken out."""
        return Spent(minus(self.part, other.part), self.replies - other.replies)


@dataclass(slots=True)
class Tally:
    """Adds up, and takes out again."""

    part: Part = NOTHING
    replies: int = 0
    unpriced: Counter[str] = field(default_factory=Counter)

    def add(self, reply: Reply, part: Part, sign: int) -> None:
        """Add a reply with `sign` 1, take it out with -1."""
        self.part = plus(self.part, part) if sign > 0 else minus(self.part, part)
        self.replies += sign
        if not part[6]:
            self.unpriced[reply.model] += sign

    def spent(self) -> Spent:
        """The sum now."""
        unpriced = tuple(sorted(model for model, count in self.unpriced.items() if count > 0))
        return Spent(self.part, self.replies, unpriced)


def plus(first: Part, second: Part) -> Part:
    """Both together."""
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


def minus(first: Part, second: Part) -> Part:
    """The first without the second."""
    return plus(first, tuple(map(neg, second)))  # type: ignore[arg-type]  # as many as there were


def added(parts: Iterable[Part]) -> Part:
    """All together; by columns, which is faster than one by one."""
    return tuple(map(sum, zip(NOTHING, *parts, strict=True)))  # type: ignore[return-value]  # as many as there were
