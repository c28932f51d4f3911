"""When replies were made and what was spent up to each, kept so that neither a reply nor a look costs much.

The replies stand in blocks that are added up. A look shares all blocks with those before it and costs as much
as there are blocks; a reply changes one of them, and copies that one only if it was looked at.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, islice
from operator import attrgetter, itemgetter
from typing import Final

from cupola.domain.clock import Instant
from cupola.domain.spent import NOTHING, Part, Spent, added, minus, plus

MOST_POINTS: Final = 60
"""Of the trend."""
LONGEST: Final = 512
"""A block that has more replies is cut into two."""

Point = tuple[Instant, Part]
"""When a reply was made, and what it spent."""

_AT: Final = itemgetter(0)
_PART: Final = itemgetter(1)
_FIRST_AT: Final = attrgetter("first_at")


@dataclass(slots=True, eq=False)
class Block:
    """Some replies that follow each other, at least one. `looked_at`: nobody may change it any more."""

    points: list[Point]
    spent: Part
    looked_at: bool = False

    @property
    def first_at(self) -> Instant:
        """When the first of them was made."""
        return self.points[0][0]

    def upto(self, count: int) -> Part:
        """What the first so many spent."""
        if 2 * count <= len(self.points):
            return added(map(_PART, islice(self.points, count)))
        return minus(self.spent, added(map(_PART, islice(self.points, count, None))))


class Timeline:
    """Immutable: oldest first, without the replies of no known time. Equal if the same was spent when."""

    def __init__(self, blocks: tuple[Block, ...] = ()) -> None:
        self._blocks = blocks

    def __iter__(self) -> Iterator[Point]:
        """Each reply by itself."""
        return (point for block in self._blocks for point in block.points)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Timeline):
            return NotImplemented
        return self._blocks == other._blocks or list(self) == list(other)

    def __hash__(self) -> int:
        return hash((len(self), self.last))

    def __len__(self) -> int:
        return self._counts[-1]

    def __reduce__(self) -> tuple[type[Timeline], tuple[tuple[Block, ...]]]:
        """Pickled without what follows from the blocks."""
        return Timeline, (self._blocks,)

    @property
    def last(self) -> Instant | None:
        """When the last reply was made."""
        return self._blocks[-1].points[-1][0] if self._blocks else None

    @cached_property
    def trend(self) -> tuple[tuple[Instant, int], ...]:
        """Tokens used up to each of at most 60 replies, the last always.

        Of many blocks their last replies are taken: up to these is added up already.
        """
        many = len(self._blocks) > MOST_POINTS
        count, used = (len(self._blocks), self._used_by_block) if many else (len(self), self._used)
        every = -(-count // MOST_POINTS) or 1
        return tuple(map(used, reversed(range(count - 1, -1, -every))))

    def between(self, start: Instant, end: Instant | None) -> Spent:
        """What was spent from `start` on and before `end`."""
        first, before = self._before(start)
        last, upto = self._before(end)
        return Spent(minus(upto, before), last - first) if last > first else Spent()

    def _before(self, at: Instant | None) -> tuple[int, Part]:
        """How many replies were made before `at`, and what they spent; None: all of them."""
        if at is None:
            return self._counts[-1], self._sums[-1]
        place = bisect_left(self._blocks, at, key=_FIRST_AT) - 1
        if place < 0:
            return 0, NOTHING
        block = self._blocks[place]
        count = bisect_left(block.points, at, key=_AT)
        return self._counts[place] + count, plus(self._sums[place], block.upto(count))

    def _used(self, place: int) -> tuple[Instant, int]:
        """When the reply at this place was made, and the tokens up to it."""
        at = bisect_right(self._counts, place) - 1
        block, within = self._blocks[at], place - self._counts[at]
        return block.points[within][0], sum(plus(self._sums[at], block.upto(within + 1))[:5])

    def _used_by_block(self, place: int) -> tuple[Instant, int]:
        """When the last reply of a block was made, and the tokens up to it."""
        return self._blocks[place].points[-1][0], sum(self._sums[place + 1][:5])

    @cached_property
    def _counts(self) -> list[int]:
        """How many replies stand before each block, and in all."""
        return list(accumulate((len(block.points) for block in self._blocks), initial=0))

    @cached_property
    def _sums(self) -> list[Part]:
        """What was spent before each block, and in all."""
        return list(accumulate((block.spent for block in self._blocks), plus, initial=NOTHING))


class Growing:
    """The timeline of an account that goes on: belongs to one thread."""

    def __init__(self, longest: int = LONGEST) -> None:
        self._longest = longest
        self._blocks: list[Block] = []
        self._firsts: list[Point] = []
        """Of each block, to find one by."""

    def look(self) -> Timeline:
        """As it is now, whatever comes."""
        for block in self._blocks:
            block.looked_at = True
        return Timeline(tuple(self._blocks))

    def add(self, point: Point) -> None:
        """Put a reply where it belongs."""
        if not self._blocks:
            self._blocks, self._firsts = [Block([], NOTHING)], [point]
        place = max(bisect_right(self._firsts, point) - 1, 0)
        block = self._own(place)
        insort(block.points, point)
        block.spent = plus(block.spent, point[1])
        self._firsts[place] = block.points[0]
        if len(block.points) > self._longest:
            self._cut(place)

    def take_out(self, point: Point) -> None:
        """Take out one that was added: of two that spent the same at the same time it is all one which."""
        place = bisect_right(self._firsts, point) - 1
        block = self._own(place)
        del block.points[bisect_left(block.points, point)]
        block.spent = minus(block.spent, point[1])
        if block.points:
            self._firsts[place] = block.points[0]
        else:
            del self._blocks[place], self._firsts[place]

    def _own(self, place: int) -> Block:
        """A block to change."""
        block = self._blocks[place]
        if block.looked_at:
            block = self._blocks[place] = Block(block.points.copy(), block.spent)
        return block

    def _cut(self, place: int) -> None:
        """Make two of a block that has become too long."""
        whole = self._blocks[place]
        half = len(whole.points) // 2
        rest = Block(whole.points[half:], added(map(_PART, whole.points[half:])))
        del whole.points[half:]
        whole.spent = minus(whole.spent, rest.spent)
        self._blocks.insert(place + 1, rest)
        self._firsts.insert(place + 1, rest.points[0])
