"""What a bench measures, what is allowed, and how the two compare."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import median
from typing import Final

from bench.setup import Setup

MISS_BY: Final = 1.5
"""A figure that is over its budget by more than half is a miss."""
CHECK_SHARE: Final = 3 / 5
"""`--check` fails for a figure that is a miss in this share of the rounds."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One figure of one round. `reference` is None where there is nothing to compare with."""

    cupola: float
    reference: float | None = None


Measured = Mapping[str, Pair]


@dataclass(frozen=True, slots=True)
class Limit:
    """The budget of one figure: the smallest of those given; without any it is for information.

    `times` and `plus` are relative to the reference. `exactly`: fewer is as wrong as more. `always`: what
    is over it fails the run without `--check`, for it is no matter of speed.
    """

    figure: str
    unit: str
    at_most: float | None = None
    times: float | None = None
    plus: float | None = None
    exactly: bool = False
    always: bool = False

    def budget(self, reference: float | None) -> float | None:
        """What is allowed beside this reference; None: anything."""
        allowed = [] if self.at_most is None else [self.at_most]
        if reference is not None and self.times is not None:
            allowed.append(self.times * reference)
        if reference is not None and self.plus is not None:
            allowed.append(self.plus + reference)
        return min(allowed, default=None)


class Verdict(StrEnum):
    """How a figure stands to its budget."""

    MET = "met"
    OVER = "over"
    MISSED = "MISSED"
    INFORMS = ""


def verdict(limit: Limit, pair: Pair) -> Verdict:
    """How one measurement stands to its budget; not a number is a miss."""
    allowed = limit.budget(pair.reference)
    if allowed is None:
        return Verdict.INFORMS
    if math.isnan(pair.cupola) or (limit.exactly and pair.cupola != allowed):
        return Verdict.MISSED
    if pair.cupola <= allowed:
        return Verdict.MET
    return Verdict.OVER if pair.cupola <= MISS_BY * allowed else Verdict.MISSED


@dataclass(frozen=True, slots=True)
class Row:
    """One row of design.md's budgets. `counted` says in words how its figures come about."""

    name: str
    title: str
    counted: str
    limits: tuple[Limit, ...]
    measure: Callable[[Setup], Measured]


@dataclass(slots=True)
class Result:
    """The rounds of one row, each with the load of the machine before it."""

    row: Row
    rounds: list[Measured] = field(default_factory=list)
    loads: list[float] = field(default_factory=list)

    def pair(self, figure: str) -> Pair | None:
        """The medians of a figure over the rounds that have it."""
        pairs = [one[figure] for one in self.rounds if figure in one]
        if not pairs:
            return None
        references = [one.reference for one in pairs if one.reference is not None]
        return Pair(median(one.cupola for one in pairs), median(references) if references else None)

    def wrong(self, limit: Limit) -> bool:
        """True if a figure that has to be right was not, in any round."""
        pairs = [one[limit.figure] for one in self.rounds if limit.figure in one]
        return limit.always and any(verdict(limit, pair) is not Verdict.MET for pair in pairs)

    def fails(self, limit: Limit) -> bool:
        """True if this figure is a miss in three of five rounds."""
        pairs = [one.get(limit.figure, Pair(math.nan)) for one in self.rounds]
        missed = sum(verdict(limit, pair) is Verdict.MISSED for pair in pairs)
        return bool(pairs) and missed >= CHECK_SHARE * len(pairs)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of all are not above (nearest rank); NaN of nothing."""
    if not values:
        return math.nan
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
