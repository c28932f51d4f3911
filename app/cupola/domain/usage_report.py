"""Replies added up: in all, by model, by session and by agent, each with its price."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from cupola.domain.prices import PricedModel, PriceList
from cupola.domain.usage import Reply, Usage, counted


@dataclass(slots=True)
class Sum:
    """Tokens and dollars of some replies. `cost` None: nothing of it is priced.

    `lower`: a subagent's reply among them never said that it had ended, so it may have used more (C.5).
    """

    usage: Usage = field(default_factory=Usage)
    cost: float | None = None
    unpriced: set[str] = field(default_factory=set)
    lower: bool = False

    def add(self, reply: Reply, cost: float | None) -> None:
        """Add one reply; `cost` None: its model is not in the price list."""
        self.usage += reply.usage
        self.lower |= bool(reply.agent) and not reply.final
        if cost is None:
            self.unpriced.add(reply.model)
        else:
            self.cost = (self.cost or 0.0) + cost

    def include(self, other: Sum) -> None:
        """Add all that another one has."""
        self.usage += other.usage
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
    made = Report()
    parts: dict[tuple[str, str, str], Sum] = {}
    entries: dict[str, PricedModel | None] = {}
    for reply in counted(replies):
        if directory is not None and not _lies_in(reply.directory, directory):
            continue
        if reply.model not in entries:
            entries[reply.model] = prices.find(reply.model)
        entry = entries[reply.model]
        part = parts.setdefault((reply.session, reply.agent, reply.model), Sum())
        part.add(reply, None if entry is None else entry.cost(reply.usage, reply.at))
        session = made.sessions.setdefault(reply.session, Session())
        session.directory = session.directory or reply.directory
    for (name, agent, model), part in parts.items():
        session = made.sessions[name]
        for whole in (made.total, session.total):
            whole.include(part)
        made.models.setdefault(model, Sum()).include(part)
        session.agents.setdefault(agent, Sum()).include(part)
    return made


def _lies_in(path: str | None, directory: str) -> bool:
    return path is not None and (path == directory or path.startswith(directory.rstrip("/") + "/"))
