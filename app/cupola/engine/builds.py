"""All builds: routes what was read to the directory it tells of, and publishes what came of it."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Final

from cupola.domain.clock import Clock, Instant
from cupola.domain.facts import Fact, MetricsFact, Observation
from cupola.domain.models import BuildSnapshot
from cupola.domain.problems import Problem
from cupola.domain.record import relocated
from cupola.domain.sessions import SessionsFact
from cupola.domain.state import Policy
from cupola.domain.text import printable_path
from cupola.domain.words import AT_WORK, BuildState
from cupola.engine.due import Expire, Lose, Publish
from cupola.engine.feed import Publisher
from cupola.engine.metrics import Metrics, candidate
from cupola.engine.naming import name_problem, name_problems, name_unfinished
from cupola.engine.recorder import Recorder
from cupola.engine.sessions import Matched, Sessions
from cupola.engine.timers import Timers
from cupola.engine.tracker import Tracker
from cupola.engine.trackers import Trackers
from cupola.sources.base import Reading
from cupola.store import journal
from cupola.store.runs import RunRecord
from cupola.watch.reader import FileResult, HolderRead, Trouble

GONE_AFTER_S: Final = 0.25
"""A directory that is not found again within this time is gone: a rename shows up as gone and found."""
MISSING_AFTER_S: Final = 2.0
"""A file that is gone for longer is gone: a writer may delete and recreate it."""
ATTIC_CAP: Final = 200
"""Directories that left and whose run is kept in memory, should they come back."""


class Builds:
    """Belongs to the control thread."""

    def __init__(
        self,
        *,
        feed: Publisher,
        recorder: Recorder,
        timers: Timers,
        clock: Clock,
        policy: Policy,
        look: Callable[[str], None],
        metrics: Metrics,
        sessions: Sessions,
    ) -> None:
        self._feed = feed
        self._metrics = metrics
        self._sessions = sessions
        self._recorder = recorder
        self._timers = timers
        self._clock = clock
        self._policy = policy
        self._look = look
        self._trackers = Trackers()
        self._owners: dict[str, dict[str, str]] = {}
        """By holder and relative path, of files that tell of another directory."""
        self._earlier: dict[str, list[bytes]] = {}
        self._opened: set[str] = set()
        self._attic: dict[str, Tracker] = {}
        self._strays: dict[str, tuple[Problem, ...]] = {}
        self._waiting: dict[str, bool] = {}
        """Directories that were told of too lately; True: only what is far from them is to be told."""
        self.looking: set[str] = set()
        """Directories whose bounded look is under way."""
        self.held = False
        """Nothing is concluded now: what happened since is not known yet."""

    def recall(self, earlier: Mapping[str, list[bytes]]) -> None:
        """Take in what earlier sessions accepted (journal lines by build); used when a directory is read."""
        self._earlier = dict(earlier)

    def take(self, seen: HolderRead, seen_ns: int) -> None:
        """Let a pass over a folder tell on the builds it belongs to."""
        if seen.identity is None:
            self.vanish(seen.holder)
            return
        self._timers.clear(Expire(seen.holder))
        first_sight = seen.complete and seen.holder not in self._opened
        self._opened.add(seen.holder)
        by_home: dict[str, list[FileResult]] = defaultdict(list)
        for result in seen.results:
            by_home[self._home_of(seen.holder, result)].append(result)
        for home, results in by_home.items():
            tracker = self._tracker(home, seen)
            tracker.seen_ns = tracker.seen_ns or seen_ns
            self._apply(tracker, seen.holder, results, first_sight=first_sight)
        if seen.opened:
            self._miss_the_rest(seen, {seen.holder, *by_home})
        for home in self._refused(seen) | by_home.keys():
            self.publish(home)

    def publish(self, home: str, *, far: bool = False) -> None:
        """Present a directory now, or as soon as its ten changes a second allow.

        `far`: what changed lies far from it. It may be much, so that what is in the inbox goes before it.
        """
        tracker = self._trackers.get(home)
        if tracker is None or self.held:
            return
        now, free_at = self._clock.continuous(), tracker.free_at(far=far)
        if now >= free_at and not far:
            self._tell(tracker, far=far)
        else:
            self._waiting[home] = far and self._waiting.get(home, True)
            self._timers.sooner(Publish(home), max(free_at, now))

    def attach(self) -> None:
        """Let each build have what databases and transcripts tell of it; present those that it changes."""
        with self._feed.together():
            self._attach(self._metrics.matched(), MetricsFact, 0)
            self._attach(self._sessions.matched(), SessionsFact, self._sessions.take_seen_ns())
        self._sessions.told()

    def _attach(self, matched: Matched, kind: type[Fact], seen_ns: int) -> None:
        for home, told in (matched or {}).items():
            tracker = self._trackers.get(home)
            if tracker is not None and tracker.attach(told, kind):
                tracker.seen_ns = tracker.seen_ns or seen_ns
                self.publish(home, far=True)

    def catch_up(self) -> None:
        """Present at once what waits for its turn."""
        while self._waiting:
            self._present_if_there(next(iter(self._waiting)))

    def due(self, key: object) -> bool:
        """A timer key fell due; False if it is none of these."""
        match key:
            case Publish() | Expire() | Lose() if self.held:
                self._timers.set(key, self._clock.continuous() + GONE_AFTER_S)
            case Publish(home):
                self._present_if_there(home)
            case Expire(home):
                self._expire(home)
            case Lose(home, source, path):
                self._lose(home, source, path)
            case _:
                return False
        return True

    def looked(self, home: str, newest: Instant | None) -> None:
        """The bounded look at a silent directory is back."""
        self.looking.discard(home)
        tracker = self._trackers.get(home)
        if tracker is None or tracker.run is None:
            return
        if newest is not None:
            tracker.note_life(min(newest, self._clock.wall()))
        if not self.held:
            self._present(tracker)

    def judge_by(self, policy: Policy) -> None:
        """Derive everything anew by what the user set."""
        self._policy = policy
        self.present_all()

    def go_on(self) -> None:
        """Everything was read that happened while nothing was concluded."""
        self.held = False
        self.present_all()

    def present_all(self) -> None:
        """Derive everything anew: the clock jumped, or a setting changed."""
        if self.held:
            return
        for tracker in list(self._trackers.values()):
            self._present(tracker)

    def vanish(self, home: str) -> None:
        """A directory is not there: it is gone unless it is found again at once."""
        if home in self._trackers or home in self._opened:
            self._timers.sooner(Expire(home), self._clock.continuous() + GONE_AFTER_S)

    def leave(self, holder: str, *, stays: bool) -> None:
        """A root is watched no longer; `stays`: its folder still is, as a project of another root."""
        self._timers.clear(Expire(holder))
        homes = {*self._owners.pop(holder, {}).values()} - {holder}
        if not stays:
            self._opened.discard(holder)
            homes |= {holder}
        for home in homes:
            self._forget(home, holder)

    def home_of_build(self, build: str | None) -> str | None:
        """Where a published build lives."""
        return self._trackers.home_of(build) if build else None

    def take_moved(self) -> AbstractSet[str]:
        """Directories that came, went, or changed their state or folders since this was asked last."""
        return self._trackers.take_moved()

    def state(self, home: str) -> BuildState | None:
        """The state a directory was last published in, None for no build."""
        tracker = self._trackers.get(home)
        return tracker.snapshot.build.state if tracker is not None and tracker.snapshot else None

    def holders(self, home: str) -> frozenset[str]:
        """The watched folders that a directory's files lie in."""
        tracker = self._trackers.get(home)
        return frozenset(tracker.holders) if tracker else frozenset()

    def ids_within(self, holders: frozenset[str]) -> frozenset[str]:
        """The builds published of which files lie in these folders."""
        return self._trackers.ids_within(holders)

    def stray_problems(self) -> tuple[Problem, ...]:
        """Problems of directories that are no build, so that nobody else would show them."""
        return tuple(problem for home in sorted(self._strays) for problem in self._strays[home])

    def name(self, home: str, relative: str, message: str) -> None:
        """Name a problem of one file, such as one that stays unfinished."""
        owner = self._owners.get(home, {}).get(relative, home)
        tracker = self._trackers.get(owner) or self._trackers.get(home)
        if tracker is not None:
            name_problem(tracker, f"{home}/{relative}", message, self._clock.wall())
            self.publish(tracker.home)

    def _home_of(self, holder: str, result: FileResult) -> str:
        owners = self._owners.setdefault(holder, {}) if result.owner else self._owners.get(holder, {})
        before = owners.get(result.relative, result.owner or holder)
        if result.owner:
            owners[result.relative] = result.owner
            if before != result.owner:
                self._lose(before, result.source, f"{holder}/{result.relative}")
        return result.owner or before

    def _tracker(self, home: str, seen: HolderRead) -> Tracker:
        tracker = self._trackers.get(home)
        if tracker is None:
            tracker = self._attic.pop(home, None) or self._new_tracker(home, seen)
            self._trackers.put(tracker)
        self._trackers.join(tracker, seen.holder)
        if home == seen.holder and seen.identity and any(seen.identity):
            self._identify(tracker, seen.identity)
        return tracker

    def _identify(self, tracker: Tracker, identity: tuple[int, int]) -> None:
        """Keep by which device and inode a directory would be known again; another may stand in its place."""
        record, tracker.identity = tracker.record, identity
        if record is not None and (record.device, record.inode) != identity:
            tracker.record = replace(record, device=identity[0], inode=identity[1])
            self._recorder.remember(tracker.record)

    def _new_tracker(self, home: str, seen: HolderRead) -> Tracker:
        """A directory with the run that was seen in it before, wherever it stood then."""
        directory = home if os.path.isabs(home) else None
        name = printable_path(os.path.basename(home.rstrip("/")) or home) if directory else ""
        identity = seen.identity if home == seen.holder and seen.identity else (0, 0)
        tracker = Tracker(home, directory, name, identity, record=self._recorder.runs.latest(home))
        if tracker.record is not None:
            tracker.recall(journal.observations(self._earlier.pop(tracker.record.id, [])))
            return tracker
        return self._renamed(tracker, seen) or tracker

    def _renamed(self, new: Tracker, seen: HolderRead) -> Tracker | None:
        """A directory new here may be one that was renamed: same inode, and a file as it was there.

        The inode alone is not enough, because file systems give it to the next directory.
        """
        store = self._recorder.runs
        was = store.home_of(new.identity)
        record = store.latest(was) if was is not None and self._has_left(was) else None
        if was is None or record is None:
            return None
        old = self._trackers.get(was) or self._attic.get(was)
        earlier = (
            list(old.run.observations.values())
            if old and old.run
            else journal.observations(self._earlier.get(record.id, []))
        )
        times = {(item.path[len(was) + 1 :], item.mtime) for item in earlier}
        if not any((result.relative, result.mtime) in times for result in seen.results):
            return None
        store.move(was, new.home)
        self._recorder.changed()
        new.record = store.latest(new.home)
        if old is None:
            self._earlier.pop(record.id, None)
            new.recall([relocated(item, was, new.home) for item in earlier])
            return new
        self._leave(was)
        new.take_over(old)
        return new

    def _has_left(self, home: str) -> bool:
        return home not in self._trackers or Expire(home) in self._timers

    def _leave(self, home: str) -> None:
        """A directory goes on elsewhere: nothing of it is told as gone."""
        self._trackers.drop(home)
        self._attic.pop(home, None)
        self._metrics.know(home, None)
        self._sessions.know(home, None)
        self._opened.discard(home)
        for key in (Expire(home), Publish(home)):
            self._timers.clear(key)

    def _apply(self, tracker: Tracker, holder: str, results: list[FileResult], *, first_sight: bool) -> None:
        now = self._clock.wall()
        observations: list[Observation] = []
        for result in results:
            path = f"{holder}/{result.relative}"
            match result.outcome:
                case Reading():
                    observations += self._observations(tracker, path, result, first_sight=first_sight)
                case Trouble.MISSING:
                    self._missing(tracker, result.source, path)
                case Trouble.REFUSED | Trouble.TORN:  # read again by whoever asked; named if it stays so
                    self._timers.clear(Lose(tracker.home, result.source, path))
        name_problems(tracker, holder, results, now)
        if first_sight:
            name_unfinished(tracker, holder, results, now)
        news = tracker.take(observations, now, self._policy)
        self._keep_record(tracker, now)
        if tracker.record is not None:
            for observation in news:
                self._recorder.accept(tracker.record.id, observation)

    def _observations(
        self, tracker: Tracker, path: str, result: FileResult, *, first_sight: bool
    ) -> Iterator[Observation]:
        reading = result.outcome
        if not isinstance(reading, Reading):
            return
        self._timers.clear(Lose(tracker.home, result.source, path))
        at = min(result.mtime, result.arrived) if first_sight else result.arrived
        for fact in reading.facts:
            yield Observation(result.source, path, fact, at, at, result.mtime, first_sight, reading.dropped)

    def _keep_record(self, tracker: Tracker, now: Instant) -> None:
        """A run that is new here gets an id; the id of the run before is told as gone."""
        run = tracker.run
        if run is None or (tracker.record is not None and tracker.record.ordinal == run.ordinal):
            return
        before = tracker.build
        tracker.record = RunRecord(
            id=self._recorder.runs.new_id(tracker.home, run.ordinal),
            home=tracker.home,
            ordinal=run.ordinal,
            first_seen=now,
            device=tracker.identity[0],
            inode=tracker.identity[1],
        )
        self._recorder.remember(tracker.record)
        if before is not None:
            self._feed.drop(before)

    def _missing(self, tracker: Tracker, source: str, path: str) -> None:
        if tracker.run is not None and (source, path) in tracker.run.observations:
            at = self._clock.continuous() + MISSING_AFTER_S
            self._timers.sooner(Lose(tracker.home, source, path), at)
        else:
            tracker.problems.pop(path, None)

    def _miss_the_rest(self, seen: HolderRead, homes: set[str]) -> None:
        """What was there in an earlier session, or before a directory went and came, and is not there now."""
        there = {(result.source, f"{seen.holder}/{result.relative}") for result in seen.results}
        unread = tuple(f"{seen.holder}/{relative}".rstrip("/") + "/" for relative, _ in seen.troubles)
        for tracker in filter(None, map(self._trackers.get, homes)):
            for source, path in tracker.files_in(seen.holder):
                if (source, path) not in there and not path.startswith(unread):
                    self._missing(tracker, source, path)

    def _lose(self, home: str, source: str, path: str) -> None:
        """A file tells no more of a directory: it is gone, or tells of another one."""
        tracker = self._trackers.get(home)
        if tracker is None:
            return
        tracker.lose(source, path, self._clock.wall())
        if tracker.directory is None and not tracker.has_files:
            for holder in list(tracker.holders):
                self._forget(home, holder)
        else:
            self._present(tracker)

    def _refused(self, seen: HolderRead) -> set[str]:
        """Name the folders that may not be read, and take back what was named before and may be."""
        if not seen.complete or not (seen.troubles or seen.holder in self._trackers):
            return set()
        tracker = self._tracker(seen.holder, seen)
        refused = {f"{seen.holder}/{relative}".rstrip("/"): text for relative, text in seen.troubles}
        for path in tracker.refused.difference(refused):
            tracker.problems.pop(path, None)
        for path, message in refused.items():
            name_problem(tracker, path, message, self._clock.wall())
        tracker.refused = set(refused)
        return {seen.holder}

    def _present_if_there(self, home: str) -> None:
        """What time alone has changed takes no turn from what the build's own files say.

        Nor do these get one more turn by going along with what is told from far.
        """
        far = self._waiting.pop(home, True)
        if (tracker := self._trackers.get(home)) is not None:
            early = self._clock.continuous() < tracker.free_at(far=False)
            self._tell(tracker, far=far or early)

    def _tell(self, tracker: Tracker, *, far: bool) -> None:
        before = tracker.published_at
        self._present(tracker)
        tracker.note_told(before, far=far)

    def _present(self, tracker: Tracker) -> None:
        now = self._clock.wall()
        self._waiting.pop(tracker.home, None)
        snapshot = tracker.present(now, self._policy)
        if snapshot is None:
            self._withdraw(tracker)
        elif snapshot.build.state is BuildState.QUIET and tracker.wants_look():
            self.looking.add(tracker.home)
            self._look(tracker.home)
        else:
            self._commit(tracker, snapshot, now)

    def _commit(self, tracker: Tracker, snapshot: BuildSnapshot, now: Instant) -> None:
        before = tracker.snapshot
        changes = tracker.commit(snapshot)
        self._trackers.publish(tracker, before.build.id if before else None)
        since = self._clock.continuous()
        if changes:  # before all else: somebody looks at it
            tracker.published_at = since
            self._feed.put(snapshot, changes)
        if tracker.run is not None:
            ended_at = snapshot.build.elapsed.ended_at
            self._metrics.know(tracker.home, candidate(tracker.run, tracker.directory, ended_at))
            self._sessions.know(tracker.home, tracker.run_time)
        self._strays.pop(tracker.home, None)
        if before is None or before.build.state is not snapshot.build.state:
            self._trackers.moved(tracker.home)
        if snapshot.build.state not in AT_WORK:
            tracker.rest()
        if tracker.valid_until is not None:
            self._timers.set(Publish(tracker.home), since + max(0.0, tracker.valid_until - now))

    def _withdraw(self, tracker: Tracker) -> None:
        """What is left in the directory is no build (any more); its problems are still to be seen."""
        self._metrics.know(tracker.home, None)
        self._sessions.know(tracker.home, None)
        self._strays.pop(tracker.home, None)
        if tracker.problems:
            self._strays[tracker.home] = tracker.sorted_problems()
        build = tracker.build
        if build is not None:
            self._feed.drop(build)
            tracker.snapshot = None
            self._trackers.publish(tracker, build)
            self._trackers.moved(tracker.home)

    def _expire(self, holder: str) -> None:
        self.leave(holder, stays=False)

    def _forget(self, home: str, holder: str) -> None:
        tracker = self._trackers.get(home)
        if tracker is None:
            return
        gone = tracker.files_in(holder)
        self._trackers.part(tracker, holder)
        if tracker.holders:
            for source, path in gone:
                tracker.lose(source, path, self._clock.wall())
            self._present(tracker)
            return
        self._trackers.drop(home)
        self._timers.clear(Publish(home))
        self._waiting.pop(home, None)
        tracker.problems.clear()
        tracker.refused.clear()
        self._withdraw(tracker)
        self._attic[home] = tracker
        while len(self._attic) > ATTIC_CAP:
            del self._attic[next(iter(self._attic))]
