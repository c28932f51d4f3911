"""Settings are in force at once: what no longer counts leaves, what counts from now on comes."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from cupola.domain.models import Watching, Zone
from cupola.domain.words import BuildState
from cupola.engine.feed import SettingsChange
from cupola.store import settings_file
from cupola.store.settings import Settings, ThemeChoice
from cupola.store.settings_file import NAME, load, save
from support.engine_host import EngineHost
from support.project_files import phase, put_phase, state
from support.project_files import put as put_file
from support.small_disk import fill, make_read_only, small_disk


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = tmp_path / "root"
    made.mkdir()
    return made


def watched(host: EngineHost) -> set[str]:
    return {root.path for root in host.health.roots}


def until_watched(host: EngineHost, roots: set[str]) -> None:
    host.wait_for(lambda: watched(host) == roots, f"{roots} are watched")


def paths_watched(host: EngineHost) -> tuple[str, ...]:
    watches = host.engine._events._watches  # type: ignore[attr-defined]
    return watches.paths() if watches else ()


def in_force(host: EngineHost) -> Settings:
    return [event.settings for event in host.events if isinstance(event, SettingsChange)][-1]


def until_in_force(host: EngineHost, settings: Settings) -> None:
    host.wait_for(lambda: in_force(host) == settings, f"{settings} are in force")


def until_kept(tmp_path: Path, host: EngineHost, settings: Settings) -> None:
    host.wait_for(lambda: load(tmp_path / "config").settings == settings, f"{settings} are kept")


def test_which_settings_are_in_force_is_told_at_the_beginning(root: Path, tmp_path: Path) -> None:
    settings = Settings(theme=ThemeChoice.DARK, font_points=12)
    with EngineHost(tmp_path, root, settings=settings) as host:
        host.ready()
        assert in_force(host) == settings
        assert not (tmp_path / "config").exists()


def test_a_root_that_is_added_comes_and_one_that_is_removed_leaves_with_its_builds(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    put_phase(one / "shop", phase())
    put_phase(two / "mill", phase())
    first = Settings(roots=(str(one),))
    second = Settings(roots=(str(two),))
    with EngineHost(tmp_path, one, settings=first) as host:
        shop = host.ready().until("shop").id
        host.engine.configure(second)
        host.until("mill", detail="at work")
        host.wait_for(lambda: "shop" not in host.snapshots(), "the shop left")
        assert host.gone() == [shop]
        until_watched(host, {str(two)})
        host.wait_for(
            lambda: not [path for path in paths_watched(host) if path.startswith(str(one))],
            "no watch is left",
        )
        put_phase(two / "mill", phase(detail="moved on"))
        host.until("mill", detail="moved on")
        host.engine.configure(first)
        assert host.until("shop", detail="at work").id == shop
        put_phase(one / "shop", phase(detail="seen again"))
        host.until("shop", detail="seen again")
    assert load(tmp_path / "config").settings == first


def test_of_each_root_it_is_told_what_is_in_it_and_how_it_is_watched(tmp_path: Path) -> None:
    one, two, none = tmp_path / "one", tmp_path / "two", tmp_path / "none"
    put_phase(one / "shop", phase())
    put_phase(one / "mill", phase())
    two.mkdir()
    with EngineHost(tmp_path, one, two, none, settings=Settings(roots=("~/one", "~/two"))) as host:
        host.ready()

        def told() -> dict[str, tuple[int, Watching, bool, int]]:
            return {
                Path(root.path).name: (root.projects, root.watching, root.readable, root.watches)
                for root in host.health.roots
            }

        host.wait_for(lambda: told()["one"][3] >= 5 and told()["two"][3] == 1, "watches are told")
        known = told()
        assert [known[name][:3] for name in ("one", "two", "none")] == [
            (2, Watching.EVENTS, True),
            (0, Watching.EVENTS, True),
            (0, Watching.OFF, False),
        ]
        assert known["none"][3] == 0
        inside = [path for path in paths_watched(host) if path.startswith(str(one))]
        host.wait_for(lambda: told()["one"][3] == len(inside), "as many as there are")


def test_a_root_is_removed_while_it_is_searched_and_read(root: Path, tmp_path: Path) -> None:
    for number in range(300):
        put_phase(root / f"group-{number % 10}" / f"build-{number}", phase())
    settings = Settings(roots=(str(root),))
    with EngineHost(tmp_path, root, settings=settings) as host:
        host.wait_for(lambda: len(host.snapshots()) > 20, "some were read")
        host.engine.configure(replace(settings, roots=(str(tmp_path / "other"),)))
        host.wait_for(lambda: not host.snapshots() and watched(host) == {str(tmp_path / "other")}, "all left")
        host.ready()
        host.wait_for(
            lambda: not [path for path in paths_watched(host) if path.startswith(str(root))],
            "no watch is left",
        )
        assert host.snapshots() == {}
        assert not host.health.problems


def test_what_another_root_holds_stays_and_is_watched_on(tmp_path: Path) -> None:
    outer, inner = tmp_path / "outer", tmp_path / "outer" / "inner"
    put_phase(inner / "shop", phase())
    put_phase(inner, phase())
    put_phase(outer / "a" / "mill", phase())
    both, only = Settings(roots=(str(outer), str(inner))), Settings(roots=(str(outer),))
    with EngineHost(tmp_path, outer, inner, settings=both) as host:
        host.ready()
        host.engine.configure(only)
        host.wait_for(lambda: watched(host) == {str(outer)}, "it left")
        host.engine.configure(both)
        host.wait_for(lambda: watched(host) == {str(outer), str(inner)}, "it came back")
        host.engine.configure(only)
        host.wait_for(lambda: watched(host) == {str(outer)}, "it left again")
        for project, path in (("shop", inner / "shop"), ("inner", inner), ("mill", outer / "a" / "mill")):
            put_phase(path, phase(detail=f"{project} moved on"))
            host.until(project, detail=f"{project} moved on")
        put_phase(inner / "new", phase())
        host.until("new", detail="at work")
        assert host.gone() == []


def test_a_root_within_one_that_is_removed_goes_on(tmp_path: Path) -> None:
    outer, inner = tmp_path / "outer", tmp_path / "outer" / "a" / "b" / "c" / "d"
    put_phase(inner / "shop", phase())
    put_phase(outer / "mill", phase())
    both = Settings(roots=(str(outer), str(inner)))
    with EngineHost(tmp_path, outer, inner, settings=both) as host:
        host.ready().until("mill")
        host.engine.configure(Settings(roots=(str(inner),)))
        host.wait_for(lambda: set(host.snapshots()) == {"shop"}, "the mill left")
        put_phase(inner / "shop", phase(detail="moved on"))
        host.until("shop", detail="moved on")
        put_phase(inner / "new", phase())
        host.until("new", detail="at work")


def test_checkpoints_of_a_root_leave_with_it_and_foundrys_home_in_it_does_not(tmp_path: Path) -> None:
    root, other = tmp_path, tmp_path / "elsewhere"
    other.mkdir()
    folder = root / "checkpoints" / "ralph" / "alone_20250101_000000"
    put_file(folder / "state.json", state(working_directory="/nowhere/at/all"))
    put_file(folder / "progress.json", {"completed": [], "remaining": ["a"]})
    settings = Settings(roots=(str(root),))
    with EngineHost(tmp_path, root, settings=settings) as host:
        host.ready()
        assert len(host.snapshots()) == 1
        host.engine.configure(replace(settings, roots=(str(other),)))
        host.wait_for(lambda: not host.snapshots(), "it left")
        home = tmp_path / "foundry"
        home.mkdir()
        host.wait_for(lambda: str(home) in paths_watched(host), "Foundry's home is still waited for")


def test_a_smaller_depth_lets_what_is_deeper_leave_and_a_larger_one_brings_it_back(
    root: Path, tmp_path: Path
) -> None:
    put_phase(root / "near", phase())
    put_phase(root / "a" / "b" / "far", phase())
    settings = Settings(roots=(str(root),))
    with EngineHost(tmp_path, root, settings=settings) as host:
        far = host.ready().until("far").id
        host.engine.configure(replace(settings, depth=1))
        host.wait_for(lambda: set(host.snapshots()) == {"near"}, "what is deeper left")
        assert host.gone() == [far]
        host.wait_for(lambda: str(root / "a" / "b") not in paths_watched(host), "nor is it watched")
        host.wait_for(
            lambda: not [path for path in paths_watched(host) if "far" in path], "nor is anything in it"
        )
        put_phase(root / "a" / "b" / "far", phase(detail="unseen"))
        put_phase(root / "near", phase(detail="moved on"))
        host.until("near", detail="moved on")
        host.engine.configure(settings)
        assert host.until("far", detail="unseen").id == far
        put_phase(root / "a" / "b" / "far", phase(detail="seen"))
        host.until("far", detail="seen")


def test_a_depth_that_goes_up_and_down_ends_where_it_was_set_last(root: Path, tmp_path: Path) -> None:
    put_phase(root / "a" / "b" / "far", phase())
    settings = Settings(roots=(str(root),))
    with EngineHost(tmp_path, root, settings=settings) as host:
        host.ready()
        for _ in range(10):
            host.engine.configure(replace(settings, depth=1))
            host.engine.configure(settings)
        until_in_force(host, settings)
        host.until("far", detail="at work")
        host.wait_for(lambda: str(root / "a" / "b") in paths_watched(host), "it is watched")
        put_phase(root / "a" / "b" / "far", phase(detail="moved on"))
        host.until("far", detail="moved on")
        until_kept(tmp_path, host, settings)


def test_a_folder_that_is_skipped_leaves_and_comes_back_when_that_is_taken_back(
    root: Path, tmp_path: Path
) -> None:
    put_phase(root / "attic" / "shop", phase())
    put_phase(root / "mill", phase())
    settings = Settings(roots=(str(root),))
    with EngineHost(tmp_path, root, settings=settings) as host:
        host.ready()
        host.engine.configure(replace(settings, skipped_folders=("attic",)))
        host.wait_for(lambda: set(host.snapshots()) == {"mill"}, "the attic is skipped")
        host.engine.configure(settings)
        host.until("shop", detail="at work")


def test_a_shorter_limit_makes_a_silent_build_quiet_at_once_and_a_longer_one_lets_it_run(
    root: Path, tmp_path: Path
) -> None:
    put_phase(root / "shop", phase(), time.time() - 300)
    settings = Settings(roots=(str(root),))
    with EngineHost(tmp_path, root, settings=settings) as host:
        host.ready().until("shop", state=BuildState.RUNNING)
        shorter = replace(settings, quiet_limit_s=60.0)
        host.engine.configure(shorter)
        reason = "nothing written for 1 min (quiet limit)"
        host.until("shop", state=BuildState.QUIET, state_reason=reason)
        host.engine.configure(settings)
        host.until("shop", state=BuildState.RUNNING)


def test_a_budget_gives_a_total_its_zone_and_takes_it_back(root: Path, tmp_path: Path) -> None:
    shop = put_phase(root / "shop", phase()).parent
    put_file(shop / "session-summary.json", summary(800))
    settings = Settings(roots=(str(root),))

    def zone() -> tuple[Zone, float | None]:
        tokens = host.snapshots()["shop"].tokens
        return tokens.zone, tokens.limit.value

    def until_zone(wanted: Zone, limit: int | None) -> None:
        host.wait_for(lambda: zone() == (wanted, limit), f"the zone is {wanted}")

    with EngineHost(tmp_path, root, settings=settings) as host:
        host.ready()
        assert host.snapshots()["shop"].tokens.used.value == 800
        assert zone() == (Zone.NONE, None)
        for budget, expected in ((1000, Zone.CRITICAL), (1500, Zone.WARNING), (5000, Zone.SAFE)):
            host.engine.configure(replace(settings, token_budget=budget))
            until_zone(expected, budget)
        host.engine.configure(settings)
        until_zone(Zone.NONE, None)


def summary(used: int) -> dict[str, object]:
    phases = {"Scout": {"tokens_used": used}}
    return {"status": "", "context_metrics": {"max_context_window": 200_000, "by_phase": phases}}


def test_of_two_changes_in_a_row_both_count(root: Path, tmp_path: Path) -> None:
    settings = Settings(roots=(str(root),))
    with EngineHost(tmp_path, root, settings=settings) as host:
        host.ready()
        deeper = replace(settings, depth=5)
        host.engine.configure(deeper, was=settings)
        host.engine.configure(replace(settings, font_points=14), was=settings)
        both = replace(deeper, font_points=14)
        until_in_force(host, both)
        until_kept(tmp_path, host, both)


def test_who_asks_for_what_is_in_force_already_is_answered(root: Path, tmp_path: Path) -> None:
    settings = Settings(roots=(str(root),))
    with EngineHost(tmp_path, root, settings=settings) as host:
        host.ready()
        before = len([event for event in host.events if isinstance(event, SettingsChange)])
        host.engine.configure(settings, was=settings)
        host.wait_for(
            lambda: len([event for event in host.events if isinstance(event, SettingsChange)]) > before,
            "an answer",
        )


def test_a_root_of_this_session_is_kept_once_it_is_added(root: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    settings = Settings(roots=(str(other),))
    with EngineHost(tmp_path, root, settings=settings) as host:
        host.ready()
        host.engine.add_root(f"{root}/")
        until_kept(tmp_path, host, replace(settings, roots=(str(other), str(root))))
        assert watched(host) == {str(root)}


def test_a_folder_that_was_added_meanwhile_is_not_lost_by_a_change(root: Path, tmp_path: Path) -> None:
    put_phase(tmp_path / "other" / "shop", phase())
    settings = Settings(roots=(str(root),))
    with EngineHost(tmp_path, root, settings=settings) as host:
        host.ready()
        host.engine.add_root(str(tmp_path / "other"))
        host.wait_for(lambda: len(in_force(host).roots) == 2, "it is kept")
        host.engine.configure(replace(settings, depth=2), was=settings)
        both = replace(settings, depth=2, roots=(str(root), str(tmp_path / "other")))
        until_in_force(host, both)
        until_watched(host, {str(root), str(tmp_path / "other")})
        host.until("shop", detail="at work")


def test_what_is_asked_for_before_anything_is_watched_is_done(root: Path, tmp_path: Path) -> None:
    put_phase(root / "shop", phase())
    put_phase(tmp_path / "other" / "mill", phase())
    settings = Settings(roots=(str(root),))
    host = EngineHost(tmp_path, root, settings=settings)
    host.engine.configure(replace(settings, roots=(str(tmp_path / "other"),)))
    host.engine.add_root(str(root / "late"), keep=False)
    with host:
        host.until("mill", detail="at work")
        until_watched(host, {str(tmp_path / "other"), str(root / "late")})
        assert set(host.snapshots()) == {"mill"}


@pytest.mark.parametrize(
    ("make", "note"),
    [
        (lambda _: None, "not there yet"),
        (lambda path: path.write_text("a file"), "is not a folder"),
        (lambda path: path.symlink_to(path), "cannot be read: Too many levels of symbolic links"),
    ],
)
def test_a_root_that_cannot_be_used_is_said_kept_and_can_be_removed(
    root: Path, tmp_path: Path, make: Callable[[Path], object], note: str
) -> None:
    put_phase(root / "shop", phase())
    bad = tmp_path / "Büro"
    make(bad)
    settings = Settings(roots=(str(root),))
    with EngineHost(tmp_path, root, settings=settings) as host:
        host.ready()
        host.engine.configure(replace(settings, roots=(str(root), str(bad))))
        host.wait_for(
            lambda: {one.path: one.note for one in host.health.roots}.get(str(bad)) == note, f"it is {note}"
        )
        until_kept(tmp_path, host, replace(settings, roots=(str(root), str(bad))))
        host.engine.configure(settings)
        host.wait_for(lambda: watched(host) == {str(root)}, "it left")
        put_phase(root / "shop", phase(detail="moved on"))
        host.until("shop", detail="moved on")


def test_a_root_that_was_missing_when_it_was_set_comes_when_it_appears(root: Path, tmp_path: Path) -> None:
    settings = Settings(roots=(str(root),))
    with EngineHost(tmp_path, root, settings=settings) as host:
        host.ready()
        host.engine.configure(replace(settings, roots=(str(root), "~/later")))
        host.wait_for(lambda: len(watched(host)) == 2, "it is waited for")
        put_phase(tmp_path / "later" / "shop", phase())
        host.until("shop", detail="at work")


def test_without_any_root_the_default_one_is_watched(root: Path, tmp_path: Path) -> None:
    put_phase(tmp_path / "homelab" / "shop", phase())
    with EngineHost(tmp_path, root, settings=Settings(roots=(str(root),))) as host:
        host.ready()
        host.engine.configure(Settings())
        host.until("shop", detail="at work")
        until_watched(host, {str(tmp_path / "homelab")})


def test_a_root_of_this_session_alone_stays_whatever_is_set(root: Path, tmp_path: Path) -> None:
    settings = Settings(roots=(str(tmp_path / "other"),))
    with EngineHost(tmp_path, root, settings=settings) as host:
        host.ready()
        host.engine.configure(Settings(roots=(str(tmp_path / "third"),)))
        host.wait_for(lambda: len(watched(host)) == 2, "the third came")
        until_watched(host, {str(root), str(tmp_path / "third")})


def test_a_file_of_a_newer_cupola_is_left_as_it_is_and_said_while_what_was_set_counts(
    root: Path, tmp_path: Path
) -> None:
    path = put_file(tmp_path / "config" / NAME, {"schema": 99, "later": "thing"})
    before = path.read_bytes()
    with EngineHost(tmp_path, root, settings=Settings(roots=(str(root),))) as host:
        host.ready()
        host.engine.configure(Settings(roots=(str(root),), depth=1))
        host.wait_for(lambda: problems(host, path) or None, "it is said")
        assert problems(host, path) == ["was written by a newer Cupola and is left as it is"]
        assert in_force(host).depth == 1
    assert path.read_bytes() == before


def test_on_a_full_disk_what_was_set_counts_and_is_kept_as_soon_as_there_is_room(
    root: Path, tmp_path: Path
) -> None:
    settings = Settings(roots=(str(root),))
    with small_disk(tmp_path / "config") as disk, EngineHost(tmp_path, root, settings=settings) as host:
        filler = fill(disk)
        host.ready()
        host.engine.configure(replace(settings, depth=1))
        host.wait_for(lambda: problems(host, disk / NAME) or None, "it is said")
        assert problems(host, disk / NAME) == ["cannot be written: No space left on device"]
        assert in_force(host).depth == 1
        assert [path.name for path in disk.iterdir()] == ["filler"]
        filler.unlink()
        host.engine.configure(replace(settings, depth=2))
        host.wait_for(lambda: not problems(host, disk / NAME), "it is taken back")
        assert load(disk).settings.depth == 2


def test_where_nothing_can_be_written_what_was_set_counts_and_the_file_stays(
    root: Path, tmp_path: Path
) -> None:
    settings = Settings(roots=(str(root),))
    with small_disk(tmp_path / "config") as disk, EngineHost(tmp_path, root, settings=settings) as host:
        save(disk, settings)
        make_read_only(disk)
        host.ready()
        host.engine.configure(replace(settings, depth=1))
        host.wait_for(lambda: problems(host, disk / NAME) or None, "it is said")
        assert problems(host, disk / NAME) == ["cannot be written: Read-only file system"]
        assert in_force(host).depth == 1
        assert load(disk).settings == settings


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT])
def test_whatever_keeps_settings_from_being_written_is_said(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    def fail(path: Path, data: bytes) -> None:
        raise OSError(error, os.strerror(error), str(path))

    monkeypatch.setattr(settings_file, "write_atomically", fail)
    path = tmp_path / "config" / NAME
    settings = Settings(roots=(str(root),))
    with EngineHost(tmp_path, root, settings=settings) as host:
        host.ready()
        host.engine.configure(replace(settings, depth=1))
        host.wait_for(lambda: problems(host, path) or None, "it is said")
        assert problems(host, path) == [f"cannot be written: {os.strerror(error)}"]
        assert in_force(host).depth == 1


def problems(host: EngineHost, path: Path) -> list[str]:
    return [one.message for one in host.health.problems if one.path == str(path)]
