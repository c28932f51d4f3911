"""All that is told of is found by its home, by the folders its files lie in, and by its published id."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

from cupola.domain.models import BuildSnapshot
from cupola.engine.tracker import Tracker
from cupola.engine.trackers import Trackers


def tracker(home: str, build: str | None = None, *holders: str) -> Tracker:
    made = Tracker(home, home, home, holders=set(holders))
    publish_as(made, build)
    return made


def publish_as(one: Tracker, build: str | None) -> None:
    snapshot = SimpleNamespace(build=SimpleNamespace(id=build)) if build else None
    one.snapshot = cast("BuildSnapshot | None", snapshot)


class Counted(Tracker):
    """Counts how often it is looked at."""

    looks = 0

    @property
    def build(self) -> str | None:
        type(self).looks += 1
        return super().build


def test_builds_are_found_by_the_folders_their_files_lie_in() -> None:
    trackers = Trackers()
    for one in (tracker("/a", "1", "/a", "/root"), tracker("/b", "2", "/root"), tracker("/c", None, "/root")):
        trackers.put(one)
    assert trackers.ids_within(frozenset({"/root"})) == {"1", "2"}
    assert trackers.ids_within(frozenset({"/a", "/nowhere"})) == {"1"}
    trackers.part(trackers["/a"], "/root")
    assert trackers.ids_within(frozenset({"/root"})) == {"2"}
    trackers.drop("/b")
    assert trackers.ids_within(frozenset({"/root"})) == set()


def test_asking_for_one_folder_looks_at_its_builds_alone_however_many_there_are() -> None:
    trackers = Trackers()
    for number in range(1000):
        trackers.put(Counted(f"/{number}", None, "", holders={f"/{number}"}))
    Counted.looks = 0
    trackers.ids_within(frozenset({"/7"}))
    trackers.home_of("7")
    assert Counted.looks == 1


def test_a_build_is_found_under_its_present_id_wherever_it_lives_now() -> None:
    trackers = Trackers()
    one = tracker("/a", "1")
    trackers.put(one)
    assert trackers.home_of("1") == "/a"
    publish_as(one, "2")
    trackers.publish(one, "1")
    assert (trackers.home_of("1"), trackers.home_of("2")) == (None, "/a")
    trackers.drop("/a")
    trackers.put(tracker("/renamed", "2"))
    assert trackers.home_of("2") == "/renamed"


def test_what_moved_is_told_once() -> None:
    trackers = Trackers()
    one = tracker("/a")
    trackers.put(one)
    trackers.join(one, "/a")
    assert trackers.take_moved() == {"/a"}
    trackers.join(one, "/a")
    assert trackers.take_moved() == set()
    trackers.drop("/a")
    trackers.drop("/never")
    assert trackers.take_moved() == {"/a"}
