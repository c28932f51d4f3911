"""Marks of the user: written in one step, read tolerantly."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from cupola.store.marks import NAME, Mark, Marks, load_marks, save_marks
from support.leaks import ExpectedWarnings

SOME = Marks(frozenset({"/srv/a", "/srv/\udcff"}), frozenset({"/srv/b"}), frozenset({"0123456789ab"}))


def test_what_was_marked_is_known_the_next_time(tmp_path: Path) -> None:
    assert load_marks(tmp_path) == Marks()
    save_marks(tmp_path, SOME)
    assert load_marks(tmp_path) == SOME


def test_a_mark_goes_on_and_off() -> None:
    on = Marks().toggled(Mark.PINNED, "/srv/a")
    assert on == Marks(pinned=frozenset({"/srv/a"}))
    assert on.toggled(Mark.PINNED, "/srv/a") == Marks()


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"schema": 0}', '{"schema": 1}', '{"schema": 1, "pinned": 3}', "[" * 100_000],
)
def test_a_file_that_cannot_be_used_begins_anew(
    tmp_path: Path, expected_warnings: ExpectedWarnings, text: str
) -> None:
    expected_warnings.add("cannot be used")
    (tmp_path / NAME).write_text(text)
    assert load_marks(tmp_path) == Marks()


def test_what_is_no_text_is_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        (tmp_path / NAME).write_text('{"schema": 1, "pinned": ["/a", 3], "hidden": [], "archived": [null]}')
        assert load_marks(tmp_path) == Marks(pinned=frozenset({"/a"}))
    assert not caplog.records
