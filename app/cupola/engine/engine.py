"""The control thread: one inbox, one `match`, one heap of deadlines. It never touches a disk."""

from __future__ import annotations

import logging
import queue
import sys
from typing import Final

from cupola.domain.clock import Clock
from cupola.domain.models import HealthModel, Problem
from cupola.domain.state import Policy
from cupola.engine.attention import Attention
from cupola.engine.builds import Builds
from cupola.engine.dirt import Dirt
from cupola.engine.feed import Publisher
from cupola.engine.messages import (
    Loaded,
    Looked,
    Message,
    ProjectFound,
    ProjectLost,
    Refresh,
    RootSeen,
    Searched,
    SearchRefused,
    Show,
    Stop,
    Warned,
)
from cupola.engine.recorder import SAVE_AFTER_S, Recorder
from cupola.engine.roots import Roots
from cupola.engine.timers import Timers
from cupola.engine.troubles import Troubles
from cupola.sources.base import Anchor
from cupola.sources.registry import SOURCES
from cupola.store.places import Places
from cupola.store.settings import Settings
from cupola.store.trace import Trace
from cupola.watch.coalesce import Coalescer
from cupola.watch.disk import STALLED_S
from cupola.watch.events import Dirty, Hint
from cupola.watch.looking import newest_folder_mtime
from cupola.watch.observing import EventFeed, new_events
from cupola.watch.patterns import Patterns
from cupola.watch.reader import HolderRead
from cupola.watch.search import Limits
from cupola.watch.sweep import Confirmed, Resumed

log = logging.getLogger(__name__)

STOP_WITHIN_S: Final = 0.8
BATCH: Final = 200
"""Messages handled before what is due gets its turn, so that a storm cannot hold it back."""
SWITCH_INTERVAL_S: Final = 0.0005
"""Else a busy Python thread costs every hand-off 10 to 40 ms (watch.md 4)."""


class Engine:
    """Wires sources, store and watch into one feed. Everything public is safe from any thread."""

    def __init__(
        self, *, places: Places, settings: Settings, clock: Clock, trace: Trace | None = None
    ) -> None:
        self.feed = Publisher()
        self._places = places
        self._clock = clock
        self._trace = trace
        self._inbox: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._timers = Timers()
        self._troubles = Troubles(clock, self._timers)
        self._skipped = frozenset(settings.skipped_folders)
        self._events = new_events(self._inbox.put)
        self._recorder = Recorder(places.state_dir, self._inbox.put)
        self._roots = Roots(
            events=self._events, clock=clock, limits=self._limits(settings), post=self._inbox.put
        )
        self._builds = Builds(
            feed=self.feed,
            recorder=self._recorder,
            timers=self._timers,
            clock=clock,
            policy=Policy(settings.quiet_limit_s),
            look=self._look,
        )
        self._dirt = Dirt(Coalescer(closes_are_seen=self._events.closes_are_seen), self._read)
        self._attention = Attention(self._builds, self._roots)
        self._in_project = Patterns.of(SOURCES, frozenset({Anchor.PROJECT}))
        self._in_root = Patterns.of(SOURCES, frozenset({Anchor.ROOT}))
        self._in_both = Patterns.of(SOURCES, frozenset({Anchor.ROOT, Anchor.PROJECT}))
        self._unread: set[str] = set()
        self._stopping = False

    def run(self) -> None:
        """Watch until `stop`; returns within 1 s after it. Call it once, in a thread of its own."""
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        self._recorder.start()
        try:
            while not self._stopping:
                self._wait_and_handle()
                self._hand_out()
        finally:
            self._shut_down()

    def stop(self) -> None:
        """Make `run` return."""
        self._inbox.put(Stop())

    def show(self, build: str | None, *, visible: bool) -> None:
        """Say which build a window shows, and whether that window can be seen."""
        self._inbox.put(Show(build, visible))

    def refresh(self) -> None:
        """Look at everything again; during a refresh this causes one more."""
        self._inbox.put(Refresh())

    def _wait_and_handle(self) -> None:
        due = self._timers.next_due()
        wait_s = None if due is None else max(0.0, due - self._clock.continuous())
        try:
            message = self._inbox.get(timeout=wait_s)
            for _ in range(BATCH):
                self._handle(message)
                message = self._inbox.get_nowait()
            self._handle(message)
        except queue.Empty:
            pass

    def _handle(self, message: Message) -> None:
        match message:
            case Dirty():
                self._dirty(message)
            case HolderRead():
                self._holder_read(message)
            case Confirmed(holders, at):
                self._confirmed(holders, at)
            case Loaded():
                self._loaded(message)
            case RootSeen():
                self._root_seen(message)
            case ProjectFound():
                self._roots.found(message)
                self._open(message.path, self._in_both if message.path in self._roots.reals else self._in_project)
            case ProjectLost():
                self._roots.lost(message)
                self._close(message.path)
            case SearchRefused():
                self._roots.refused(message)
            case Searched():
                self._roots.finished(message)
            case Looked(home, newest):
                self._builds.looked(home, newest)
            case Warned(about, text):
                self._troubles.set(about, text)
            case Show(build, visible):
                self._show(build, visible=visible)
            case Resumed() | Refresh():
                self._look_at_everything()
            case Stop():
                self._stopping = True

    def _hand_out(self) -> None:
        """Do what is due, and plan when to be woken next."""
        now = self._clock.continuous()
        for key in self._timers.due(now):
            if not self._builds.due(key):
                self._due(key)
        reading = self._dirt.hand_out(now)
        if reading is not None:
            self._timers.sooner("read", reading)
        if self._recorder.waiting:
            self._timers.sooner("save", now + SAVE_AFTER_S)
        self._attention.replan()
        self._tell_health()

    def _due(self, key: object) -> None:
        match key:
            case "save":
                self._recorder.flush()
            case "stall":
                self._name_stalls()
            case _:
                pass  # "read" only wakes the loop

    def _dirty(self, message: Dirty) -> None:
        now = self._clock.continuous()
        match message.hint:
            case Hint.DIR_ARRIVED:
                self._roots.folder_arrived(message.path)
                self._folder_changed(message.path)
            case Hint.DIR_LEFT | Hint.SELF_LEFT:
                self._roots.folder_left(message.path)
                self._folder_changed(message.path)
            case Hint.OVERFLOW:
                self._troubles.note("events", "events were lost in a storm; everything was read again")
                self._look_at_everything()
            case _:
                self._dirt.touched(message, now)

    def _folder_changed(self, path: str) -> None:
        """A folder within a watched one came or went: what lies in it may be wanted."""
        found = self._dirt.holder_of(path)
        if found is not None and found[2].has_below:
            self._refresh(found[0])

    def _holder_read(self, seen: HolderRead) -> None:
        if self._trace is not None and seen.requested:
            self._trace.write("read", ns=seen.read_ns, holder=seen.holder, files=seen.requested)
        seen_ns, stuck = self._dirt.done(seen, self._clock.continuous())
        if seen.complete:
            self._unread.discard(seen.holder)
        self._builds.take(seen, seen_ns)
        for relative, message in stuck:
            self._builds.name(seen.holder, relative, f"stays unfinished: {message}")

    def _confirmed(self, holders: frozenset[str], at: float) -> None:
        self._timers.set("stall", self._clock.continuous() + 2 * STALLED_S + 0.5)
        self.feed.checked(self._builds.ids_within(holders), at)

    def _loaded(self, message: Loaded) -> None:
        self._builds.replay(message.entries)
        for text in message.trouble:
            self._troubles.set(str(self._places.state_dir), text)
        error = self._events.start()
        if error is not None:
            self._troubles.set("limits", f"no events: {error.strerror}; folders are looked at instead")
        for root in self._places.roots:
            self._roots.add(str(root))

    def _root_seen(self, message: RootSeen) -> None:
        real = message.state.real
        for holder in [name for name in self._dirt.holders if name == real or name.startswith(real + "/")]:
            self._refresh(holder)
        if self._roots.seen(message):
            self._open(real, self._in_root)

    def _open(self, holder: str, patterns: Patterns) -> None:
        if holder in self._dirt and patterns is not self._in_both:
            self._refresh(holder)
            return
        disk = self._roots.disk_of(holder)
        if disk is not None:
            self._dirt.add(holder, patterns)
            self._unread.add(holder)
            disk.open(holder, patterns)
            self._expect_answer()

    def _close(self, holder: str) -> None:
        """A folder is no project any more, or not there: gone, unless it is found again at once."""
        if holder in self._roots.reals:
            self._refresh(holder)
            return
        self._dirt.remove(holder)
        self._unread.discard(holder)
        disk = self._roots.disk_of(holder)
        if disk is not None:
            disk.close(holder)
        self._builds.vanish(holder)

    def _refresh(self, holder: str) -> None:
        disk = self._roots.disk_of(holder)
        if disk is not None:
            disk.refresh(holder)
            self._expect_answer()

    def _read(self, holder: str, relatives: tuple[str, ...]) -> None:
        disk = self._roots.disk_of(holder)
        if disk is not None:
            disk.read(holder, relatives)
            self._expect_answer()

    def _look(self, home: str) -> None:
        disk = self._roots.disk_of(home)
        if disk is None:
            self._inbox.put(Looked(home, None))
            return
        skipped, post = self._skipped, self._inbox.put
        disk.bulk.submit(lambda: post(Looked(home, newest_folder_mtime(home, skipped))))

    def _show(self, build: str | None, *, visible: bool) -> None:
        home = self._attention.show(build, visible=visible)
        for holder in self._builds.holders(home) if home and visible else ():
            self._refresh(holder)

    def _look_at_everything(self) -> None:
        self._roots.sweep_all()
        for holder in self._dirt.holders:
            self._refresh(holder)
        self._builds.present_all()

    def _expect_answer(self) -> None:
        self._timers.sooner("stall", self._clock.continuous() + STALLED_S + 0.1)

    def _name_stalls(self) -> None:
        for disk in self._roots.disks:
            stalled_s = disk.stalled_s()
            text = "a read takes longer than 2 s; what it shows may be old" if stalled_s else ""
            self._troubles.set(disk.name or "disk", text)
            if stalled_s:
                self._timers.set("stall", self._clock.continuous() + STALLED_S)
                self._unread = {name for name in self._unread if self._roots.disk_of(name) is not disk}

    def _tell_health(self) -> None:
        problems: tuple[Problem, ...] = (
            *self._troubles.problems(),
            *self._roots.problems(),
            *self._builds.stray_problems(),
        )
        self.feed.health(HealthModel(self._roots.models(), self._events.count, problems))
        if self._roots.searched and not self._unread and not self._builds.looking and self._loaded_roots():
            self.feed.ready(self._clock.wall())

    def _loaded_roots(self) -> bool:
        return len(self._roots.models()) == len(set(map(str, self._places.roots)))

    def _shut_down(self) -> None:
        for disk in self._roots.disks:
            disk.stop()
        self._recorder.close()
        ended = self._events.stop(STOP_WITHIN_S)
        hung = [name for disk in self._roots.disks for name in disk.join(STOP_WITHIN_S / 4)]
        if not self._recorder.lane.join(STOP_WITHIN_S):
            hung.append(self._recorder.lane.name)
        if hung or not ended:
            log.error("abandoned at the end: %s", ", ".join(hung) or "the observer of events")

    def _limits(self, settings: Settings) -> Limits:
        never = frozenset({str(self._places.foundry_home.parent)})
        return Limits(settings.depth, frozenset(settings.skipped_folders), never)
