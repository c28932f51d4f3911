"""One directory or checkpoint: its current run, its problems, and what of it was last published."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Final

from cupola.domain.clock import Instant
from cupola.domain.facts import Fact, Observation
from cupola.domain.files import Key
from cupola.domain.models import BuildSnapshot
from cupola.domain.panels.kept import Kept
from cupola.domain.problems import Problem
from cupola.domain.record import Run, is_own, key_of, relocate
from cupola.domain.run import accept, attach, note_life, open_run, step, vanish
from cupola.domain.sessions import RunTime
from cupola.domain.snapshot import present
from cupola.domain.state import Policy, is_build
from cupola.domain.words import Facet
from cupola.engine.feed import Change
from cupola.engine.resting import Resting
from cupola.store.runs import RunRecord
from cupola.watch.coalesce import WINDOW_S

DRAWN_S: Final = 0.02
"""By then a change is on screen."""


@dataclass(slots=True)
class Tracker:
    """Belongs to the control thread. `home` is the directory or, without one, the key of a checkpoint."""

    home: str
    directory: str | None
    name: str
    identity: tuple[int, int] = (0, 0)
    record: RunRecord | None = None
    problems: dict[str, Problem] = field(default_factory=dict)
    holders: set[str] = field(default_factory=set)
    """The watched folders that its files lie in."""
    refused: set[str] = field(default_factory=set)
    """Paths whose problem is that they may not be read; they are asked again at every pass."""
    snapshot: BuildSnapshot | None = None
    valid_until: Instant | None = None
    published_at: float = float("-inf")
    """Continuous seconds of the last change that was handed out: there are at most ten a second."""
    told_at: float = float("-inf")
    """The same of one that only told what files far from the directory say."""
    seen_ns: int = 0
    """Trace time of the event behind the change that is not yet published; 0 for none."""
    _run: Run | None = None
    _resting: Resting | None = None
    """Stands for the run until somebody asks for it."""
    _attached: set[type[Fact]] = field(default_factory=set)
    """Whether files far from the directory told anything of it the last time."""
    _kept: Kept = field(default_factory=Kept)
    _looked_after: Instant = 0.0
    _left_out: dict[Key, Fact] = field(default_factory=dict)
    _revisions: dict[Facet, int] = field(default_factory=dict)

    @property
    def build(self) -> str | None:
        """The id under which it is published, None if it is not."""
        return self.snapshot.build.id if self.snapshot else None

    def free_at(self, *, far: bool) -> float:
        """When the next change may be told (continuous seconds).

        What the build's own files say does not wait for what was just told of its transcripts: sessions
        write both at about the same time. That in turn follows as soon as they have been drawn, for it may
        be much, and is then out of the way of what they say next.
        """
        if far:
            return max(self.published_at + DRAWN_S, self.told_at + WINDOW_S)
        return self.published_at + WINDOW_S

    def note_told(self, before: float, *, far: bool) -> None:
        """It was presented; `published_at` was `before` then."""
        if far and self.published_at > before:
            self.published_at, self.told_at = before, self.published_at

    @property
    def run_time(self) -> RunTime | None:
        """When its run went on, for the sessions that worked on it; None for one without a directory."""
        run = self.run
        if run is None or self.directory is None:
            return None
        ended_at = self.snapshot.build.elapsed.ended_at if self.snapshot else None
        return RunTime(self.directory, run.started_at, ended_at, run.previous_end)

    @property
    def run(self) -> Run | None:
        """The run as far as it is known, None before anything was read."""
        if self._resting is not None:
            self._run, self._resting = self._resting.woken(), None
        return self._run

    def rest(self) -> None:
        """Take little memory until the run is asked for again."""
        if self._run is not None:
            self._resting = Resting.of(self._run)
            self._run = None
            self._kept = Kept()

    def recall(self, earlier: list[Observation]) -> None:
        """Take up the run as earlier sessions saw it, from what they wrote into the journal."""
        if not earlier:
            return
        ordinal = self.record.ordinal if self.record else 1
        there = list(takewhile(_at_first_sight, earlier)) or earlier[:1]
        run = open_run(there, max(seen.touched_at for seen in there), ordinal=ordinal)
        for seen in earlier[len(there) :]:
            run = accept(run, seen, seen.touched_at)
        self._run = run
        self._note_left_out(earlier)

    def take_over(self, old: Tracker) -> None:
        """Go on from the directory that this one was before it was renamed."""
        if old.run is not None:
            self._run = relocate(old.run, old.home, self.home)
        self.snapshot, self.published_at = old.snapshot, old.published_at
        self._revisions, self._looked_after = old._revisions, old._looked_after
        self._attached = old._attached

    def take(self, observations: list[Observation], now: Instant, policy: Policy) -> list[Observation]:
        """Let facts of this directory tell on its run; returns those that said something new."""
        if self.run is None:
            if observations:
                self._run = open_run(observations, now, ordinal=self.record.ordinal if self.record else 1)
                self._note_left_out(observations)
            return observations
        news = []
        # In the order in which they were written, so that every Cupola comes to the same run.
        for seen in sorted(observations, key=_written):
            held = self.run.observations.get(key_of(seen))
            known = held.fact if held else self._left_out.get(key_of(seen))
            self._run = step(self.run, seen, now, policy)
            if known != seen.fact:
                news.append(seen)
        self._note_left_out(observations)
        return news

    @property
    def has_files(self) -> bool:
        """True if any file tells of it."""
        return self.run is not None and any(map(is_own, self.run.observations.values()))

    def files_in(self, holder: str) -> list[Key]:
        """Its files of which `holder` is the deepest watched folder."""
        if self.run is None:
            return []
        folders = {f"{folder}/" for folder in (*self.holders, holder, self.home)}
        return [
            key
            for key, seen in self.run.observations.items()
            if is_own(seen)
            and max((folder for folder in folders if key[1].startswith(folder)), key=len, default="")
            == f"{holder}/"
        ]

    def _note_left_out(self, observations: Iterable[Observation]) -> None:
        """Keep what files say that do not count, so that it is not news each time they are read."""
        for seen in observations:
            if self.run is not None and key_of(seen) in self.run.observations:
                self._left_out.pop(key_of(seen), None)
            else:
                self._left_out[key_of(seen)] = seen.fact

    def lose(self, source: str, path: str, now: Instant) -> None:
        """A file of this directory is no longer there."""
        self.problems.pop(path, None)
        self._left_out.pop((source, path), None)
        if self.run is not None:
            self._run = vanish(self.run, source, path, now)

    def attach(self, observations: Collection[Observation], kind: type[Fact]) -> bool:
        """Take what files far from the directory tell of it, all of it; False if that is as it was."""
        if not observations and kind not in self._attached:
            return False  # as with most: none of them is woken for it
        (self._attached.add if observations else self._attached.discard)(kind)
        before = self.run
        if before is not None:
            self._run = attach(before, observations, kind)
        return self.run is not before

    def note_life(self, at: Instant) -> None:
        """Something other than its files shows that the build is at work."""
        if self.run is not None:
            self._run = note_life(self.run, at)

    def wants_look(self) -> bool:
        """True once per silence: before it is called quiet, its project folder is looked at."""
        if self.run is None or self.directory is None or self.run.last_life <= self._looked_after:
            return False
        self._looked_after = self.run.last_life
        return True

    def present(self, now: Instant, policy: Policy) -> BuildSnapshot | None:
        """The snapshot at `now`; None if there is neither a phase nor an end marker."""
        if self.run is None or self.record is None or not is_build(self.run):
            return None
        snapshot, self.valid_until = present(
            self.run,
            build_id=self.record.id,
            project_name=self.name,
            directory=self.directory,
            first_seen=self.record.first_seen,
            problems=self.sorted_problems(),
            now=now,
            policy=policy,
            before=self.snapshot,
            kept=self._kept,
        )
        return snapshot

    def sorted_problems(self) -> tuple[Problem, ...]:
        """Its problems by path."""
        return tuple(self.problems[path] for path in sorted(self.problems))

    def commit(self, snapshot: BuildSnapshot) -> tuple[Change, ...]:
        """Keep what is published now; returns what differs in it from what was before."""
        same = self.build == snapshot.build.id
        before = dict(self.snapshot.digests) if self.snapshot is not None and same else {}
        self.snapshot = snapshot
        seen_ns, self.seen_ns = self.seen_ns, 0
        return tuple(
            self._change(snapshot, Facet(name), digest, seen_ns)
            for name, digest in snapshot.digests
            if before.get(name) != digest
        )

    def _change(self, snapshot: BuildSnapshot, facet: Facet, digest: str, seen_ns: int) -> Change:
        revision = self._revisions[facet] = self._revisions.get(facet, 0) + 1
        return Change(snapshot.build.id, facet, revision, digest, snapshot.model(facet), seen_ns)


def _written(seen: Observation) -> tuple[Instant, str, str]:
    return seen.mtime, seen.source, seen.path


def _at_first_sight(seen: Observation) -> bool:
    return seen.first_sight
