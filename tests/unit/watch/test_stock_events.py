"""watchdog's own observers behind the same interface, as on macOS and Windows."""

from __future__ import annotations

import errno
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from watchdog.events import (
    DirMovedEvent,
    FileMovedEvent,
    FileOpenedEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch
from watchdog.observers.polling import PollingObserver

from cupola.watch.events import Dirty, Hint
from cupola.watch.handler import DirtyHandler
from cupola.watch.observing import StockEvents
from support.dirt import PATIENCE_S, Dirt, shell

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="the writers are shell scripts"),
    # So says watchdog's recursive emitter on Linux, which Cupola does not use there, when directories are
    # made faster than it looks at them. As an error it would end its thread.
    pytest.mark.filterwarnings("ignore:Callback with id:RuntimeWarning"),
]

WHOLE = (Hint.ARRIVED, Hint.MODIFIED, Hint.CLOSED)


@pytest.fixture(autouse=True)
def _watchdogs_own_complaints(caplog: pytest.LogCaptureFixture) -> None:
    """Where it ends while it still has events, watchdog's emitter on Linux logs that as an error."""
    caplog.set_level(logging.CRITICAL, logger="watchdog.observers.inotify")


@pytest.fixture
def dirt() -> Dirt:
    return Dirt()


@pytest.fixture(params=[Observer, lambda: PollingObserver(timeout=0.05)], ids=["native", "polling"])
def feed(dirt: Dirt, request: pytest.FixtureRequest) -> Iterator[StockEvents]:
    events = StockEvents(dirt.post, observer_factory=request.param)
    assert events.start() is None
    yield events
    assert events.stop(PATIENCE_S)


@pytest.fixture
def root(feed: StockEvents, tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    folder.mkdir()
    assert feed.watch_root(str(folder)) is None
    return folder


def test_that_a_file_deep_below_a_root_is_seen_without_further_watches(
    dirt: Dirt, feed: StockEvents, root: Path
) -> None:
    shell('mkdir -p "$1/a/b"; echo 1 > "$1/a/b/file"', root)
    dirt.until(root / "a" / "b" / "file", *WHOLE)
    assert feed.watch_search(str(root / "a")) is None
    assert feed.watch_files(str(root / "a" / "b"), frozenset({"file"})) is None
    assert feed.count == 1


def test_that_what_happens_while_it_is_held_is_lost(dirt: Dirt) -> None:
    events = StockEvents(dirt.post)
    events.hold(held=True)
    events._post(Dirty("/r/a", Hint.CLOSED, 1))
    events.hold(held=False)
    events._post(Dirty("/r/b", Hint.CLOSED, 2))
    assert [one.path for one in dirt.until("/r/b", Hint.CLOSED)] == ["/r/b"]
    assert events.stop(PATIENCE_S)


def test_that_a_replaced_file_arrives(dirt: Dirt, root: Path, tmp_path: Path) -> None:
    (root / "file").write_text("old")
    dirt.until(root / "file", *WHOLE)
    shell('echo 1 > "$2"; mv "$2" "$1"', root / "file", tmp_path / "elsewhere")
    dirt.until(root / "file", *WHOLE)


def test_that_both_ends_of_a_rename_are_dirty(dirt: Dirt, root: Path) -> None:
    (root / "a").mkdir()
    dirt.until(root / "a", Hint.DIR_ARRIVED)
    shell('mv "$1/a" "$1/b"', root)
    hints = {(dirty.path, dirty.hint) for dirty in dirt.until(root / "b", Hint.DIR_ARRIVED)}
    assert (str(root / "a"), Hint.DIR_LEFT) in hints


def test_that_a_deleted_file_has_left(dirt: Dirt, root: Path) -> None:
    (root / "file").write_text("old")
    dirt.until(root / "file", *WHOLE)
    (root / "file").unlink()
    dirt.until(root / "file", Hint.LEFT)


def test_that_a_removed_root_says_so_and_lives_again_when_it_is_announced_again(
    dirt: Dirt, feed: StockEvents, root: Path
) -> None:
    root.rmdir()
    dirt.until(root, Hint.SELF_LEFT)
    wait_for(lambda: feed.dead_roots() == (str(root),))
    refusal = feed.watch_root(str(root))
    assert refusal is not None
    assert refusal.errno == errno.ENOENT

    root.mkdir()
    assert feed.watch_root(str(root)) is None
    assert feed.dead_roots() == ()
    shell('echo 1 > "$1/file"', root)
    dirt.until(root / "file", *WHOLE)


def wait_for(is_so: Callable[[], bool]) -> None:
    """Threads end right after they said why: join those that are still about to."""
    for thread in threading.enumerate():
        if is_so():
            return
        if thread is not threading.current_thread():
            thread.join(1)
    assert is_so()


def test_that_announcing_a_living_root_again_changes_nothing(feed: StockEvents, root: Path) -> None:
    before = set(threading.enumerate())
    assert feed.watch_root(str(root)) is None
    assert set(threading.enumerate()) == before


def test_that_a_missing_root_is_returned_and_leaves_nothing_behind(feed: StockEvents, tmp_path: Path) -> None:
    for _ in range(3):
        refusal = feed.watch_root(str(tmp_path / "missing"))
        assert refusal is not None
        assert refusal.errno == errno.ENOENT
    assert feed.count == 0
    assert feed.dead_roots() == (str(tmp_path / "missing"),)
    feed.unwatch_root(str(tmp_path / "missing"))
    assert feed.dead_roots() == ()


def test_that_a_forgotten_root_is_seen_no_more(
    dirt: Dirt, feed: StockEvents, root: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    assert feed.watch_root(str(other)) is None
    feed.unwatch_root(str(root))
    assert feed.count == 1
    assert feed.dead_roots() == ()
    shell('mkdir "$1/new"', other)
    dirt.until(other / "new", Hint.DIR_ARRIVED)


def test_that_events_of_a_linked_root_come_under_the_name_the_user_gave(
    dirt: Dirt, feed: StockEvents, tmp_path: Path
) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert feed.watch_root(str(tmp_path / "link")) is None
    shell('echo 1 > "$1/real/file"', tmp_path)
    dirt.until(tmp_path / "link" / "file", *WHOLE)


def test_that_stopping_is_bounded_when_an_observer_hangs(dirt: Dirt, tmp_path: Path) -> None:
    release = threading.Event()

    class Hanging(PollingObserver):
        def on_thread_stop(self) -> None:
            release.wait(PATIENCE_S)
            super().on_thread_stop()

    feed = StockEvents(dirt.post, observer_factory=Hanging)
    assert feed.watch_root(str(tmp_path)) is None
    assert not feed.stop(0.01)
    release.set()


def test_that_stopping_gives_threads_and_descriptors_back(dirt: Dirt, tmp_path: Path) -> None:
    threads, files = set(threading.enumerate()), len(os.listdir("/dev/fd"))  # noqa: PTH208 - less its own
    for _ in range(3):
        feed = StockEvents(dirt.post)
        assert feed.watch_root(str(tmp_path)) is None
        feed.watch_root(str(tmp_path / "missing"))
        assert feed.stop(PATIENCE_S)
    wait_for(lambda: set(threading.enumerate()) == threads)
    assert len(os.listdir("/dev/fd")) == files  # noqa: PTH208 - as above


def test_that_what_an_observer_refuses_in_its_own_words_is_returned(dirt: Dirt, tmp_path: Path) -> None:
    class Refusing(PollingObserver):
        def schedule(
            self,
            event_handler: FileSystemEventHandler,
            path: str | Path,
            **_options: object,
        ) -> ObservedWatch:
            raise RuntimeError("Cannot start fsevents stream")

    def refusing() -> BaseObserver:
        return Refusing()

    feed = StockEvents(dirt.post, observer_factory=refusing)
    refusal = feed.watch_root(str(tmp_path))
    assert refusal is not None
    assert "Cannot start fsevents stream" in str(refusal)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (FileMovedEvent("/a", "/b"), [("/a", Hint.LEFT), ("/b", Hint.ARRIVED)]),
        (DirMovedEvent(b"/a", ""), [("/a", Hint.DIR_LEFT)]),
        (FileMovedEvent("", "/b"), [("/b", Hint.ARRIVED)]),
        (FileOpenedEvent("/a"), []),
    ],
)
def test_that_each_end_of_a_move_that_is_known_is_dirty(
    event: FileMovedEvent, expected: list[tuple[str, Hint]]
) -> None:
    posted: list[Dirty] = []
    DirtyHandler(posted.append).dispatch(event)
    assert [(dirty.path, dirty.hint) for dirty in posted] == expected
