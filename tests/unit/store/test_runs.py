"""Runs keep their ids across restarts, renames and several Cupolas, and no bad file takes them away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

import cupola
from cupola.store.runs import SCHEMA, RunRecord, RunStore, build_id

NEWER = json.dumps({"schema": SCHEMA + 1, "projects": ["what a later version keeps"]})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "runs.json"


def run(home: str = "/home/ada/weather", ordinal: int = 1, inode: int = 7) -> RunRecord:
    return RunRecord(build_id(home, str(ordinal)), home, ordinal, 1_763_800_000.5, 3, inode)


class Unwalkable(dict[str, RunRecord]):
    """Records that are looked up, never walked."""

    def values(self) -> NoReturn:
        raise AssertionError


def loaded(path: Path) -> RunStore:
    store = RunStore(path)
    assert store.load() is None
    return store


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def test_two_processes_give_the_same_run_the_same_id() -> None:
    script = "import sys; from cupola.store.runs import build_id; print(build_id(sys.argv[1], '2'))"
    command = [sys.executable, "-c", script, "/home/ada/w\udcff"]
    seeds = ("1", "2")
    env = {**os.environ, "PYTHONPATH": str(Path(cupola.__file__).parents[1])}
    ids = {
        subprocess.run(
            command, env={**env, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout.strip()
        for seed in seeds
    }
    assert ids == {build_id("/home/ada/w\udcff", "2")}


def test_an_id_has_twelve_hex_digits_and_differs_by_directory_and_run() -> None:
    ids = {build_id(home, key) for home in ("/a", "/b") for key in ("1", "2")}
    assert len(ids) == 4
    assert all(len(one) == 12 and int(one, 16) >= 0 for one in ids)


def test_what_is_saved_is_there_after_a_restart(path: Path) -> None:
    kept = [run(), run(ordinal=2), run("checkpoint:/r/x", inode=0), run("/home/ada/\udcff")]
    RunStore(path).save(kept)
    store = loaded(path)
    assert set(store.records()) == set(kept)
    assert store.latest("/home/ada/weather") == kept[1]
    assert store.latest_ids() == {one.id for one in kept[1:]}


def test_a_second_cupola_keeps_what_the_first_wrote(path: Path) -> None:
    first, second = loaded(path), loaded(path)
    first.remember(run("/a"))
    second.remember(run("/b"))
    first.save(first.records())
    second.save(second.records())
    assert {record.home for record in loaded(path).records()} == {"/a", "/b"}


def test_a_file_of_a_later_version_is_said_and_never_touched(path: Path) -> None:
    put(path, NEWER)
    store = RunStore(path)
    assert "later version" in (store.load() or "")
    store.save([run()])
    assert path.read_text("utf-8") == NEWER
    assert {one.name for one in path.parent.iterdir()} <= {"runs.json", "runs.json.lock"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "[" * 100_000,
        '"x"',
        '{"schema": 1}',
        '{"schema": "1", "runs": []}',
        '{"schema": 1, "runs": {}}',
    ],
)
def test_an_unusable_file_is_said_and_kept_aside_when_runs_are_saved(path: Path, text: str) -> None:
    put(path, text)
    store = RunStore(path)
    assert "cannot be used" in (store.load() or "")
    store.save([run()])
    assert path.with_suffix(".unusable").read_text("utf-8") == text
    assert loaded(path).records() == (run(),)


@pytest.mark.parametrize(
    "row",
    [None, [], "x", {}, {"id": 1, "home": "/a", "ordinal": 1, "first_seen": 0}, {"id": "x", "home": "/a"}],
)
def test_a_row_that_is_no_run_does_not_take_the_others_away(path: Path, row: object) -> None:
    good = {"id": "abc", "home": "/a", "ordinal": 1, "first_seen": 5, "of_a_later_time": True}
    put(path, json.dumps({"schema": SCHEMA, "runs": [row, good]}))
    store = RunStore(path)
    assert "cannot be used" in (store.load() or "")
    assert store.latest("/a") == RunRecord("abc", "/a", 1, 5)


def test_without_a_file_there_are_no_runs_and_no_complaint(path: Path) -> None:
    assert loaded(path).records() == ()


def test_a_file_that_cannot_be_read_is_said_and_not_replaced(path: Path) -> None:
    path.mkdir(parents=True)
    store = RunStore(path)
    assert "cannot be read" in (store.load() or "")
    with pytest.raises(OSError, match="directory"):
        store.save([run()])
    assert path.is_dir()


def test_the_newest_run_of_a_directory_is_the_one_of_the_highest_number(path: Path) -> None:
    store = RunStore(path)
    for ordinal in (2, 3, 1):
        store.remember(run(ordinal=ordinal))
    assert store.latest("/home/ada/weather") == run(ordinal=3)


def test_a_record_is_news_only_when_it_differs(path: Path) -> None:
    store = RunStore(path)
    assert store.remember(run())
    assert not store.remember(run())
    assert store.remember(replace(run(), first_seen=1.0))


def test_a_renamed_directory_takes_all_its_runs_along(path: Path) -> None:
    store = RunStore(path)
    for record in (run("/a", 1), run("/a", 2), run("/b", 1, inode=8)):
        store.remember(record)
    store.move("/a", "/c")
    assert store.latest("/a") is None
    assert store.latest("/c") == replace(run("/a", 2), home="/c")
    assert store.home_of((3, 7)) == "/c"
    assert store.latest("/b") == run("/b", 1, inode=8)


def test_a_rename_looks_at_no_runs_of_other_directories(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = RunStore(path)
    for number in range(100):
        store.remember(run(f"/home/ada/{number}", inode=0))
    remembered: list[str] = []
    monkeypatch.setattr(RunStore, "remember", lambda _, record: remembered.append(record.home))
    monkeypatch.setattr(store, "_records", Unwalkable(store._records))
    store.move("/home/ada/7", "/home/ada/new")
    assert remembered == ["/home/ada/new"]


def test_an_inode_that_a_directory_has_no_longer_leads_nowhere(path: Path) -> None:
    store = RunStore(path)
    store.remember(run(inode=7))
    store.remember(run(inode=9))
    assert store.home_of((3, 7)) is None
    assert store.home_of((3, 9)) == "/home/ada/weather"


def test_an_unknown_inode_is_no_identity(path: Path) -> None:
    store = RunStore(path)
    store.remember(replace(run(), device=0, inode=0))
    assert store.home_of((0, 0)) is None


def test_a_new_project_where_a_renamed_one_stood_gets_an_id_of_its_own(path: Path) -> None:
    store = RunStore(path)
    first = RunRecord(store.new_id("/a", 1), "/a", 1, 0.0)
    store.remember(first)
    store.move("/a", "/b")
    second = store.new_id("/a", 1)
    assert second != first.id
    store.remember(RunRecord(second, "/a", 1, 0.0))
    assert store.new_id("/a", 1) not in {first.id, second}
