"""A file that only grows is read on from where it was left, each whole line once."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from cupola.domain.facts import EventsFact
from cupola.sources.base import Anchor, Blob, Interest, Mode, Reading, Source
from cupola.watch import following
from cupola.watch.disk import Disk
from cupola.watch.patterns import Patterns
from cupola.watch.reader import HolderRead, Reader, Trouble
from support.clock import FakeClock

STEP = 64
AT = 1_700_000_000.0


def told(blob: Blob, previous: Reading | None) -> Reading:
    """How many words there were so far, and each of them."""
    before = previous.facts[0] if previous is not None else EventsFact(0)
    assert isinstance(before, EventsFact)
    words = tuple(blob.data.decode().split())
    return Reading((EventsFact(before.iterations + len(words), (*before.tasks_completed, *words)),))


SOURCE = Source("log", (Interest(Anchor.PROJECT, "log", mode=Mode.APPEND, cap_bytes=STEP),), told)
PATTERNS = Patterns.of((SOURCE,), frozenset({Anchor.PROJECT}))


@pytest.fixture
def reader() -> Reader:
    return Reader(FakeClock(), lambda *_: None, lambda *_: "")


def fact(seen: HolderRead) -> EventsFact:
    (result,) = seen.results
    assert isinstance(result.outcome, Reading)
    (only,) = result.outcome.facts
    assert isinstance(only, EventsFact)
    return only


def add(folder: Path, text: str) -> None:
    with (folder / "log").open("a") as stream:
        stream.write(text)


def test_what_was_added_is_read_and_nothing_twice(tmp_path: Path, reader: Reader) -> None:
    add(tmp_path, "a\nb\n")
    assert fact(reader.open(str(tmp_path), PATTERNS)).tasks_completed == ("a", "b")
    add(tmp_path, "c\n")
    assert fact(reader.refresh(str(tmp_path))).tasks_completed == ("a", "b", "c")
    assert fact(reader.read(str(tmp_path), ("log",))).iterations == 3


def test_a_line_without_its_end_waits_for_it(tmp_path: Path, reader: Reader) -> None:
    add(tmp_path, "a\nhal")
    assert fact(reader.open(str(tmp_path), PATTERNS)).tasks_completed == ("a",)
    add(tmp_path, "f\n")
    assert fact(reader.refresh(str(tmp_path))).tasks_completed == ("a", "half")


def test_an_empty_file_and_a_lone_half_line_tell_nothing_yet(tmp_path: Path, reader: Reader) -> None:
    add(tmp_path, "")
    assert fact(reader.open(str(tmp_path), PATTERNS)).iterations == 0
    add(tmp_path, "hal")
    assert fact(reader.refresh(str(tmp_path))).iterations == 0


@pytest.mark.parametrize("text", ["", "z\n", "p\nq\nr\ns\n", "a\nX\nc\nd\n"])
def test_a_file_that_was_cut_is_read_from_its_start(tmp_path: Path, reader: Reader, text: str) -> None:
    add(tmp_path, "a\nb\n")
    reader.open(str(tmp_path), PATTERNS)
    (tmp_path / "log").write_text(text)
    assert fact(reader.read(str(tmp_path), ("log",))).tasks_completed == tuple(text.split())


def test_a_file_that_was_replaced_is_read_from_its_start(tmp_path: Path, reader: Reader) -> None:
    add(tmp_path, "a\nb\n")
    reader.open(str(tmp_path), PATTERNS)
    (tmp_path / "new").write_text("x\ny\nz\n")
    (tmp_path / "new").replace(tmp_path / "log")
    assert fact(reader.refresh(str(tmp_path))).tasks_completed == ("x", "y", "z")


def test_a_file_that_went_and_came_is_read_from_its_start(tmp_path: Path, reader: Reader) -> None:
    add(tmp_path, "a\nb\n")
    reader.open(str(tmp_path), PATTERNS)
    (tmp_path / "log").unlink()
    (gone,) = reader.refresh(str(tmp_path)).results
    assert gone.outcome is Trouble.MISSING
    add(tmp_path, "a\nb\nc\n")
    assert fact(reader.refresh(str(tmp_path))).tasks_completed == ("a", "b", "c")


def test_a_long_backlog_is_read_in_bounded_steps_and_told_when_all_is_read(
    tmp_path: Path, reader: Reader
) -> None:
    lines = [f"line{number}" for number in range(200)]
    add(tmp_path, "\n".join(lines) + "\n")
    os.utime(tmp_path / "log", (AT, AT))
    assert reader.open(str(tmp_path), PATTERNS).results == ()
    seen: list[HolderRead] = []
    while reader.is_behind:
        seen.append(reader.catch_up())
    assert not any(each.results for each in seen[:-1])
    assert len(seen) >= (tmp_path / "log").stat().st_size // (STEP * following.STEPS)
    assert fact(seen[-1]).tasks_completed == tuple(lines)
    assert seen[-1].results[0].arrived == AT  # it did not change when it was read


def test_a_line_longer_than_a_step_comes_in_pieces(tmp_path: Path, reader: Reader) -> None:
    add(tmp_path, "x" * (2 * STEP) + "\nend\n")
    assert fact(reader.open(str(tmp_path), PATTERNS)).tasks_completed[-1] == "end"


def test_a_file_that_grew_beyond_all_bounds_is_refused(tmp_path: Path, reader: Reader) -> None:
    narrow = tuple(replace(one, backlog_bytes=100) for one in SOURCE.interests)
    patterns = Patterns.of((replace(SOURCE, interests=narrow),), frozenset({Anchor.PROJECT}))
    add(tmp_path, "x\n" * 51)
    (result,) = reader.open(str(tmp_path), patterns).results
    assert result.outcome is Trouble.REFUSED
    assert "log" in result.message


def test_a_lane_reads_on_by_itself(tmp_path: Path) -> None:
    add(tmp_path, "word\n" * 1000)
    seen: list[HolderRead] = []
    disk = Disk(
        "disk",
        clock=FakeClock(),
        post=lambda message: seen.append(message) if isinstance(message, HolderRead) else None,
        watch=lambda *_: None,
        owner=lambda *_: "",
        bulk_tick=lambda: None,
        failed=pytest.fail,
    )
    disk.open(str(tmp_path), PATTERNS)
    answers = iter(lambda: [item for item in seen if item.results], None)
    disk.start()
    try:
        assert fact(next(filter(None, answers))[0]).iterations == 1000
    finally:
        disk.stop()
        assert disk.join(5) == []
