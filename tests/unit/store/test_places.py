"""Places are decided once, by option before environment before habit, and roots never surprise."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from cupola.store.opened import open_store
from cupola.store.places import Surroundings, Wanted, folders
from cupola.store.roots import choose_roots
from cupola.store.settings import Settings
from cupola.store.settings_file import save
from cupola.store.surroundings import surroundings

HOME = Path("/home/someone")
AROUND = Surroundings(environment={}, home=HOME, cwd=Path("/srv/here"), from_terminal=False)
AT_TERMINAL = replace(AROUND, from_terminal=True)


def paths(wanted: Wanted, around: Surroundings, settings: Settings | None = None) -> list[str]:
    return [str(path) for path in choose_roots(wanted, settings or Settings(), around).paths]


def test_the_default_root_is_homelab_and_a_missing_one_is_no_error() -> None:
    roots = choose_roots(Wanted(), Settings(), AROUND)
    assert roots.paths == (HOME / "homelab",)
    assert not roots.explicit


def test_a_terminal_adds_the_current_folder() -> None:
    assert paths(Wanted(), AT_TERMINAL) == [str(HOME / "homelab"), "/srv/here"]


@pytest.mark.parametrize("cwd", ["/", "/home/someone", "/opt/cupola", "/opt/cupola/lib"])
def test_some_current_folders_are_never_watched(cwd: str) -> None:
    around = replace(AT_TERMINAL, cwd=Path(cwd), program=(Path("/opt/cupola"),))
    assert paths(Wanted(), around) == [str(HOME / "homelab")]


def test_roots_of_the_settings_replace_homelab_but_not_the_current_folder() -> None:
    settings = Settings(roots=("~/work", "/data"))
    assert paths(Wanted(), AT_TERMINAL, settings) == ["/home/someone/work", "/data", "/srv/here"]


def test_named_roots_replace_every_default_and_may_be_relative() -> None:
    roots = choose_roots(Wanted(roots=("../x/./y", "~/z", "/")), Settings(depth=0), AT_TERMINAL)
    assert [str(path) for path in roots.paths] == ["/srv/x/y", "/home/someone/z", "/"]
    assert roots.explicit


def test_the_environment_names_roots_and_an_option_wins_over_it() -> None:
    around = replace(AROUND, environment={"CUPOLA_ROOTS": os.pathsep.join(["/a", "", "/b"])})
    assert paths(Wanted(), around) == ["/a", "/b"]
    assert paths(Wanted(roots=("/c",)), around) == ["/c"]


def test_a_root_named_twice_is_watched_once() -> None:
    roots = choose_roots(Wanted(roots=("/a", "/a/", "/a/b/..")), Settings(), AROUND)
    assert roots.paths == (Path("/a"),)


def test_a_root_named_inside_another_is_watched_as_well() -> None:
    assert paths(Wanted(roots=("/a/b/c", "/a")), AROUND) == ["/a/b/c", "/a"]


def test_the_current_folder_inside_homelab_adds_no_root() -> None:
    roots = choose_roots(Wanted(), Settings(), replace(AT_TERMINAL, cwd=HOME / "homelab" / "x"))
    assert roots.paths == (HOME / "homelab",)


def test_folders_come_from_options_then_environment_then_habit() -> None:
    around = replace(
        AROUND, environment={"CUPOLA_STATE_DIR": "/env/state", "CUPOLA_CONFIG_DIR": "/env/config"}
    )
    where = folders(Wanted(config_dir="conf"), around)
    assert where.config_dir == Path("/srv/here/conf")
    assert where.state_dir == Path("/env/state")
    assert where.foundry_home == HOME / ".context-foundry"
    assert where.cache_dir.name.lower() in {"cupola", "cache"}


def test_opening_reads_settings_from_the_folder_just_decided(tmp_path: Path) -> None:
    save(tmp_path, Settings(roots=("/from/settings",), depth=1))
    opened = open_store(Wanted(config_dir=str(tmp_path)), AROUND)
    assert opened.places.roots == (Path("/from/settings"),)
    assert opened.settings.depth == 1
    assert not opened.places.explicit_roots


def test_this_process_finds_its_own_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    around = surroundings()
    assert around.cwd == tmp_path.resolve()
    assert around.program


def test_a_current_folder_that_is_gone_is_no_root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    around = surroundings()
    assert around.cwd == around.home
    assert not around.from_terminal
