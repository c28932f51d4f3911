"""The roots: which disk each lies on, how each is watched, and what the user should know of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from cupola.domain.clock import Clock
from cupola.domain.models import DiskModel, RootModel
from cupola.domain.models import Watching as How
from cupola.domain.problems import Problem
from cupola.domain.text import plain, printable_path
from cupola.engine.messages import (
    Message,
    ProjectFound,
    ProjectLost,
    RootLeft,
    RootSeen,
    Searched,
    SearchRefused,
    Warned,
)
from cupola.watch.disk import Disk
from cupola.watch.lanes import Lane
from cupola.watch.mounts import Mount, in_words, mount_of, mounts
from cupola.watch.observing import EventFeed
from cupola.watch.owning import owner_of
from cupola.watch.paths import portable
from cupola.watch.search import Limits
from cupola.watch.seeker import RootState, Seeker
from cupola.watch.turns import Turns
from cupola.watch.watching import Watching

Post = Callable[[Message], None]


class _Told:
    """Turns what a seeker tells into messages; called in a bulk lane."""

    def __init__(self, post: Post) -> None:
        self._post = post

    def root_seen(self, root: str, state: RootState) -> None:
        self._post(RootSeen(root, state))

    def project_found(self, root: str, path: str) -> None:
        self._post(ProjectFound(root, path))

    def project_lost(self, root: str, path: str) -> None:
        self._post(ProjectLost(root, path))

    def search_refused(self, root: str, path: str, message: str) -> None:
        self._post(SearchRefused(root, path, message))

    def searched(self, root: str, folders: int, reached: str | None) -> None:
        self._post(Searched(root, folders, reached))


@dataclass(slots=True)
class Lanes:
    """What works on one disk."""

    disk: Disk
    seeker: Seeker
    watching: Watching

    def unwatch(self, path: str) -> None:
        """Watch one folder no longer for its files. Safe from any thread."""
        self.watching.drop(path)
        if self.seeker.knows(path):
            self.watching.folder(path)  # the search still wants to hear of its sub-folders


@dataclass(slots=True)
class _Root:
    path: str
    lanes: Lanes
    real: str
    polled: str | None = None
    readable: bool = False
    note: str = "not looked at yet"
    searched: bool = False
    reached: str | None = None
    projects: set[str] = field(default_factory=set)
    refused: dict[str, str] = field(default_factory=dict)


class Roots:
    """Belongs to the control thread. One pair of lanes per disk: a hung disk stalls only its own roots."""

    def __init__(
        self,
        *,
        events: EventFeed | None,
        clock: Clock,
        limits: Limits,
        post: Post,
        turns: Turns | None = None,
    ) -> None:
        self._events = events
        self._turns = turns
        self._clock = clock
        self._limits = limits
        self._post = post
        self._lanes: dict[str, Lanes] = {}
        self._ended: list[Disk] = []
        """Disks that nothing lies on any more that is watched."""
        self._held = False
        self._roots: dict[str, _Root] = {}
        self._apart: dict[str, Lanes] = {}

    def __contains__(self, path: str) -> bool:
        return path in self._roots

    def add(self, path: str) -> None:
        """Watch a root from now on."""
        mount = mount_of(path, mounts())
        self._roots[path] = _Root(path, self._lanes_of(mount.point if mount else "", mount), path)
        self.arm(path)

    def remove(self, path: str) -> str:
        """Watch a root no longer, and return it without links; answered by `RootLeft` when that is done."""
        root = self._roots.pop(path)
        lanes = root.lanes
        lanes.disk.bulk.submit(partial(lanes.seeker.quit, path))
        lanes.disk.bulk.submit(partial(self._post, RootLeft(root.real)))
        self._end_unused()
        return root.real

    def only_in(self, path: str) -> frozenset[str]:
        """The root itself and the projects in it, without links, that are in no other root."""
        root = self._roots[path]
        others = [other for other in self._roots.values() if other is not root]
        return frozenset(
            {root.real, *root.projects}.difference(*(each.projects | {each.real} for each in others))
        )

    def arm_around(self, real: str) -> None:
        """Look anew at the roots that a folder lies in or that lie in it, and watch on for others to come."""
        for root in list(self._roots.values()):
            if _lies_in(root.real, real) or _lies_in(real, root.real):
                self.arm(root.path)
            else:
                root.lanes.disk.bulk.submit(partial(root.lanes.seeker.watch_above, root.path))

    def limit(self, limits: Limits) -> None:
        """Search all roots anew, and only so far."""
        self._limits = limits
        for lanes in self._lanes.values():
            lanes.disk.bulk.submit(partial(lanes.seeker.limit, limits))
        for path in self._roots:
            self.arm(path)

    def hold(self, *, held: bool) -> None:
        """Let no lane do anything while it is held."""
        self._held = held
        for disk in (*self.disks, *self._ended):
            disk.hold(held=held)

    def arm(self, path: str) -> None:
        """Look at a root anew and search it from the beginning."""
        lanes = self._roots[path].lanes
        lanes.disk.bulk.submit(partial(lanes.seeker.arm, path))

    def serve(self, path: str, state: RootState | None = None, *, was: str = "") -> None:
        """Serve a folder that is no root, in place of `was`; `state` is how it was found."""
        mount = mount_of(path, mounts()) if state is None else Mount(state.mount, "")
        polled = state is not None and state.polling is not None
        self._apart.pop(was, None)
        self._apart[path] = self._lanes_of(mount.point if mount else "", mount, polled=polled)

    def leave(self, path: str) -> None:
        """Serve a folder that is no root no longer, and watch nothing of it."""
        lanes = self._apart.pop(path, None)
        if lanes is not None and path not in self.reals:
            # Behind what was asked of this lane before, which may still be about to watch something of it.
            lanes.disk.bulk.submit(partial(lanes.watching.drop_below, path))

    @property
    def apart(self) -> frozenset[str]:
        """The folders that are served and are no roots."""
        return frozenset(self._apart) - self.reals

    def lanes_apart(self, path: str) -> Lanes | None:
        """The lanes that serve a folder that is no root."""
        return self._apart.get(path)

    def real_of(self, path: str) -> str:
        """A written path as Cupola itself would write it: without the links that lead to a root."""
        plain_path = portable(os.path.normpath(path))
        for root in self._roots.values():
            named = portable(root.path)
            if plain_path == named or plain_path.startswith(named.rstrip("/") + "/"):
                return root.real + plain_path[len(named) :]
        return plain_path

    @property
    def disks(self) -> list[Disk]:
        """Every disk in use."""
        return [lanes.disk for lanes in self._lanes.values()]

    @property
    def reals(self) -> frozenset[str]:
        """The roots' paths without links. Safe from any thread."""
        return frozenset(root.real for root in list(self._roots.values()))

    @property
    def searched(self) -> bool:
        """True once every root was searched to its end, or found not to be there."""
        return all(root.searched for root in self._roots.values())

    def lanes_of(self, path: str) -> Lanes | None:
        """The lanes that serve a path, by the deepest root it lies in."""
        if path in self._apart:
            return self._apart[path]
        root = self._root_of(path)
        return root.lanes if root else None

    def disk_of(self, path: str) -> Disk | None:
        """The disk that serves a path."""
        lanes = self.lanes_of(path)
        return lanes.disk if lanes else None

    @property
    def ended(self) -> tuple[Disk, ...]:
        """Disks that are not in use any more, and whose lanes end or have ended."""
        return tuple(self._ended)

    def folder_arrived(self, path: str) -> None:
        """A folder appeared: search it; one that a missing root waits for brings the root back."""
        for root in self._roots.values():
            if root.real == path or (not root.readable and root.real.startswith(path + "/")):
                self.arm(root.path)
            elif path.startswith(root.real.rstrip("/") + "/"):
                root.lanes.disk.bulk.submit(partial(root.lanes.seeker.below, root.path, path))

    def folder_left(self, path: str) -> None:
        """A folder left, was renamed or removed."""
        for root in self._roots.values():
            if root.real == path or root.real.startswith(path + "/"):
                self.arm(root.path)
            elif path.startswith(root.real.rstrip("/") + "/"):
                root.lanes.disk.bulk.submit(partial(root.lanes.seeker.forget, root.path, path))

    def sweep_all(self) -> None:
        """Look at every root and every folder searched before."""
        for lanes in self._lanes.values():
            lanes.disk.bulk.submit(lanes.seeker.sweep)

    def seen(self, message: RootSeen) -> bool:
        """Take in how a root was found; True if it can be read and its lanes are the right ones."""
        root, state = self._roots.get(message.root), message.state
        if root is None:
            return False  # it was removed meanwhile
        root.real, root.note, root.polled = state.real, state.note, state.polling
        root.readable = state.identity is not None
        root.searched = not root.readable
        root.refused.clear()
        if state.mount != root.lanes.disk.name and root.readable:
            # A link led to another disk than its path names: begin again in that disk's lanes.
            mount = Mount(state.mount, "")
            root.lanes.disk.bulk.submit(partial(root.lanes.seeker.leave, root.path))
            root.lanes = self._lanes_of(state.mount, mount, polled=state.polling is not None)
            self.arm(root.path)
            return False
        return root.readable

    def found(self, message: ProjectFound) -> bool:
        """Count a project; False if its root was removed meanwhile."""
        root = self._roots.get(message.root)
        if root is not None:
            root.projects.add(message.path)
        return root is not None

    def lost(self, message: ProjectLost) -> bool:
        """Count a project no more; False if it is found from another root as well."""
        root = self._roots.get(message.root)
        if root is None:
            return False
        root.projects.discard(message.path)
        return all(message.path not in root.projects for root in self._roots.values())

    def refused(self, message: SearchRefused) -> None:
        """Keep what the search would not enter, until it is taken back."""
        root = self._roots.get(message.root)
        refused = {} if root is None else root.refused
        if message.message:
            refused[message.path] = message.message
        else:
            refused.pop(message.path, None)

    def finished(self, message: Searched) -> None:
        """A search came to its end."""
        root = self._roots.get(message.root)
        if root is not None:
            root.searched, root.reached = True, message.reached

    def give_up(self, disk: Disk) -> None:
        """Wait no longer for the first search of what lies on a disk that hangs."""
        for root in self._roots.values():
            root.searched |= root.lanes.disk is disk

    def models(self) -> tuple[RootModel, ...]:
        """The roots as the user sees them."""
        return tuple(self._model(root) for root in self._roots.values())

    def disk_models(self) -> tuple[DiskModel, ...]:
        """The disks that serve them."""
        return tuple(
            DiskModel(
                printable_path(point) or "/",
                How.EVENTS if lanes.watching.events else How.POLLING,
                hangs=lanes.disk.stalled_s() > 0,
            )
            for point, lanes in sorted(self._lanes.items())
        )

    def problems(self) -> tuple[Problem, ...]:
        """What could not be searched."""
        return tuple(
            Problem(printable_path(path), plain(message))
            for root in self._roots.values()
            for path, message in sorted(root.refused.items())
        )

    def polled(self, disk: Disk) -> bool:
        """True if a disk has to be swept for changes because it tells of none."""
        return any(lanes.disk is disk and not lanes.watching.events for lanes in self._lanes.values())

    def _root_of(self, path: str) -> _Root | None:
        inside = [root for root in list(self._roots.values()) if _lies_in(path, root.real)]
        return max(inside, key=lambda root: len(root.real), default=None)

    def _model(self, root: _Root) -> RootModel:
        notes = [
            root.note,
            f"{root.polled}: looked at every second" if root.polled else "",
            root.reached or "",
        ]
        how = How.EVENTS if root.lanes.watching.events else How.POLLING
        return RootModel(
            printable_path(root.path),
            root.readable,
            len(root.projects),
            how if root.readable else How.OFF,
            "; ".join(filter(None, notes)),
            self._events.count_below(root.real) if self._events is not None else 0,
        )

    def _end_unused(self) -> None:
        """End the lanes of disks that nothing lies on any more, after what they still have to do.

        What was wrong with such a disk is over: it may hang for good, and never say so itself.
        """
        used = {id(one) for one in (*(root.lanes for root in self._roots.values()), *self._apart.values())}
        for point, lanes in list(self._lanes.items()):
            if id(lanes) not in used:
                del self._lanes[point]
                self._ended.append(lanes.disk)
                self._post(Warned(lanes.disk.about, ""))
                self._post(Warned(_of_events(point), ""))
                lanes.disk.bulk.submit(lanes.disk.stop)

    def _lanes_of(self, point: str, mount: Mount | None, *, polled: bool = False) -> Lanes:
        lanes = self._lanes.get(point)
        if lanes is None:
            polled = polled or (mount is not None and in_words(mount) is not None)
            lanes = self._lanes[point] = self._new_lanes(point, polled=polled)
            if self._held:
                lanes.disk.hold(held=True)
            lanes.disk.start()
        return lanes

    def _new_lanes(self, point: str, *, polled: bool) -> Lanes:
        post = self._post
        submit = Submitting()

        def limited(text: str) -> None:
            post(Warned(_of_events(point), text, blinds=True))
            submit.lane.wake()  # what tells of no changes is swept more often

        watching = Watching(self._events, limited, off=polled)
        seeker = Seeker(self._limits, watching, _Told(post), submit)
        disk = Disk(
            point,
            clock=self._clock,
            post=post,
            watch=watching.folder,
            owner=partial(owner_of, lambda: self.reals),
            bulk_tick=seeker.tick,
            failed=lambda text: post(Warned(f"{point} (a job failed)", text, passing=True)),
            turns=self._turns,
        )
        submit.lane = disk.bulk
        return Lanes(disk, seeker, watching)


def _of_events(point: str) -> str:
    return f"{point} (events)"


def _lies_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


class Submitting:
    """Hands sliced work to a lane that is only made after the one who wants to hand it over."""

    lane: Lane

    def __call__(self, work: Iterator[None]) -> None:
        self.lane.submit(lambda: work)
