"""The bulk lane's work: look for roots, search them for projects, sweep what was searched."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final, Protocol

from cupola.watch.mounts import in_words, mount_of, mounts
from cupola.watch.paths import portable
from cupola.watch.search import Found, Limits, Search
from cupola.watch.watching import Watching

SWEEP_S: Final = 30.0
POLLED_S: Final = 1.0
"""Between sweeps of roots that tell of no changes."""
SHARE: Final = 0.001
"""At most this part of a core for sweeping folders; a larger tree is swept less often."""


@dataclass(frozen=True, slots=True)
class RootState:
    """How a root was found. `identity` None: not there; `note` says what is wrong, in words.

    `mount` is where its file system is mounted; `polling` names one that tells of no changes.
    """

    real: str
    identity: tuple[int, int] | None
    note: str = ""
    mount: str = ""
    polling: str | None = None


class Told(Protocol):
    """Who hears what the seeker finds; called in the bulk lane."""

    def root_seen(self, root: str, state: RootState) -> None: ...
    def project_found(self, root: str, path: str) -> None: ...
    def project_lost(self, root: str, path: str) -> None: ...
    def search_refused(self, root: str, path: str, message: str) -> None: ...
    def searched(self, root: str, folders: int, reached: str | None) -> None: ...


class Seeker:
    """Lane-local: belongs to the thread of one bulk lane."""

    def __init__(
        self, limits: Limits, watching: Watching, told: Told, submit: Callable[[Iterator[None]], None]
    ) -> None:
        self._limits = limits
        self._watching = watching
        self._told = told
        self._submit = submit
        self._wanted: set[str] = set()
        """Roots that were armed and have not left since: what was begun for others comes to nothing."""
        self._above: dict[str, str] = {}
        """The folder that is watched for the coming of a root."""
        self._searches: dict[str, Search] = {}
        self._before: dict[str, set[str]] = {}
        """Folders that searches of a root entered before its present one."""
        self._states: dict[str, RootState] = {}
        self._known: dict[str, set[str]] = {}
        """The projects told of each root: while it is searched anew, those of the search before stay."""
        self._searched: dict[str, tuple[int, str | None]] = {}
        """Roots whose present search has been everywhere once, and what was told of that."""
        self._fair_s = 0.0
        self._cost_s = 0.0
        self._sweeping = False
        self._once_more = False

    def limit(self, limits: Limits) -> None:
        """Search only so far, from the next `arm` of each root on."""
        self._limits = limits

    def knows(self, folder: str) -> bool:
        """True if a search entered a folder. Safe from any thread."""
        return any(folder in search for search in list(self._searches.values()))

    def arm(self, root: str) -> Iterator[None]:
        """Find out how a root is, watch for its coming and going, and search it from the beginning."""
        self._wanted.add(root)
        return self._arm(root)

    def _arm(self, root: str) -> Iterator[None]:
        if root not in self._wanted:
            return
        before = self._states.get(root)
        self.watch_above(root)  # first: what appears after the look is told
        state = self._states[root] = look_at(root)
        self._put_aside(root)
        if before is not None and before.real != state.real:
            self._watching.drop_below(before.real)
            self._lose(root)
        self._told.root_seen(root, state)
        if state.identity is None:
            self._lose(root)
            self._told.searched(root, 0, None)
            return
        self._watching.root(state.real)
        search = self._searches[root] = Search(state.real, self._limits, self._found(root))
        for _ in search.all():
            yield
            if self._searches.get(root) is not search:
                return
        self._lose(root, but=search.projects)
        self._tell_end(root, search)
        self._drop_what_was_left_out(root, search)

    def leave(self, root: str) -> None:
        """Another seeker has the root now."""
        self._wanted.discard(root)
        self._states.pop(root, None)
        self._searches.pop(root, None)
        self._searched.pop(root, None)
        self._before.pop(root, None)
        self._above.pop(root, None)
        self._lose(root)

    def quit(self, root: str) -> None:
        """Nobody wants the root any more: watch nothing of it, nor the folder in which it would appear."""
        state, above = self._states.get(root), self._above.get(root)
        self.leave(root)
        if state is not None:
            self._watching.leave_root(state.real)
            self._watching.drop_below(state.real)
        if above is not None and not self.knows(above):
            self._watching.drop(above)

    def watch_above(self, root: str) -> None:
        """Watch for the coming of a root, if it is wanted; again after a root beside it was left."""
        if root in self._wanted:
            self._above[root] = watch_above(portable(os.path.realpath(root)), self._watching)

    def _put_aside(self, root: str) -> None:
        """The present search of a root is over; what it entered may be left out by the next one."""
        search = self._searches.pop(root, None)
        self._searched.pop(root, None)
        if search is not None:
            self._before.setdefault(root, set()).update(search.entered)

    def _drop_what_was_left_out(self, root: str, search: Search) -> None:
        for folder in self._before.pop(root, set()) - search.entered:
            if not self.knows(folder):
                self._watching.drop(folder)

    def below(self, root: str, folder: str) -> Iterator[None]:
        """A folder appeared in a root."""
        search = self._searches.get(root)
        if search is not None:
            yield from self._run(root, search, search.below(folder))

    def forget(self, root: str, folder: str) -> Iterator[None]:
        """A folder left a root, unless it is there again already."""
        search = self._searches.get(root)
        if search is not None:
            # Its watches went when it left; one that is there now is of a folder that came since.
            self._watching.forget_below(folder)
            search.forget(folder)
            yield from self._run(root, search, search.below(folder))

    def tick(self) -> float:
        """Begin a sweep, unless one is under way; returns in how many seconds the next one is due."""
        if not self._sweeping:
            self._submit(self.sweep())
        return max(self._fair_s, self._least_s())

    def sweep(self) -> Iterator[None]:
        """Look whether roots came, went or were replaced, and at every folder searched before.

        A sweep that is asked for during one begins when that one is over.
        """
        self._once_more = True
        if self._sweeping:
            return
        self._sweeping = True
        try:
            while self._once_more:
                self._once_more = False
                self._cost_s = 0.0
                yield from self._timed(self._sweep())
                self._fair_s = self._cost_s / SHARE
        finally:
            self._sweeping = False

    def _sweep(self) -> Iterator[None]:
        self._watching.retry()
        for root, state in list(self._states.items()):
            yield
            search = self._searches.get(root)
            if self._states.get(root) is not state:
                continue  # it left or was armed anew since
            if look_at(root) != state:
                self._submit(self._arm(root))
            elif search is not None and root in self._searched:
                yield from self._run(root, search, search.sweep())

    def _timed(self, work: Iterator[None]) -> Iterator[None]:
        """Do the work and add up what it costs, without what other jobs do between its steps."""
        started = time.thread_time()
        for _ in work:
            self._cost_s += time.thread_time() - started
            yield
            started = time.thread_time()
        self._cost_s += time.thread_time() - started

    def _run(self, root: str, search: Search, work: Iterator[None]) -> Iterator[None]:
        """Do the work of a search as long as it is the root's present one, then tell how it ended now."""
        for _ in work:
            yield
            if self._searches.get(root) is not search:
                return
        if self._searched.get(root, (search.folders, search.reached)) != (search.folders, search.reached):
            self._tell_end(root, search)

    def _tell_end(self, root: str, search: Search) -> None:
        """Each telling wakes the control thread: a sweep that met nothing new tells nothing."""
        self._searched[root] = search.folders, search.reached
        self._told.searched(root, *self._searched[root])

    def _lose(self, root: str, but: AbstractSet[str] = frozenset()) -> None:
        known = self._known.get(root, set())
        for path in known - but:
            known.discard(path)
            self._told.project_lost(root, path)

    def _least_s(self) -> float:
        return SWEEP_S if self._watching.events else POLLED_S

    def _found(self, root: str) -> Found:
        known = self._known.setdefault(root, set())

        def project(path: str) -> None:
            known.add(path)
            self._told.project_found(root, path)

        def lost(path: str) -> None:
            known.discard(path)
            self._told.project_lost(root, path)

        def refused(path: str, message: str) -> None:
            self._told.search_refused(root, path, message)

        return Found(project, lost, refused, self._watching.folder)


def watch_above(real: str, watching: Watching) -> str:
    """Watch, and return, the nearest folder above that is there: in it a missing one would appear."""
    above = os.path.dirname(real)
    while above != os.path.dirname(above) and not os.path.isdir(above):
        above = os.path.dirname(above)
    watching.folder(above)
    return above


def look_at(root: str) -> RootState:
    """How a folder is found now."""
    real = portable(os.path.realpath(root))
    mount = mount_of(real, mounts())
    identity, note = _identity(real)
    return RootState(real, identity, note, mount.point if mount else "", in_words(mount) if mount else None)


def _identity(real: str) -> tuple[tuple[int, int] | None, str]:
    try:
        entry = os.stat(real)
        with os.scandir(real) as entries:
            next(entries, None)
    except FileNotFoundError:
        return None, "not there yet"
    except NotADirectoryError:
        return None, "is not a folder"
    except OSError as error:
        return None, f"cannot be read: {error.strerror}"
    return (entry.st_dev, entry.st_ino), ""
