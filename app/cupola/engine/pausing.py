"""Watching is paused: nothing is read, nothing wakes, and nothing is concluded from what was not seen."""

from __future__ import annotations

from dataclasses import replace

from cupola.domain.clock import Clock, Instant
from cupola.engine.builds import Builds
from cupola.engine.holders import Holders
from cupola.engine.recorder import Recorder
from cupola.engine.roots import Roots
from cupola.watch.observing import EventFeed
from cupola.watch.reader import FileResult, HolderRead


class Pausing:
    """Belongs to the control thread, but for `paused`."""

    def __init__(
        self,
        events: EventFeed,
        roots: Roots,
        holders: Holders,
        builds: Builds,
        recorder: Recorder,
        clock: Clock,
    ) -> None:
        self.paused = False
        """Whether it is now. May be asked from any thread."""
        self._events = events
        self._roots = roots
        self._holders = holders
        self._builds = builds
        self._recorder = recorder
        self._clock = clock
        self._since: Instant = 0.0

    def pause(self, *, paused: bool) -> bool:
        """Hold everything, or let it go on; False if it is so already.

        After a pause no build is told of before its files were read: that a time went by in which nothing
        was seen is no silence.
        """
        if paused == self.paused:
            return False
        self.paused = paused
        self._builds.held = True
        self._holders.dirt.forget_times()
        if paused:
            self._since = self._clock.wall()
            self._recorder.flush()
        self._events.hold(held=paused)
        self._roots.hold(held=paused)
        return True

    def dated(self, seen: HolderRead) -> HolderRead:
        """What is read first after a pause did not change just now, but when its files say, in the pause."""
        if not self._builds.held:
            return seen
        return replace(seen, results=tuple(map(self._dated, seen.results)))

    def _dated(self, result: FileResult) -> FileResult:
        return replace(result, arrived=min(max(result.mtime, self._since), result.arrived))

    def catch_up(self) -> None:
        """After a pause: conclude again, once everything was read that was asked for."""
        if self._builds.held and not self.paused and self._holders.all_answered:
            self._builds.go_on()
