"""Cupola's own files are replaced in one step, and the trace survives many threads."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from cupola.store.files import write_atomically
from cupola.store.trace import Trace


def test_writing_makes_missing_folders_and_replaces_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.json"
    write_atomically(path, b"old")
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert [entry.name for entry in path.parent.iterdir()] == ["b.json"]


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError, match="taken"):
        write_atomically(tmp_path / "taken", b"data")
    assert [entry.name for entry in tmp_path.iterdir()] == ["taken"]


def test_a_trace_holds_every_line_of_every_thread_after_close(tmp_path: Path) -> None:
    trace = Trace(tmp_path / "trace.jsonl")

    def work(worker: int) -> None:
        for number in range(500):
            trace.write("read", worker=worker, number=number)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    trace.close()
    trace.write("late")
    trace.close()
    lines = [json.loads(line) for line in (tmp_path / "trace.jsonl").read_text().splitlines()]
    assert len({(line["worker"], line["number"]) for line in lines}) == 2_000
    assert all(line["kind"] == "read" and line["ns"] > 0 for line in lines)


def test_a_time_of_its_own_replaces_the_time_of_writing(tmp_path: Path) -> None:
    trace = Trace(tmp_path / "trace.jsonl")
    trace.write("event", ns=7, path="x")
    trace.close()
    assert json.loads((tmp_path / "trace.jsonl").read_text()) == {"kind": "event", "ns": 7, "path": "x"}
