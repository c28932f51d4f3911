"""Which build each part of a metrics database belongs to (issue 3): by its directory, else by its id."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from cupola.domain.clock import Instant
from cupola.domain.facts import CheckpointFact, MetricsFact, Observation, SummaryFact
from cupola.domain.problems import Problem
from cupola.domain.record import Run
from cupola.domain.text import file_name, plain, printable_path
from cupola.engine.timers import Timers
from cupola.sources.base import Reading
from cupola.watch.reader import FileResult, HolderRead, Trouble

EARLY_S: Final = 60.0
LATE_S: Final = 3600.0
"""How long before a run's start and after its end a row may have been made that belongs to it."""
MISSING_AFTER_S: Final = 2.0
MOST_TOLD: Final = 200


@dataclass(frozen=True, slots=True)
class Candidate:
    """One run that rows may belong to."""

    directory: str | None
    ids: frozenset[str]
    ordinal: int
    started_at: Instant
    ended_at: Instant | None

    def has_in_its_time(self, fact: MetricsFact) -> bool:
        """False for what was made before the run or long after it."""
        if fact.started is None:
            return True
        latest = float("inf") if self.ended_at is None else self.ended_at + LATE_S
        return self.started_at - EARLY_S <= fact.started <= latest


@dataclass(frozen=True, slots=True)
class LoseDatabase:
    """Timer key: a database that vanished has not come back."""

    path: str


def candidate(run: Run, directory: str | None, ended_at: Instant | None) -> Candidate:
    """What a run is known by."""
    facts = [seen.fact for seen in run.observations.values()]
    ids = {fact.session_id for fact in facts if isinstance(fact, CheckpointFact | SummaryFact)}
    ids |= {run.checkpoint_id, run.last_phase.session_id if run.last_phase else None}
    known = frozenset(name for name in ids if name)
    return Candidate(directory, known, run.ordinal, run.started_at, ended_at)


class Metrics:
    """Belongs to the control thread. Holds what the databases say; no fact of it is journaled."""

    def __init__(self, timers: Timers, real_of: Callable[[str], str]) -> None:
        self.unattached: tuple[str, ...] = ()
        """What belongs to no build that is known, in words."""
        self._timers = timers
        self._real_of = real_of
        self._candidates: dict[str, Candidate] = {}
        self._by_directory: dict[str, str] = {}
        self._by_id: dict[str, set[str]] = defaultdict(set)
        """Homes of candidates."""
        self._databases: dict[str, dict[str, Observation]] = {}
        """By path, and by task or build; an observation stays the same as long as its fact does."""
        self._problems: dict[str, Problem] = {}
        self._told: dict[str, list[Observation]] = {}
        """What was matched to each directory the last time, where there was anything."""
        self._new: set[str] = set()
        """Directories whose run is another one since then: it was told nothing yet."""
        self._changed = False

    def know(self, home: str, one: Candidate | None) -> None:
        """The run in a directory is this one now; None: there is none any more."""
        before = self._candidates.get(home)
        if before == one:
            return
        self._changed = True
        self._told.pop(home, None)
        self._new.discard(home)
        if before is not None:
            self._forget(home, before)
        if one is not None:
            self._new.add(home)
            self._keep(home, one)

    def take(self, seen: HolderRead, wall: Instant, continuous: float) -> None:
        """Take in a pass over the folder that databases lie in."""
        if seen.identity is None:
            for path in list(self._databases):
                self._miss(path, continuous)
        for relative, message in seen.troubles:
            self._name(f"{seen.holder}/{relative}".rstrip("/"), message, wall)
        if seen.complete and not seen.troubles:
            self._problems.pop(seen.holder, None)
        for result in seen.results:
            path = f"{seen.holder}/{result.relative}"
            match result.outcome:
                case Reading():
                    self._timers.clear(LoseDatabase(path))
                    self._name(path, "", wall, result.outcome.dropped)
                    self._hear(path, result, result.outcome, first_sight=seen.opened)
                case Trouble.MISSING:
                    self._miss(path, continuous)
                case Trouble.REFUSED:
                    self._name(path, result.message, wall)
                case Trouble.TORN:  # read again by whoever asked; named if it stays so
                    self._timers.clear(LoseDatabase(path))

    def name(self, path: str, message: str, wall: Instant) -> None:
        """Name what is wrong with a database; what it said before stands."""
        self._name(path, message, wall)

    def due(self, key: object) -> bool:
        """A timer key fell due; False if it is none of these."""
        if not isinstance(key, LoseDatabase):
            return False
        self._changed |= self._databases.pop(key.path, None) is not None
        return True

    def problems(self) -> tuple[Problem, ...]:
        """What could not be read, by path."""
        return tuple(self._problems[path] for path in sorted(self._problems))

    def matched(self) -> Mapping[str, list[Observation]] | None:
        """What belongs to each directory of which that is news; None where there is none at all."""
        if not self._changed:
            return None
        self._changed = False
        matched: dict[str, list[Observation]] = defaultdict(list)
        left: list[Observation] = []
        for seen, home in self._homes():
            (left if home is None else matched[home]).append(seen)
        self.unattached = _in_words(left)
        told, self._told = self._told, dict(matched)
        new, self._new = self._new, set()
        differ = {home for home in told.keys() | matched.keys() if told.get(home) != matched.get(home)}
        return {home: self._told.get(home, []) for home in differ | new}

    def _keep(self, home: str, one: Candidate) -> None:
        self._candidates[home] = one
        if one.directory:
            self._by_directory[_same(one.directory)] = home
        for name in one.ids:
            self._by_id[name].add(home)

    def _forget(self, home: str, one: Candidate) -> None:
        del self._candidates[home]
        if one.directory and self._by_directory.get(_same(one.directory)) == home:
            del self._by_directory[_same(one.directory)]
        for name in one.ids:
            self._by_id[name].discard(home)
            if not self._by_id[name]:
                del self._by_id[name]

    def _homes(self) -> Iterable[tuple[Observation, str | None]]:
        for database in self._databases.values():
            for seen in database.values():
                if isinstance(seen.fact, MetricsFact):
                    yield seen, self._home_of(seen.fact)

    def _home_of(self, fact: MetricsFact) -> str | None:
        home = None
        if fact.working_directory is not None:
            home = self._by_directory.get(_same(self._real_of(fact.working_directory)))
        named = self._by_id.get(fact.key, set())
        if home is None and len(named) == 1:
            (home,) = named
        return home if home is not None and self._candidates[home].has_in_its_time(fact) else None

    def _hear(self, path: str, result: FileResult, reading: Reading, *, first_sight: bool) -> None:
        held = self._databases.get(path)
        at = min(result.mtime, result.arrived) if first_sight and held is None else result.arrived
        told: dict[str, Observation] = {}
        for fact in reading.facts:
            if isinstance(fact, MetricsFact):
                before = held.get(fact.key) if held else None
                new = Observation(
                    f"{result.source}:{fact.key}", path, fact, at, at, result.mtime, first_sight, ()
                )
                told[fact.key] = before if before is not None and before.fact == fact else new
        if held != told:
            self._databases[path] = told
            self._changed = True

    def _miss(self, path: str, continuous: float) -> None:
        self._problems.pop(path, None)
        if path in self._databases:
            self._timers.sooner(LoseDatabase(path), continuous + MISSING_AFTER_S)

    def _name(self, path: str, message: str, wall: Instant, dropped: tuple[str, ...] = ()) -> None:
        if not message and not dropped:
            self._problems.pop(path, None)
            return
        text = plain(message) if message else "some of it could not be used"
        old = self._problems.get(path)
        self._problems[path] = Problem(printable_path(path), text, dropped, old.since if old else wall)


def _same(path: str) -> str:
    """The one form in which two paths of a folder are equal."""
    return os.path.normcase(path)


def _in_words(left: Iterable[Observation]) -> tuple[str, ...]:
    """The newest of what belongs to nobody: "metrics.db: task 1234 (3 decisions)"."""
    lines = [
        f"{file_name(seen.path)}: task {plain(seen.fact.key)} ({_counts(seen.fact)})"
        for seen in left
        if isinstance(seen.fact, MetricsFact)
    ]
    more = len(lines) - MOST_TOLD
    return (*lines[-MOST_TOLD:], f"and {more:,} older ones") if more > 0 else tuple(lines)


def _counts(fact: MetricsFact) -> str:
    counts = (
        (len(fact.decisions), "decision"),
        (len(fact.agents), "agent"),
        (len(fact.iterations), "test iteration"),
        (len(fact.recorded), "phase"),
    )
    told = [f"{count:,} {what}{'' if count == 1 else 's'}" for count, what in counts if count]
    tokens = fact.total is not None or fact.guessed_tokens is not None
    return ", ".join(told + ["tokens"] * tokens) or "no figures"
