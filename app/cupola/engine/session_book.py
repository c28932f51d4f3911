"""What is counted for one run, and what its transcripts tell of it together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from heapq import nlargest
from typing import Final

from cupola.domain.account import Account
from cupola.domain.clock import Instant
from cupola.domain.facts import Observation
from cupola.domain.prices import PricedModel, PriceList
from cupola.domain.sessions import AgentUsage, Context, OtherUsage, RunTime, SessionsFact, why_other
from cupola.domain.spent import Spent
from cupola.domain.transcript import Effort, Step, TranscriptFact, Turn
from cupola.domain.usage import Reply
from cupola.sources.claude import ROWS

MOST_AGENTS: Final = 200
"""Sessions and agents that are told of one by one."""
_SHORT: Final = 8


class Pricing:
    """A price list that remembers which entry is a model's: each is asked for with every reply."""

    def __init__(self, prices: PriceList) -> None:
        self.name = f"{prices.source} of {prices.date}" if prices.date else ""
        self._prices = prices
        self._entries: dict[str, PricedModel | None] = {}

    def entry(self, model: str) -> PricedModel | None:
        """The entry of a model; None: it is not listed."""
        if model not in self._entries:
            self._entries[model] = self._prices.find(model)
        return self._entries[model]

    def price(self, reply: Reply) -> float | None:
        """Dollars of a reply; None: its model is not listed."""
        entry = self.entry(reply.model)
        return None if entry is None else entry.cost(reply.usage, reply.at)


@dataclass(slots=True)
class Transcript:
    """One transcript: `booked` of its rows are in the books, `at` is when it changed last."""

    path: str
    fact: TranscriptFact
    at: Instant
    mtime: Instant
    type: str | None = None
    """Of a subagent."""
    booked: int = 0
    kept: tuple[Reply, ...] = ()
    """What it said before it was written anew."""
    homes: set[str] = field(default_factory=set)
    gone: bool = False
    """It is only remembered: `path` names no file."""

    def goes_on(self, fact: TranscriptFact) -> bool:
        """True if what is new only follows what was there: it is the same transcript, longer."""
        old, known = self.fact, len(self.fact.replies)
        if (fact.began, fact.entrypoint) != (old.began, old.entrypoint) or len(fact.replies) < known:
            return False
        return not known or fact.replies[known - 1].key == old.replies[known - 1].key

    @property
    def name(self) -> str:
        """A subagent by its type and id, a session by its title, else by the start of its id."""
        if self.fact.agent:
            return f"{self.type or 'agent'} {self.fact.agent[:_SHORT]}"
        return self.fact.name or self.fact.session[:_SHORT]

    @property
    def last_reply(self) -> Reply | None:
        """The last one of its own: main transcripts may hold those of subagents too."""
        fact = self.fact
        own = (reply for reply in reversed(fact.replies) if bool(fact.agent) or not reply.sidechain)
        return next(own, None)


class Book:
    """Belongs to the control thread. `mains` are all main transcripts by session."""

    def __init__(self, run: RunTime, pricing: Pricing, mains: Mapping[str, Transcript]) -> None:
        self._run = run
        self._pricing = pricing
        self._mains = mains
        self._account = Account(pricing.price)
        self._own: dict[str, Transcript] = {}
        self._others: dict[str, Account] = {}
        """By session, of those that are none of the run's."""
        self._newest: Transcript | None = None
        self._told: dict[tuple[str, str, str], AgentUsage] = {}

    def attend(self, file: Transcript) -> bool:
        """Know a transcript; False if it is of a session that is none of the run's."""
        self._newest = max(filter(None, (self._newest, file)), key=_newer)
        if why_other(self._mains.get(file.fact.session, file).fact, self._run):
            return False
        self._own[file.path] = file
        return True

    def count(self, reply: Reply, session: str, *, own: bool) -> None:
        """Count a row of a transcript that was attended."""
        if own and self._run.covers(reply.at):
            self._account.take(reply)
            return
        if session not in self._others:
            self._others[session] = Account(self._pricing.price)
        self._others[session].take(reply)

    def observed(self, *, reading: bool) -> Observation | None:
        """Everything it tells, as of the transcript that changed last; None if it has none."""
        newest = self._newest
        if newest is None or not (self._own or self._others):
            return None
        path, fact = "" if newest.gone else newest.path, self._fact(reading=reading)
        return Observation(ROWS, path, fact, newest.at, newest.at, newest.mtime, first_sight=False)

    def _fact(self, *, reading: bool) -> SessionsFact:
        models = [(model, tally.spent()) for model, tally in self._account.models.items() if tally.replies]
        return SessionsFact(
            agents=tuple(self._agents()),
            models=tuple(sorted(models, key=lambda one: (-one[1].tokens, one[0]))),
            total=self._account.total.spent(),
            timeline=self._account.timeline(),
            others=tuple(self._told_of_others()),
            prices=self._pricing.name,
            reading=reading,
        )

    def _agents(self) -> Iterator[AgentUsage]:
        """What is as it was told last is the very same: nobody has to look at all of it again."""
        known, self._told = self._told, {}
        for usage in self._usages():
            key = usage.session, usage.agent, usage.path
            held = known.get(key)
            self._told[key] = usage if held is None or held != usage else held
            yield self._told[key]

    def _usages(self) -> Iterator[AgentUsage]:
        """Each main session by its beginning, behind it what worked for it; of very many the latest."""
        latest = nlargest(MOST_AGENTS, self._own.values(), key=_newer)
        files = sorted(latest, key=lambda file: (file.fact.began or 0.0, file.path))
        if len(files) < len(self._own):
            yield self._earlier(files)
        below: dict[str, list[Transcript]] = defaultdict(list)
        for file in files:
            if file.fact.agent:
                below[file.fact.session].append(file)
        for file in files:
            if not file.fact.agent:
                yield self._usage(file)
                yield from map(self._usage, below.pop(file.fact.session, []))
        for lost in below.values():
            yield from map(self._usage, lost)

    def _earlier(self, kept: list[Transcript]) -> AgentUsage:
        """All that are not told of one by one, so that what all have spent is still the sum."""
        spent = self._account.total.spent()
        for who in {(file.fact.session, file.fact.agent) for file in kept}:
            tally = self._account.agents.get(who)
            spent = spent if tally is None else spent.without(tally.spent())
        name = f"{len(self._own) - len(kept):,} earlier sessions and agents"
        return AgentUsage("", "", "", name, 0.0, 0.0, None, spent, Turn(Step.OVER), Effort(), "")

    def _usage(self, file: Transcript) -> AgentUsage:
        fact, last = file.fact, file.last_reply
        tally = self._account.agents.get((fact.session, fact.agent))
        return AgentUsage(
            session=fact.session,
            agent=fact.agent,
            path="" if file.gone else file.path,
            name=file.name,
            began=fact.began or 0.0,
            at=file.at,
            model=last.model if last else None,
            spent=tally.spent() if tally else Spent(),
            turn=fact.turn,
            effort=fact.effort,
            last=fact.last,
            context=self._context(last) if last and not fact.agent else None,
        )

    def _context(self, last: Reply) -> Context | None:
        entry = self._pricing.entry(last.model)
        window = entry.window if entry else None
        return None if last.at is None else Context(last.usage.context, last.at, last.model, window)

    def _told_of_others(self) -> Iterator[OtherUsage]:
        for session, account in sorted(self._others.items()):
            main = self._mains.get(session)
            reason = why_other(main.fact, self._run) if main else ""
            name = main.name if main else session[:_SHORT]
            yield OtherUsage(session, name, reason or "outside the run's time", account.total.spent())


def _newer(file: Transcript) -> tuple[bool, Instant, str]:
    return not file.gone, file.at, file.path
