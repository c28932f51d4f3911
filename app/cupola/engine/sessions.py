"""Which transcripts tell of which build, row by row, and what they tell of it together (C.2)."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from cupola.domain.account import Account, Spent
from cupola.domain.clock import Instant
from cupola.domain.facts import Observation
from cupola.domain.prices import PricedModel, PriceList
from cupola.domain.problems import Problem
from cupola.domain.sessions import (
    AgentUsage,
    Context,
    OtherUsage,
    RunTime,
    SessionsFact,
    why_other,
)
from cupola.domain.text import plain, printable_path
from cupola.domain.transcript import AgentTypeFact, TranscriptFact
from cupola.domain.usage import Reply
from cupola.sources.base import Reading
from cupola.sources.claude import ROWS
from cupola.watch.reader import FileResult, HolderRead, Trouble

Matched = Mapping[str, list[Observation]] | None
"""What belongs to each home of which that is news."""

NO_PRICES: Final = PriceList("", "", ())
SHARE: Final = 0.02
"""At most this part of the control thread for adding up what is not yet complete."""
AGAIN_S: Final = 3.0
"""At most once in this time is told what is not yet complete."""
_SHORT: Final = 8


@dataclass(slots=True)
class _File:
    """One transcript: `booked` of its rows are in the books, `at` is when it changed last."""

    path: str
    fact: TranscriptFact
    at: Instant
    mtime: Instant
    booked: int = 0
    kept: tuple[Reply, ...] = ()
    """What it said before it was written anew."""
    homes: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Book:
    """What is counted for one run."""

    account: Account
    files: dict[str, _File] = field(default_factory=dict)
    others: dict[str, Account] = field(default_factory=dict)
    """By session, of those that are none of the run's."""


class Sessions:
    """Belongs to the control thread. What was counted stays when a transcript is deleted."""

    def __init__(self) -> None:
        self.unread_bytes = 0
        """How much of the transcripts that are followed was not read yet."""
        self._prices = NO_PRICES
        self._entries: dict[str, PricedModel | None] = {}
        self._runs: dict[str, RunTime] = {}
        self._worktrees: dict[str, tuple[str, ...]] = {}
        self._homes: dict[str, str | None] = {}
        """Whose a directory is, as rows name it; emptied when runs come and go."""
        self._files: dict[str, _File] = {}
        self._mains: dict[str, _File] = {}
        self._types: dict[tuple[str, str], str | None] = {}
        """Of subagents, by the folder of their transcripts and their ids."""
        self._books: dict[str, _Book] = {}
        self._problems: dict[str, Problem] = {}
        self._stale: set[str] = set()
        """Homes of which nothing that is counted may stand."""
        self._changed: set[str] = set()
        self._told_again_at = 0.0
        self._seen_ns = 0
        """Trace time of the event behind what is not yet told; 0 for none."""

    def price_by(self, prices: PriceList) -> None:
        """Price by another list from now on."""
        self._prices, self._entries = prices, {}
        self._stale |= self._books.keys()

    def know(self, home: str, run: RunTime | None) -> None:
        """The run in a directory is this one now; None: there is none any more."""
        before = self._runs.get(home)
        run = None if run is None else replace(run, worktrees=self._worktrees.get(home, ()))
        if before == run:
            return
        if run is None:
            del self._runs[home]
        else:
            self._runs[home] = run
        if before is None or run is None or before.folders != run.folders:
            self._homes.clear()
            self._stale |= self._runs.keys() & self._books.keys()
        self._stale.add(home)

    def branch(self, home: str, worktrees: tuple[str, ...]) -> None:
        """These folders elsewhere belong to the project of a directory."""
        self._worktrees[home] = worktrees
        self.know(home, self._runs.get(home))

    def directories(self, homes: Iterable[str]) -> dict[str, Instant]:
        """Where sessions of these runs may work, and when the first of them may have begun."""
        runs = [run for home in homes if (run := self._runs.get(home)) is not None]
        return {place: run.earliest for run in runs for place in run.folders}

    def take_seen_ns(self) -> int:
        """The trace time behind what was told last, once."""
        seen_ns, self._seen_ns = self._seen_ns, 0
        return seen_ns

    def take(self, seen: HolderRead, wall: Instant, seen_ns: int) -> None:
        """Take in a pass over a folder of transcripts; `seen_ns` is the trace time behind it, 0 for none."""
        self._seen_ns = self._seen_ns or seen_ns
        if bool(self.unread_bytes) != bool(seen.unread_bytes):
            self._changed |= self._books.keys()
            self._told_again_at = time.perf_counter() + AGAIN_S
        self.unread_bytes = seen.unread_bytes
        if seen.complete:
            self._problems.pop(seen.holder, None)
        for relative, message in seen.troubles if seen.identity is not None else ():
            self.name(f"{seen.holder}/{relative}".rstrip("/"), message, wall)
        for result in seen.results:
            path = f"{seen.holder}/{result.relative}"
            match result.outcome:
                case Reading():
                    self.name(path, "", wall, result.outcome.dropped)
                    self._hear(path, result, result.outcome, opened=seen.opened)
                case Trouble.REFUSED:
                    self.name(path, result.message, wall)
                case Trouble.MISSING | Trouble.TORN:
                    pass  # what was counted stays; a type that is not whole yet is read again

    def name(self, path: str, message: str, wall: Instant, dropped: tuple[str, ...] = ()) -> None:
        """Name what is wrong with a transcript; nothing takes it back."""
        if not message and not dropped:
            self._problems.pop(path, None)
            return
        old = self._problems.get(path)
        text = plain(message) if message else "some of it could not be used"
        self._problems[path] = Problem(printable_path(path), text, dropped, old.since if old else wall)

    def problems(self) -> tuple[Problem, ...]:
        """What could not be read, by path."""
        return tuple(self._problems[path] for path in sorted(self._problems))

    def matched(self) -> Matched:
        """What transcripts tell of each run of which that is news; None where there is none at all.

        While much is read it is told now and then: to add it all up costs the more the more there is.
        """
        if not self._stale and not self._changed:
            return None
        began = time.perf_counter()
        if self.unread_bytes and began < self._told_again_at:
            return None
        told = self._news()
        self._told_again_at = began + max((time.perf_counter() - began) / SHARE, AGAIN_S)
        return told

    def _news(self) -> dict[str, list[Observation]]:
        stale, self._stale = self._stale, set()
        for home in stale:
            self._rebuild(home)
        changed, self._changed = self._changed | stale, set()
        return {home: list(self._told(home)) for home in changed if home in self._runs}

    def _hear(self, path: str, result: FileResult, reading: Reading, *, opened: bool) -> None:
        at = min(result.mtime, result.arrived) if opened else result.arrived
        for fact in reading.facts:
            if isinstance(fact, TranscriptFact):
                self._transcript(path, fact, at, result.mtime)
            elif isinstance(fact, AgentTypeFact):
                folder = path.rpartition("/")[0]
                if self._types.get((folder, fact.agent)) != fact.type:
                    self._types[folder, fact.agent] = fact.type
                    self._changed |= {home for file in self._files.values() for home in file.homes}

    def _transcript(self, path: str, fact: TranscriptFact, at: Instant, mtime: Instant) -> None:
        file = self._files.get(path)
        if file is None:
            file = self._files[path] = _File(path, fact, at, mtime)
            if not fact.agent:
                self._mains[fact.session] = file
                self._stale |= self._misjudged(fact)
        elif file.fact == fact:
            return
        elif _goes_on(file, fact):
            file.fact, file.at, file.mtime = fact, at, mtime
        else:
            file.kept += file.fact.replies
            file.fact, file.at, file.mtime, file.booked = fact, at, mtime, 0
        self._book(file, None)
        self._changed |= file.homes

    def _misjudged(self, main: TranscriptFact) -> set[str]:
        """Where parts of a session were counted for a run, or not, and its main transcript says otherwise."""
        parts = (file for file in self._files.values() if file.fact.session == main.session)
        placed = ((file.fact, home) for file in parts for home in file.homes if home in self._runs)
        runs = ((fact, home, self._runs[home]) for fact, home in placed)
        return {home for fact, home, run in runs if bool(why_other(fact, run)) != bool(why_other(main, run))}

    def _rebuild(self, home: str) -> None:
        """Count everything of one home anew."""
        self._books.pop(home, None)
        for file in self._files.values():
            file.homes.discard(home)
            self._book(file, home)

    def _book(self, file: _File, only: str | None) -> None:
        """Count what is new in a file; with `only` all of it that belongs to this home."""
        new = file.fact.replies[max(file.booked - 1, 0) :]
        replies = new if only is None else (*file.kept, *file.fact.replies)
        own: dict[str | None, bool] = {}
        for directory, reply in (*((one.directory, one) for one in replies), (None, None)):
            home = self._home_of(directory or file.fact.directory)
            if home is None or only not in {None, home}:
                continue
            if home not in own:
                own[home] = self._attend(home, file)
            if reply is not None:
                self._count(home, file, reply, own=own[home])
        file.booked = len(file.fact.replies)

    def _attend(self, home: str, file: _File) -> bool:
        """Know a file as one of a home's; False if it is of a session that is none of the run's."""
        file.homes.add(home)
        book = self._books.setdefault(home, _Book(Account(self._price)))
        if why_other(self._main_of(file).fact, self._runs[home]):
            return False
        book.files[file.path] = file
        return True

    def _count(self, home: str, file: _File, reply: Reply, *, own: bool) -> None:
        book = self._books[home]
        if own and self._runs[home].covers(reply.at):
            book.account.take(reply)
        else:
            book.others.setdefault(file.fact.session, Account(self._price)).take(reply)

    def _main_of(self, file: _File) -> _File:
        return self._mains.get(file.fact.session, file)

    def _home_of(self, directory: str | None) -> str | None:
        """The deepest directory of a run that a row's directory is, or lies in."""
        if directory is None:
            return None
        if directory not in self._homes:
            here = os.path.normcase(directory)
            inside = [(_depth(here, run), home) for home, run in self._runs.items()]
            depth, home = max(inside, default=(0, ""))
            self._homes[directory] = home if depth else None
        return self._homes[directory]

    def _price(self, reply: Reply) -> float | None:
        entry = self._entry(reply.model)
        return None if entry is None else entry.cost(reply.usage, reply.at)

    def _entry(self, model: str) -> PricedModel | None:
        if model not in self._entries:
            self._entries[model] = self._prices.find(model)
        return self._entries[model]

    def _told(self, home: str) -> Iterator[Observation]:
        book = self._books.get(home)
        if book is None or not (book.files or book.others):
            return
        newest = max(
            (file for file in self._files.values() if home in file.homes),
            key=lambda file: (file.at, file.path),
        )
        fact = self._fact(home, book)
        yield Observation(ROWS, newest.path, fact, newest.at, newest.at, newest.mtime, first_sight=False)

    def _fact(self, home: str, book: _Book) -> SessionsFact:
        account = book.account
        models = [(model, tally.spent()) for model, tally in account.models.items() if tally.replies]
        return SessionsFact(
            agents=tuple(self._usages(book)),
            models=tuple(sorted(models, key=lambda one: (-one[1].tokens, one[0]))),
            total=account.total.spent(),
            timeline=account.timeline(),
            others=tuple(self._others(home, book)),
            reading=self.unread_bytes > 0,
            prices=f"{self._prices.source} of {self._prices.date}" if self._prices.date else "",
        )

    def _usages(self, book: _Book) -> Iterator[AgentUsage]:
        """Each main session by its beginning, behind it what worked for it."""
        files = sorted(book.files.values(), key=lambda file: (file.fact.began or 0.0, file.path))
        below: dict[str, list[_File]] = defaultdict(list)
        for file in files:
            if file.fact.agent:
                below[file.fact.session].append(file)
        for file in files:
            if not file.fact.agent:
                yield self._usage(book, file)
                yield from (self._usage(book, one) for one in below.pop(file.fact.session, []))
        for lost in below.values():
            yield from (self._usage(book, one) for one in lost)

    def _usage(self, book: _Book, file: _File) -> AgentUsage:
        fact = file.fact
        tally = book.account.agents.get((fact.session, fact.agent))
        last = _last(fact)
        folder = file.path.rpartition("/")[0]
        return AgentUsage(
            session=fact.session,
            agent=fact.agent,
            path=file.path,
            name=_named(fact, self._types.get((folder, fact.agent))),
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
        entry = self._entry(last.model)
        window = entry.window if entry else None
        return None if last.at is None else Context(last.usage.context, last.at, last.model, window)

    def _others(self, home: str, book: _Book) -> Iterator[OtherUsage]:
        for session, account in sorted(book.others.items()):
            main = self._mains.get(session)
            reason = why_other(main.fact, self._runs[home]) if main else ""
            name = (main.fact.name if main else None) or session[:_SHORT]
            yield OtherUsage(session, name, reason or "outside the run's time", account.total.spent())


def _goes_on(file: _File, fact: TranscriptFact) -> bool:
    """True if what is new in a transcript only follows what it was: it is the same file, longer."""
    known = file.booked
    if fact.began != file.fact.began or len(fact.replies) < known or fact.entrypoint != file.fact.entrypoint:
        return False
    return not known or fact.replies[known - 1].key == file.fact.replies[known - 1].key


def _named(fact: TranscriptFact, kind: str | None) -> str:
    """A subagent by its type and id, a session by its title, else by the start of its id."""
    if fact.agent:
        return f"{kind or 'agent'} {fact.agent[:_SHORT]}"
    return fact.name or fact.session[:_SHORT]


def _last(fact: TranscriptFact) -> Reply | None:
    """The last reply that is the transcript's own: main ones may hold those of subagents too."""
    own = (reply for reply in reversed(fact.replies) if bool(fact.agent) or not reply.sidechain)
    return next(own, None)


def _depth(here: str, run: RunTime) -> int:
    """How long the path of the run's folder is that a directory lies in; 0 if it lies in none."""
    folders = map(os.path.normcase, run.folders)
    inside = (one for one in folders if here == one or here.startswith(one.rstrip("/\\") + os.sep))
    return max(map(len, inside), default=0)
