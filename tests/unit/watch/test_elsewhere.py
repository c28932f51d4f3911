"""What is much to read is read by another process, bit by bit, and comes to the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cupola.domain.transcript import TranscriptFact
from cupola.sources.base import KIB, Anchor, Reading
from cupola.sources.claude import sources
from cupola.watch.elsewhere import Elsewhere
from cupola.watch.following import STEPS, Place, follow
from cupola.watch.opening import MissingError
from cupola.watch.patterns import Patterns
from cupola.watch.reader import HolderRead, Reader
from support.clock import FakeClock
from support.leaks import ExpectedWarnings
from support.sessions import Session

(ROWS, _) = sources({"/srv/shop": 0.0})
FIRST = ROWS.interests[0]


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    made = Elsewhere()
    yield made
    made.stop()


@pytest.fixture
def session(tmp_path: Path) -> Session:
    made = Session(tmp_path, Path("/srv/shop"))
    for output in range(300):
        made.prompt("x" * 900)
        made.reply(output + 1)
    return made


def test_it_is_the_same_whoever_reads(elsewhere: Elsewhere, session: Session) -> None:
    interest = replace(FIRST, cap_bytes=16 * KIB)
    base, name = str(session.folder), session.file.name
    here, there = Place(), Place()
    at_end = False
    steps = 0
    while not at_end:
        _, here, ends = follow(base, name, ROWS, interest, here)
        _, there, at_end = elsewhere.follow(base, name, ROWS, interest, there)
        assert (there, at_end) == (here, ends)
        steps += 1
    assert steps > 2
    assert there.reading is not None
    (fact,) = there.reading.facts
    assert isinstance(fact, TranscriptFact)
    assert [reply.usage.output for reply in fact.replies] == list(range(1, 301))


def test_what_is_wrong_with_a_file_is_said_as_if_it_were_read_here(
    elsewhere: Elsewhere, tmp_path: Path
) -> None:
    with pytest.raises(MissingError):
        elsewhere.follow(str(tmp_path), "gone.jsonl", ROWS, FIRST, Place())


def test_a_process_that_dies_costs_nothing(
    elsewhere: Elsewhere, session: Session, expected_warnings: ExpectedWarnings
) -> None:
    expected_warnings.add("reading here")
    base, name = str(session.folder), session.file.name
    whole = follow(base, name, ROWS, FIRST, Place())
    elsewhere.follow(base, name, ROWS, FIRST, Place())
    assert elsewhere._process is not None
    elsewhere._process.kill()
    elsewhere._process.wait()
    assert elsewhere.follow(base, name, ROWS, FIRST, Place()) == whole


def test_much_is_read_bit_by_bit_and_told_meanwhile(session: Session, tmp_path: Path) -> None:
    small = [replace(one, cap_bytes=16 * KIB, much_bytes=64 * KIB) for one in ROWS.interests]
    few = replace(ROWS, interests=tuple(small))
    patterns = Patterns.of((few,), frozenset({Anchor.TRANSCRIPTS}))
    reader = Reader(FakeClock(), lambda *_: None, lambda *_: "")
    try:
        first = reader.open(str(tmp_path / "projects"), patterns, deep=True)
        assert (first.results, first.complete) == ((), True)
        assert reader.unread_bytes == session.file.stat().st_size
        known = [_replies(reader.catch_up())]
        while reader.is_behind:
            known.append(_replies(reader.catch_up()))
        assert known == sorted(set(known))
        assert known[-1] == 300
        assert len(known) >= session.file.stat().st_size // (STEPS * 16 * KIB)
        assert reader._elsewhere._process is None
    finally:
        reader.stop()


def _replies(seen: HolderRead) -> int:
    (result,) = seen.results
    assert isinstance(result.outcome, Reading)
    (fact,) = result.outcome.facts
    assert isinstance(fact, TranscriptFact)
    return len(fact.replies)
