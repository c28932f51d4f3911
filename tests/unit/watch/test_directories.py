"""Bookkeeping of watches against a kernel that is only a list of calls."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from cupola.watch.directories import DirectoryWatches, WatchKind
from cupola.watch.inotify import (
    IN_CLOSE_WRITE,
    IN_CREATE,
    IN_DELETE_SELF,
    IN_IGNORED,
    IN_ISDIR,
    IN_MODIFY,
    IN_MOVED_FROM,
    IN_Q_OVERFLOW,
    RawEvent,
    parse,
)
from cupola.watch.names import NameFilter

IN_OPEN, IN_CLOSE_NOWRITE = 0x20, 0x10


class FakeKernel:
    """Gives out descriptors by the inode of a directory, as the kernel does, and new ones after removal."""

    def __init__(self) -> None:
        self.masks: dict[int, int] = {}
        self.removed: list[int] = []
        self.events: list[RawEvent] = []
        self._by_inode: dict[int, int] = {}
        self._last = 0

    def add(self, path: str, mask: int) -> int:
        inode = Path(path).stat().st_ino
        if inode not in self._by_inode:
            self._last += 1
            self._by_inode[inode] = self._last
        wd = self._by_inode[inode]
        self.masks[wd] = self.masks.get(wd, 0) | mask
        return wd

    def remove(self, wd: int) -> None:
        self.removed.append(wd)
        self._by_inode = {inode: known for inode, known in self._by_inode.items() if known != wd}

    def read(self) -> list[RawEvent]:
        events, self.events = self.events, []
        return events

    def wake(self) -> None: ...

    def close(self) -> None: ...


@pytest.fixture
def kernel() -> FakeKernel:
    return FakeKernel()


@pytest.fixture
def watches(kernel: FakeKernel) -> DirectoryWatches:
    return DirectoryWatches(kernel)


def seen(watches: DirectoryWatches, kernel: FakeKernel, *events: RawEvent) -> list[str]:
    """The paths that come out when the kernel says this."""
    kernel.events = list(events)
    return [one.path for one in watches.take()]


def test_that_two_kinds_on_one_directory_add_up(
    watches: DirectoryWatches, kernel: FakeKernel, tmp_path: Path
) -> None:
    watches.add(str(tmp_path), WatchKind.FILES, frozenset({"a"}))
    watches.add(str(tmp_path) + "/", WatchKind.SEARCH)
    watches.add(str(tmp_path), WatchKind.FILES, frozenset({"b"}))
    assert (watches.count, watches.paths()) == (1, (str(tmp_path),))
    assert kernel.masks[1] & IN_CLOSE_WRITE
    events = [(1, IN_CLOSE_WRITE, name) for name in (b"a", b"b", b"c")]
    assert seen(watches, kernel, *events) == [f"{tmp_path}/a", f"{tmp_path}/b"]


def test_that_no_mask_asks_for_reading(watches: DirectoryWatches, kernel: FakeKernel, tmp_path: Path) -> None:
    watches.add(str(tmp_path), WatchKind.FILES)
    assert not kernel.masks[1] & (IN_OPEN | IN_CLOSE_NOWRITE)


def test_that_a_search_folder_asks_for_no_writes_and_passes_directories_only(
    watches: DirectoryWatches, kernel: FakeKernel, tmp_path: Path
) -> None:
    watches.add(str(tmp_path), WatchKind.SEARCH)
    assert not kernel.masks[1] & (IN_MODIFY | IN_CLOSE_WRITE)
    events = [(1, IN_CREATE, b"file"), (1, IN_CREATE | IN_ISDIR, b"folder")]
    assert seen(watches, kernel, *events) == [f"{tmp_path}/folder"]


def test_that_unknown_descriptors_are_dropped(watches: DirectoryWatches, kernel: FakeKernel) -> None:
    assert seen(watches, kernel, (7, IN_CREATE | IN_ISDIR, b"x"), (7, IN_IGNORED, b"")) == []


def test_that_an_ignored_descriptor_is_forgotten(
    watches: DirectoryWatches, kernel: FakeKernel, tmp_path: Path
) -> None:
    watches.add(str(tmp_path), WatchKind.SEARCH)
    assert seen(watches, kernel, (1, IN_DELETE_SELF, b""), (1, IN_IGNORED, b"")) == [str(tmp_path)]
    assert watches.count == 0
    assert kernel.removed == []


def test_that_a_late_ignored_does_not_take_the_successor_away(
    watches: DirectoryWatches, kernel: FakeKernel, tmp_path: Path
) -> None:
    folder = tmp_path / "p"
    folder.mkdir()
    watches.add(str(folder), WatchKind.FILES)
    folder.rename(tmp_path / "old")
    folder.mkdir()
    watches.add(str(folder), WatchKind.FILES)
    assert kernel.removed == [1]
    events = [(1, IN_MODIFY, b"f"), (1, IN_DELETE_SELF, b""), (1, IN_IGNORED, b""), (2, IN_MODIFY, b"f")]
    assert seen(watches, kernel, *events) == [f"{folder}/f"]
    assert watches.count == 1


def test_that_a_directory_added_at_its_new_place_is_not_watched_at_its_old(
    watches: DirectoryWatches, kernel: FakeKernel, tmp_path: Path
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    watches.add(str(old), WatchKind.FILES, frozenset({"f"}))
    old.rename(new)
    watches.add(str(new), WatchKind.FILES, frozenset({"f"}))
    assert (watches.count, watches.paths(), kernel.removed) == (1, (str(new),), [])
    assert seen(watches, kernel, (1, IN_MODIFY, b"f")) == [f"{new}/f"]


def test_that_two_ways_to_one_directory_are_both_told(
    watches: DirectoryWatches, kernel: FakeKernel, tmp_path: Path
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.symlink_to(one)
    watches.add(str(one), WatchKind.FILES)
    watches.add(str(two), WatchKind.FILES)
    assert watches.count == 1
    assert seen(watches, kernel, (1, IN_MODIFY, b"f")) == [f"{one}/f", f"{two}/f"]
    watches.remove(str(one))
    assert kernel.removed == []
    watches.remove(str(two))
    assert kernel.removed == [1]


def test_that_a_directory_that_left_takes_all_below_it_along_and_no_neighbour(
    watches: DirectoryWatches, kernel: FakeKernel, tmp_path: Path
) -> None:
    for name in ("p", "p/a", "p/a/b", "p-2", "p0", "q"):
        (tmp_path / name).mkdir()
        watches.add(str(tmp_path / name), WatchKind.FILES)
    watches.add(str(tmp_path), WatchKind.SEARCH)
    assert seen(watches, kernel, (7, IN_MOVED_FROM | IN_ISDIR, b"p")) == [f"{tmp_path}/p"]
    left = [str(tmp_path / name) for name in ("p-2", "p0", "q")]
    assert watches.paths() == (str(tmp_path), *left)


def test_that_an_overflow_has_no_path(watches: DirectoryWatches, kernel: FakeKernel) -> None:
    assert seen(watches, kernel, (-1, IN_Q_OVERFLOW, b"")) == [""]


def test_that_children_of_the_file_systems_root_have_one_slash(
    watches: DirectoryWatches, kernel: FakeKernel
) -> None:
    watches.add("/", WatchKind.SEARCH)
    assert seen(watches, kernel, (1, IN_CREATE | IN_ISDIR, b"x")) == ["/x"]
    watches.discard_below("/")
    assert watches.count == 0


def test_that_padded_names_and_many_events_are_parsed() -> None:
    def packed(wd: int, name: bytes, length: int) -> bytes:
        return struct.pack("iIII", wd, IN_MODIFY, 99, length) + name.ljust(length, b"\0")

    buffer = packed(1, b"name", 16) + packed(2, b"", 0) + packed(3, b"n" * 255, 256)
    assert list(parse(buffer)) == [(1, IN_MODIFY, b"name"), (2, IN_MODIFY, b""), (3, IN_MODIFY, b"n" * 255)]


def test_that_filters_add_up_without_repeating_a_test() -> None:
    def test(name: str) -> bool:
        return name == "t"

    both = NameFilter.of(frozenset({"a"})).union(NameFilter.of(test)).union(NameFilter.of(test))
    assert [both.wants(name) for name in (b"a", b"t", b"z")] == [True, True, False]
    assert both.tests == (test,)
    assert both.union(NameFilter.of(None)).wants(b"z")
    assert not NameFilter().wants(b"a")


def test_that_ever_new_tests_on_one_folder_end_in_every_name() -> None:
    both = NameFilter()
    for number in range(100):
        both = both.union(NameFilter.of(str(number).__eq__))
    assert both == NameFilter(everything=True)
