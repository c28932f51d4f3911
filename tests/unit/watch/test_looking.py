"""The look at a silent build finds the newest folder, within its bounds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cupola.sources.base import PROJECT_MARKER
from cupola.watch import looking
from cupola.watch.looking import newest_folder_mtime
from support.scans import Scans

SKIPPED = frozenset({"node_modules"})


def folder(path: Path, mtime: float) -> None:
    path.mkdir(parents=True, exist_ok=True)
    for each in (path, *path.parents):
        os.utime(each, (1000, 1000))
        if (each / "top").exists():
            break
    os.utime(path, (mtime, mtime))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "top").mkdir()
    os.utime(tmp_path / "top", (1000, 1000))
    os.utime(tmp_path, (1000, 1000))
    return tmp_path


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a", 5000),
        ("a/b/c", 5000),
        ("a/b/c/d", 1000),
        ("node_modules", 5000),
        ("node_modules/x", 1000),
        (PROJECT_MARKER, 1000),
    ],
)
def test_folders_count_to_the_third_level_and_skipped_ones_by_themselves(
    project: Path, name: str, expected: float
) -> None:
    folder(project / name, 5000)
    assert newest_folder_mtime(str(project), SKIPPED) == expected


@pytest.mark.parametrize(("name", "expected"), [("file", 5000), ("top/file", 1000)])
def test_files_count_in_the_project_itself_and_nowhere_else(
    project: Path, name: str, expected: float
) -> None:
    (project / name).touch()
    os.utime(project / name, (5000, 5000))
    os.utime(project / "top", (1000, 1000))
    assert newest_folder_mtime(str(project), SKIPPED) == expected


def test_the_time_of_the_projects_own_folder_is_that_of_a_checkout_and_does_not_count(project: Path) -> None:
    os.utime(project, (5000, 5000))
    assert newest_folder_mtime(str(project), SKIPPED) == 1000


def test_what_is_behind_links_does_not_count(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "below").mkdir()
    (project / "link").symlink_to(elsewhere)
    os.utime(project / "link", (2000, 2000), follow_symlinks=False)
    assert newest_folder_mtime(str(project), SKIPPED) == 2000


def test_a_directory_that_is_not_there_tells_nothing(tmp_path: Path) -> None:
    assert newest_folder_mtime(str(tmp_path / "gone"), SKIPPED) is None


def test_a_linked_project_is_looked_at_itself(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    link = tmp_path_factory.mktemp("links") / "link"
    link.symlink_to(project)
    assert newest_folder_mtime(str(link), SKIPPED) == 1000


def test_no_more_entries_are_looked_at_than_the_bound(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "ENTRIES_CAP", 3)
    for number in range(10):
        folder(project / str(number), 2000)
    scans = Scans(monkeypatch)
    newest_folder_mtime(str(project), SKIPPED)
    assert scans.taken() == [str(project)]


def test_no_longer_is_looked_than_the_bound(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder(project / "a", 5000)
    monkeypatch.setattr(looking, "TIME_CAP_S", 0.0)
    assert newest_folder_mtime(str(project), SKIPPED) is None
