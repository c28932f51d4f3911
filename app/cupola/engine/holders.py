"""The folders that are watched for files: opened, read and closed in the lanes of their disks."""

from __future__ import annotations

from typing import Final

from cupola.domain.clock import Clock
from cupola.engine.dirt import Dirt
from cupola.engine.roots import Roots
from cupola.engine.timers import Timers
from cupola.sources.base import Anchor
from cupola.sources.registry import SOURCES
from cupola.watch.coalesce import Coalescer
from cupola.watch.disk import STALLED_S, Disk
from cupola.watch.patterns import Patterns

STALL: Final = "stall"
"""Timer key: some answer is overdue."""


class Holders:
    """Belongs to the control thread. Every request is answered by a `HolderRead` in the inbox."""

    def __init__(
        self,
        *,
        roots: Roots,
        timers: Timers,
        clock: Clock,
        closes_are_seen: bool,
        never: frozenset[str] = frozenset(),
    ) -> None:
        self.dirt = Dirt(Coalescer(closes_are_seen=closes_are_seen), self.read)
        self._roots = roots
        self._timers = timers
        self._clock = clock
        self._in_project = Patterns.of(SOURCES, frozenset({Anchor.PROJECT}))
        self._in_root = Patterns.of(SOURCES, frozenset({Anchor.ROOT}))
        self._in_both = Patterns.of(SOURCES, frozenset({Anchor.ROOT, Anchor.PROJECT}))
        self._never = never
        self._unread: set[str] = set()
        self._asked_for: dict[str, bool] = {}
        """Folders with a refresh under way; True if another one was asked for since."""

    @property
    def all_answered(self) -> bool:
        """True if no folder is to be read as a whole that was not yet."""
        return not self._unread and not self._asked_for

    @property
    def all_read(self) -> bool:
        """True if no folder waits for its first reading."""
        return not self._unread

    def open_root(self, real: str) -> None:
        """A root is there: what lies in it is wanted, as a root and as the project it may be or become.

        Opened at once for both, so that all of it is there at first sight.
        """
        self._open(real, self._in_root if real in self._never else self._in_both)

    def open_project(self, path: str) -> None:
        """A project is there: what lies in it is wanted, and more if it is a root as well."""
        self._open(path, self._in_both if path in self._roots.reals else self._in_project)

    def open_home(self, real: str, patterns: Patterns) -> None:
        """Foundry's home was looked at: what lies in it is wanted, as long as it is not a root itself."""
        if real not in self._roots.reals:
            self._open(real, patterns, apart=True)

    def close_home(self, real: str) -> None:
        """Foundry's home is elsewhere."""
        if real not in self._roots.reals:
            self._close(real)

    def close(self, holder: str) -> None:
        """A folder is watched no longer."""
        self._close(holder)

    def close_project(self, path: str) -> bool:
        """A folder is no project any more; False if it is a root and so stays wanted."""
        if path in self._roots.reals:
            self.refresh(path)
            return False
        self._close(path)
        return True

    def refresh(self, holder: str) -> None:
        """Have read what differs in a folder; a request during one causes one more."""
        if holder in self._asked_for:
            self._asked_for[holder] = True
            return
        disk = self._asked(holder)
        if disk is not None:
            self._asked_for[holder] = False
            disk.refresh(holder)

    def refresh_below(self, folder: str) -> None:
        """Have read what differs in every folder at or below one."""
        for holder in self.dirt.holders:
            if holder == folder or holder.startswith(folder + "/"):
                self.refresh(holder)

    def refresh_all(self) -> None:
        """Have read what differs anywhere."""
        for holder in self.dirt.holders:
            self.refresh(holder)

    def read(self, holder: str, relatives: tuple[str, ...]) -> None:
        """Have some files of a folder read."""
        disk = self._asked(holder)
        if disk is not None:
            disk.read(holder, relatives)

    def answered(self, holder: str) -> None:
        """A folder was read completely, or is not read any more."""
        self._unread.discard(holder)
        if self._asked_for.pop(holder, False):
            self.refresh(holder)

    def ask_again(self) -> None:
        """A job of a lane failed, and nobody knows what it was to answer."""
        self._asked_for.clear()

    def expect(self, within_s: float) -> None:
        """Look within this time whether a lane hangs."""
        self._timers.sooner(STALL, self._clock.continuous() + within_s)

    def give_up(self, disk: Disk) -> None:
        """Wait no longer for the reading of what lies on a disk that hangs."""
        self._unread = {name for name in self._unread if self._roots.disk_of(name) is not disk}
        for name in [name for name in self._asked_for if self._roots.disk_of(name) is disk]:
            del self._asked_for[name]

    def _close(self, holder: str) -> None:
        self.dirt.remove(holder)
        self._unread.discard(holder)
        self._asked_for.pop(holder, None)
        lanes = self._roots.lanes_of(holder)
        if lanes is not None:
            lanes.disk.close(holder, unwatch=lanes.unwatch)

    def _open(self, holder: str, patterns: Patterns, *, apart: bool = False) -> None:
        if self.dirt.wanted_in(holder) in (patterns, self._in_both):
            self.refresh(holder)
            return
        disk = self._asked(holder)
        if disk is not None:
            self.dirt.add(holder, patterns)
            self._unread.add(holder)
            disk.open(holder, patterns, apart=apart)

    def _asked(self, holder: str) -> Disk | None:
        self._timers.sooner(STALL, self._clock.continuous() + STALLED_S + 0.1)
        return self._roots.disk_of(holder)
