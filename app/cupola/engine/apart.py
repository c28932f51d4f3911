"""A folder apart, such as Foundry's own home: no root and no project, but its files tell of many builds."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from cupola.engine.messages import HomeSeen
from cupola.engine.roots import Roots
from cupola.watch import homes
from cupola.watch.disk import Disk
from cupola.watch.patterns import Patterns
from cupola.watch.watching import Watching


class Apart:
    """Belongs to the control thread. One that is not there is no error: it may appear later."""

    def __init__(self, path: str, patterns: Patterns, roots: Roots, post: Callable[[HomeSeen], None]) -> None:
        self.patterns = patterns
        self.real = path
        self.settled = False
        """True once it is known whether it is there."""
        self.path = path
        self._roots = roots
        self._post = post
        self._added = False

    def add(self) -> None:
        """Watch it from now on."""
        self._added = True
        self._roots.serve(self.real)
        self.arm()

    def want(self, patterns: Patterns) -> None:
        """Watch it from now on for these files and no others."""
        self.patterns = patterns
        self.settled = False
        lanes = self._roots.lanes_apart(self.real)
        if lanes is not None:
            lanes.disk.bulk.submit(partial(lanes.watching.drop_below, self.real))
        self.add()

    def leave(self) -> None:
        """Watch it no longer."""
        self._added = False
        self._roots.leave(self.real)

    def arm(self) -> None:
        """Look at it anew."""
        lanes = self._roots.lanes_apart(self.real)
        if self._added and lanes is not None:
            lanes.disk.bulk.submit(partial(self._look, lanes.watching, self.patterns))

    def seen(self, message: HomeSeen) -> bool:
        """Take in how it was found; False if it has to be looked at again, or is not watched any more."""
        if not self._added:
            return False
        state = message.state
        lanes = self._roots.lanes_apart(self.real)
        was, self.real = self.real, state.real
        moved = lanes is not None and state.identity is not None and state.mount != lanes.disk.name
        self._roots.serve(state.real, state, was=was)
        if moved:
            self.arm()
            return False
        self.settled = True
        return True

    def give_up(self, disk: Disk) -> None:
        """Wait no longer for it if it lies on a disk that hangs."""
        self.settled |= self._roots.disk_of(self.real) is disk

    def folder_changed(self, path: str) -> None:
        """A folder came or went: it may be this one, or one that it lies in."""
        if path == self.real or self.real.startswith(path + "/"):
            self.arm()

    def _look(self, watching: Watching, patterns: Patterns) -> None:
        self._post(HomeSeen(self.path, homes.arm(self.path, patterns, watching)))
