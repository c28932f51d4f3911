"""Roots as the user sees them, and how much of the machine each folder deserves."""

from __future__ import annotations

import queue
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cupola.domain.models import Watching as How
from cupola.domain.words import BuildState
from cupola.engine.attention import Attention
from cupola.engine.messages import (
    Message,
    ProjectFound,
    ProjectLost,
    RootSeen,
    Searched,
    SearchRefused,
    Warned,
)
from cupola.engine.roots import Roots
from cupola.watch.disk import Disk
from cupola.watch.search import Limits
from support.clock import FakeClock
from support.event_feed import NotedEvents
from support.project_files import phase, put_phase

PATIENCE_S = 20.0


class Stage:
    """Roots with their real lanes; the test is the control thread."""

    def __init__(self) -> None:
        self.inbox: queue.Queue[Message] = queue.Queue()
        self.events = NotedEvents()
        self.roots = Roots(
            events=self.events,
            clock=FakeClock(),
            limits=Limits(3, frozenset({"node_modules"})),
            post=self.inbox.put,
        )
        self.lost: list[str] = []

    def until(self, done: Callable[[Message], bool]) -> None:
        """Take in what the lanes say, up to the message that a test waits for."""
        while True:
            message = self.inbox.get(timeout=PATIENCE_S)
            match message:
                case RootSeen():
                    self.roots.seen(message)
                case ProjectFound():
                    self.roots.found(message)
                case ProjectLost():
                    if self.roots.lost(message):
                        self.lost.append(Path(message.path).name)
                case SearchRefused():
                    self.roots.refused(message)
                case Searched():
                    self.roots.finished(message)
                case _:
                    pass
            if done(message):
                return

    def add(self, *roots: Path) -> None:
        for root in roots:
            self.roots.add(str(root))
        self.until(lambda _: self.roots.searched)

    def stop(self) -> None:
        for disk in self.roots.disks:
            disk.stop()
        for disk in self.roots.disks:
            assert disk.join(PATIENCE_S) == []


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage()
    yield made
    made.stop()


def project(folder: Path) -> Path:
    put_phase(folder, phase(), 1000)
    return folder


def test_a_root_says_how_many_projects_it_has_and_how_it_is_watched(stage: Stage, tmp_path: Path) -> None:
    for name in ("a", "b"):
        project(tmp_path / "root" / name)
    stage.add(tmp_path / "root", tmp_path / "missing")
    there, missing = stage.roots.models()
    assert (there.readable, there.projects, there.watching, there.note) == (True, 2, How.EVENTS, "")
    assert (missing.readable, missing.projects, missing.watching) == (False, 0, How.OFF)
    assert missing.note == "not there yet"


def test_a_missing_root_is_searched_once_its_folder_arrives(stage: Stage, tmp_path: Path) -> None:
    root = tmp_path / "above" / "root"
    stage.add(root)
    project(root / "a")
    stage.roots.folder_arrived(str(tmp_path / "above"))
    stage.until(lambda message: isinstance(message, Searched) and message.folders > 0)
    (model,) = stage.roots.models()
    assert (model.readable, model.projects) == (True, 1)


def test_a_root_that_leaves_loses_its_projects(stage: Stage, tmp_path: Path) -> None:
    project(tmp_path / "root" / "a")
    stage.add(tmp_path / "root")
    shutil.rmtree(tmp_path / "root")
    stage.roots.folder_left(str(tmp_path / "root"))
    stage.until(lambda message: isinstance(message, Searched))
    assert stage.lost == ["a"]
    assert not stage.roots.models()[0].readable


def test_a_project_found_from_two_roots_is_lost_only_with_the_second(stage: Stage, tmp_path: Path) -> None:
    project(tmp_path / "root" / "sub" / "a")
    (tmp_path / "link").symlink_to(tmp_path / "root" / "sub")
    stage.add(tmp_path / "root", tmp_path / "link")
    assert [model.projects for model in stage.roots.models()] == [1, 1]
    path = str(tmp_path / "root" / "sub" / "a")
    assert not stage.roots.lost(ProjectLost(str(tmp_path / "link"), path))
    assert stage.roots.lost(ProjectLost(str(tmp_path / "root"), path))


def test_what_is_refused_is_a_problem_until_it_is_taken_back(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "link").symlink_to(project(tmp_path / "p"))
    stage.add(tmp_path / "root")
    (problem,) = stage.roots.problems()
    assert "add it as a root" in problem.message
    (tmp_path / "root" / "link").unlink()
    stage.roots.folder_arrived(str(tmp_path / "root" / "link"))
    stage.roots.sweep_all()
    stage.until(lambda message: isinstance(message, SearchRefused))
    assert stage.roots.problems() == ()


def test_a_path_is_served_by_the_disk_of_its_root_and_none_without(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    stage.add(tmp_path / "root")
    (disk,) = stage.roots.disks
    assert stage.roots.disk_of(str(tmp_path / "root" / "a" / "b")) is disk
    assert stage.roots.disk_of(str(tmp_path / "rooted")) is None


def test_without_room_for_watches_a_root_is_polled(stage: Stage, tmp_path: Path) -> None:
    stage.events.room = 0
    project(tmp_path / "root" / "a")
    stage.add(tmp_path / "root")
    (disk,) = stage.roots.disks
    assert stage.roots.models()[0].watching is How.POLLING
    assert stage.roots.polled(disk)


def test_what_was_wrong_with_a_disk_is_over_when_its_last_root_is_removed(
    stage: Stage, tmp_path: Path
) -> None:
    (tmp_path / "root").mkdir()
    stage.add(tmp_path / "root")
    (disk,) = stage.roots.disks
    stage.roots.remove(str(tmp_path / "root"))
    taken_back: list[str] = []
    while len(taken_back) < 2:
        message = stage.inbox.get(timeout=PATIENCE_S)
        taken_back += [message.about] if isinstance(message, Warned) and not message.message else []
    assert taken_back == [disk.about, f"{disk.name} (events)"]


def test_a_folder_of_files_is_watched_no_longer_but_the_search_goes_on_hearing_of_it(
    stage: Stage, tmp_path: Path
) -> None:
    inside = project(tmp_path / "root" / "a") / ".context-foundry" / "feedback"
    runs = tmp_path / "root" / "checkpoints" / "ralph"
    runs.mkdir(parents=True)
    inside.mkdir()
    stage.add(tmp_path / "root")
    for folder in (inside, runs):
        stage.events.watch_files(str(folder))
        lanes = stage.roots.lanes_of(str(folder))
        assert lanes is not None
        lanes.unwatch(str(folder))
    assert stage.events.files == {}
    assert str(runs) in stage.events.searched
    assert str(inside) not in stage.events.searched


# --- attention ----------------------------------------------------------------------------------------------


class SomeBuilds:
    """What attention asks of the builds."""

    def __init__(self) -> None:
        self.states: dict[str, BuildState | None] = {}
        self.moved = frozenset[str]()
        self.asked: list[str] = []
        self.lies_in: dict[str, str] = {}

    def set(self, home: Path, state: BuildState | None) -> None:
        self.states[str(home)] = state
        self.moved |= {str(home)}

    def take_moved(self) -> frozenset[str]:
        moved, self.moved = self.moved, frozenset()
        return moved

    def state(self, home: str) -> BuildState | None:
        self.asked.append(home)
        return self.states[home]

    def holders(self, home: str) -> frozenset[str]:
        return frozenset({self.lies_in.get(home, home)})

    def home_of_build(self, build: str | None) -> str | None:
        return next((home for home in self.states if build and Path(home).name == build), None)


def attention(stage: Stage, builds: SomeBuilds) -> Attention:
    return Attention(builds, stage.roots)  # type: ignore[arg-type]  # a part of Builds


def only(stage: Stage) -> Disk:
    (disk,) = stage.roots.disks
    return disk


def test_the_shown_the_active_and_the_rest_are_swept_each_at_its_pace(stage: Stage, tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    stage.add(root)
    builds = SomeBuilds()
    paying = attention(stage, builds)
    for name, state in (
        ("run", BuildState.RUNNING),
        ("quiet", BuildState.QUIET),
        ("done", BuildState.COMPLETED),
        ("none", None),
        ("seen", BuildState.FAILED),
    ):
        builds.set(root / name, state)
    assert paying.show("seen", visible=True) == str(root / "seen")
    paying.replan()
    plan = only(stage).plan
    assert plan.shown == {str(root / "seen")}
    assert plan.active == {str(root / "run"), str(root / "quiet")}
    assert (plan.visible, plan.polled) == (True, False)


def test_a_plan_is_made_anew_only_when_a_state_or_the_shown_build_changes(
    stage: Stage, tmp_path: Path
) -> None:
    root = tmp_path / "root"
    root.mkdir()
    stage.add(root)
    builds = SomeBuilds()
    paying = attention(stage, builds)
    builds.set(root / "a", BuildState.RUNNING)
    paying.replan()
    plan = only(stage).plan
    paying.replan()
    assert only(stage).plan is plan
    builds.set(root / "a", BuildState.COMPLETED)
    paying.replan()
    assert only(stage).plan.active == frozenset()
    paying.show("a", visible=False)
    paying.replan()
    assert only(stage).plan.shown == {str(root / "a")}


def test_only_builds_that_moved_are_looked_at_however_many_there_are(stage: Stage, tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    stage.add(root)
    builds = SomeBuilds()
    paying = attention(stage, builds)
    for number in range(1000):
        builds.set(root / str(number), BuildState.COMPLETED)
    paying.replan()
    builds.asked.clear()
    builds.set(root / "7", BuildState.RUNNING)
    paying.replan()
    paying.replan()
    assert builds.asked == [str(root / "7")]
    assert only(stage).plan.active == {str(root / "7")}


def test_what_comes_and_goes_among_builds_at_rest_makes_no_new_plan(stage: Stage, tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    stage.add(root)
    builds = SomeBuilds()
    paying = attention(stage, builds)
    builds.set(root / "a", BuildState.RUNNING)
    paying.replan()
    plan = only(stage).plan
    for state in (BuildState.COMPLETED, BuildState.UNKNOWN, None):
        builds.set(root / "b", state)
        paying.replan()
    assert only(stage).plan is plan


def test_a_folder_of_two_active_builds_stays_active_until_both_have_ended(
    stage: Stage, tmp_path: Path
) -> None:
    root = tmp_path / "root"
    root.mkdir()
    stage.add(root)
    builds = SomeBuilds()
    builds.lies_in = {str(root / "a"): str(root), str(root / "b"): str(root)}
    paying = attention(stage, builds)
    for name in ("a", "b"):
        builds.set(root / name, BuildState.RUNNING)
    for name, active in (("a", {str(root)}), ("b", set[str]())):
        builds.set(root / name, BuildState.COMPLETED)
        paying.replan()
        assert only(stage).plan.active == active


def test_a_build_whose_end_is_seen_gives_its_deep_watches_back(stage: Stage, tmp_path: Path) -> None:
    root = tmp_path / "root"
    project(root / "a")
    (root / "a" / ".context-foundry" / "feedback").mkdir()
    stage.add(root)
    from cupola.sources.base import Anchor
    from cupola.sources.registry import SOURCES
    from cupola.watch.patterns import Patterns

    only(stage).open(str(root / "a"), Patterns.of(SOURCES, frozenset({Anchor.PROJECT})))
    builds = SomeBuilds()
    paying = attention(stage, builds)
    deep = str(root / "a" / ".context-foundry" / "feedback")

    def settle(expected: bool) -> None:
        done: queue.Queue[None] = queue.Queue()
        only(stage).hot.submit(lambda: done.put(None))
        done.get(timeout=PATIENCE_S)
        assert (deep in stage.events.files) is expected

    for state, expected in ((BuildState.RUNNING, True), (BuildState.COMPLETED, False)):
        builds.set(root / "a", state)
        paying.replan()
        settle(expected)
