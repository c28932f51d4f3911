"""The seeker looks for roots and has them searched; what it tells holds through all that befalls a root."""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pytest

from cupola.sources.base import PROJECT_MARKER
from cupola.watch import seeker as module
from cupola.watch.search import Limits
from cupola.watch.seeker import RootState, Seeker
from cupola.watch.watching import Watching
from support.event_feed import NotedEvents


class Stage:
    """A seeker without its lane: work is done when and as far as the test says."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.states: list[RootState] = []
        self.projects: set[str] = set()
        self.log: list[str] = []
        self.refused: dict[str, str] = {}
        self.ends = 0
        self.waiting: deque[Iterator[None]] = deque()
        self.events = NotedEvents()
        watching = Watching(self.events, lambda _: None)
        self.seeker = Seeker(Limits(3, frozenset()), watching, self, self.waiting.append)

    # What it is told.

    def root_seen(self, root: str, state: RootState) -> None:
        self.states.append(state)

    def project_found(self, root: str, path: str) -> None:
        self.projects.add(Path(path).name)
        self.log.append(f"+{Path(path).name}")

    def project_lost(self, root: str, path: str) -> None:
        self.projects.discard(Path(path).name)
        self.log.append(f"-{Path(path).name}")

    def search_refused(self, root: str, path: str, message: str) -> None:
        self.refused[path] = message

    def searched(self, root: str, folders: int, reached: str | None) -> None:
        self.ends += 1

    # What it does.

    def arm(self) -> Stage:
        run(self.seeker.arm(str(self.root)))
        return self

    def sweep(self) -> None:
        run(self.seeker.sweep())
        while self.waiting:
            run(self.waiting.popleft())


def run(work: Iterator[None]) -> None:
    for _ in work:
        pass


def project(folder: Path) -> Path:
    (folder / PROJECT_MARKER).mkdir(parents=True)
    return folder


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path / "above" / "root")


def test_a_root_that_is_not_there_is_said_and_waited_for_where_it_would_appear(
    stage: Stage, tmp_path: Path
) -> None:
    stage.arm()
    assert (stage.states[-1].identity, stage.states[-1].note, stage.ends) == (None, "not there yet", 1)
    assert stage.events.searched == {str(tmp_path)}


def test_a_root_that_is_a_file_is_said(stage: Stage) -> None:
    stage.root.parent.mkdir()
    stage.root.touch()
    assert stage.arm().states[-1].note == "is not a folder"


def test_a_root_is_watched_from_above_before_it_is_looked_at(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.root.mkdir(parents=True)
    real = module.look_at

    def look(root: str) -> RootState:
        assert str(stage.root.parent) in stage.events.searched
        return real(root)

    monkeypatch.setattr(module, "look_at", look)
    assert stage.arm().states[-1].identity is not None


def test_a_link_to_a_root_is_searched_where_it_leads_and_anew_where_it_leads_then(
    stage: Stage, tmp_path: Path
) -> None:
    project(tmp_path / "one" / "a")
    project(tmp_path / "two" / "b")
    stage.root.parent.mkdir()
    stage.root.symlink_to(tmp_path / "one")
    stage.arm()
    assert (stage.states[-1].real, stage.projects) == (str(tmp_path / "one"), {"a"})
    stage.root.unlink()
    stage.root.symlink_to(tmp_path / "two")
    stage.sweep()
    assert (stage.states[-1].real, stage.projects) == (str(tmp_path / "two"), {"b"})
    assert not {path for path in stage.events.searched if path.startswith(str(tmp_path / "one"))}


def test_a_root_that_goes_takes_its_projects_and_brings_them_back(stage: Stage) -> None:
    project(stage.root / "a")
    stage.arm()
    away = stage.root.with_name("away")
    stage.root.rename(away)
    stage.sweep()
    assert (stage.projects, stage.states[-1].identity) == (set(), None)
    away.rename(stage.root)
    stage.sweep()
    assert stage.log == ["+a", "-a", "+a"]


def test_while_a_root_is_searched_anew_its_projects_stay(stage: Stage) -> None:
    project(stage.root / "a")
    project(stage.root / "b")
    stage.arm()
    shutil.rmtree(stage.root / "b")
    work = stage.seeker.arm(str(stage.root))
    next(work)
    assert stage.projects == {"a", "b"}
    run(work)
    assert stage.log[2:] == ["+a", "-b"]


def test_a_search_that_another_one_replaced_ends_without_a_word(stage: Stage) -> None:
    project(stage.root / "a")
    first = stage.seeker.arm(str(stage.root))
    next(first)
    stage.arm()
    ends, log = stage.ends, list(stage.log)
    run(first)
    assert (stage.ends, stage.log) == (ends, log)


def test_a_sweep_during_the_first_search_does_not_say_that_it_has_ended(stage: Stage) -> None:
    project(stage.root / "a")
    first = stage.seeker.arm(str(stage.root))
    next(first)
    stage.sweep()
    run(stage.seeker.below(str(stage.root), str(stage.root / "a")))
    assert stage.ends == 0
    run(first)
    assert stage.ends == 1


def test_what_comes_and_goes_between_sweeps_is_met_by_its_events(stage: Stage) -> None:
    stage.root.mkdir(parents=True)
    stage.arm()
    root, new = str(stage.root), project(stage.root / "new")
    run(stage.seeker.below(root, str(new)))
    assert stage.projects == {"new"}
    shutil.rmtree(new)
    run(stage.seeker.forget(root, str(new)))
    assert stage.projects == set()


def test_forgetting_takes_no_watch_from_a_folder_that_came_in_the_place_of_the_one_that_left(
    stage: Stage,
) -> None:
    one = project(stage.root / "one")
    stage.arm()
    marker = str(one / PROJECT_MARKER)
    stage.events.watch_files(marker)  # as the hot lane does, which may be first
    run(stage.seeker.forget(str(stage.root), marker))
    assert marker in stage.events.files
    assert stage.projects == {"one"}


def test_a_sweep_asked_for_during_one_begins_after_it(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.root.mkdir(parents=True)
    stage.arm()
    looks: list[str] = []
    real = module.look_at
    monkeypatch.setattr(module, "look_at", lambda root: (looks.append(root), real(root))[-1])  # type: ignore[func-returns-value]  # counts on the way
    work = stage.seeker.sweep()
    next(work)
    for _ in range(5):
        run(stage.seeker.sweep())
    assert looks == []
    run(work)
    assert len(looks) == 2


def test_a_sweep_that_fails_is_not_the_last(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.root.mkdir(parents=True)
    stage.arm()

    def failing(root: str) -> RootState:
        raise RuntimeError("a defect")

    with monkeypatch.context() as patch:
        patch.setattr(module, "look_at", failing)
        with pytest.raises(RuntimeError):
            run(stage.seeker.sweep())
    project(stage.root / "new")
    stage.sweep()
    assert stage.projects == {"new"}


def test_sweeps_are_rare_with_events_and_frequent_without(stage: Stage) -> None:
    assert stage.seeker.tick() == module.SWEEP_S
    stage.events.room = 0
    stage.root.mkdir(parents=True)
    stage.arm()
    assert stage.seeker.tick() == module.POLLED_S


def test_a_tick_begins_no_second_sweep(stage: Stage) -> None:
    stage.root.mkdir(parents=True)
    stage.arm()
    stage.seeker.tick()
    next(stage.waiting[0])
    stage.seeker.tick()
    assert len(stage.waiting) == 1


def test_a_root_that_another_seeker_has_is_left(stage: Stage) -> None:
    project(stage.root / "a")
    stage.arm()
    stage.seeker.leave(str(stage.root))
    assert stage.projects == set()
    ends = stage.ends
    stage.sweep()
    assert stage.ends == ends
