"""The journal gives back what was put into it, whatever else happened to its files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cupola.domain.facts import CompleteFact, Fact, Observation
from cupola.domain.record import is_journaled
from cupola.store.journal import Entry, Journal, observations
from support.observations import phase

ID, OTHER = "0123456789ab", "ba9876543210"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "journal.jsonl"


def claimed(path: Path, cap_bytes: int = 10**6) -> Journal:
    journal = Journal(path, cap_bytes)
    assert journal.claim()
    return journal


def seen(detail: str) -> Observation:
    return phase(1.0, "Builder", "building", detail=detail)


def told(journal: Journal, build: str = ID) -> list[str | None]:
    lines = journal.lines({build}).get(build, [])
    return [getattr(one.fact, "detail", None) for one in observations(lines)]


def append(journal: Journal, *details: str, build: str = ID) -> None:
    journal.append([Entry(build, seen(detail)) for detail in details])


NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
OBSERVATIONS = st.builds(
    Observation,
    source=st.text(),
    path=st.text(st.characters(codec=None)),
    fact=st.from_type(Fact).filter(is_journaled),  # type: ignore[arg-type]  # mypy knows no form of a union
    changed_at=NUMBERS,
    touched_at=NUMBERS,
    mtime=NUMBERS,
    first_sight=st.booleans(),
    dropped=st.lists(st.text()).map(tuple),
)


@settings(deadline=None, max_examples=50)
@given(st.lists(OBSERVATIONS, max_size=5))
def test_every_kind_of_fact_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, kept: list[Observation]
) -> None:
    journal = claimed(tmp_path_factory.mktemp("journal") / "journal.jsonl")
    journal.append([Entry(ID, one) for one in kept])
    # Compared as text, because NaN is not equal to itself.
    assert repr(observations(journal.lines({ID}).get(ID, []))) == repr(kept)
    journal.release()


def test_only_the_builds_that_are_asked_for_are_given_each_in_order(path: Path) -> None:
    journal = claimed(path)
    append(journal, "a1")
    append(journal, "b1", build=OTHER)
    append(journal, "a2")
    assert told(journal) == ["a1", "a2"]
    assert told(journal, OTHER) == ["b1"]
    assert journal.lines(()) == {}
    journal.release()


def test_a_full_file_becomes_the_older_one_and_two_are_kept(path: Path) -> None:
    journal = claimed(path, cap_bytes=100)
    for number in range(5):
        append(journal, str(number))
    assert told(journal) == ["3", "4"]
    assert {one.name for one in path.parent.iterdir()} >= {"journal.jsonl", "journal.older.jsonl"}
    journal.release()


def test_bad_lines_are_passed_over(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    journal = claimed(path)
    append(journal, "first")
    good = path.read_bytes()
    row = json.loads(good)
    bad = [
        b'{"build":"0123456789ab","kind":"PhaseFact","fact":{"no":1}}',
        b'{"build":"0123456789ab","kind":"of a later version"}',
        b'{"build":"0123456789ab","kind":',
        b'{"build":"0123456789ab",' + b"[" * 100_000,
        json.dumps({**row, "changed_at": "yesterday"}, separators=(",", ":")).encode(),
        json.dumps({**row, "path": None}, separators=(",", ":")).encode(),
        b"\xff\xfe\x00 no text at all",
        b"[]",
        b"",
    ]
    with path.open("ab") as stream:
        stream.write(b"\n".join(bad) + b"\n")
    append(journal, "last")
    with caplog.at_level("INFO"):
        assert told(journal) == ["first", "last"]
    assert "6 lines of the journal" in caplog.text
    journal.release()


def test_a_line_that_a_power_cut_ended_costs_only_itself(path: Path) -> None:
    journal = claimed(path)
    append(journal, "whole", "cut")
    path.write_bytes(path.read_bytes()[:-20])
    append(journal, "next")
    assert told(journal) == ["whole", "next"]
    journal.release()


def test_a_second_writer_is_refused_until_the_first_lets_go(path: Path) -> None:
    first, second = claimed(path), Journal(path)
    assert not second.claim()
    append(first, "said")
    assert told(second) == ["said"]
    first.release()
    assert second.claim()
    second.release()


def test_without_files_there_is_nothing_to_tell(path: Path) -> None:
    assert Journal(path).lines({ID}) == {}


def test_nothing_to_write_makes_no_file(path: Path) -> None:
    journal = claimed(path)
    journal.append([])
    assert not path.exists()
    journal.release()


def test_a_fact_that_says_nothing_but_that_it_is_there_comes_back(path: Path) -> None:
    journal = claimed(path)
    journal.append([Entry(ID, Observation("checkpoint", "/x/COMPLETE", CompleteFact(), 1.0, 2.0, 3.0, True))])
    (one,) = observations(journal.lines({ID})[ID])
    assert one.fact == CompleteFact()
    journal.release()
