"""Events from other processes, through the kernel, watchdog and the handler."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cupola.watch.events import Dirty, Hint
from cupola.watch.inotify import Inotify
from cupola.watch.observing import LinuxEvents
from support.dirt import PATIENCE_S, Dirt, shell
from support.leaks import ExpectedWarnings

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="inotify")

PHASE = "phase.json"
OPEN_FILES = Path("/proc/self/fd")


@pytest.fixture
def dirt() -> Dirt:
    return Dirt()


@pytest.fixture
def feed(dirt: Dirt) -> Iterator[LinuxEvents]:
    events = LinuxEvents(dirt.post)
    assert events.start() is None
    yield events
    assert events.stop(PATIENCE_S)


@pytest.fixture
def phase(feed: LinuxEvents, tmp_path: Path) -> Path:
    """A phase file, not there yet, in a folder that is watched for it alone."""
    folder = tmp_path / "watched"
    folder.mkdir()
    assert feed.watch_files(str(folder), frozenset({PHASE})) is None
    return folder / PHASE


def test_that_a_new_file_arrives_and_is_closed(dirt: Dirt, phase: Path) -> None:
    shell('echo 1 > "$1"', phase)
    assert dirt.hints(phase, Hint.CLOSED) == [Hint.ARRIVED, Hint.MODIFIED, Hint.CLOSED]


def test_that_nothing_is_told_while_it_is_held_and_the_kernels_part_afterwards(
    feed: LinuxEvents, dirt: Dirt, phase: Path
) -> None:
    feed.hold(held=True)
    for number in range(20):
        shell('echo "$2" > "$1"', phase, str(number))
    assert dirt.empty
    feed.hold(held=False)
    dirt.until(phase, Hint.CLOSED)
    assert len(dirt.marked(phase.parent)) < 3 * 20
    shell('echo 1 > "$1"', phase)
    dirt.until(phase, Hint.CLOSED)


def test_that_one_that_is_held_can_be_stopped(dirt: Dirt) -> None:
    events = LinuxEvents(dirt.post)
    assert events.start() is None
    events.hold(held=True)
    assert events.stop(PATIENCE_S)


def test_that_a_plain_writer_ends_in_closed(dirt: Dirt, phase: Path) -> None:
    phase.write_text("old")
    dirt.until(phase, Hint.CLOSED)
    script = "import pathlib, sys; pathlib.Path(sys.argv[1]).write_text('new')"
    subprocess.run([sys.executable, "-c", script, phase], check=True)
    assert set(dirt.hints(phase, Hint.CLOSED)) == {Hint.MODIFIED, Hint.CLOSED}


def test_that_an_appending_redirect_ends_in_closed(dirt: Dirt, phase: Path) -> None:
    shell('echo 1 >> "$1"; echo 2 >> "$1"', phase)
    dirt.until(phase, Hint.CLOSED)
    dirt.until(phase, Hint.CLOSED)


def test_that_a_replacement_from_the_same_folder_arrives_alone(dirt: Dirt, phase: Path) -> None:
    shell('echo 1 > "$1.tmp"; mv "$1.tmp" "$1"', phase)
    assert dirt.hints(phase, Hint.ARRIVED) == [Hint.ARRIVED]
    assert dirt.marked(phase.parent) == []


def test_that_a_replacement_from_outside_arrives(dirt: Dirt, phase: Path, tmp_path: Path) -> None:
    shell('echo 1 > "$2"; mv "$2" "$1"', phase, tmp_path / "elsewhere")
    assert dirt.hints(phase, Hint.ARRIVED) == [Hint.ARRIVED]


def test_that_sed_in_place_arrives(dirt: Dirt, phase: Path) -> None:
    shell('echo a > "$1"', phase)
    dirt.until(phase, Hint.CLOSED)
    shell('sed -i s/a/b/ "$1"', phase)
    assert dirt.hints(phase, Hint.ARRIVED) == [Hint.ARRIVED]


def test_that_a_hard_link_over_the_file_arrives(dirt: Dirt, phase: Path, tmp_path: Path) -> None:
    shell('echo a > "$2"; ln -f "$2" "$1"', phase, tmp_path / "elsewhere")
    dirt.until(phase, Hint.ARRIVED)


def test_that_a_writer_who_holds_the_file_open_is_seen_at_each_flush(dirt: Dirt, phase: Path) -> None:
    script = (
        "import sys\nwith open(sys.argv[1], 'w') as f:\n"
        "  for line in sys.stdin:\n    f.write(line); f.flush()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, phase], stdin=subprocess.PIPE, text=True, bufsize=1
    ) as writer:
        assert writer.stdin
        for _ in range(3):
            writer.stdin.write("x\n")
            assert Hint.CLOSED not in dirt.hints(phase, Hint.MODIFIED)
    dirt.until(phase, Hint.CLOSED)


def test_that_truncate_is_a_modification(dirt: Dirt, phase: Path) -> None:
    phase.write_text("old")
    dirt.until(phase, Hint.CLOSED)
    os.truncate(phase, 0)
    assert dirt.hints(phase, Hint.MODIFIED) == [Hint.MODIFIED]


def test_that_touch_closes(dirt: Dirt, phase: Path) -> None:
    phase.write_text("old")
    dirt.until(phase, Hint.CLOSED)
    shell('touch "$1"', phase)
    assert dirt.hints(phase, Hint.CLOSED) == [Hint.CLOSED]


def test_that_reading_and_listing_are_never_seen(dirt: Dirt, phase: Path) -> None:
    phase.write_text("old")
    dirt.until(phase, Hint.CLOSED)
    shell('cat "$1" > /dev/null; ls "$2" > /dev/null', phase, phase.parent)
    assert dirt.marked(phase.parent) == []


def test_that_deletion_and_recreation_are_seen_in_order(dirt: Dirt, phase: Path) -> None:
    shell('echo 1 > "$1"; rm "$1"; echo 2 > "$1"', phase)
    first = dirt.hints(phase, Hint.LEFT)
    assert first == [Hint.ARRIVED, Hint.MODIFIED, Hint.CLOSED, Hint.LEFT]
    assert dirt.hints(phase, Hint.CLOSED) == [Hint.ARRIVED, Hint.MODIFIED, Hint.CLOSED]


def test_that_a_file_moved_out_has_left(dirt: Dirt, phase: Path, tmp_path: Path) -> None:
    shell('echo 1 > "$1"; mv "$1" "$2"', phase, tmp_path / "elsewhere")
    assert dirt.hints(phase, Hint.LEFT)[-1] is Hint.LEFT


def test_that_writing_to_a_deleted_file_is_not_seen(dirt: Dirt, phase: Path) -> None:
    with phase.open("w") as held:
        phase.unlink()
        dirt.until(phase, Hint.LEFT)
        held.write("into the void")
        held.flush()
        assert dirt.marked(phase.parent) == []
    assert dirt.marked(phase.parent) == []


def test_that_other_names_in_the_same_folder_are_not_seen(dirt: Dirt, phase: Path) -> None:
    shell('for i in 1 2 3; do echo $i > "$1.$i"; rm "$1.$i"; done', phase)
    assert dirt.marked(phase.parent) == []


def test_that_names_may_be_chosen_by_a_test(dirt: Dirt, feed: LinuxEvents, tmp_path: Path) -> None:
    assert feed.watch_files(str(tmp_path), lambda name: name.endswith(".md")) is None
    shell('echo 1 > "$1/a.txt"; echo 1 > "$1/b.md"', tmp_path)
    assert {dirty.path for dirty in dirt.until(tmp_path / "b.md", Hint.CLOSED)} == {str(tmp_path / "b.md")}


def test_that_without_names_every_file_counts(dirt: Dirt, feed: LinuxEvents, tmp_path: Path) -> None:
    assert feed.watch_files(str(tmp_path)) is None
    shell('echo 1 > "$1/anything"', tmp_path)
    dirt.until(tmp_path / "anything", Hint.CLOSED)


def test_that_undecodable_and_long_names_come_through(dirt: Dirt, feed: LinuxEvents, tmp_path: Path) -> None:
    names = [os.fsdecode(b"caf\xe9\n\x1b[31m"), "n" * 255, "a", "e" * 16]
    assert feed.watch_files(str(tmp_path), frozenset(names)) is None
    for name in names:
        (tmp_path / name).write_text("x")
        dirt.until(tmp_path / name, Hint.CLOSED)


def test_that_four_thousand_files_in_a_search_folder_are_not_seen(
    dirt: Dirt, feed: LinuxEvents, tmp_path: Path
) -> None:
    assert feed.watch_search(str(tmp_path)) is None
    script = (
        "import os, sys\nfor i in range(4000):\n  p = f'{sys.argv[1]}/{i}'\n"
        "  open(p, 'w').close()\n  os.unlink(p)"
    )
    subprocess.run([sys.executable, "-c", script, tmp_path], check=True)
    assert dirt.marked(tmp_path) == []


def test_that_directories_come_and_go_in_a_search_folder(
    dirt: Dirt, feed: LinuxEvents, tmp_path: Path
) -> None:
    assert feed.watch_search(str(tmp_path)) is None
    shell('mkdir "$1/a"; mv "$1/a" "$1/b"; rmdir "$1/b"', tmp_path)
    seen = [(Path(dirty.path).name, dirty.hint) for dirty in dirt.until(tmp_path / "b", Hint.DIR_LEFT)]
    assert seen == [
        ("a", Hint.DIR_ARRIVED),
        ("a", Hint.DIR_LEFT),
        ("b", Hint.DIR_ARRIVED),
        ("b", Hint.DIR_LEFT),
    ]


def test_that_a_moved_out_tree_is_not_reported_under_its_old_path(
    dirt: Dirt, feed: LinuxEvents, tmp_path: Path
) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    (root / "p" / "deep").mkdir(parents=True)
    outside.mkdir()
    assert feed.watch_search(str(root)) is None
    for folder in (root / "p", root / "p" / "deep"):
        assert feed.watch_files(str(folder)) is None
    shell('mv "$1" "$2"; echo 1 > "$2/p/deep/late"', root / "p", outside)
    dirt.until(root / "p", Hint.DIR_LEFT)
    assert dirt.marked(root) == []
    assert feed.count == 1

    shell('mv "$1/p" "$2"', outside, root)
    dirt.until(root / "p", Hint.DIR_ARRIVED)
    assert feed.watch_files(str(root / "p" / "deep")) is None
    shell('echo 2 > "$1"', root / "p" / "deep" / "back")
    dirt.until(root / "p" / "deep" / "back", Hint.CLOSED)


def test_that_a_directory_moved_within_a_root_is_reported_under_its_new_path(
    dirt: Dirt, feed: LinuxEvents, tmp_path: Path
) -> None:
    (tmp_path / "a").mkdir()
    assert feed.watch_search(str(tmp_path)) is None
    assert feed.watch_files(str(tmp_path / "a")) is None
    shell('mv "$1/a" "$1/b"', tmp_path)
    dirt.until(tmp_path / "b", Hint.DIR_ARRIVED)
    assert feed.watch_files(str(tmp_path / "b")) is None
    shell('echo 1 > "$1/b/file"', tmp_path)
    assert {dirty.path for dirty in dirt.until(tmp_path / "b" / "file", Hint.CLOSED)} == {
        str(tmp_path / "b" / "file")
    }
    assert feed.count == 2


def test_that_a_removed_tree_says_so_and_gives_its_watches_back(
    dirt: Dirt, feed: LinuxEvents, tmp_path: Path
) -> None:
    deep = tmp_path / "p" / "deep"
    deep.mkdir(parents=True)
    assert feed.watch_search(str(tmp_path)) is None
    assert feed.watch_files(str(tmp_path / "p")) is None
    assert feed.watch_files(str(deep)) is None
    shell('rm -r "$1"', tmp_path / "p")
    seen = dirt.until(tmp_path / "p", Hint.DIR_LEFT)
    assert Hint.DIR_LEFT in [dirty.hint for dirty in seen if dirty.path == str(deep)]
    assert feed.count == 1


@pytest.mark.parametrize("how", ['rmdir "$1"', 'mv "$1" "$1.away"'])
def test_that_a_watched_directory_without_a_watched_parent_says_that_it_left(
    dirt: Dirt, feed: LinuxEvents, tmp_path: Path, how: str
) -> None:
    root = tmp_path / "root"
    root.mkdir()
    assert feed.watch_search(str(root)) is None
    shell(how, root)
    dirt.until(root, Hint.SELF_LEFT)
    feed.unwatch_below(str(root))
    assert feed.count == 0


def test_that_a_recreated_directory_is_seen_when_it_is_added_again(
    dirt: Dirt, feed: LinuxEvents, phase: Path
) -> None:
    assert feed.watch_search(str(phase.parent.parent)) is None
    for turn in range(5):
        shell('rm -r "$1"; mkdir "$1"', phase.parent)
        dirt.until(phase.parent, Hint.DIR_ARRIVED)
        assert feed.watch_files(str(phase.parent), frozenset({PHASE})) is None
        shell(f'echo {turn} > "$1"', phase)
        dirt.until(phase, Hint.CLOSED)
    assert feed.count == 2


def test_that_an_overflow_is_told_once_the_queue_is_read(tmp_path: Path, dirt: Dirt) -> None:
    held = threading.Event()

    class Slow(Inotify):
        def read(self) -> list[tuple[int, int, bytes]]:
            held.wait(PATIENCE_S)
            return super().read()

    feed = LinuxEvents(dirt.post, kernel=Slow)
    assert feed.start() is None
    assert feed.watch_search(str(tmp_path)) is None
    script = (
        "import os, sys\nfor i in range(9000):\n  p = f'{sys.argv[1]}/d{i % 7}'\n  os.mkdir(p); os.rmdir(p)"
    )
    subprocess.run([sys.executable, "-c", script, tmp_path], check=True)
    held.set()
    dirt.until("", Hint.OVERFLOW)
    assert dirt.marked(tmp_path) == []
    assert feed.stop(PATIENCE_S)


def test_that_a_full_limit_is_returned_and_the_rest_goes_on(dirt: Dirt, tmp_path: Path) -> None:
    class Full(Inotify):
        def add(self, path: str, mask: int) -> int:
            if path.endswith("one too many"):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)
            return super().add(path, mask)

    feed = LinuxEvents(dirt.post, kernel=Full)
    assert feed.start() is None
    (tmp_path / "one too many").mkdir()
    assert feed.watch_files(str(tmp_path)) is None
    refusal = feed.watch_files(str(tmp_path / "one too many"))
    assert refusal is not None
    assert (refusal.errno, refusal.filename) == (errno.ENOSPC, str(tmp_path / "one too many"))
    shell('echo 1 > "$1/still"', tmp_path)
    dirt.until(tmp_path / "still", Hint.CLOSED)
    assert feed.count == 1
    assert feed.stop(PATIENCE_S)


def test_that_no_instance_left_is_returned_at_the_start_and_by_every_watch(
    dirt: Dirt, tmp_path: Path
) -> None:
    def none_left() -> Inotify:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    feed = LinuxEvents(dirt.post, kernel=none_left)
    for refusal in (feed.start(), feed.watch_search(str(tmp_path)), feed.watch_root(str(tmp_path))):
        assert refusal is not None
        assert refusal.errno == errno.EMFILE
    assert feed.dead_roots() == (str(tmp_path),)
    assert feed.stop(0)


@pytest.mark.parametrize(
    ("name", "number"), [("missing", errno.ENOENT), ("file", errno.ENOTDIR), ("link", errno.ENOTDIR)]
)
def test_that_what_is_no_directory_is_returned_as_the_error(
    feed: LinuxEvents, tmp_path: Path, name: str, number: int
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path)
    refusal = feed.watch_search(str(tmp_path / name))
    assert refusal is not None
    assert refusal.errno == number


def test_that_a_handler_that_fails_does_not_end_the_events(
    tmp_path: Path, dirt: Dirt, expected_warnings: ExpectedWarnings
) -> None:
    expected_warnings.add("could not be handed on")
    bad = str(tmp_path / "bad")

    def post(dirty: Dirty) -> None:
        if dirty.path == bad:
            raise RuntimeError("a defect")
        dirt.post(dirty)

    feed = LinuxEvents(post)
    assert feed.start() is None
    assert feed.watch_files(str(tmp_path)) is None
    shell('mkdir "$1/bad"; mkdir "$1/good"', tmp_path)
    dirt.until(tmp_path / "good", Hint.DIR_ARRIVED)
    assert feed.stop(PATIENCE_S)


def test_that_a_names_test_that_fails_costs_an_overflow_and_no_more(
    feed: LinuxEvents, dirt: Dirt, tmp_path: Path, expected_warnings: ExpectedWarnings
) -> None:
    expected_warnings.add("could not be handed on")

    def broken(name: str) -> bool:
        raise RuntimeError(name)

    elsewhere, watched = tmp_path / "elsewhere", tmp_path / "watched"
    elsewhere.touch()
    watched.mkdir()
    assert feed.watch_files(str(watched), broken) is None
    (watched / "file").hardlink_to(elsewhere)
    dirt.until("", Hint.OVERFLOW)
    (watched / "folder").mkdir()
    dirt.until(watched / "folder", Hint.DIR_ARRIVED)


def test_that_a_reader_that_fails_says_so_and_leaves_its_roots_dead(
    dirt: Dirt, tmp_path: Path, expected_warnings: ExpectedWarnings
) -> None:
    expected_warnings.add("no more events will come")

    class Broken(Inotify):
        def read(self) -> list[tuple[int, int, bytes]]:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    feed = LinuxEvents(dirt.post, kernel=Broken)
    assert feed.start() is None
    feed.watch_root(str(tmp_path))
    dirt.until("", Hint.OVERFLOW)
    for thread in threading.enumerate():
        if thread.name == "cupola-events":
            thread.join(PATIENCE_S)
    assert feed.dead_roots() == (str(tmp_path),)
    assert feed.stop(PATIENCE_S)


def test_that_stopping_ends_every_thread_and_gives_every_descriptor_back(dirt: Dirt, tmp_path: Path) -> None:
    threads, files = set(threading.enumerate()), len(list(OPEN_FILES.iterdir()))
    for _ in range(5):
        feed = LinuxEvents(dirt.post)
        assert feed.start() is None
        assert feed.watch_files(str(tmp_path)) is None
        assert feed.stop(PATIENCE_S)
        refusal = feed.watch_files(str(tmp_path))
        assert refusal is not None
        assert feed.stop(PATIENCE_S)
    assert set(threading.enumerate()) == threads
    assert len(list(OPEN_FILES.iterdir())) == files


def test_that_stopping_does_not_wait_for_a_consumer_that_hangs(tmp_path: Path) -> None:
    called, release = threading.Event(), threading.Event()

    def hang(_dirty: Dirty) -> None:
        called.set()
        release.wait(PATIENCE_S)

    feed = LinuxEvents(hang)
    assert feed.start() is None
    assert feed.watch_search(str(tmp_path)) is None
    (tmp_path / "d").mkdir()
    assert called.wait(PATIENCE_S)
    assert not feed.stop(0.05)
    release.set()
    for thread in threading.enumerate():
        if thread.name.startswith("cupola-"):
            thread.join(PATIENCE_S)
            assert not thread.is_alive()
