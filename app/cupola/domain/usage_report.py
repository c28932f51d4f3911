"""Replies added up: in all, by model, by session and by agent, each with its price."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import add

from cupola.domain.portions import Portion, portions
from cupola.domain.prices import PricedModel, PriceList
from cupola.domain.usage import Reply, Usage, counted


@dataclass(slots=True)
class Sum:
    """Tokens and dollars of some replies. `cost` None: nothing of it is priced.

    `lower`: a subagent's reply among them never said that it had ended, so it may have used more (C.5).
    """

    cost: float | None = None
    unpriced: set[str] = field(default_factory=set)
    lower: bool = False
    _counts: list[int] = field(default_factory=lambda: [0, 0, 0, 0, 0])

    @property
    def usage(self) -> Usage:
        """The tokens."""
        return Usage(*self._counts)

    def add(self, part: Portion, cost: float | None) -> None:
        """Add some replies; `cost` None: their model is not in the price list."""
        counts = self._counts
        counts[0] += part.input
        counts[1] += part.output
        counts[2] += part.cache_5m
        counts[3] += part.cache_1h
        counts[4] += part.cache_read
        self.lower |= part.lower
        if cost is None:
            self.unpriced.add(part.model)
        else:
            self.cost = (self.cost or 0.0) + cost

    def include(self, other: Sum) -> None:
        """Add all that another one has."""
        self._counts = [*map(add, self._counts, other._counts)]
        self.lower |= other.lower
        self.unpriced |= other.unpriced
        if other.cost is not None:
            self.cost = (self.cost or 0.0) + other.cost


@dataclass(slots=True)
class Session:
    """One session: `agents` by id, "" for the main session itself."""

    directory: str | None = None
    total: Sum = field(default_factory=Sum)
    agents: dict[str, Sum] = field(default_factory=dict)


@dataclass(slots=True)
class Report:
    """Everything that was counted."""

    total: Sum = field(default_factory=Sum)
    models: dict[str, Sum] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)


def report(replies: Iterable[Reply], prices: PriceList, directory: str | None = None) -> Report:
    """Each reply counted once; with `directory` only those that were made in it or below."""
    return report_of(portions(counted(replies), prices.bands), prices, directory)


def report_of(parts: Iterable[Portion], prices: PriceList, directory: str | None = None) -> Report:
    """The same of replies that were added up already, by the list's `bands`."""
    made, firsts = Report(), dict[str, Portion]()
    entries: dict[str, PricedModel | None] = {}
    for part in parts:
        if directory is not None and not _lies_in(part.directory, directory):
            continue
        if part.model not in entries:
            entries[part.model] = prices.find(part.model)
        entry = entries[part.model]
        cost = None if entry is None else entry.cost_of(part)
        made.models.setdefault(part.model, Sum()).add(part, cost)
        session = made.sessions.setdefault(part.session, Session())
        session.agents.setdefault(part.agent, Sum()).add(part, cost)
        firsts[part.session] = min(firsts.get(part.session, part), part, key=_earliest)
    for name, session in made.sessions.items():
        session.directory = firsts[name].directory
        for agent in session.agents.values():
            session.total.include(agent)
        made.total.include(session.total)
    return made


def _earliest(part: Portion) -> tuple[object, ...]:
    """A session is where its first reply was made."""
    return (part.directory is None, part.first is None, part.first or 0.0, part.directory or "")


def _lies_in(path: str | None, directory: str) -> bool:
    return path is not None and (path == directory or path.startswith(directory.rstrip("/") + "/"))
