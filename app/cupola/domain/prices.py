"""What tokens cost at list prices of a day. A model that is not in the list has no price, and never 0."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from cupola.domain.clock import Instant
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

    def cost(self, usage: Usage) -> float:
        """Dollars."""
        return (
            usage.input * self.input
            + usage.output * self.output
            + usage.cache_5m * self.cache_5m
            + usage.cache_1h * self.cache_1h
            + usage.cache_read * self.cache_read
        ) / MILLION


@dataclass(frozen=True, slots=True)
class Tariff:
    """Rates from a day on; `above` holds for a whole reply whose context is larger than `threshold`."""

    since: Instant
    rates: Rates
    threshold: int | None = None
    above: Rates | None = None

    def of(self, usage: Usage) -> Rates:
        """The rates for one reply."""
        high = self.threshold is not None and usage.context > self.threshold
        return self.above if high and self.above is not None else self.rates


@dataclass(frozen=True, slots=True)
class PricedModel:
    """`pattern` matches the model's names as a whole; `tariffs` are oldest first."""

    name: str
    pattern: str
    window: int | None
    tariffs: tuple[Tariff, ...]

    def cost(self, usage: Usage, at: Instant | None) -> float:
        """Dollars for one reply at the prices of its day, of today where its day is not known."""
        valid = [one for one in self.tariffs if at is None or one.since <= at]
        return (valid or self.tariffs[:1])[-1].of(usage).cost(usage)


@dataclass(frozen=True, slots=True)
class PriceList:
    """List prices as they were on `date`; `source` says whose list."""

    date: str
    source: str
    models: tuple[PricedModel, ...]

    def find(self, model: str) -> PricedModel | None:
        """The entry of a model by any of its names; None: it is not in the list."""
        return next((entry for entry in self.models if re.fullmatch(entry.pattern, model)), None)
