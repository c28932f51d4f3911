"""What cannot be watched is swept for and said, for as long as it cannot."""

from __future__ import annotations

import errno

import pytest

from cupola.sources.base import Anchor
from cupola.sources.registry import SOURCES
from cupola.watch.patterns import Patterns
from cupola.watch.watching import Watching
from support.event_feed import NotedEvents

PROJECT = Patterns.of(SOURCES, frozenset({Anchor.PROJECT}))


def watching(events: NotedEvents | None, *, off: bool = False) -> tuple[Watching, list[str]]:
    said: list[str] = []
    return Watching(events, said.append, off=off), said


def test_a_folder_is_watched_for_its_names_or_for_sub_folders_only() -> None:
    events = NotedEvents()
    one, said = watching(events)
    foundry = PROJECT.child(".context-foundry")
    assert foundry is not None
    one.folder("/p/.context-foundry", foundry)
    one.folder("/p", PROJECT)
    one.folder("/r")
    assert (set(events.files), events.searched, said) == ({"/p/.context-foundry"}, {"/p", "/r"}, [])
    assert one.events


def test_watching_a_folder_again_asks_for_the_same_names() -> None:
    events = NotedEvents()
    one, _ = watching(events)
    for _ in range(2):
        foundry = PROJECT.child(".context-foundry")
        one.folder("/p/.context-foundry", foundry)
        first = events.files["/p/.context-foundry"]
        one.folder("/p/.context-foundry", foundry)
        assert events.files["/p/.context-foundry"] == first


def test_a_limit_is_said_once_and_taken_back_when_all_is_watched() -> None:
    events = NotedEvents(room=1)
    one, said = watching(events)
    for path in ("/a", "/b", "/c"):
        one.folder(path)
    assert not one.events
    (text,) = said
    assert "watch" in text
    events.room = 2
    one.retry()
    assert (not one.events, len(said)) == (True, 1)
    events.room = 3
    one.retry()
    assert (one.events, said[1:]) == (True, [""])


def test_what_was_denied_and_has_left_is_not_asked_for_again() -> None:
    events = NotedEvents(room=0)
    one, said = watching(events)
    one.folder("/a/b")
    one.folder("/ab")
    one.forget_below("/a")
    assert not one.events
    one.forget_below("/ab")
    assert (one.events, said[-1]) == (True, "")
    events.room = 9
    one.retry()
    assert events.searched == set()


@pytest.mark.parametrize("number", [errno.ENOENT, errno.ENOTDIR, errno.EACCES])
def test_a_folder_that_is_gone_or_may_not_be_read_is_no_limit(number: int) -> None:
    events = NotedEvents()
    events.error = OSError(number, "its own")
    one, said = watching(events)
    one.folder("/a")
    one.root("/a")
    assert (one.events, said) == (True, [])


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.EMFILE, errno.EBADF, errno.EINVAL])
def test_a_system_without_events_is_swept_and_that_is_said(number: int) -> None:
    events = NotedEvents()
    events.error = OSError(number, "none here")
    one, said = watching(events)
    one.root("/r")
    one.folder("/r")
    assert not one.events
    assert len(said) == 1


def test_events_that_end_are_said_until_they_are_back() -> None:
    events = NotedEvents()
    one, said = watching(events)
    one.root("/r")
    events.dead = {"/r"}
    one.retry()
    one.retry()
    assert (one.events, len(said)) == (False, 1)
    assert events.roots.count("/r") == 3
    events.dead = set()
    one.retry()
    assert (one.events, said[-1]) == (True, "")


def test_a_root_that_is_refused_stays_said_though_its_folder_could_be_watched() -> None:
    events = NotedEvents()
    one, said = watching(events)
    events.dead, events.error = {"/r"}, OSError(errno.EIO, "not this one")
    one.root("/r")
    events.error = None
    one.retry()
    assert not one.events
    assert said[-1] != ""


@pytest.mark.parametrize("off", [True, False])
def test_a_disk_without_events_asks_for_none(off: bool) -> None:
    events = NotedEvents()
    one, said = watching(events if off else None, off=off)
    one.root("/r")
    one.folder("/r")
    one.drop("/r")
    one.drop_below("/r")
    one.retry()
    assert (events.count, events.roots, said, one.events) == (0, [], [], False)


def test_what_is_dropped_is_watched_no_longer() -> None:
    events = NotedEvents()
    one, _ = watching(events)
    for path in ("/a", "/a/b", "/ab", "/c"):
        one.folder(path)
    one.drop("/c")
    one.drop_below("/a")
    assert events.searched == {"/ab"}
