"""What tokens cost at list prices of a day. A model that is not in the list has no price, and never 0."""

from __future__ import annotations

import re
from dataclasses import dataclass
from os.path import commonprefix
from typing import Final

from cupola.domain.clock import Instant
from cupola.domain.portions import Bands, Portion
from cupola.domain.usage import Usage

MILLION: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Rates:
    """US dollars for a million tokens of each kind."""

    input: float
    output: float
    cache_5m: float
    cache_1h: float
    cache_read: float

    def cost(self, of: Usage | Portion) -> float:
        """Dollars."""
        return (
            of.input * self.input
            + of.output * self.output
            + of.cache_5m * self.cache_5m
            + of.cache_1h * self.cache_1h
            + of.cache_read * self.cache_read
        ) / MILLION


@dataclass(frozen=True, slots=True)
class Tariff:
    """Rates from a day on; `above` holds for a whole reply whose context is larger than `threshold`."""

    since: Instant
    rates: Rates
    threshold: int | None = None
    above: Rates | None = None

    def of(self, context: int) -> Rates:
        """The rates for a reply with that many tokens before it."""
        high = self.threshold is not None and context > self.threshold
        return self.above if high and self.above is not None else self.rates


@dataclass(frozen=True, slots=True)
class PricedModel:
    """`pattern` matches the model's names as a whole; `tariffs` are oldest first."""

    name: str
    pattern: str
    window: int | None
    tariffs: tuple[Tariff, ...]

    def rates(self, at: Instant | None, context: int) -> Rates:
        """Those of a reply's day, of today where its day is not known."""
        valid = [one for one in self.tariffs if at is None or one.since <= at]
        return (valid or self.tariffs[:1])[-1].of(context)

    def cost(self, usage: Usage, at: Instant | None) -> float:
        """Dollars for one reply."""
        return self.rates(at, usage.context).cost(usage)

    def cost_of(self, part: Portion) -> float:
        """Dollars for replies that were added up by this list's `bands`."""
        return self.rates(part.since, part.above + 1).cost(part)


@dataclass(frozen=True, slots=True)
class PriceList:
    """List prices as they were on `date`; `source` says whose list."""

    date: str
    source: str
    models: tuple[PricedModel, ...]

    def find(self, model: str) -> PricedModel | None:
        """The entry of a model by any of its names, the most alike first; None: it is not in the list."""
        alike = sorted(self.models, key=lambda entry: -_in_common(entry.name, model))
        return next((entry for entry in alike if re.fullmatch(entry.pattern, model)), None)

    @property
    def bands(self) -> Bands:
        """Where the price of a token may change, for some model."""
        tariffs = [tariff for entry in self.models for tariff in entry.tariffs]
        contexts = {one.threshold for one in tariffs if one.threshold is not None}
        return Bands(tuple(sorted({one.since for one in tariffs})), tuple(sorted(contexts)))


NO_PRICES: Final = PriceList("", "", ())
"""Nothing is priced by it."""


def _in_common(name: str, model: str) -> int:
    """Letters from the beginning on; to compile the right pattern first saves compiling twenty others."""
    return len(commonprefix((name, model)))  # noqa: RUF071 - names of models, not paths
