"""Which transcripts tell of which build, row by row, and what they tell of it together (C.2)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from cupola.domain.account import Who
from cupola.domain.clock import Clock, Instant
from cupola.domain.facts import Observation
from cupola.domain.prices import NO_PRICES, PriceList
from cupola.domain.problems import Problem
from cupola.domain.sessions import RunTime, why_other
from cupola.domain.text import plain, printable_path
from cupola.domain.transcript import AgentTypeFact, Step, TranscriptFact, Turn
from cupola.domain.usage import Reply
from cupola.engine.session_book import Book, Pricing, Transcript
from cupola.sources.base import Reading
from cupola.watch.reader import FileResult, HolderRead, Trouble

Matched = Mapping[str, list[Observation]] | None
"""What belongs to each home of which that is news."""

SHARE: Final = 0.001
"""At most this part of the time for telling what is not yet complete: whoever comes meanwhile has to wait."""
AGAIN_S: Final = 3.0
"""At most once in this time is told what is not yet complete."""
AT_ONCE: Final = 100
"""So many rows are counted in one piece, in a millisecond."""


class Sessions:
    """Belongs to the control thread. What was counted stays when a transcript is deleted."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.unread_bytes = 0
        """How much of the transcripts that are followed was not read yet."""
        self._pricing = Pricing(NO_PRICES)
        self._runs: dict[str, RunTime] = {}
        self._worktrees: dict[str, tuple[str, ...]] = {}
        self._homes: dict[str, str | None] = {}
        """Whose a directory is, as rows name it; emptied when runs come and go."""
        self._files: dict[str, Transcript] = {}
        self._unbooked: dict[str, Transcript] = {}
        """Those of which rows are still to be counted, by path."""
        self._anew: dict[str, Iterator[None]] = {}
        """Homes that are being counted anew: a step counts some of it."""
        self._mains: dict[str, Transcript] = {}
        self._types: dict[str, str | None] = {}
        """Of subagents, by their transcripts."""
        self._books: dict[str, Book] = {}
        self._recalled: dict[str, dict[str, list[Reply]]] = {}
        """By home and session."""
        self._problems: dict[str, Problem] = {}
        self._resting: set[str] = set()
        self._stale: set[str] = set()
        """Homes of which nothing that is counted may stand."""
        self._changed: set[str] = set()
        self._told_again_at = 0.0
        self._telling_since: float | None = None
        self._seen_ns = 0
        """Trace time of the event behind what is not yet told; 0 for none."""

    def price_by(self, prices: PriceList) -> None:
        """Price by another list from now on."""
        self._pricing = Pricing(prices)
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

    @property
    def has_unbooked(self) -> bool:
        """True if rows that were read are still to be counted."""
        return bool(self._unbooked or self._anew)

    @property
    def reading(self) -> bool:
        """True if not all that is followed was read and counted yet."""
        return self.unread_bytes > 0 or self.has_unbooked

    @property
    def has_any(self) -> bool:
        """True if any transcript was read."""
        return bool(self._files)

    def run_of(self, home: str) -> RunTime | None:
        """When the run in a directory went on; None if there is none."""
        return self._runs.get(home)

    def wake(self, home: str) -> None:
        """A run is attended from now on: what is read of it counts."""
        self._resting.discard(home)

    def rest(self, home: str) -> None:
        """A run is attended no longer: what was told of it stands, and nothing more of it is kept here."""
        was_reading = self.reading
        self._resting.add(home)
        self._recalled.pop(home, None)
        self._books.pop(home, None)
        self._anew.pop(home, None)
        for path in [path for path, file in self._files.items() if file.homes <= self._resting]:
            file = self._files.pop(path)
            self._unbooked.pop(path, None)
            self._types.pop(path, None)
            if self._mains.get(file.fact.session) is file:
                del self._mains[file.fact.session]
        self._turned(was_reading=was_reading)

    def recall(self, home: str, replies: tuple[Reply, ...]) -> None:
        """Count what the ledger remembers of a run, as far as no transcript tells of it."""
        self._recalled[home] = {}
        for reply in replies:
            self._recalled[home].setdefault(reply.session, []).append(reply)
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
        was_reading, self.unread_bytes = self.reading, seen.unread_bytes
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
        self._turned(was_reading=was_reading)

    def book_on(self) -> None:
        """Count some of the rows that are still to be counted: much at once would hold up everybody else."""
        was_reading = self.reading
        if self._unbooked:
            self._book(next(iter(self._unbooked.values())))
        elif self._anew:
            self._count_on(next(iter(self._anew)))
        self._turned(was_reading=was_reading)

    def _turned(self, *, was_reading: bool) -> None:
        """Whether all was read and counted is told with each build."""
        if was_reading != self.reading:
            self._changed |= self._books.keys()
            self._told_again_at = self._clock.continuous() + AGAIN_S

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
        began = self._clock.continuous()
        if self.reading and began < self._told_again_at:
            return None
        self._begin_anew()
        changed = self._changed - self._anew.keys() - self._resting
        self._changed -= changed | self._resting
        told = ((home, self._books.get(home)) for home in changed if home in self._runs)
        observed = {home: self._observed(book) for home, book in told}
        self._telling_since = began
        return observed

    def told(self) -> None:
        """What was matched last is attached: the more that cost, the later is told again."""
        began, self._telling_since = self._telling_since, None
        if began is not None:
            self._told_again_at = began + max((self._clock.continuous() - began) / SHARE, AGAIN_S)

    def _begin_anew(self) -> None:
        """Count anew what has to be: little at once, much from now on bit by bit."""
        was_reading, begun = self.reading, self._stale - self._resting - self._anew.keys()
        self._stale -= begun | self._resting
        for home in begun:
            self._anew[home] = self._rebuilt(home)
            self._count_on(home)
        self._turned(was_reading=was_reading)

    def _count_on(self, home: str) -> None:
        """A step of what is counted anew; what may be told of it afterwards is told."""
        if next(self._anew[home], self) is self:
            del self._anew[home]
            self._changed.add(home)

    def _observed(self, book: Book | None) -> list[Observation]:
        seen = book.observed(reading=self.reading) if book is not None else None
        return [] if seen is None else [seen]

    def _hear(self, path: str, result: FileResult, reading: Reading, *, opened: bool) -> None:
        at = min(result.mtime, result.arrived) if opened else result.arrived
        for fact in reading.facts:
            if isinstance(fact, TranscriptFact):
                self._transcript(path, fact, at, result.mtime)
            elif isinstance(fact, AgentTypeFact):
                self._type(f"{path.rpartition('/')[0]}/agent-{fact.agent}.jsonl", fact.type)

    def _type(self, path: str, name: str | None) -> None:
        """The subagent of this transcript is of this type; either may be told of first."""
        self._types[path] = name
        file = self._files.get(path)
        if file is not None and file.type != name:
            file.type = name
            self._changed |= file.homes

    def _transcript(self, path: str, fact: TranscriptFact, at: Instant, mtime: Instant) -> None:
        file = self._files.get(path)
        if file is None:
            file = self._files[path] = Transcript(path, fact, at, mtime, self._types.get(path))
            self._stale |= {home for home, known in self._recalled.items() if fact.session in known}
            if not fact.agent:
                self._mains[fact.session] = file
                self._stale |= self._misjudged(fact)
        elif file.fact == fact:
            return
        elif file.goes_on(fact):
            file.fact, file.at, file.mtime = fact, at, mtime
        else:
            while path in self._unbooked:
                self._book(file)
            file.kept += file.fact.replies
            file.fact, file.at, file.mtime, file.booked = fact, at, mtime, 0
        self._book(file)

    def _misjudged(self, main: TranscriptFact) -> set[str]:
        """Where parts of a session were counted for a run, or not, and its main transcript says otherwise."""
        parts = (file for file in self._files.values() if file.fact.session == main.session)
        placed = ((file.fact, home) for file in parts for home in file.homes if home in self._runs)
        runs = ((fact, home, self._runs[home]) for fact, home in placed)
        return {home for fact, home, run in runs if bool(why_other(fact, run)) != bool(why_other(main, run))}

    def _rebuilt(self, home: str) -> Iterator[None]:
        """Count everything of one home anew; what is new meanwhile is counted besides, some of it twice."""
        self._books.pop(home, None)
        counted = 0
        for file in list(self._files.values()):
            file.homes.discard(home)
            rows = (*file.kept, *file.fact.replies[: file.booked])
            for start in range(0, max(len(rows), 1), AT_ONCE):
                self._count(file, rows[start : start + AT_ONCE], home)
                counted += min(len(rows) - start, AT_ONCE)
                if counted >= AT_ONCE:
                    counted = 0
                    yield
        if home in self._recalled and home in self._runs:
            self._book_recalled(home)

    def _book_recalled(self, home: str) -> None:
        """Count what the ledger has of sessions without a transcript, and stand for those in the book."""
        known = {file.fact.session for file in self._files.values()}
        gone: dict[Who, list[Reply]] = {}
        for session in self._recalled[home].keys() - known:
            for reply in self._recalled[home][session]:
                gone.setdefault((session, reply.agent), []).append(reply)
        for who, replies in sorted(gone.items()):
            at = max(reply.at or 0.0 for reply in replies)
            file = Transcript("/".join(who), _remembered(who, replies, at), at, at, gone=True)
            if not who[1]:
                self._mains[who[0]] = file
            book = self._book_of(home)
            own = book.attend(file)
            for reply in replies:
                book.count(reply, who[0], own=own)

    def _book_of(self, home: str) -> Book:
        if home not in self._books:
            self._books[home] = Book(self._runs[home], self._pricing, self._mains)
        return self._books[home]

    def _book(self, file: Transcript) -> None:
        """Count what is new in a file, so much at once; the last row that was may tell more now."""
        end = min(file.booked + AT_ONCE, len(file.fact.replies))
        self._count(file, file.fact.replies[max(file.booked - 1, 0) : end], None)
        file.booked = end
        self._changed |= file.homes
        if end < len(file.fact.replies):
            self._unbooked[file.path] = file
        else:
            self._unbooked.pop(file.path, None)

    def _count(self, file: Transcript, replies: tuple[Reply, ...], only: str | None) -> None:
        """Count these rows of a file, and know it; with `only` those that belong to this home."""
        own: dict[str | None, bool] = {}
        for directory, reply in (*((one.directory, one) for one in replies), (None, None)):
            home = self._home_of(directory or file.fact.directory)
            if home is None or only not in {None, home}:
                continue
            book = self._book_of(home)
            if home not in own:
                file.homes.add(home)
                own[home] = book.attend(file)
            if reply is not None:
                book.count(reply, file.fact.session, own=own[home])

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


def _remembered(who: Who, replies: list[Reply], at: Instant) -> TranscriptFact:
    """What is left of a transcript that is gone."""
    began = min(reply.at or 0.0 for reply in replies)
    return TranscriptFact(*who, began=began, replies=tuple(replies), turn=Turn(Step.OVER, at))


def _depth(here: str, run: RunTime) -> int:
    """How long the path of the run's folder is that a directory lies in; 0 if it lies in none."""
    folders = map(os.path.normcase, run.folders)
    inside = (one for one in folders if here == one or here.startswith(one.rstrip("/\\") + os.sep))
    return max(map(len, inside), default=0)
