"""Whatever was set in whatever order: all is shown and watched as after a start with the last settings."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from cupola.store.settings import Settings
from support.engine_host import EngineHost
from support.project_files import phase, put_phase, state
from support.project_files import put as put_file

FOLDERS = ("a", "a/b", "a/b/c", "d", "a/link-to-d", "later")
PROJECTS = ("a/one", "a/b/two", "a/b/c/three", "a/b/c/x/y/four", "d/five", "a/b", "d/attic/six")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    tree = tmp_path / "tree"
    for project in PROJECTS:
        put_phase(tree / project, phase())
    (tree / "a" / "link-to-d").symlink_to(tree / "d")
    checkpoint = tree / "a" / "checkpoints" / "ralph" / "alone_20250101_000000"
    put_file(checkpoint / "state.json", state(working_directory="/nowhere"))
    put_file(checkpoint / "progress.json", {"completed": [], "remaining": ["a"]})
    return tree


def anything(chance: random.Random, tree: Path) -> Settings:
    roots = chance.sample(FOLDERS, chance.randint(1, 4))
    skipped = chance.sample(("attic", "b", "node_modules"), chance.randint(0, 2))
    return Settings(
        roots=tuple(str(tree / name) for name in roots),
        depth=chance.randint(0, 4),
        skipped_folders=tuple(skipped),
    )


def picture(host: EngineHost) -> tuple[object, ...]:
    watches = host.engine._events._watches  # type: ignore[attr-defined]
    builds = sorted((one.build.directory or "", one.build.project) for one in host.snapshots().values())
    roots = sorted((one.path, one.projects, one.readable, one.note, one.watches) for one in host.health.roots)
    return builds, roots, [path for path in watches.paths() if "/tree/" in path]


@pytest.mark.parametrize("seed", range(12))
def test_settings_that_come_and_go_leave_nothing_behind(tree: Path, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    last = anything(chance, tree)
    with EngineHost(tmp_path, *map(Path, last.roots), settings=last) as host:
        host.ready()
        for _ in range(12):
            last = anything(chance, tree)
            host.engine.configure(last)
            if chance.random() < 0.2:
                host.engine.pause(True)
                host.engine.pause(False)
            if chance.random() < 0.5:
                put_phase(tree / "a" / "one", phase(detail=str(chance.random())))
                until_set(host, last)
        with EngineHost(tmp_path / "fresh", *map(Path, last.roots), settings=last) as fresh:
            until_alike(host, fresh.ready())
            put_phase(tree / "a" / "one", phase(detail="at the end"))
            for each in (host, fresh):
                if each.build("one"):
                    each.until("one", detail="at the end")


def until_alike(host: EngineHost, fresh: EngineHost) -> None:
    try:
        host.wait_for(lambda: picture(host) == picture(fresh), "it is as after a start", timeout_s=10)
    except AssertionError:
        assert picture(host) == picture(fresh)
        raise


def until_set(host: EngineHost, settings: Settings) -> None:
    host.wait_for(lambda: len(host.health.roots) == len(settings.roots), "they are set")
