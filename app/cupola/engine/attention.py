"""Which builds deserve how much of the machine: shown, active, or at rest."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Set as AbstractSet

from cupola.domain.words import AT_WORK
from cupola.engine.builds import Builds
from cupola.engine.roots import Roots
from cupola.watch.disk import Disk
from cupola.watch.sweep import Plan

_NONE = frozenset[str]()

_Seen = tuple[frozenset[Disk], frozenset[str], frozenset[str], bool]
"""What plans depend on besides the active builds: polled disks, folders apart, folders shown, visibility."""


class Attention:
    """Belongs to the control thread: turns states and what is shown into each disk's plan of sweeps.

    Only what moved is looked at; of what rests there may be thousands, and no plan names it.
    """

    def __init__(self, builds: Builds, roots: Roots) -> None:
        self._builds = builds
        self._roots = roots
        self._build: str | None = None
        self._visible = False
        self._holders: dict[str, frozenset[str]] = {}
        """The folders of each active build."""
        self._active = Counter[str]()
        """How many active builds have files in a folder."""
        self._deep: set[str] = set()
        self._seen: _Seen | None = None

    def show(self, build: str | None, *, visible: bool) -> str | None:
        """Take in what a window shows; returns that build's home."""
        self._build, self._visible = build, visible
        return self._builds.home_of_build(build)

    def attended(self) -> frozenset[str]:
        """The homes of the builds that are active or shown."""
        home = self._builds.home_of_build(self._build)
        return frozenset(self._holders) | ({home} if home else _NONE)

    def replan(self) -> None:
        """Give each disk its plan, if a state or the way a disk is watched changed since the last time."""
        changed = [self._take_in(home) for home in self._builds.take_moved()]
        home = self._builds.home_of_build(self._build)
        shown = self._builds.holders(home) if home else _NONE
        polled = frozenset(disk for disk in self._roots.disks if self._roots.polled(disk))
        now = polled, self._roots.apart, shown, self._visible
        if now != self._seen or any(changed):
            self._seen = now
            self._deepen(self._active.keys() | shown)
            self._plan(polled, shown)

    def _take_in(self, home: str) -> bool:
        """Count the folders of a build that moved; True if it is active, or was."""
        before = self._holders.pop(home, _NONE)
        active = self._builds.state(home) in AT_WORK
        after = self._builds.holders(home) if active else _NONE
        if after:
            self._holders[home] = after
        self._active.update(after - before)
        for holder in before - after:
            self._active[holder] -= 1
            if not self._active[holder]:
                del self._active[holder]
        return before != after

    def _plan(self, polled: AbstractSet[Disk], shown: AbstractSet[str]) -> None:
        on_shown, on_active = self._by_disk(shown), self._by_disk(self._active.keys() - shown)
        for disk, apart in self._by_disk(self._roots.apart).items():
            # As often as the builds beside it: a wake-up of its own would cost more.
            beside = next((each for each in (on_shown, on_active) if each[disk]), None)
            if beside is not None:
                beside[disk].extend(apart)
        for disk in self._roots.disks:
            disk.plan = Plan(
                frozenset(on_shown[disk]),
                frozenset(on_active[disk]),
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
            lanes = self._roots.lanes_of(holder)
            if lanes is not None:
                lanes.disk.deepen(holder, deep=holder in wanted, unwatch=lanes.unwatch)
        self._deep = wanted
