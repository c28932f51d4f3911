"""What outlives a session is read at the start and written on the way, whatever state its folder is in."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cupola.domain.facts import EventsFact
from cupola.engine.messages import Loaded, Priced, Warned
from cupola.engine.recorder import MOST_GATHERED, SAVE_AFTER_S, Recorder
from cupola.store.journal import Journal, observations
from cupola.store.runs import SCHEMA, RunRecord
from support.leaks import ExpectedWarnings
from support.observations import phase, seen

ID = "0123456789ab"
PATIENCE_S = 20.0


class Started:
    """A recorder at work, with what it posts."""

    def __init__(self, folder: Path) -> None:
        self.posted: queue.Queue[Loaded | Priced | Warned] = queue.Queue()
        self.recorder = Recorder(folder, self.posted.put)
        self.recorder.start()

    def next(self) -> Loaded | Priced | Warned:
        return self.posted.get(timeout=PATIENCE_S)

    def loaded(self) -> Loaded:
        while not isinstance(message := self.next(), Loaded):
            pass
        return message

    def warned(self) -> str:
        message = self.next()
        assert isinstance(message, Warned)
        return message.message

    def record(self, detail: str, ordinal: int = 1) -> None:
        self.recorder.remember(RunRecord(ID, "/home/ada/weather", ordinal, 0.0))
        self.recorder.accept(ID, phase(1.0, "Builder", "building", detail=detail))
        self.recorder.flush()


@contextmanager
def started(folder: Path) -> Iterator[Started]:
    one = Started(folder)
    yield one
    one.recorder.close()
    assert one.recorder.lane.join(PATIENCE_S)


def details(loaded: Loaded) -> list[str | None]:
    return [getattr(seen.fact, "detail", None) for seen in observations(loaded.earlier.get(ID, []))]


def test_a_second_session_finds_the_runs_and_facts_of_the_first(tmp_path: Path) -> None:
    with started(tmp_path / "state") as first:
        assert first.loaded() == Loaded({}, ())
        first.record("from the first")
    with started(tmp_path / "state") as second:
        assert details(second.loaded()) == ["from the first"]
        latest = second.recorder.runs.latest("/home/ada/weather")
        assert latest is not None
        assert latest.id == ID


def test_many_facts_are_written_as_they_come_and_their_run_with_the_next(tmp_path: Path) -> None:
    with started(tmp_path) as first:
        first.loaded()
        first.recorder.remember(RunRecord(ID, "/home/ada/weather", 1, 0.0))
        for number in range(MOST_GATHERED):
            first.recorder.accept(ID, phase(1.0, "Builder", "building", detail=str(number)))
        assert first.recorder._entries == []
        first.recorder.flush()
    with started(tmp_path) as second:
        assert details(second.loaded()) == [str(number) for number in range(MOST_GATHERED)]


def test_facts_of_earlier_runs_stay_in_the_file(tmp_path: Path) -> None:
    with started(tmp_path) as first:
        first.loaded()
        first.record("old")
        first.recorder.remember(RunRecord("ffffffffffff", "/home/ada/weather", 2, 0.0))
        first.recorder.flush()
    with started(tmp_path) as second:
        assert second.loaded().earlier == {}


def test_a_second_cupola_writes_no_journal_until_the_first_has_ended(tmp_path: Path) -> None:
    other = Journal(tmp_path / "journal.jsonl")
    assert other.claim()
    with started(tmp_path) as one:
        one.loaded()
        one.record("while the other wrote")
        written = threading.Event()
        one.recorder.lane.submit(written.set)
        assert written.wait(PATIENCE_S)
        other.release()
        one.record("when it had ended")
    lines = other.lines({ID})[ID]
    assert [getattr(seen.fact, "detail", None) for seen in observations(lines)] == ["when it had ended"]


def test_a_damaged_journal_does_not_hold_up_the_start(tmp_path: Path) -> None:
    (tmp_path / "journal.jsonl").write_bytes(b"\xff\xfe\x00{\n" * 10)
    with started(tmp_path) as one:
        assert one.loaded() == Loaded({}, ())


def test_a_damaged_list_of_runs_is_told_and_does_not_hold_up_the_start(tmp_path: Path) -> None:
    (tmp_path / "runs.json").write_text("[" * 100_000)
    with started(tmp_path) as one:
        (trouble,) = one.loaded().trouble
    assert trouble.startswith("runs.json cannot be used")


def test_a_list_of_runs_of_a_later_version_is_told_and_left(tmp_path: Path) -> None:
    text = f'{{"schema": {SCHEMA + 1}}}'
    (tmp_path / "runs.json").write_text(text)
    with started(tmp_path) as one:
        assert "later version" in one.loaded().trouble[0]
        one.record("new")
    assert (tmp_path / "runs.json").read_text() == text


def test_a_folder_that_cannot_be_written_is_told_until_it_can(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.write_text("a file stands in its place")
    with started(folder) as one:
        assert "cannot be written" in one.warned()
        one.loaded()
        one.record("lost")
        assert "cannot be written" in one.warned()
        folder.unlink()
        one.recorder.accept(ID, phase(2.0, "Test", "testing"))
        one.recorder.flush()
        assert one.warned() == ""
    with started(folder) as later:
        later.loaded()
        assert [record.id for record in later.recorder.runs.records()] == [ID]


def test_a_defect_while_reading_does_not_hold_up_the_start(
    tmp_path: Path, expected_warnings: ExpectedWarnings
) -> None:
    expected_warnings.add("the state folder cannot be used")
    posted: queue.Queue[Loaded | Priced | Warned] = queue.Queue()
    recorder = Recorder(tmp_path, posted.put)
    recorder._journal = None  # type: ignore[assignment]  # any defect will do
    recorder.start()
    loaded = posted.get(timeout=PATIENCE_S)
    assert isinstance(loaded, Loaded)
    assert "AttributeError" in loaded.trouble[0]
    recorder.lane.stop()
    assert recorder.lane.join(PATIENCE_S)


def test_nothing_new_is_nothing_to_write(tmp_path: Path) -> None:
    with started(tmp_path) as one:
        one.loaded()
        assert not one.recorder.waiting
        one.record("first")
        assert not one.recorder.waiting
        one.recorder.remember(RunRecord(ID, "/home/ada/weather", 1, 0.0))
        assert not one.recorder.waiting
        one.recorder.changed()
        assert one.recorder.waiting


def test_what_is_read_anew_at_each_start_is_not_written_down(tmp_path: Path) -> None:
    with started(tmp_path) as one:
        one.loaded()
        one.recorder.accept(ID, seen("events log", "/r/logs/events/x/events.jsonl", EventsFact(3), 1.0))
        assert not one.recorder.waiting
        one.record("kept")
    assert "EventsFact" not in (tmp_path / "journal.jsonl").read_text()


def test_what_takes_long_to_write_is_written_less_often(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, lambda _: None)
    assert recorder.save_after_s == SAVE_AFTER_S
    recorder._cost_s = 0.5  # a twentieth of 10 s
    assert recorder.save_after_s == pytest.approx(10.0)
