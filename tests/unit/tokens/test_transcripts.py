"""Transcripts are read on from where they were read to, and nothing in them is counted twice."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cupola.domain.prices import PriceList
from cupola.domain.usage_report import report
from cupola.engine import transcripts_read
from cupola.engine.transcripts import bring_up
from cupola.store.ledger import NAME, FileState, Ledger
from cupola.watch import transcript_reading
from cupola.watch.transcript_files import Transcript
from cupola.watch.transcript_reading import Added, added
from support.leaks import ExpectedWarnings
from support.transcripts import assistant

FILE = "projects/-srv-shop/one.jsonl"
NO_PRICES = PriceList("", "", ())


class Stage:
    """One of Claude's folders and a ledger."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / FILE
        self.file.parent.mkdir(parents=True)
        self.ledger = Ledger(folder / "state" / NAME)

    def append(self, text: str, name: str = FILE) -> None:
        with (self.folder / name).open("a", encoding="utf-8") as file:
            file.write(text)

    def output(self) -> int:
        self.problems = bring_up(self.ledger, [str(self.folder)])
        return report(self.ledger.replies(), NO_PRICES).total.usage.output


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    yield stage
    stage.ledger.close()


def row(number: int, output: int = 10, **more: Any) -> str:
    one = assistant(
        f"msg{number}",
        f"req{number}",
        "claude-opus-4-6",
        uuid=f"u{number}",
        session="one",
        usage={"output_tokens": output},
        **more,
    )
    return json.dumps(one) + "\n"


def test_what_is_added_is_read_on_and_an_unfinished_line_waits(stage: Stage) -> None:
    stage.append(row(1))
    assert stage.output() == 10
    stage.append(row(2) + row(3)[:40])
    assert stage.output() == 20
    assert stage.output() == 20
    stage.append(row(3)[40:])
    assert stage.output() == 30


def test_a_reply_that_is_still_streamed_counts_with_the_most_that_was_written(stage: Stage) -> None:
    for output, seen in ((3, 3), (7, 7), (5, 7)):
        stage.append(row(1, output))
        assert stage.output() == seen


def test_a_file_that_was_cut_or_replaced_is_read_anew_and_counted_once(stage: Stage) -> None:
    stage.append(row(1) + row(2))
    assert stage.output() == 20
    stage.file.write_text(row(1))
    assert stage.output() == 20
    (stage.folder / "new").write_text(row(1) + row(2) + row(3))
    (stage.folder / "new").replace(stage.file)
    assert stage.output() == 30


def test_a_file_of_the_same_length_with_another_beginning_is_another_one(stage: Stage) -> None:
    text = "x" * 2000 + "\n"
    stage.append(text + row(1))
    assert stage.output() == 10
    inode = stage.file.stat().st_ino
    with stage.file.open("r+", encoding="utf-8") as file:
        file.write("y" * 2000 + "\n" + row(2) + row(3))
    assert stage.file.stat().st_ino == inode
    assert stage.output() == 30


def test_a_file_that_nobody_wrote_to_is_not_opened_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.append(row(1))
    assert stage.output() == 10
    monkeypatch.delattr(transcripts_read, "added")
    assert stage.output() == 10


def test_a_file_of_the_same_length_that_was_written_to_is_looked_into(stage: Stage) -> None:
    stage.append(row(1))
    assert stage.output() == 10
    with stage.file.open("r+", encoding="utf-8") as file:
        file.write(row(2))
    os.utime(stage.file, ns=(1, 1))
    assert stage.output() == 20


def test_a_line_that_ends_between_two_parts_is_read_whole(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.append("".join(row(number) for number in range(30)) + row(30)[:-1])
    size = stage.file.stat().st_size
    for chunk in (1, 100, size // 3, size - 1, size, size + 1):
        monkeypatch.setattr(transcript_reading, "CHUNK_BYTES", chunk)
        stage.ledger.close()
        stage.ledger = Ledger(stage.folder / f"state-{chunk}" / NAME)
        assert stage.output() == 300


def test_a_row_of_50_megabytes_is_counted(stage: Stage) -> None:
    long = row(1).replace('"role"', '"content": "' + "x" * 50_000_000 + '", "role"')
    stage.append(long + row(2))
    assert stage.output() == 20
    assert stage.problems == ()


def test_files_are_shared_with_a_child_and_what_it_takes_with_it_is_read_all_the_same(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, honest = os.getpid(), added

    def deadly(transcript: Transcript, before: FileState | None) -> Iterator[Added]:
        if os.getpid() != here and transcript.session == "f7":
            os.kill(os.getpid(), signal.SIGKILL)
        yield from honest(transcript, before)

    monkeypatch.setattr(transcripts_read, "SHARED_BYTES", 1)
    monkeypatch.setattr(transcripts_read, "can_share", lambda: True)
    for number in range(40):
        stage.append(row(number) + "{" + '"usage""assistant"\n', f"projects/-srv-shop/f{number}.jsonl")
    assert stage.output() == 400
    assert len(stage.problems) == 40
    stage.append(row(40), "projects/-srv-shop/f7.jsonl")
    monkeypatch.setattr(transcripts_read, "added", deadly)
    for number in range(50, 90):
        stage.append(row(number), f"projects/-srv-shop/f{number - 50}.jsonl")
    assert stage.output() == 810


def test_what_was_counted_stays_when_its_transcript_is_deleted(stage: Stage) -> None:
    stage.append(row(1))
    assert stage.output() == 10
    stage.file.unlink()
    assert stage.output() == 10


def test_a_line_that_is_far_too_long_is_passed_over(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcript_reading, "CHUNK_BYTES", 512)
    monkeypatch.setattr(transcript_reading, "LONGEST_LINE_BYTES", 2000)
    stage.append(row(1) + "x" * 9000 + "\n" + row(2))
    assert stage.output() == 20


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"type":"assistant","usage":', "no JSON"),
        ("\0" * 30 + '"usage""assistant"', "no JSON"),
        (row(9, -5).strip(), "output_tokens"),
        (row(9, 0).strip().replace('"output_tokens": 0', '"output_tokens": 1.0'), "output_tokens"),
        (row(9, 10**30).strip(), "output_tokens"),
        (row(9).strip().replace("10}", '"many"}'), "output_tokens"),
        ("[" * 100_000 + '"usage","assistant"', "no JSON"),
    ],
)
def test_what_is_unsound_is_named_and_the_rest_is_counted(stage: Stage, line: str, said: str) -> None:
    stage.append(row(1) + line + "\n" + row(2))
    assert stage.output() == 20
    (problem,) = stage.problems
    assert problem.path == str(stage.file)
    assert said in " ".join(problem.dropped)


@pytest.mark.parametrize(
    "line",
    [
        *("[]", "3", '["usage", "assistant"]', '{"type":"assistant","message":{"usage":[]}}'),
        '{"type":"assistant","message":{"usage":{},"model":[]}}',
        '{"type":"user","toolUseResult":{"usage":{"output_tokens":7},"type":"assistant"}}',
        '{"type":"assistant","message":{"usage":{"output_tokens":7},"model":null}}',
        '{"type":"assistant","requestId":"","message":{"id":"m","usage":{"output_tokens":7},"model":"x"}}',
    ],
)
def test_rows_of_other_kinds_are_nothing(stage: Stage, line: str) -> None:
    stage.append(line + "\n" + row(1))
    assert stage.output() == 10
    assert stage.problems == ()


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        *(('"msg1"', "[]"), ('"one"', "7"), ('"/srv/shop"', '"\\ud800"'), ('"isSidechain": false', '"x": 1')),
        *(('"2026-11-23T09:00:00.000Z"', '"soon"'), ('"2026-11-23T09:00:00.000Z"', '"0001-01-01T00:00:00"')),
        ('"stop_reason": null', '"stop_reason": {}'),
    ],
)
def test_a_row_counts_when_something_else_in_it_is_unsound(stage: Stage, written: str, instead: str) -> None:
    assert written in row(1)
    stage.append(row(1).replace(written, instead) + row(2))
    assert stage.output() == 20
    assert stage.problems == ()


def test_a_reply_is_told_by_the_session_and_not_by_the_subagent_that_repeats_it(stage: Stage) -> None:
    agent = "projects/-srv-shop/one/subagents/agent-7.jsonl"
    (stage.folder / agent).parent.mkdir(parents=True)
    stage.append(row(1, sidechain=True).replace("req1", "other") + row(2, sidechain=True), agent)
    assert stage.output() == 20
    stage.append(row(1))
    assert stage.output() == 20
    (session,) = report(stage.ledger.replies(), NO_PRICES).sessions.values()
    assert {name: one.usage.output for name, one in session.agents.items()} == {"": 10, "7": 10}


def test_a_damaged_ledger_is_made_anew_from_the_transcripts(
    stage: Stage, expected_warnings: ExpectedWarnings
) -> None:
    expected_warnings.add("it is made anew from the transcripts")
    stage.append(row(1))
    assert stage.output() == 10
    stage.ledger.close()
    path = stage.folder / "state" / NAME
    for part in path.parent.iterdir():
        part.write_bytes(b"no database at all" * 500)
    stage.ledger = Ledger(path)
    assert stage.output() == 10
    assert path.with_name(f"{NAME}.damaged").exists()
