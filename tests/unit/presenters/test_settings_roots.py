"""The folders of the settings, each with how it is watched now."""

from __future__ import annotations

from pathlib import Path

from cupola.domain.models import HealthModel, RootModel, Watching
from cupola.presenters.settings_roots import RootLine, root_lines, without_root
from cupola.store.settings import Settings


def lines(settings: Settings, *roots: RootModel, explicit: bool = False) -> tuple[RootLine, ...]:
    def absolute(written: str) -> Path:
        return Path(written.replace("~", "/home/ada"))

    return root_lines(settings, HealthModel(roots), absolute, explicit=explicit)


def seen(path: str, note: str = "") -> RootModel:
    return RootModel(path, True, 2, Watching.EVENTS, note, watches=31)


def lost(path: str, note: str) -> RootModel:
    return RootModel(path, False, 0, Watching.OFF, note)


def test_a_folder_tells_projects_watches_and_how_it_is_watched() -> None:
    (line,) = lines(Settings(roots=("~/b",)), seen("/home/ada/b", "too deep"))
    assert line == RootLine("~/b", "~/b", "2 projects · 31 watches · events · too deep", well=True)
    assert line.removable


def test_a_folder_that_was_chosen_and_cannot_be_seen_is_not_well() -> None:
    (line,) = lines(Settings(roots=("/b",)), lost("/b", "cannot be read: Permission denied"))
    assert (line.note, line.well) == ("cannot be read: Permission denied", False)


def test_the_default_that_is_not_there_yet_is_no_error_and_cannot_be_removed() -> None:
    (line,) = lines(Settings(), lost("/home/ada/homelab", "not there yet"))
    assert line.note == "not there yet · the default, as long as no other is chosen"
    assert line.well is None
    assert not line.removable


def test_what_is_watched_for_this_session_alone_comes_last_and_says_so() -> None:
    chosen, added = lines(Settings(roots=("/a",)), seen("/x\n<b>"), seen("/a"))
    assert (chosen.path, chosen.removable) == ("/a", True)
    assert added.note.endswith("for this session only")
    assert not added.removable
    assert added.path == "/x\\x0a<b>"


def test_where_the_command_line_named_others_those_that_are_set_say_that_they_wait() -> None:
    kept, named = lines(Settings(roots=("/a",)), seen("/named"), explicit=True)
    assert "started with other folders" in kept.note
    assert named.path == "/named"
    assert [line.path for line in lines(Settings(), seen("/named"), explicit=True)] == ["/named"]


def test_a_folder_taken_away_is_that_one_alone_and_without_any_the_default_counts() -> None:
    settings = Settings(roots=("/a", "~/b"), depth=5)
    assert without_root(settings, "~/b") == Settings(roots=("/a",), depth=5)
    assert without_root(Settings(roots=("/a",)), "/a") == Settings()
