"""Settings survive wrong values, newer and older schemas, and whatever else stands in the file."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from cupola.store.settings import Density, Settings, ThemeChoice
from cupola.store.settings_file import NAME, NewerSettingsError, load, save
from cupola.store.settings_reading import Document
from cupola.store.settings_schema import Migration
from support.processes import as_nobody, environment
from support.small_disk import fill, small_disk


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


CHILD = """
import sys
from pathlib import Path
from cupola.store.settings_file import load
loaded = load(Path(sys.argv[1]))
print(ascii((loaded.settings, loaded.problems)))
"""


@pytest.mark.parametrize(
    "settings",
    [
        Settings(),
        Settings(roots=("~/Büro/größer",), skipped_folders=("größe",), prices_file="~/Preise für mich.json"),
        Settings(roots=(), skipped_folders=(), depth=0, quiet_limit_s=1.0),
        Settings(roots=("/odd/\udcff\n name",), depth=8, quiet_limit_s=0.1 + 59.2),
        Settings(token_budget=1, font_points=6, theme=ThemeChoice.DARK, density=Density.COMPACT),
        Settings(token_budget=10**12, font_points=32, theme=ThemeChoice.LIGHT),
    ],
)
def test_a_new_process_has_what_was_saved_with_its_types(tmp_path: Path, settings: Settings) -> None:
    save(tmp_path, settings)
    command = [sys.executable, "-c", CHILD, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment())
    assert done.stdout.strip() == ascii((settings, ()))


def test_taking_a_choice_back_writes_that_there_is_none(tmp_path: Path) -> None:
    save(tmp_path, Settings(token_budget=5, font_points=20, prices_file="/p.json"))
    save(tmp_path, Settings())
    written = json.loads((tmp_path / NAME).read_text(encoding="utf-8"))
    assert (written["token_budget"], written["font_points"], written["prices_file"]) == (None, None, "")
    assert load(tmp_path).settings == Settings()


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
        ("token_budget", 0),
        ("token_budget", -5),
        ("token_budget", True),
        ("token_budget", 1e6),
        ("token_budget", "many"),
        ("token_budget", 10**13),
        ("prices_file", None),
        ("prices_file", ["/p.json"]),
        ("prices_file", "/a\0b"),
        ("prices_file", "x" * 5_000),
        ("theme", "DARK"),
        ("theme", None),
        ("theme", ["dark"]),
        ("density", "roomy"),
        ("density", 1),
        ("font_points", 5),
        ("font_points", 33),
        ("font_points", False),
        ("font_points", 10.5),
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


def test_saving_over_a_value_that_cannot_be_used_keeps_a_copy_of_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, {"schema": 1, "depth": "five", "roots": ["/a"]})
    before = path.read_bytes()
    save(tmp_path, load(tmp_path).settings)
    assert load(tmp_path).problems == ()
    assert (tmp_path / f"{NAME}.unusable").read_bytes() == before
    save(tmp_path, Settings(depth=1))
    assert (tmp_path / f"{NAME}.unusable").read_bytes() == before


def test_a_newer_file_is_left_untouched_and_said(tmp_path: Path) -> None:
    path = write(tmp_path, {"schema": 99, "depth": 1, "later": "thing"})
    before = path.read_bytes()
    loaded = load(tmp_path)
    assert loaded.settings == Settings()
    assert "newer" in loaded.problems[0].message
    with pytest.raises(NewerSettingsError):
        save(tmp_path, Settings(depth=2))
    assert path.read_bytes() == before


def test_a_full_disk_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    with small_disk(tmp_path / "config") as disk:
        save(disk, Settings(depth=1))
        fill(disk).unlink()
        with pytest.raises(OSError, match="No space left"):
            save(disk, Settings(depth=2))
        assert load(disk).settings.depth == 1
        assert [path.name for path in disk.iterdir()] == [NAME]


def test_on_a_full_disk_an_unreadable_file_is_not_written_over(tmp_path: Path) -> None:
    with small_disk(tmp_path / "config") as disk:
        (disk / NAME).write_bytes(b"{broken")
        with pytest.raises(OSError, match="No space left"):
            save(disk, Settings(depth=2))
        assert [(path.name, path.read_bytes()) for path in disk.iterdir()] == [(NAME, b"{broken")]


def test_on_a_full_disk_an_older_file_is_used_and_stays_as_it_is(tmp_path: Path) -> None:
    def rename(document: Document) -> Document:
        return {**document, "depth": document.pop("levels")}

    with small_disk(tmp_path / "config") as disk:
        before = write(disk, {"schema": 1, "levels": 1}).read_bytes()
        loaded = load(disk, migrations=(Migration(2, rename),))
        assert loaded.settings == Settings(depth=1)
        (problem,) = loaded.problems
        assert problem.message == "used, but cannot be brought up to date: No space left on device"
        assert (disk / NAME).read_bytes() == before


READER = """
import sys
from pathlib import Path
from cupola.store.settings import Settings
from cupola.store.settings_file import load, save
folder = Path(sys.argv[1])
print(ascii(load(folder).settings.roots), len(load(folder).problems))
try:
    save(folder, Settings(depth=1))
except OSError as error:
    print(type(error).__name__)
"""


@pytest.mark.parametrize(
    ("mode", "told"), [(0o644, ["('/Büro',) 0", "PermissionError"]), (0o600, ["() 1", "PermissionError"])]
)
def test_somebody_elses_settings_are_read_if_they_may_be_and_never_written(
    tmp_path: Path, mode: int, told: list[str]
) -> None:
    save(tmp_path, Settings(roots=("/Büro",)))
    path = tmp_path / NAME
    path.chmod(mode)
    for folder in (tmp_path, *list(tmp_path.parents)[:2]):
        folder.chmod(0o755)
    before = path.read_bytes()
    command = as_nobody([sys.executable, "-c", READER, str(tmp_path)])
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment())
    assert done.stdout.splitlines() == [each.replace("ü", "\\xfc") for each in told]
    assert (path.read_bytes(), [each.name for each in tmp_path.iterdir()]) == (before, [NAME])


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


def test_what_somebody_edits_in_the_file_meanwhile_stays(tmp_path: Path) -> None:
    was = Settings(roots=("/a",), depth=2)
    save(tmp_path, was)
    edited = replace(was, quiet_limit_s=600.0, roots=("/a", "/by/hand"))
    save(tmp_path, edited)
    save(tmp_path, replace(was, depth=4, roots=("/a", "/b")), was)
    assert load(tmp_path).settings == replace(edited, depth=4, roots=("/a", "/b", "/by/hand"))


def test_a_file_that_was_deleted_meanwhile_is_written_whole(tmp_path: Path) -> None:
    was = Settings(roots=("/a",), depth=2)
    save(tmp_path, replace(was, quiet_limit_s=600.0), was)
    assert load(tmp_path).settings == replace(was, quiet_limit_s=600.0)
