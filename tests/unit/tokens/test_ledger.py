"""The ledger's sums are those of its replies, whatever came in which order and from which version."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cupola.domain.portions import Bands, portions
from cupola.domain.usage import Reply, counted
from cupola.store.ledger import NAME, FileState, Ledger

STATE = FileState(1, 2, 2, b"head", 3)
BANDS = Bands((100.0, 200.0), (50, 90))
REPLY = Reply("m", "r", "u", "opus", 150.0, "s", "", "/srv", False, True, 1, 2, 3, 4, 5)

counts = st.integers(0, 60)
replies = st.builds(
    Reply,
    message=st.sampled_from(["", "m1", "m2", "m3"]),
    request=st.sampled_from(["", "r1", "r2"]),
    uuid=st.sampled_from(["u1", "u2"]),
    model=st.sampled_from(["opus", "sonnet"]),
    at=st.sampled_from([None, 50.0, 100.0, 150.0, 250.0]),
    session=st.sampled_from(["s1", "s2"]),
    agent=st.sampled_from(["", "a1"]),
    directory=st.sampled_from([None, "/srv/a", "/srv/b"]),
    sidechain=st.booleans(),
    final=st.booleans(),
    input=counts,
    output=counts,
    cache_5m=counts,
    cache_1h=counts,
    cache_read=counts,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / NAME


def taken(path: Path, rows: list[Reply]) -> Ledger:
    ledger = Ledger(path)
    ledger.take("/t.jsonl", STATE, rows)
    ledger.commit()
    return ledger


@settings(deadline=None, max_examples=200, print_blob=True)
@given(rows=st.lists(replies, max_size=12), later=st.lists(replies, max_size=4), random=st.randoms())
def test_that_sums_are_those_of_all_replies_in_whatever_order_they_came(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Reply], later: list[Reply], random: object
) -> None:
    ledger = taken(tmp_path_factory.mktemp("ledger") / NAME, rows)
    try:
        assert ledger.portions(BANDS) == portions(counted(rows), BANDS)
        for one in later:  # each alone, after sums were made
            ledger.take("/t.jsonl", STATE, [one])
            ledger.commit()
        every = [*later, *rows]
        random.shuffle(every)  # type: ignore[attr-defined] # hypothesis's own Random
        assert ledger.portions(BANDS) == portions(counted(every), BANDS)
        assert ledger.portions(BANDS) == portions(counted(ledger.replies()), BANDS)
        assert ledger.portions(Bands()) == portions(counted(every), Bands())
    finally:
        ledger.close()


def test_that_sums_are_made_anew_when_another_process_added_to_them(path: Path) -> None:
    one, other = taken(path, [REPLY]), Ledger(path)
    assert one.portions(BANDS)[0].output == 2
    other.take(
        "/o.jsonl",
        STATE,
        [
            REPLY._replace(input=0, output=9, cache_5m=0, cache_1h=0, cache_read=0),
            REPLY._replace(message="n"),
        ],
    )
    other.commit()
    assert sum(part.output for part in one.portions(BANDS)) == 9 + 2
    one.close()
    other.close()


def test_that_what_was_taken_and_not_committed_is_forgotten_with_its_file(path: Path) -> None:
    ledger = taken(path, [])
    ledger.take("/other.jsonl", STATE, [REPLY])
    ledger.close()
    ledger = Ledger(path)
    assert list(ledger.replies()) == []
    assert ledger.states() == {"/t.jsonl": STATE}
    ledger.close()


def hashed(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def test_that_a_ledger_of_version_1_keeps_what_no_transcript_tells_any_more(path: Path) -> None:
    old = sqlite3.connect(path)
    old.executescript("""
CREATE TABLE files (
  path TEXT PRIMARY KEY, inode INTEGER, size INTEGER, offset INTEGER, head BLOB) WITHOUT ROWID;
CREATE TABLE replies (
  key BLOB PRIMARY KEY, message BLOB, session TEXT, agent TEXT, directory TEXT, model TEXT, at REAL,
  sidechain INTEGER, final INTEGER,
  input INTEGER, output INTEGER, cache_5m INTEGER, cache_1h INTEGER, cache_read INTEGER) WITHOUT ROWID;
PRAGMA user_version = 1;
""")
    row = "INSERT INTO replies VALUES (?, ?, 's', '', ?, 'opus', 150.0, 0, 1, 1, 2, 3, 4, 5)"
    old.execute(row, (hashed("m\0r"), hashed("m"), "/srv"))
    old.execute(row, (hashed("\0u"), None, None))
    old.execute("INSERT INTO files VALUES ('/t.jsonl', 1, 2, 2, ?)", (b"head",))
    old.commit()
    old.close()
    ledger = Ledger(path)
    assert ledger.states() == {"/t.jsonl": replace(STATE, mtime_ns=0)}
    assert sorted(one.directory or "" for one in ledger.replies()) == ["", "/srv"]
    ledger.take("/t.jsonl", STATE, [REPLY, REPLY._replace(message="", request="", directory=None)])
    ledger.commit()
    assert sum(part.output for part in ledger.portions(BANDS)) == 2 + 2
    ledger.close()


def test_that_a_full_disk_is_said_and_what_was_kept_before_stays(path: Path) -> None:
    ledger = taken(path, [REPLY])
    pages = ledger._connection.execute("PRAGMA page_count").fetchone()[0]
    ledger._connection.execute(f"PRAGMA max_page_count = {pages}")
    many = [REPLY._replace(message=f"m{number}") for number in range(2_000)]
    ledger.take("/t.jsonl", STATE, many)
    with pytest.raises(OSError, match="full"):
        ledger.commit()
    assert len(list(ledger.replies())) == 1
    ledger.close()


def test_that_a_ledger_of_a_newer_version_is_left_as_it_is(path: Path) -> None:
    taken(path, [REPLY]).close()
    with sqlite3.connect(path) as newer:
        newer.execute("PRAGMA user_version = 99")
    newer.close()
    before = path.read_bytes()
    with pytest.raises(OSError, match="a newer Cupola wrote it"):
        Ledger(path)
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == [NAME]


def test_that_only_what_was_made_in_a_directory_and_in_a_time_is_found(path: Path) -> None:
    rows = [
        REPLY._replace(message="m1", directory="/srv/a", at=100.0),
        REPLY._replace(message="m2", directory="/srv/a/src", at=150.0),
        REPLY._replace(message="m3", directory="/srv/ab", at=150.0),
        REPLY._replace(message="m4", directory="/srv/a", at=200.0),
        REPLY._replace(message="m5", directory=None, at=150.0),
    ]
    ledger = taken(path, rows)
    assert sorted(one.at or 0.0 for one in ledger.replies_in("/srv/a", 100.0, 200.0)) == [100.0, 150.0]
    assert [one.at for one in ledger.replies_in("/srv/a", 160.0, None)] == [200.0]
    ledger.close()
