"""The bulk lane's work: look for roots, search them for projects, sweep what was searched."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
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
        self._searches: dict[str, Search] = {}
        self._states: dict[str, RootState] = {}
        self._sweep_s = POLLED_S
        self._sweeping = False

    def arm(self, root: str) -> Iterator[None]:
        """Find out how a root is, watch for its coming and going, and search it from the beginning."""
        state = _look(root)
        self._watch_above(state.real)
        self._states[root] = state
        self._told.root_seen(root, state)
        old = self._searches.pop(root, None)
        if old is not None:
            old.forget(old.root)
        if state.identity is not None:
            self._watching.root(state.real)
            search = self._searches[root] = Search(state.real, self._limits, self._found(root))
            yield from self._run(root, search, search.all())
        else:
            self._told.searched(root, 0, None)

    def below(self, root: str, folder: str) -> Iterator[None]:
        """A folder appeared in a root."""
        search = self._searches.get(root)
        if search is not None:
            yield from self._run(root, search, search.below(folder))

    def forget(self, root: str, folder: str) -> Iterator[None]:
        """A folder left a root, unless it is there again already."""
        search = self._searches.get(root)
        if search is not None:
            self._watching.drop_below(folder)
            search.forget(folder)
            yield from self._run(root, search, search.below(folder))

    def tick(self) -> float:
        """Begin a sweep; returns in how many seconds the next one is due."""
        if not self._sweeping:
            self._sweeping = True
            self._submit(self.sweep())
        return max(self._sweep_s, self._least_s())

    def sweep(self) -> Iterator[None]:
        """Look whether roots came, went or were replaced, and at every folder searched before."""
        started = time.thread_time()
        self._watching.retry()
        for root, state in list(self._states.items()):
            yield
            search = self._searches.get(root)
            if _look(root) != state:
                yield from self.arm(root)
            elif search is not None:
                yield from self._run(root, search, search.sweep())
        # What other jobs did in between counts too: that only makes the sweeps rarer.
        self._sweep_s = max(self._least_s(), (time.thread_time() - started) / SHARE)
        self._sweeping = False

    def _run(self, root: str, search: Search, work: Iterator[None]) -> Iterator[None]:
        """Do the work of a search as long as it is the root's present one, then tell its end."""
        for _ in work:
            yield
            if self._searches.get(root) is not search:
                return
        self._told.searched(root, search.folders, search.reached)

    def _least_s(self) -> float:
        return SWEEP_S if self._watching.events else POLLED_S

    def _watch_above(self, real: str) -> None:
        """Watch the nearest folder above that is there: in it a missing root would appear."""
        above = os.path.dirname(real)
        while above != os.path.dirname(above) and not os.path.isdir(above):
            above = os.path.dirname(above)
        self._watching.folder(above)

    def _found(self, root: str) -> Found:
        told = self._told
        return Found(
            project=lambda path: told.project_found(root, path),
            lost=lambda path: told.project_lost(root, path),
            refused=lambda path, message: told.search_refused(root, path, message),
            watch=self._watching.folder,
        )


def _look(root: str) -> RootState:
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
