"""Settings survive wrong values, newer and older schemas, and whatever else stands in the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cupola.store.settings import Settings
from cupola.store.settings_file import NAME, NewerSettingsError, load, save
from cupola.store.settings_reading import Document
from cupola.store.settings_schema import Migration


def write(folder: Path, document: object) -> Path:
    path = folder / NAME
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_without_a_file_the_defaults_hold_and_nothing_is_said(tmp_path: Path) -> None:
    loaded = load(tmp_path / "absent")
    assert loaded.settings == Settings()
    assert loaded.problems == ()
    assert not (tmp_path / "absent").exists()


def test_what_is_saved_is_what_is_loaded(tmp_path: Path) -> None:
    settings = Settings(roots=("~/work", "/srv/x"), depth=2, skipped_folders=("a",), quiet_limit_s=60.0)
    save(tmp_path, settings)
    assert load(tmp_path).settings == settings
    assert load(tmp_path).problems == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("depth", -1),
        ("depth", 99),
        ("depth", True),
        ("depth", "3"),
        ("depth", 2.5),
        ("quiet_limit_s", 0),
        ("quiet_limit_s", 1e99),
        ("quiet_limit_s", 10**400),
        ("quiet_limit_s", "900"),
        ("quiet_limit_s", False),
        ("quiet_limit_s", float("nan")),
        ("roots", "~/homelab"),
        ("roots", [1]),
        ("roots", [""]),
        ("roots", ["a\0b"]),
        ("skipped_folders", ["a/b"]),
        ("skipped_folders", {}),
        ("skipped_folders", None),
    ],
)
def test_an_unusable_value_gives_its_default_and_is_named(tmp_path: Path, name: str, value: object) -> None:
    other = "depth" if name != "depth" else "quiet_limit_s"
    path = write(tmp_path, {"schema": 1, name: value, other: 5})
    loaded = load(tmp_path)
    assert getattr(loaded.settings, name) == getattr(Settings(), name)
    assert getattr(loaded.settings, other) == 5
    (problem,) = loaded.problems
    assert problem.path == str(path)
    assert [text.split(":")[0] for text in problem.dropped] == [name]


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b"null", b"\xff\xfe\x00", b"[" * 100_000, b'{"a":' * 100_000, b" " * (2 << 20)],
)
def test_a_file_that_cannot_be_read_gives_defaults_and_stays(tmp_path: Path, data: bytes) -> None:
    (tmp_path / NAME).write_bytes(data)
    loaded = load(tmp_path)
    assert loaded.settings == Settings()
    assert len(loaded.problems) == 1
    assert (tmp_path / NAME).read_bytes() == data


def test_saving_over_an_unreadable_file_keeps_a_copy_of_it(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"{broken")
    save(tmp_path, Settings(depth=1))
    assert load(tmp_path).settings.depth == 1
    assert (tmp_path / f"{NAME}.unreadable").read_bytes() == b"{broken"


def test_a_newer_file_is_left_untouched_and_said(tmp_path: Path) -> None:
    path = write(tmp_path, {"schema": 99, "depth": 1, "later": "thing"})
    before = path.read_bytes()
    loaded = load(tmp_path)
    assert loaded.settings == Settings()
    assert "newer" in loaded.problems[0].message
    with pytest.raises(NewerSettingsError):
        save(tmp_path, Settings(depth=2))
    assert path.read_bytes() == before


def test_keys_that_this_version_does_not_know_survive_a_save(tmp_path: Path) -> None:
    path = write(tmp_path, {"schema": 1, "colour": "teal"})
    save(tmp_path, Settings(depth=1))
    assert json.loads(path.read_text())["colour"] == "teal"


def test_migrations_run_in_order_and_the_old_file_is_kept(tmp_path: Path) -> None:
    path = write(tmp_path, {"schema": 1, "levels": 1})
    before = path.read_bytes()

    def rename(document: Document) -> Document:
        return {"deep": document.pop("levels"), **document}

    def rename_again(document: Document) -> Document:
        return {**document, "depth": document.pop("deep")}

    steps = (Migration(3, rename_again), Migration(2, rename))
    assert load(tmp_path, migrations=steps).settings.depth == 1
    assert json.loads(path.read_text())["schema"] == 3
    assert (tmp_path / f"{NAME}.schema-1").read_bytes() == before


def test_a_migration_that_fails_leaves_the_file_and_uses_defaults(tmp_path: Path) -> None:
    path = write(tmp_path, {"schema": 1, "depth": 1})
    before = path.read_bytes()

    def fail(document: Document) -> Document:
        raise ValueError(f"no way from {document['schema']}")

    loaded = load(tmp_path, migrations=(Migration(2, fail),))
    assert loaded.settings == Settings()
    assert "no way from 1" in loaded.problems[0].message
    assert path.read_bytes() == before
