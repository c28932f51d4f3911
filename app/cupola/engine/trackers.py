"""All that is told of, found by its home, by the folders its files lie in, or by what it is published as."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from cupola.engine.tracker import Tracker


class Trackers(Mapping[str, Tracker]):
    """Belongs to the control thread. By home; nothing here walks all of them, for there may be thousands."""

    def __init__(self) -> None:
        self._by_home: dict[str, Tracker] = {}
        self._homes_in: dict[str, set[str]] = {}
        self._published: dict[str, str] = {}
        self._moved: set[str] = set()

    def __getitem__(self, home: str) -> Tracker:
        return self._by_home[home]

    def __contains__(self, home: object) -> bool:
        return home in self._by_home

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_home)

    def __len__(self) -> int:
        return len(self._by_home)

    def put(self, tracker: Tracker) -> None:
        """Keep one, with what it is published as."""
        self._by_home[tracker.home] = tracker
        self._moved.add(tracker.home)
        for holder in tracker.holders:
            self._homes_in.setdefault(holder, set()).add(tracker.home)
        self.publish(tracker, None)

    def drop(self, home: str) -> None:
        """Keep one no longer; silent for one that is not kept."""
        tracker = self._by_home.pop(home, None)
        if tracker is not None:
            self._moved.add(home)
            for holder in tracker.holders:
                self._leave(holder, home)

    def join(self, tracker: Tracker, holder: str) -> None:
        """Files of it lie in this folder."""
        if holder not in tracker.holders:
            tracker.holders.add(holder)
            self._homes_in.setdefault(holder, set()).add(tracker.home)
            self._moved.add(tracker.home)

    def part(self, tracker: Tracker, holder: str) -> None:
        """No file of it lies in this folder any more."""
        tracker.holders.discard(holder)
        self._leave(holder, tracker.home)
        self._moved.add(tracker.home)

    def publish(self, tracker: Tracker, before: str | None) -> None:
        """It is published under its present id, or under none, and no longer under the one before."""
        if before is not None and before != tracker.build and self._published.get(before) == tracker.home:
            del self._published[before]
        if tracker.build is not None:
            self._published[tracker.build] = tracker.home

    def moved(self, home: str) -> None:
        """The state in which it is published is another one."""
        self._moved.add(home)

    def take_moved(self) -> AbstractSet[str]:
        """Homes that came, went, or changed their state or folders since this was asked last."""
        moved, self._moved = self._moved, set()
        return moved

    def home_of(self, build: str) -> str | None:
        """Where a published build lives."""
        return self._published.get(build)

    def ids_within(self, holders: AbstractSet[str]) -> frozenset[str]:
        """What those are published as of which files lie in these folders."""
        homes = {home for holder in holders for home in self._homes_in.get(holder, ())}
        return frozenset(build for home in homes if (build := self._by_home[home].build) is not None)

    def _leave(self, holder: str, home: str) -> None:
        homes = self._homes_in.get(holder, set())
        homes.discard(home)
        if not homes:
            self._homes_in.pop(holder, None)
