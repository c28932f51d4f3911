"""The folders of Claude Code's transcripts: watched for the builds that want them, else not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Final

from cupola.domain.clock import Clock, Instant
from cupola.domain.sessions import LATE_S
from cupola.engine.apart import Apart
from cupola.engine.holders import Holders
from cupola.engine.messages import Branched, HomeSeen
from cupola.engine.remembering import Remembering
from cupola.engine.roots import Roots
from cupola.engine.sessions import Sessions
from cupola.engine.timers import Timers
from cupola.sources.base import Anchor
from cupola.sources.claude import PROJECTS, sources
from cupola.watch.disk import Disk
from cupola.watch.patterns import Patterns
from cupola.watch.worktrees import worktrees_of

LINGER_S: Final = LATE_S
"""A session says its last words after the build's files do, and who looks at builds in turn comes back."""
LINGER: Final = "linger"
"""Timer key: a build was attended for long enough."""
_NOTHING: Final = Patterns.of((), frozenset())


class Claude:
    """Belongs to the control thread."""

    def __init__(
        self,
        folders: Iterable[str],
        *,
        roots: Roots,
        holders: Holders,
        sessions: Sessions,
        memory: Remembering,
        timers: Timers,
        clock: Clock,
        post: Callable[[HomeSeen | Branched], None],
    ) -> None:
        self._roots = roots
        self._holders = holders
        self._sessions = sessions
        self._memory = memory
        self._post = post
        self._folders = {path: Apart(path, _NOTHING, roots, post) for path in map(_projects, folders)}
        self._timers = timers
        self._clock = clock
        self._active: frozenset[str] = frozenset()
        self._leaving: dict[str, float] = {}
        """Builds that came to rest or are no longer shown, and until when they are attended (continuous)."""
        self._attended: frozenset[str] = frozenset()
        self._wanted: dict[str, Instant] = {}

    @property
    def settled(self) -> bool:
        """True once it is known of each folder whether it is there, if any is wanted."""
        return not self._wanted or all(one.settled for one in self._folders.values())

    def attend(self, homes: frozenset[str]) -> None:
        """From now on the transcripts of these builds are wanted; of others for a while yet."""
        now = self._clock.continuous()
        leaving = self._leaving | dict.fromkeys(self._active - homes, now + LINGER_S)
        self._active = homes
        self._leaving = {home: until for home, until in leaving.items() if home not in homes and until > now}
        if self._leaving:
            self._timers.sooner(LINGER, min(self._leaving.values()))
        before, self._attended = self._attended, homes | self._leaving.keys()
        self._come(self._attended - before)
        self._go(before - self._attended)
        self._want(self._sessions.directories(self._attended))

    def _come(self, homes: frozenset[str]) -> None:
        self._look(homes)
        for home in homes:
            self._sessions.wake(home)
            run = self._sessions.run_of(home)
            if run is not None:
                self._memory.recall(home, run)

    def _go(self, homes: frozenset[str]) -> None:
        if homes and self._sessions.has_any:
            self._memory.keep()
        for home in homes:
            self._sessions.rest(home)

    def branched(self, message: Branched) -> None:
        """Take in which folders elsewhere belong to a build."""
        self._sessions.branch(message.home, message.worktrees)
        self._want(self._sessions.directories(self._attended))

    def _look(self, homes: Iterable[str]) -> None:
        """Have git's worktrees of these looked up, on their disks."""
        for home in homes:
            disk = self._roots.disk_of(home)
            if disk is not None:
                disk.bulk.submit(partial(self._tell_worktrees, home))

    def _tell_worktrees(self, home: str) -> None:
        self._post(Branched(home, worktrees_of(home)))

    def _want(self, directories: Mapping[str, Instant]) -> None:
        if directories == self._wanted:
            return
        self._wanted = dict(directories)
        patterns = Patterns.of(sources(self._wanted), frozenset({Anchor.TRANSCRIPTS}))
        for folder in self._folders.values():
            if self._wanted:
                folder.want(patterns)
            else:
                self._holders.close_home(folder.real)
                folder.leave()

    def __contains__(self, holder: str) -> bool:
        return any(folder.real == holder for folder in self._folders.values())

    def seen(self, message: HomeSeen) -> None:
        """Take in how a folder was found; one that is none of these is not heeded."""
        folder = self._folders.get(message.path)
        if folder is None:
            return
        if message.state.real != folder.real:
            self._holders.close_home(folder.real)
        if folder.seen(message):
            self._look(self._attended)  # what came with it may be of a worktree that is new
            self._holders.open_home(folder.real, folder.patterns)

    def arm(self) -> None:
        """Look at all of them anew."""
        for folder in self._folders.values():
            folder.arm()

    def refresh(self) -> None:
        """Have read what differs in those that are watched."""
        for folder in self._folders.values():
            if folder.real in self._holders.dirt:
                self._holders.refresh(folder.real)

    def folder_changed(self, path: str) -> None:
        """A folder came or went: one of these may be it, or lie in it; one in it may be of a worktree."""
        for folder in self._folders.values():
            folder.folder_changed(path)
            if path.rpartition("/")[0] == folder.real:
                self._look(self._attended)

    def give_up(self, disk: Disk) -> None:
        """Wait no longer for what lies on a disk that hangs."""
        for folder in self._folders.values():
            folder.give_up(disk)


def _projects(folder: str) -> str:
    """Each named folder is Claude's own or its `projects` (C.1)."""
    return folder if os.path.basename(folder) == PROJECTS else f"{folder}/{PROJECTS}"
