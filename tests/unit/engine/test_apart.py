"""Foundry's home is watched wherever it lies, whether it is there or not."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from pathlib import Path

import pytest

from cupola.domain.words import BuildState
from cupola.engine.apart import Apart
from cupola.engine.attention import Attention
from cupola.engine.holders import Holders
from cupola.engine.messages import HomeSeen, Message, RootSeen
from cupola.engine.roots import Roots
from cupola.engine.timers import Timers
from cupola.sources.base import Anchor
from cupola.sources.registry import SOURCES
from cupola.watch.events import Dirty
from cupola.watch.patterns import Patterns
from cupola.watch.reader import HolderRead
from cupola.watch.search import Limits
from support.clock import FakeClock
from support.event_feed import NotedEvents

PATIENCE_S = 20.0
FOUNDRY_FILES = Patterns.of(SOURCES, frozenset({Anchor.FOUNDRY_HOME}))


class Stage:
    """Roots and Foundry's home with their real lanes; the test is the control thread."""

    def __init__(self, home: Path) -> None:
        self.inbox: queue.Queue[Message] = queue.Queue()
        self.events = NotedEvents()
        self.clock = FakeClock()
        self.roots = Roots(
            events=self.events, clock=self.clock, limits=Limits(3, frozenset()), post=self.inbox.put
        )
        self.holders = Holders(roots=self.roots, timers=Timers(), clock=self.clock, closes_are_seen=True)
        self.foundry = Apart(str(home), FOUNDRY_FILES, self.roots, self.inbox.put)

    def looked(self) -> HomeSeen:
        return self.until(HomeSeen)

    def until(self, kind: type[HomeSeen]) -> HomeSeen:
        while True:
            message = self.inbox.get(timeout=PATIENCE_S)
            if isinstance(message, RootSeen):
                self.roots.seen(message)
            if isinstance(message, kind):
                return message

    def read(self) -> HolderRead:
        while not isinstance(message := self.inbox.get(timeout=PATIENCE_S), HolderRead):
            assert not isinstance(message, Dirty)
        return message

    def take(self) -> bool:
        return self.foundry.seen(self.looked())

    def stop(self) -> None:
        for disk in self.roots.disks:
            disk.stop()
        for disk in self.roots.disks:
            assert disk.join(PATIENCE_S) == []


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "home"


@pytest.fixture
def stage(home: Path) -> Iterator[Stage]:
    made = Stage(home)
    yield made
    made.stop()


def test_one_that_is_there_is_watched_for_its_files_and_from_above(stage: Stage, home: Path) -> None:
    home.mkdir(parents=True)
    stage.foundry.add()
    before = stage.foundry.settled
    assert stage.take()
    assert (before, stage.foundry.settled) == (False, True)
    assert stage.foundry.real == str(home)
    assert str(home) in stage.events.files
    assert stage.roots.apart == {str(home)}
    stage.holders.open_home(str(home), stage.foundry.patterns)
    assert not stage.holders.all_read
    seen = stage.read()
    assert (seen.holder, seen.opened) == (str(home), True)


def test_one_that_is_not_there_is_met_when_a_folder_on_the_way_arrives(
    stage: Stage, home: Path, tmp_path: Path
) -> None:
    stage.foundry.add()
    assert stage.take()
    assert stage.foundry.settled
    assert str(home) not in stage.events.files
    home.parent.mkdir()
    stage.foundry.folder_changed(str(tmp_path / "elsewhere"))
    stage.foundry.folder_changed(str(home.parent))
    assert stage.looked().state.identity is None
    home.mkdir()
    stage.foundry.folder_changed(str(home))
    assert stage.looked().state.identity is not None
    assert str(home) in stage.events.files
    assert stage.inbox.empty()


def test_it_is_waited_for_no_longer_when_its_disk_hangs(stage: Stage) -> None:
    stage.foundry.add()
    (disk,) = stage.roots.disks
    stage.foundry.give_up(disk)
    assert stage.foundry.settled
    stage.looked()


def test_nothing_is_asked_of_a_disk_before_it_is_added(stage: Stage) -> None:
    stage.foundry.arm()
    assert stage.roots.disks == []


def test_one_behind_a_link_is_known_by_its_real_path(stage: Stage, home: Path, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    home.parent.mkdir()
    home.symlink_to(tmp_path / "real")
    stage.foundry.add()
    assert stage.take()
    assert stage.foundry.real == str(tmp_path / "real")
    assert stage.roots.apart == {str(tmp_path / "real")}


def test_a_home_that_is_a_root_stays_a_root(stage: Stage, home: Path) -> None:
    home.mkdir(parents=True)
    stage.roots.add(str(home))
    stage.foundry.add()
    stage.take()
    assert stage.roots.apart == frozenset()
    stage.holders.open_home(str(home), stage.foundry.patterns)
    stage.holders.close_home(str(home))
    assert str(home) not in stage.holders.dirt


def test_it_is_swept_as_often_as_the_builds_beside_it(stage: Stage, home: Path, tmp_path: Path) -> None:
    home.mkdir(parents=True)
    root = tmp_path / "root"
    root.mkdir()
    stage.roots.add(str(root))
    stage.foundry.add()
    stage.take()
    (disk,) = stage.roots.disks
    states: dict[str, BuildState | None] = {str(root / "shop"): BuildState.COMPLETED}

    class SomeBuilds:
        def take_moved(self) -> set[str]:
            return set(states)

        def state(self, home: str) -> BuildState | None:
            return states[home]

        def holders(self, home: str) -> frozenset[str]:
            return frozenset({home})

        def home_of_build(self, build: str | None) -> str | None:
            return str(root / "shop") if build else None

    builds = SomeBuilds()
    paying = Attention(builds, stage.roots)  # type: ignore[arg-type]  # a part of Builds
    paying.replan()
    assert str(home) not in disk.plan.shown | disk.plan.active
    states[str(root / "shop")] = BuildState.RUNNING
    paying.replan()
    assert str(home) in disk.plan.active
    paying.show("shop", visible=True)
    paying.replan()
    assert str(home) in disk.plan.shown
    assert stage.events.files.keys() == {str(home)}


def test_a_written_path_leads_through_the_link_to_a_root(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "named").symlink_to("real")
    stage.roots.add(str(tmp_path / "named"))
    while not isinstance(message := stage.inbox.get(timeout=PATIENCE_S), RootSeen):
        pass
    stage.roots.seen(message)
    for written in ("named/shop", "named/./x/../shop", "real/shop/"):
        assert stage.roots.real_of(str(tmp_path / written)) == str(tmp_path / "real/shop")
    assert stage.roots.real_of(str(tmp_path / "named")) == str(tmp_path / "real")
    assert stage.roots.real_of("/srv/other") == "/srv/other"
