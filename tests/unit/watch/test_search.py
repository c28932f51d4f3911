"""The search finds what is a project, tells what is none any more, and lists only what changed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cupola.sources.base import PROJECT_MARKER
from cupola.watch.search import Found, Limits, Search
from support.scans import Scans

NEVER_SKIPPED: frozenset[str] = frozenset()


def project(folder: Path) -> Path:
    (folder / PROJECT_MARKER).mkdir(parents=True)
    return folder


def change(folder: Path, mtime: float) -> None:
    """Give a folder a time of its own: whether it changed does not hang on the clock's tick."""
    os.utime(folder, (mtime, mtime))


@dataclass
class Told:
    """A search with all that it tells."""

    root: Path
    limits: Limits = field(default_factory=lambda: Limits(3, frozenset({"node_modules"})))
    found: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    watched: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.search = Search(
            str(self.root),
            self.limits,
            Found(
                lambda path: self.found.append(self._short(path)),
                lambda path: self.lost.append(self._short(path)),
                self._refused,
                lambda path: self.watched.append(self._short(path)),
            ),
        )

    def _short(self, path: str) -> str:
        return os.path.relpath(path, self.root)

    def _refused(self, path: str, message: str) -> None:
        if message:
            assert self.refused.get(self._short(path)) != message, "told twice"
            self.refused[self._short(path)] = message
        else:
            del self.refused[self._short(path)]

    def all(self) -> Told:
        run(self.search.all())
        return self

    def sweep(self) -> None:
        run(self.search.sweep())

    def below(self, *names: str) -> None:
        run(self.search.below(str(self.root.joinpath(*names))))

    def reached(self) -> str | None:
        return self.search.reached

    @property
    def projects(self) -> list[str]:
        return sorted(self._short(path) for path in self.search.projects)


def run(work: Iterator[None]) -> int:
    return sum(1 for _ in work)


# --- what is found ------------------------------------------------------------------------------------------


def test_a_folder_with_the_marker_is_a_project_down_to_the_depth(tmp_path: Path) -> None:
    for name in ("one", "a/two", "a/b/three", "a/b/c/four"):
        project(tmp_path / name)
    assert Told(tmp_path).all().projects == ["a/b/three", "a/two", "one"]


def test_projects_in_projects_are_found(tmp_path: Path) -> None:
    project(tmp_path / "outer" / "inner")
    project(tmp_path / "outer")
    assert Told(tmp_path).all().projects == ["outer", "outer/inner"]


def test_a_root_may_be_a_project_itself(tmp_path: Path) -> None:
    project(tmp_path)
    assert Told(tmp_path).all().projects == ["."]


def test_folders_to_be_skipped_and_those_of_builds_are_not_entered(tmp_path: Path) -> None:
    project(tmp_path / "node_modules" / "lib")
    project(tmp_path / "one")
    project(tmp_path / "one" / PROJECT_MARKER / "odd")
    told = Told(tmp_path).all()
    assert told.projects == ["one"]
    assert sorted(told.watched) == [".", "one"]


def test_the_home_of_foundry_itself_is_no_project(tmp_path: Path) -> None:
    project(tmp_path / "home")
    limits = Limits(3, NEVER_SKIPPED, never=frozenset({str(tmp_path / "home")}))
    assert Told(tmp_path, limits).all().projects == []


def test_a_marker_that_is_a_file_makes_no_project(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / PROJECT_MARKER).touch()
    told = Told(tmp_path).all()
    assert (told.projects, told.refused) == ([], {})


def test_every_folder_is_watched_before_it_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project(tmp_path / "a" / "one")
    scans = Scans(monkeypatch)
    told = Told(tmp_path)
    order: list[str] = []
    told.search._found = Found(
        lambda _: None, lambda _: None, lambda *_: None, lambda path: order.append(f"{path} {scans.taken()}")
    )
    told.all()
    a, one = f"{tmp_path}/a", f"{tmp_path}/a/one"
    assert order == [f"{tmp_path} []", f"{a} {[str(tmp_path)]}", f"{one} {[a]}"]


# --- links and what may not be read -------------------------------------------------------------------------


def test_a_linked_project_is_listed_with_how_to_watch_it_as_long_as_it_is_there(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "link").symlink_to(project(tmp_path / "elsewhere"))
    (tmp_path / "root" / "plain").symlink_to(tmp_path)
    told = Told(tmp_path / "root").all()
    assert (told.projects, told.refused) == (
        [],
        {"link": "is a link to a project; add it as a root to watch it"},
    )
    (tmp_path / "root" / "link").unlink()
    change(tmp_path / "root", 1000)
    told.sweep()
    assert told.refused == {}


def test_a_linked_marker_is_refused_until_it_is_a_folder(tmp_path: Path) -> None:
    one = tmp_path / "one"
    one.mkdir()
    (one / PROJECT_MARKER).symlink_to(project(tmp_path / "two") / PROJECT_MARKER)
    told = Told(tmp_path).all()
    assert told.refused == {f"one/{PROJECT_MARKER}": "is a link, and links are not followed"}
    (one / PROJECT_MARKER).unlink()
    project(one)
    change(one, 1000)
    told.sweep()
    assert (told.projects, told.refused) == (["one", "two"], {})


def test_what_was_refused_goes_with_its_folder(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "link").symlink_to(project(tmp_path / "p"))
    told = Told(tmp_path).all()
    assert list(told.refused) == ["a/link"]
    shutil.rmtree(tmp_path / "a")
    told.search.forget(str(tmp_path / "a"))
    assert told.refused == {}


class Unreadable:
    """Makes a folder answer like one of another user, whoever runs the test."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.on = True
        self._below = str(folder) + "/"
        for name in ("scandir", "lstat", "stat"):
            monkeypatch.setattr(os, name, self._guarded(getattr(os, name), itself=name == "scandir"))

    def _guarded(self, call, *, itself: bool):  # type: ignore[no-untyped-def]  # stands for three functions
        def guarded(path, *args, **kwargs):  # type: ignore[no-untyped-def]  # as above
            below = str(path).startswith(self._below) or (itself and str(path) + "/" == self._below)
            if self.on and below:
                raise PermissionError(13, "Permission denied")
            return call(path, *args, **kwargs)

        return guarded


def test_a_project_that_may_not_be_read_for_a_while_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project(tmp_path / "a" / "one")
    project(tmp_path / "a")
    told = Told(tmp_path).all()
    lock = Unreadable(tmp_path / "a", monkeypatch)
    change(tmp_path / "a", 1000)
    told.sweep()
    told.sweep()
    assert told.lost == []
    assert told.refused == {"a": "cannot be searched: Permission denied"}
    lock.on = False
    told.sweep()
    assert (told.refused, told.projects, told.lost) == ({}, ["a", "a/one"], [])


def test_a_folder_that_may_not_be_read_at_first_is_searched_once_it_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project(tmp_path / "a" / "one")
    lock = Unreadable(tmp_path / "a", monkeypatch)
    told = Told(tmp_path).all()
    assert (told.projects, list(told.refused)) == ([], ["a"])
    lock.on = False
    told.sweep()
    assert (told.projects, told.refused) == (["a/one"], {})


# --- sweeps -------------------------------------------------------------------------------------------------


def test_a_sweep_lists_only_the_folders_that_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(60):
        project(tmp_path / "a" / f"p{number}")
    (tmp_path / "b").mkdir()
    told = Told(tmp_path).all()
    scans = Scans(monkeypatch)
    told.sweep()
    assert scans.taken() == []
    project(tmp_path / "b" / "new")
    change(tmp_path / "b", 1000)
    told.sweep()
    # What lies at the full depth is never listed.
    assert scans.taken() == [f"{tmp_path}/b", f"{tmp_path}/b/new"]
    assert told.found[-1] == "b/new"


def test_a_sweep_can_be_interrupted(tmp_path: Path) -> None:
    for number in range(120):
        (tmp_path / str(number)).mkdir()
    told = Told(tmp_path).all()
    assert run(told.search.sweep()) == 2


def test_a_marker_that_comes_and_goes_makes_and_unmakes_a_project(tmp_path: Path) -> None:
    one = tmp_path / "one"
    one.mkdir()
    told = Told(tmp_path).all()
    project(one)
    change(one, 1000)
    told.sweep()
    assert told.found == ["one"]
    shutil.rmtree(one / PROJECT_MARKER)
    change(one, 2000)
    told.sweep()
    assert told.lost == ["one"]


def test_a_removed_folder_takes_all_projects_below_it_along(tmp_path: Path) -> None:
    project(tmp_path / "a" / "b" / "one")
    project(tmp_path / "a")
    project(tmp_path / "other")
    told = Told(tmp_path).all()
    shutil.rmtree(tmp_path / "a")
    change(tmp_path, 1000)
    told.sweep()
    assert sorted(told.lost) == ["a", "a/b/one"]
    assert told.search.folders == 2


def test_a_renamed_folder_is_lost_before_it_is_found(tmp_path: Path) -> None:
    project(tmp_path / "z")
    told = Told(tmp_path)
    order: list[str] = []
    told.search._found = Found(
        lambda path: order.append(f"+{Path(path).name}"),
        lambda path: order.append(f"-{Path(path).name}"),
        lambda *_: None,
        lambda _: None,
    )
    told.all()
    (tmp_path / "z").rename(tmp_path / "a")
    change(tmp_path, 1000)
    told.sweep()
    assert order == ["+z", "-z", "+a"]


def test_another_folder_in_the_same_place_is_watched_anew_though_its_times_are_equal(tmp_path: Path) -> None:
    project(tmp_path / "a" / "one")
    for folder in (tmp_path / "a" / "one", tmp_path / "a", tmp_path):
        change(folder, 1000)
    told = Told(tmp_path).all()
    shutil.copytree(tmp_path / "a", tmp_path / "copy")
    shutil.rmtree(tmp_path / "a")
    (tmp_path / "copy").rename(tmp_path / "a")
    for folder in (tmp_path / "a" / "one", tmp_path / "a", tmp_path):
        change(folder, 1000)
    told.watched.clear()
    told.sweep()
    assert sorted(told.watched) == ["a", "a/one"]
    assert told.lost == []


def test_a_file_in_place_of_a_folder_ends_it(tmp_path: Path) -> None:
    project(tmp_path / "one")
    told = Told(tmp_path).all()
    shutil.rmtree(tmp_path / "one")
    (tmp_path / "one").touch()
    told.sweep()
    assert told.lost == ["one"]


# --- events -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arrived", [("a", "one", PROJECT_MARKER), ("a", "one"), ("a",)], ids="/".join)
def test_whatever_of_a_new_project_is_told_first_it_is_found(
    tmp_path: Path, arrived: tuple[str, ...]
) -> None:
    told = Told(tmp_path).all()
    project(tmp_path / "a" / "one")
    told.below(*arrived)
    assert told.projects == ["a/one"]


def test_what_arrives_too_deep_or_where_nothing_is_searched_is_left(tmp_path: Path) -> None:
    told = Told(tmp_path).all()
    for name in ("a/b/c/d", "node_modules/x", f"a/{PROJECT_MARKER}/x"):
        project(tmp_path / name)
        told.below(name)
    run(told.search.below("/somewhere/else"))
    assert told.projects == []


def test_a_lost_marker_is_met_by_looking_at_its_folder(tmp_path: Path) -> None:
    one = project(tmp_path / "one")
    told = Told(tmp_path).all()
    shutil.rmtree(one / PROJECT_MARKER)
    told.search.forget(str(one / PROJECT_MARKER))
    told.below("one", PROJECT_MARKER)
    assert told.lost == ["one"]


def test_the_marker_of_the_root_itself_is_met_too(tmp_path: Path) -> None:
    told = Told(tmp_path).all()
    project(tmp_path)
    told.below(PROJECT_MARKER)
    assert told.projects == ["."]


def test_what_is_gone_before_it_is_looked_at_is_nothing(tmp_path: Path) -> None:
    told = Told(tmp_path).all()
    told.below("was", "here")
    assert (told.projects, told.refused, told.search.folders) == ([], {}, 1)


def test_a_root_that_is_gone_has_nothing_in_it(tmp_path: Path) -> None:
    told = Told(tmp_path / "gone").all()
    assert (told.search.folders, told.projects) == (0, [])


# --- limits -------------------------------------------------------------------------------------------------


def test_too_many_folders_are_said_until_there_is_room(tmp_path: Path) -> None:
    for number in range(5):
        project(tmp_path / f"p{number}")
    told = Told(tmp_path, Limits(3, NEVER_SKIPPED, folders=4)).all()
    assert told.reached() == "only the first 4 folders are searched"
    assert len(told.projects) == 3
    left_out = {f"p{number}" for number in range(5)}.difference(told.projects)
    for name in told.projects[:2]:
        shutil.rmtree(tmp_path / name)
    change(tmp_path, 1000)
    told.sweep()
    assert told.reached() is None
    assert left_out <= set(told.projects)


def test_too_many_projects_are_said_until_there_is_room(tmp_path: Path) -> None:
    for number in range(3):
        project(tmp_path / f"p{number}")
    told = Told(tmp_path, Limits(3, NEVER_SKIPPED, projects=2)).all()
    assert told.reached() == "only the first 2 projects are watched"
    told.sweep()
    assert told.reached() is not None
    shutil.rmtree(tmp_path / told.projects[0])
    change(tmp_path, 1000)
    told.sweep()
    assert told.reached() is None
    assert len(told.projects) == 2
