"""Texts of settings mean the same in both directions, whatever they are."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cupola.presenters import settings_entry as entry
from cupola.store.settings_reading import UnusableValueError

arguments = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)


@given(st.lists(arguments, max_size=5))
@pytest.mark.parametrize("platform", ["linux", "win32"])
def test_a_command_is_read_as_it_was_written(platform: str, words: list[str]) -> None:
    command = tuple(words) if words and words[0].strip() else ("program", *words)
    assert entry.read_command(entry.write_command(command, platform), platform) == command


def test_on_windows_a_backslash_is_none_but_a_backslash() -> None:
    assert entry.read_command(r'C:\tools\ring.exe "C:\my files\a"', "win32") == (
        r"C:\tools\ring.exe",
        r"C:\my files\a",
    )


@given(st.floats(1.0, 86_400.0))
def test_a_time_is_read_as_it_was_written(seconds: float) -> None:
    written = entry.write_span(seconds)
    try:
        assert entry.read_span(written) == pytest.approx(seconds, abs=1e-6)
    except UnusableValueError:
        assert seconds > 86_399.999, "rounded over the edge"


@given(st.integers(1, 10**12))
def test_a_budget_is_read_as_it_was_written(tokens: int) -> None:
    assert entry.read_budget(entry.write_budget(tokens)) == tokens


@given(st.text(max_size=30))
def test_whatever_is_typed_is_a_value_or_refused(text: str) -> None:
    for read in (
        entry.read_depth,
        entry.read_span,
        entry.read_budget,
        entry.read_points,
        entry.read_names,
        entry.read_path,
        entry.read_hours,
        entry.read_command,
    ):
        with suppress(UnusableValueError):
            read(text)
