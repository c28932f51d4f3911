"""Which builds deserve how much of the machine: shown, active, or at rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Set as AbstractSet

from cupola.domain.words import BuildState
from cupola.engine.builds import Builds
from cupola.engine.roots import Roots
from cupola.watch.disk import Disk
from cupola.watch.sweep import Plan

_ACTIVE = frozenset({BuildState.RUNNING, BuildState.QUIET})


class Attention:
    """Belongs to the control thread: turns states and what is shown into each disk's plan of sweeps."""

    def __init__(self, builds: Builds, roots: Roots) -> None:
        self._builds = builds
        self._roots = roots
        self._build: str | None = None
        self._visible = False
        self._deep: set[str] = set()
        self._seen: tuple[int, frozenset[Disk], frozenset[str]] | None = None

    def show(self, build: str | None, *, visible: bool) -> str | None:
        """Take in what a window shows; returns that build's home."""
        self._build, self._visible, self._seen = build, visible, None
        return self._builds.home_of_build(build)

    def replan(self) -> None:
        """Give each disk its plan, if a state or the way a disk is watched changed since the last time."""
        polled = frozenset(disk for disk in self._roots.disks if self._roots.polled(disk))
        now = self._builds.states_revision, polled, self._roots.apart
        if now == self._seen:
            return
        self._seen = now
        home = self._builds.home_of_build(self._build)
        shown = frozenset(self._builds.holders(home)) if home else frozenset[str]()
        active, rest = set[str](), set[str]()
        for each, state in self._builds.homes():
            (active if state in _ACTIVE else rest).update(self._builds.holders(each))
        rest |= self._roots.reals
        self._deepen(active | shown)
        on_shown, on_active = self._by_disk(shown), self._by_disk(active - shown)
        on_rest = self._by_disk(rest - active - shown)
        for disk, apart in self._by_disk(self._roots.apart).items():
            # As often as the builds beside it: a wake-up of its own would cost more.
            next((each for each in (on_shown, on_active) if each[disk]), on_rest)[disk].extend(apart)
        for disk in self._roots.disks:
            disk.plan = Plan(
                frozenset(on_shown[disk]),
                frozenset(on_active[disk]),
                frozenset(on_rest[disk]),
                polled=disk in polled,
                visible=self._visible,
            )

    def _by_disk(self, holders: AbstractSet[str]) -> dict[Disk | None, list[str]]:
        found: dict[Disk | None, list[str]] = defaultdict(list)
        for holder in holders:
            found[self._roots.disk_of(holder)].append(holder)
        return found

    def _deepen(self, wanted: set[str]) -> None:
        for holder in wanted ^ self._deep:
            disk = self._roots.disk_of(holder)
            if disk is not None:
                disk.deepen(holder, deep=holder in wanted, unwatch=self._roots.unwatch)
        self._deep = wanted
