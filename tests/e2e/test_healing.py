"""What goes wrong with watching itself heals by itself, and is said where the user looks."""

from __future__ import annotations

import errno
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import cupola.engine.engine
import cupola.engine.roots
import cupola.watch.inventory
import cupola.watch.reader
import cupola.watch.seeker
from cupola.domain.models import RootModel, Watching
from cupola.engine.holders import STALL
from cupola.watch.handler import Post
from cupola.watch.inotify import Inotify, Kernel, RawEvent
from cupola.watch.mounts import Mount
from cupola.watch.names import Names
from cupola.watch.observing import EventFeed, LinuxEvents
from support.engine_host import EngineHost
from support.leaks import ExpectedWarnings
from support.project_files import phase, put_phase

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="inotify")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    put_phase(tmp_path / "root/demo", phase(detail="0"))
    return tmp_path / "root"


def said(host: EngineHost) -> str:
    """All that stands among the general problems."""
    return "\n".join(f"{one.path}: {one.message}" for one in host.health.problems)


def root_of(host: EngineHost, path: Path) -> RootModel:
    return next(one for one in host.health.roots if one.path == str(path))


def inject(monkeypatch: pytest.MonkeyPatch, events: type[LinuxEvents]) -> list[LinuxEvents]:
    """Let the next engine have these events; they are in the list once it has."""
    made: list[LinuxEvents] = []

    def new_events(post: Post) -> EventFeed:
        made.append(events(post))
        return made[-1]

    monkeypatch.setattr(cupola.engine.engine, "new_events", new_events)
    return made


# --- lost events --------------------------------------------------------------------------------------------


class SlowKernel(Inotify):
    """Does not read while it is held, so that the kernel's queue runs over."""

    going = threading.Event()

    def read(self) -> list[RawEvent]:
        self.going.wait()
        return super().read()


class OverflowingEvents(LinuxEvents):
    """Real events through a kernel queue that can be made to run over."""

    def __init__(self, post: Post) -> None:
        super().__init__(post, kernel=SlowKernel)


def test_that_an_overflow_of_the_kernels_queue_heals_at_once_and_is_said(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inject(monkeypatch, OverflowingEvents)
    put_phase(root / "second", phase(detail="0"))
    SlowKernel.going.set()
    with EngineHost(tmp_path / "places", root) as host:
        host.ready()
        SlowKernel.going.clear()
        most = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
        folder = root / "demo/.context-foundry"
        # Equal events one after another are merged, so that there are two files in turn.
        for number in range(most):
            (folder / f"noise-{number % 2}").write_text("x")
        put_phase(root / "second", phase(detail="lost"))
        (root / "third").mkdir()
        put_phase(root / "third", phase(detail="lost"))
        began = time.monotonic()
        SlowKernel.going.set()
        host.until("second", detail="lost")
        host.until("third", detail="lost")
        assert time.monotonic() - began < 2, "by the overflow itself, not by a later sweep"
        host.wait_for(lambda: "events were lost" in said(host), "the overflow is named")
        put_phase(root / "third", phase(detail="goes on"))
        host.until("third", detail="goes on")


class DeafEvents(LinuxEvents):
    """Real events that nobody hears while it is deaf."""

    def __init__(self, post: Post) -> None:
        self.deaf = False
        super().__init__(lambda dirty: None if self.deaf else post(dirty))


def test_that_an_event_that_never_came_is_made_up_for_by_a_sweep(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = inject(monkeypatch, DeafEvents)
    with EngineHost(tmp_path / "places", root) as host:
        host.ready()
        (events,) = made
        assert isinstance(events, DeafEvents)
        events.deaf = True
        began = time.monotonic()
        put_phase(root / "demo", phase(detail="unheard"))
        host.until("demo", detail="unheard")
        assert time.monotonic() - began < 6, "an active build is swept every 5 s"
        host.engine.show(host.snapshots()["demo"].build.id, visible=True)
        began = time.monotonic()
        put_phase(root / "demo", phase(detail="unheard but shown"))
        host.until("demo", detail="unheard but shown")
        assert time.monotonic() - began < 3, "a shown build is swept every 2 s"


def test_that_a_refresh_finds_what_no_event_told_of(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = inject(monkeypatch, DeafEvents)
    with EngineHost(tmp_path / "places", root) as host:
        host.ready()
        (events,) = made
        assert isinstance(events, DeafEvents)
        events.deaf = True
        put_phase(root / "demo", phase(detail="unheard"))
        put_phase(root / "new/and/deep", phase(detail="unheard"))
        shutil.rmtree(root / "demo")
        old = host.snapshots()["demo"].build.id
        host.engine.refresh()
        host.until("deep", detail="unheard")
        host.wait_for(lambda: old in host.gone(), "the old one is gone")


# --- roots --------------------------------------------------------------------------------------------------


def test_that_a_root_that_is_not_there_yet_is_said_and_watched_when_it_comes(tmp_path: Path) -> None:
    root = tmp_path / "not/there/root"
    with EngineHost(tmp_path / "places", root) as host:
        host.ready()
        missing = root_of(host, root)
        assert (missing.readable, missing.watching) == (False, Watching.OFF)
        assert "not there yet" in missing.note
        put_phase(root / "demo", phase(detail="there"))
        host.until("demo", detail="there")
        host.wait_for(lambda: root_of(host, root).projects == 1, "the root is said to be there")
        found = root_of(host, root)
        assert (found.readable, found.watching) == (True, Watching.EVENTS)
        put_phase(root / "demo", phase(detail="goes on"))
        host.until("demo", detail="goes on")


def test_that_a_root_that_is_lost_and_returns_is_said_and_watched_again(root: Path, tmp_path: Path) -> None:
    with EngineHost(tmp_path / "places", root) as host:
        host.ready()
        build = host.until("demo", detail="0")
        shutil.rmtree(root)
        host.wait_for(lambda: not root_of(host, root).readable, "the loss is said")
        host.wait_for(lambda: build.id in host.gone(), "its builds are gone")
        host.wait_for(lambda: root_of(host, root).projects == 0, "no project of it is counted")
        put_phase(root / "demo", phase(detail="back"))
        assert host.until("demo", detail="back").id == build.id
        host.wait_for(lambda: root_of(host, root).readable, "the return is said")
        put_phase(root / "demo", phase(detail="goes on"))
        host.until("demo", detail="goes on")


def test_that_a_root_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with EngineHost(tmp_path / "places", tmp_path / "file") as host:
        host.ready()
        assert "not a folder" in root_of(host, tmp_path / "file").note
        (tmp_path / "file").unlink()
        put_phase(tmp_path / "file/demo", phase(detail="there"))
        host.until("demo", detail="there")


# --- limits -------------------------------------------------------------------------------------------------


class FullEvents(LinuxEvents):
    """Refuses new watches, as the kernel does when a user's watches are used up."""

    full = True

    def watch_search(self, path: str) -> OSError | None:
        return (
            OSError(errno.ENOSPC, "No space left on device", path)
            if self.full
            else super().watch_search(path)
        )

    def watch_files(self, path: str, names: Names = None) -> OSError | None:
        return OSError(errno.ENOSPC, "No space left", path) if self.full else super().watch_files(path, names)


def test_that_used_up_watches_mean_polling_said_with_the_remedy_until_there_is_room(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = inject(monkeypatch, FullEvents)
    with EngineHost(tmp_path / "places", root) as host:
        host.ready()
        assert root_of(host, root).watching is Watching.POLLING
        assert "sudo sysctl fs.inotify.max_user_watches=" in said(host)
        put_phase(root / "demo", phase(detail="polled"))
        host.until("demo", detail="polled")
        put_phase(root / "new", phase(detail="found"))
        host.until("new", detail="found")
        (events,) = made
        assert isinstance(events, FullEvents)
        events.full = False
        host.engine.refresh()
        host.wait_for(lambda: root_of(host, root).watching is Watching.EVENTS, "events again")
        host.wait_for(lambda: "max_user_watches" not in said(host), "the problem is taken back")
        put_phase(root / "demo", phase(detail="by event"))
        host.until("demo", detail="by event")


class NoInstance(LinuxEvents):
    """No inotify instance is left."""

    def __init__(self, post: Post) -> None:
        super().__init__(post, kernel=_refused)


def _refused() -> Kernel:
    raise OSError(errno.EMFILE, "Too many open files")


def test_that_without_an_inotify_instance_everything_is_polled_and_this_is_said(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inject(monkeypatch, NoInstance)
    with EngineHost(tmp_path / "places", root) as host:
        host.ready()
        assert root_of(host, root).watching is Watching.POLLING
        assert "max_user_instances" in said(host)
        put_phase(root / "demo", phase(detail="polled"))
        host.until("demo", detail="polled")
        put_phase(root / "new", phase(detail="found"))
        host.until("new", detail="found")


# --- a disk that hangs --------------------------------------------------------------------------------------


class HangingDisk:
    """A disk of its own below a folder, whose reads or looks hang until it is released."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = str(folder)
        self.released = threading.Event()
        self.released.set()
        self._patch = monkeypatch
        for module in (cupola.engine.roots, cupola.watch.seeker):
            monkeypatch.setattr(module, "mount_of", self._mount_of)

    def _mount_of(self, real: str, _mounted: object) -> Mount:
        return Mount(self.folder if real.startswith(self.folder) else "/", "ext4")

    def hang_in(self, module: object, function: str) -> None:
        """From now on `function` hangs for what lies on this disk."""
        self.released.clear()
        whole = getattr(module, function)

        def hanging(path: str, *more: object, **named: object) -> object:
            if path.startswith(self.folder):
                self.released.wait()
            return whole(path, *more, **named)

        self._patch.setattr(module, function, hanging)


@pytest.fixture
def slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HangingDisk]:
    put_phase(tmp_path / "slow/sleepy", phase(detail="0"))
    disk = HangingDisk(tmp_path / "slow", monkeypatch)
    yield disk
    disk.released.set()


def test_that_a_disk_that_hangs_is_named_and_stalls_no_other(
    root: Path, tmp_path: Path, slow: HangingDisk
) -> None:
    with EngineHost(tmp_path / "places", root, Path(slow.folder)) as host:
        host.ready()
        slow.hang_in(cupola.watch.reader, "read_blob")
        put_phase(Path(slow.folder) / "sleepy", phase(detail="1"))
        began = time.monotonic()
        host.wait_for(lambda: f"{slow.folder}: a read takes longer than 2 s" in said(host), "it is named")
        assert 1.9 < time.monotonic() - began < 4
        put_phase(root / "demo", phase(detail="meanwhile"))
        host.until(
            "demo",
            detail="meanwhile",
        )
        sleepy = host.build("sleepy")
        assert sleepy is not None
        assert sleepy.detail == "0", "the last good state stays"
        slow.released.set()
        host.until("sleepy", detail="1")
        host.wait_for(lambda: slow.folder not in said(host), "the problem is taken back")


def test_that_a_root_that_hangs_from_the_start_holds_up_no_other(
    root: Path, tmp_path: Path, slow: HangingDisk
) -> None:
    slow.hang_in(cupola.watch.seeker, "_identity")
    with EngineHost(tmp_path / "places", root, Path(slow.folder)) as host:
        host.until("demo", detail="0")
        host.wait_for(lambda: slow.folder in said(host), "it is named")
        host.ready()
        slow.released.set()
        host.until("sleepy", detail="0")
        host.wait_for(lambda: slow.folder not in said(host), "the problem is taken back")


def test_that_a_disk_that_hangs_while_nobody_looks_is_named_by_its_other_lane(
    tmp_path: Path, slow: HangingDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cupola.watch.seeker, "SWEEP_S", 3.0)  # 30 s, which is as long as it may take
    with EngineHost(tmp_path / "places", Path(slow.folder)) as host:
        host.ready()
        host.wait_for(lambda: STALL not in host.engine._timers, "no answer is awaited any more")
        slow.hang_in(cupola.watch.inventory, "_lstat")
        try:
            host.wait_for(lambda: slow.folder in said(host), "it is named", timeout_s=20)
        finally:
            slow.released.set()
        host.wait_for(lambda: slow.folder not in said(host), "the problem is taken back")


def test_that_the_only_root_is_named_though_it_hangs_from_the_start(
    tmp_path: Path, slow: HangingDisk
) -> None:
    slow.hang_in(cupola.watch.seeker, "_identity")
    with EngineHost(tmp_path / "places", Path(slow.folder)) as host:
        host.wait_for(lambda: slow.folder in said(host), "it is named")
        host.ready()
        slow.released.set()
        host.until("sleepy", detail="0")


def test_that_an_end_does_not_wait_for_a_disk_that_hangs(
    root: Path, tmp_path: Path, slow: HangingDisk, expected_warnings: ExpectedWarnings
) -> None:
    expected_warnings.add("abandoned at the end: hot-")
    with EngineHost(
        tmp_path / "places", root, Path(slow.folder), left=frozenset({f"cupola-hot-{slow.folder}"})
    ) as host:
        host.ready()
        slow.hang_in(cupola.watch.reader, "read_blob")
        put_phase(Path(slow.folder) / "sleepy", phase(detail="1"))
        host.wait_for(lambda: slow.folder in said(host), "it is named")
