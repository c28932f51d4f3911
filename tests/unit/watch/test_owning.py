"""A checkpoint belongs to the first of its candidates that exists inside a root."""

from __future__ import annotations

from pathlib import Path

import pytest

from cupola.sources.base import PROJECT_MARKER, Ownership
from cupola.watch.owning import KEY_PREFIX, owner_of


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = tmp_path / "root"
    made.mkdir()
    return made


def owner(
    root: Path, *candidates: str, said: tuple[str, ...] | None = None, roots: tuple[Path, ...] = ()
) -> str:
    reals = frozenset(str(one) for one in roots or (root,))
    return owner_of(lambda: reals, str(root), Ownership("id", candidates, said))


def test_what_the_state_says_comes_before_what_the_names_say(root: Path) -> None:
    (root / "named").mkdir()
    (root / "id").mkdir()
    assert owner(root, "id", said=(str(root / "named"),)) == str(root / "named")
    assert owner(root, "id", said=(str(root / "missing"),)) == str(root / "id")
    assert owner(root, "id") == str(root / "id")


def test_the_first_that_exists_counts(root: Path) -> None:
    (root / "second").mkdir()
    (root / "third").mkdir()
    assert owner(root, "first", "second", "third") == str(root / "second")


def test_a_directory_outside_all_roots_owns_nothing(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "rooted"  # begins like the root's name
    outside.mkdir()
    assert owner(root, said=(str(outside),)) == f"{KEY_PREFIX}{root}/id"
    assert owner(root, "../rooted") == f"{KEY_PREFIX}{root}/id"
    assert owner(root, said=(str(outside),), roots=(root, outside.parent)) == str(outside)


def test_the_holder_itself_owns_only_if_it_is_a_project(root: Path) -> None:
    assert owner(root, ".") == f"{KEY_PREFIX}{root}/id"
    (root / PROJECT_MARKER).mkdir()
    assert owner(root, ".") == str(root)


def test_a_path_written_with_a_link_in_it_is_known_by_its_real_form(root: Path, tmp_path: Path) -> None:
    (root / "one").mkdir()
    (tmp_path / "link").symlink_to(root)
    assert owner(root, said=(str(tmp_path / "link" / "one"),)) == str(root / "one")


def test_neither_a_link_nor_a_file_owns(root: Path, tmp_path: Path) -> None:
    (root / "file").touch()
    (root / "link").symlink_to(tmp_path)
    assert owner(root, "file", "link") == f"{KEY_PREFIX}{root}/id"


@pytest.mark.parametrize("written", ["nul\0", "x" * 5000, "half\ud800", "C:\\Users\\ada", "/"])
def test_a_path_that_cannot_be_owns_nothing(root: Path, written: str) -> None:
    assert owner(root, written) == f"{KEY_PREFIX}{root}/id"
