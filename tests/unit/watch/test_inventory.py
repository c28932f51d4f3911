"""The inventory of a watched folder tells exactly what differs from the last look."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from cupola.sources.base import Anchor, Blob, Interest, Reading, Source
from cupola.watch import inventory
from cupola.watch.inventory import Delta, Inventory
from cupola.watch.patterns import Patterns
from support.scans import Scans


def nothing(blob: Blob, previous: Reading | None) -> Reading:
    return Reading(())


NAMES = (".cf/phase.json", ".cf/test-*.md", ".cf/sub/*.json", "checks/*/state.json")
SOURCE = Source("any", tuple(Interest(Anchor.PROJECT, name) for name in NAMES), nothing)
PATTERNS = Patterns.of([SOURCE], frozenset({Anchor.PROJECT}))


class Looked:
    """An inventory of a folder with what it has had watched."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.watched: list[str] = []
        self.deep = False
        self.inventory = Inventory(
            str(base),
            PATTERNS,
            lambda path, _: self.watched.append(os.path.relpath(path, base)),
            lambda: self.deep,
        )

    def put(self, name: str, mtime: float = 1000, text: str = "x") -> None:
        file = self.base / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        os.utime(file, (mtime, mtime))

    def refresh(self) -> Delta:
        return self.inventory.refresh()


@pytest.fixture
def looked(tmp_path: Path) -> Looked:
    return Looked(tmp_path)


def test_wanted_files_are_told_once_and_others_never(looked: Looked) -> None:
    for name in (".cf/phase.json", ".cf/test-1.md", ".cf/other.md", "checks/a/state.json", "phase.json"):
        looked.put(name)
    assert set(looked.refresh().changed) == {".cf/phase.json", ".cf/test-1.md", "checks/a/state.json"}
    assert looked.refresh() == Delta()


@pytest.mark.parametrize("how", ["time", "size", "replaced", "folder"])
def test_whatever_differs_is_told(looked: Looked, how: str) -> None:
    looked.put(".cf/phase.json")
    looked.refresh()
    file = looked.base / ".cf/phase.json"
    match how:
        case "time":
            os.utime(file, (2000, 2000))
        case "size":
            looked.put(".cf/phase.json", text="xy")
        case "replaced":
            looked.put("new")
            (looked.base / "new").replace(file)
        case _:
            file.unlink()
            file.mkdir()
            os.utime(file, (1000, 1000))
    assert looked.refresh() == Delta((".cf/phase.json",))


def test_what_is_gone_is_told_once(looked: Looked) -> None:
    looked.put(".cf/phase.json")
    looked.put("checks/a/state.json")
    looked.refresh()
    shutil.rmtree(looked.base / "checks")
    assert looked.refresh() == Delta((), ("checks/a/state.json",))
    assert looked.refresh() == Delta()


def test_only_folders_that_changed_are_listed(looked: Looked, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (".cf/phase.json", ".cf/sub/1.json", "checks/a/state.json"):
        looked.put(name)
    folders = [looked.base / name for name in (".cf/sub", ".cf", "checks")]
    for each in folders:
        os.utime(each, (1000, 1000))
    looked.refresh()
    scans = Scans(monkeypatch)
    looked.refresh()
    assert scans.taken() == []
    looked.put(".cf/sub/2.json")
    os.utime(looked.base / ".cf/sub", (2000, 2000))
    assert looked.refresh().changed == (".cf/sub/2.json",)
    assert scans.taken() == [f"{looked.base}/.cf/sub"]


def test_a_folder_that_changed_just_now_is_listed_again(looked: Looked) -> None:
    looked.put(".cf/test-1.md")
    looked.refresh()
    same = (looked.base / ".cf").stat().st_mtime_ns
    looked.put(".cf/test-2.md")
    os.utime(looked.base / ".cf", ns=(same, same))  # within one tick of the file system's clock
    assert looked.refresh().changed == (".cf/test-2.md",)


def test_folders_are_watched_before_they_are_read_and_deep_ones_only_if_asked(looked: Looked) -> None:
    looked.put(".cf/sub/1.json")
    looked.put("checks/a/state.json")
    looked.refresh()
    assert set(looked.watched) == {".cf", "checks"}
    looked.deep = True
    looked.watched.clear()
    looked.refresh()
    assert set(looked.watched) == {".cf", ".cf/sub", "checks", "checks/a"}
    assert looked.inventory.folders == {"", ".cf", ".cf/sub", "checks", "checks/a"}


def test_a_linked_folder_is_refused_and_what_was_known_below_it_kept(looked: Looked, tmp_path: Path) -> None:
    looked.put(".cf/phase.json")
    looked.refresh()
    (tmp_path / ".cf").rename(tmp_path / "real")
    (tmp_path / ".cf").symlink_to("real")
    assert looked.refresh() == Delta((), (), ((".cf", "is a link, and links are not followed"),))


def test_in_a_folder_that_may_not_be_read_nothing_is_gone_and_elsewhere_all_is_seen(
    looked: Looked, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (".cf/phase.json", ".cf/sub/1.json", "checks/a/state.json"):
        looked.put(name)
    looked.refresh()
    real = os.lstat

    def lstat(path: str) -> os.stat_result:
        if "/.cf/sub/" in path:
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "lstat", lstat)
    looked.put(".cf/phase.json", mtime=2000)
    delta = looked.refresh()
    assert delta == Delta((".cf/phase.json",), (), ((".cf/sub", "cannot be read: Permission denied"),))
    monkeypatch.undo()
    assert looked.refresh() == Delta()


def test_a_folder_with_too_many_entries_still_gives_the_names_that_are_spelled_out(
    looked: Looked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inventory, "NAMES_CAP", 2)
    for number in range(20):
        looked.put(f".cf/test-{number}.md")
    looked.put(".cf/phase.json")
    changed = looked.refresh().changed
    assert ".cf/phase.json" in changed
    assert len(changed) <= 3


def test_a_noted_file_is_not_told_again(looked: Looked) -> None:
    looked.put(".cf/phase.json")
    assert looked.inventory.note(".cf/phase.json")
    assert looked.refresh() == Delta()
    (looked.base / ".cf/phase.json").unlink()
    assert not looked.inventory.note(".cf/phase.json")
    assert looked.refresh() == Delta()


# --- the cheapest look --------------------------------------------------------------------------------------


def settle_folders(base: Path) -> None:
    """Let every folder look as if nothing had happened in it for long."""
    for folder, _, _ in os.walk(base):
        os.utime(folder, (1000, 1000))


@pytest.fixture
def resting(looked: Looked) -> Looked:
    for name in (".cf/phase.json", ".cf/sub/a.json", "checks/a/state.json"):
        looked.put(name)
    settle_folders(looked.base)
    looked.refresh()
    return looked


def test_folders_that_are_as_they_were_rest(resting: Looked) -> None:
    assert resting.inventory.rests()
    resting.put(".cf/phase.json", mtime=2000, text="written in place")
    assert resting.inventory.rests(), "which events tell of, and not the folders"


@pytest.mark.parametrize(
    "name", [".cf/test-1.md", ".cf/sub/b.json", "checks/b/state.json", "new-folder/file"]
)
def test_what_came_into_a_folder_ends_its_rest(resting: Looked, name: str) -> None:
    resting.put(name)
    assert not resting.inventory.rests()
    settle_folders(resting.base)
    resting.refresh()
    assert resting.inventory.rests()


def test_a_folder_that_is_gone_does_not_rest(resting: Looked) -> None:
    shutil.rmtree(resting.base / ".cf" / "sub")
    assert not resting.inventory.rests()
    shutil.rmtree(resting.base)
    assert not resting.inventory.rests()


def test_a_folder_that_was_listed_while_it_changed_does_not_rest_yet(looked: Looked) -> None:
    looked.put(".cf/phase.json")
    looked.refresh()
    assert not looked.inventory.rests()


def test_what_may_not_be_read_never_rests(resting: Looked) -> None:
    (resting.base / ".cf" / "sub").rename(resting.base / "elsewhere")
    (resting.base / ".cf" / "sub").symlink_to(resting.base / "elsewhere")
    settle_folders(resting.base)
    assert resting.refresh().refused
    assert not resting.inventory.rests()
