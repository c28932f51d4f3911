"""The reader gives what a folder holds, what differs since, and why the rest could not be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cupola.sources.base import (
    Anchor,
    Blob,
    Interest,
    Ownership,
    Reading,
    Source,
    TornError,
    UnusableError,
)
from cupola.watch.patterns import Patterns
from cupola.watch.reader import HolderRead, Reader, Trouble
from support.clock import FakeClock
from support.leaks import ExpectedWarnings


def read(blob: Blob, previous: Reading | None) -> Reading:
    match blob.data:
        case b"torn":
            raise TornError("half of it")
        case b"unusable":
            raise UnusableError("no such thing")
        case b"defect":
            raise ZeroDivisionError("oops")
    return Reading((), (blob.data.decode(),))


def owner(path: str, reading: Reading) -> Ownership:
    key = path.split("/")[1]
    said = tuple(reading.dropped) if path.endswith("/state") else None
    return Ownership(key, (key,), said)


PLAIN = Source("plain", (Interest(Anchor.PROJECT, ".cf/*.txt", cap_bytes=100),), read)
OWNED = Source("owned", (Interest(Anchor.PROJECT, "runs/*/*"),), read, owner)
PATTERNS = Patterns.of([PLAIN, OWNED], frozenset({Anchor.PROJECT}))


class Stage:
    """A reader of one folder."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.clock = FakeClock()
        self.watched: list[str] = []
        self.reader = Reader(
            self.clock,
            lambda path, _: self.watched.append(os.path.relpath(path, base)),
            lambda _, ownership: (*(ownership.said or ()), *ownership.candidates)[0],
        )

    def put(self, name: str, text: str = "x", mtime: float = 1000) -> None:
        file = self.base / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        os.utime(file, (mtime, mtime))

    def open(self) -> HolderRead:
        return self.reader.open(str(self.base), PATTERNS)

    def refresh(self) -> HolderRead:
        return self.reader.refresh(str(self.base))

    def read(self, *relatives: str) -> HolderRead:
        return self.reader.read(str(self.base), relatives)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def outcomes(seen: HolderRead) -> dict[str, object]:
    return {
        result.relative: result.outcome.dropped[0] if isinstance(result.outcome, Reading) else result.outcome
        for result in seen.results
    }


def owners(seen: HolderRead) -> dict[str, str]:
    return {result.relative: result.owner for result in seen.results}


def test_opening_gives_all_and_refreshing_what_differs(stage: Stage) -> None:
    stage.put(".cf/a.txt", "1")
    stage.put(".cf/b.txt", "2")
    first = stage.open()
    assert (first.complete, first.opened, outcomes(first)) == (
        True,
        True,
        {".cf/a.txt": "1", ".cf/b.txt": "2"},
    )
    assert (stage.refresh().results, stage.refresh().opened) == ((), False)
    stage.put(".cf/a.txt", "3", 2000)
    (stage.base / ".cf/b.txt").unlink()
    assert outcomes(stage.refresh()) == {".cf/a.txt": "3", ".cf/b.txt": Trouble.MISSING}
    assert outcomes(stage.open()) == {".cf/a.txt": "3"}


def test_asked_for_files_are_read_whatever_is_known_of_them_and_only_once(stage: Stage) -> None:
    stage.put(".cf/a.txt", "1")
    stage.open()
    seen = stage.read(".cf/a.txt", ".cf/none.txt", "unwanted")
    assert outcomes(seen) == {".cf/a.txt": "1", ".cf/none.txt": Trouble.MISSING}
    assert (seen.complete, seen.requested) == (False, (".cf/a.txt", ".cf/none.txt", "unwanted"))
    stage.put(".cf/a.txt", "2", 3000)
    stage.read(".cf/a.txt")
    assert stage.refresh().results == ()


def test_a_result_says_when_its_file_changed_and_when_it_was_read(stage: Stage) -> None:
    stage.put(".cf/a.txt", mtime=1234.5)
    (result,) = stage.open().results
    assert (result.mtime, result.arrived, result.source, result.owner) == (
        1234.5,
        stage.clock.wall(),
        "plain",
        "",
    )


def test_each_file_that_cannot_be_used_says_why_and_holds_up_no_other(
    stage: Stage, expected_warnings: ExpectedWarnings
) -> None:
    expected_warnings.add("source plain cannot read")
    for name in ("torn", "unusable", "defect", "good"):
        stage.put(f".cf/{name}.txt", name)
    stage.put(".cf/large.txt", "x" * 101)
    (stage.base / ".cf/folder.txt").mkdir()
    told = {result.relative: (result.outcome, result.message) for result in stage.open().results}
    assert told[".cf/torn.txt"] == (Trouble.TORN, "half of it")
    assert told[".cf/unusable.txt"] == (Trouble.REFUSED, "no such thing")
    assert told[".cf/defect.txt"] == (Trouble.REFUSED, "Cupola itself failed on it (ZeroDivisionError: oops)")
    assert told[".cf/large.txt"][0] is Trouble.REFUSED
    assert told[".cf/folder.txt"][0] is Trouble.REFUSED
    assert told[".cf/good.txt"] == (Reading((), ("good",)), "")


def test_a_folder_that_is_not_open_gives_nothing(stage: Stage) -> None:
    stage.put(".cf/a.txt")
    seen = stage.refresh()
    assert (seen.results, seen.complete, seen.identity is None) == ((), False, False)
    assert stage.read(".cf/a.txt").results == ()
    stage.open()
    stage.reader.close(str(stage.base))
    assert stage.refresh().results == ()


def test_a_folder_is_known_by_device_and_inode_and_none_is_said_to_be_gone(
    stage: Stage, tmp_path: Path
) -> None:
    entry = tmp_path.stat()
    assert stage.open().identity == (entry.st_dev, entry.st_ino)
    assert stage.reader.open(str(tmp_path / "gone"), PATTERNS).identity is None


def test_a_folder_that_cannot_be_looked_at_is_not_said_to_be_gone(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stat(path: str, **_: object) -> os.stat_result:
        raise PermissionError(13, "Permission denied")

    stage.open()
    monkeypatch.setattr(os, "stat", stat)
    seen = stage.refresh()
    monkeypatch.undo()
    assert seen.identity == (0, 0)


def test_deep_folders_are_watched_while_they_deserve_it_also_after_closing_and_opening(stage: Stage) -> None:
    stage.put("runs/1/state")
    stage.open()
    assert set(stage.watched) == {"runs"}
    assert stage.reader.deepen(str(stage.base), deep=True) == []
    stage.reader.close(str(stage.base))
    stage.watched.clear()
    stage.open()
    assert set(stage.watched) == {"runs", "runs/1"}
    assert stage.reader.deepen(str(stage.base), deep=False) == [f"{stage.base}/runs/1"]


def test_files_of_one_key_have_one_owner_in_whatever_order_they_are_read(stage: Stage) -> None:
    for name in ("a", "state", "z"):
        stage.put(f"runs/1/{name}", "the named one" if name == "state" else "x")
    stage.put("runs/2/a")
    assert owners(stage.open()) == {
        "runs/1/a": "the named one",
        "runs/1/state": "the named one",
        "runs/1/z": "the named one",
        "runs/2/a": "2",
    }
    assert owners(stage.read("runs/1/z")) == {"runs/1/z": "the named one"}


def test_when_one_file_names_another_owner_all_of_its_key_are_told_anew(stage: Stage) -> None:
    for name in ("a", "state"):
        stage.put(f"runs/1/{name}", "first")
        stage.put(f"runs/2/{name}", "other")
    stage.open()
    stage.put("runs/1/state", "second", 2000)
    assert owners(stage.refresh()) == {"runs/1/state": "second", "runs/1/a": "second"}
    assert stage.refresh().results == ()


def test_a_file_that_is_unfinished_keeps_its_owner(stage: Stage) -> None:
    stage.put("runs/1/state", "named")
    stage.put("runs/1/a", "x")
    stage.open()
    stage.put("runs/1/a", "torn", 2000)
    (result,) = stage.refresh().results
    assert (result.outcome, result.owner) == (Trouble.TORN, "named")
