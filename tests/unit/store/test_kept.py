"""Small files of the state folder: what an earlier or later version left in them is not lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cupola.store.habits import NAME, Habits, OnClose, load_habits, save_habits
from support.leaks import ExpectedWarnings

TOLD = Habits(told_of_tray=True, on_close=OnClose.MINIMISE)


def test_what_is_kept_is_known_the_next_time(tmp_path: Path) -> None:
    save_habits(tmp_path, TOLD)
    assert load_habits(tmp_path) == TOLD
    save_habits(tmp_path, Habits())
    assert load_habits(tmp_path) == Habits()


def test_a_file_of_a_later_version_is_said_and_never_touched(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, expected_warnings: ExpectedWarnings
) -> None:
    expected_warnings.add("later version")
    later = json.dumps({"schema": 2, "on_close": {"always": "explode"}})
    (tmp_path / NAME).write_text(later, encoding="utf-8")
    assert load_habits(tmp_path) == Habits()
    assert "later version" in caplog.text
    save_habits(tmp_path, TOLD)
    assert (tmp_path / NAME).read_text(encoding="utf-8") == later


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"schema": "1"}', '{"schema": 0}', '{"schema": 1}', "[" * 9_999]
)
def test_what_cannot_be_used_is_said_and_kept_aside_at_the_next_change(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, expected_warnings: ExpectedWarnings, text: str
) -> None:
    expected_warnings.add("cannot be used")
    (tmp_path / NAME).write_text(text, encoding="utf-8")
    assert load_habits(tmp_path) == Habits()
    assert "cannot be used" in caplog.text
    save_habits(tmp_path, TOLD)
    assert load_habits(tmp_path) == TOLD
    assert (tmp_path / NAME).with_suffix(".unusable").read_text(encoding="utf-8") == text


def test_what_cannot_be_read_is_said_and_not_replaced(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, expected_warnings: ExpectedWarnings
) -> None:
    expected_warnings.add("cannot be read")
    (tmp_path / NAME).mkdir()
    assert load_habits(tmp_path) == Habits()
    assert "cannot be read" in caplog.text
    with pytest.raises(OSError, match="directory"):
        save_habits(tmp_path, TOLD)
