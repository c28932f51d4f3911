"""The control thread: one inbox, one `match`, one heap of deadlines. It never touches a disk."""

from __future__ import annotations

import logging
import queue
import sys
import time
from typing import Final

from cupola.domain.clock import Clock
from cupola.engine.apart import Apart
from cupola.engine.attention import Attention
from cupola.engine.builds import Builds
from cupola.engine.claude import LINGER, Claude
from cupola.engine.configuring import Configuring, limits_of, policy_of
from cupola.engine.due import READ, SAVE, TELL
from cupola.engine.feed import Publisher
from cupola.engine.health import Health
from cupola.engine.holders import STALL, Holders
from cupola.engine.messages import (
    AddRoot,
    Branched,
    Configure,
    HomeSeen,
    Loaded,
    Looked,
    Message,
    Pause,
    Priced,
    ProjectFound,
    ProjectLost,
    Recalled,
    Refresh,
    RootLeft,
    RootSeen,
    Searched,
    SearchRefused,
    Show,
    Stop,
    Warned,
    is_news,
)
from cupola.engine.metrics import Metrics
from cupola.engine.paced import Paced
from cupola.engine.pausing import Pausing
from cupola.engine.recorder import Recorder
from cupola.engine.remembering import Remembering
from cupola.engine.roots import Roots
from cupola.engine.sessions import Sessions
from cupola.engine.timers import Timers
from cupola.engine.troubles import Troubles
from cupola.sources.base import Anchor
from cupola.sources.registry import SOURCES
from cupola.store.places import Places
from cupola.store.settings import Settings
from cupola.store.trace import Trace
from cupola.watch.disk import STALLED_S
from cupola.watch.events import Dirty, Hint
from cupola.watch.looking import newest_folder_mtime
from cupola.watch.observing import new_events
from cupola.watch.patterns import Patterns
from cupola.watch.reader import HolderRead
from cupola.watch.sweep import Confirmed, Hanging, Resumed
from cupola.watch.turns import Turns

log = logging.getLogger(__name__)

ROUTINE: Final = frozenset({READ, SAVE, STALL, TELL})
"""Timer keys from which nothing follows by itself when they are due."""
STOP_WITHIN_S: Final = 0.8
TURN_S: Final = 0.01
"""How long messages are handled before what is due gets its turn, so that a storm cannot hold it back."""
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
        self._events = new_events(self._take_event)
        self._recorder = Recorder(places.state_dir, self._inbox.put)
        self._turns = Turns()
        self._roots = Roots(
            events=self._events,
            clock=clock,
            limits=limits_of(settings, places),
            post=self._inbox.put,
            turns=self._turns,
        )
        foundry_files = Patterns.of(SOURCES, frozenset({Anchor.FOUNDRY_HOME}))
        self._foundry = Apart(str(places.foundry_home), foundry_files, self._roots, self._inbox.put)
        self._metrics = Metrics(self._timers, self._roots.real_of)
        self._sessions = Sessions(clock)
        self._builds = Builds(
            feed=self.feed,
            recorder=self._recorder,
            timers=self._timers,
            clock=clock,
            policy=policy_of(settings),
            look=self._look,
            metrics=self._metrics,
            sessions=self._sessions,
        )
        self._holders = Holders(
            roots=self._roots,
            timers=self._timers,
            clock=clock,
            closes_are_seen=self._events.closes_are_seen,
            never=limits_of(settings, places).never,
        )
        self._dirt = self._holders.dirt
        self._configuring = Configuring(
            settings,
            places=places,
            feed=self.feed,
            recorder=self._recorder,
            roots=self._roots,
            holders=self._holders,
            builds=self._builds,
        )
        self._pausing = Pausing(self._events, self._roots, self._holders, self._builds, self._recorder, clock)
        self._memory = Remembering(places.state_dir, places.claude_dirs, self._inbox.put)
        self._claude = Claude(
            map(str, places.claude_dirs),
            roots=self._roots,
            holders=self._holders,
            sessions=self._sessions,
            memory=self._memory,
            timers=self._timers,
            clock=clock,
            post=self._inbox.put,
        )
        self._health = Health(
            self.feed, self._events, self._roots, self._builds, self._metrics, self._sessions, self._troubles
        )
        self._attention = Attention(self._builds, self._roots)
        self._overall = Paced(self._tell_overall, key=TELL, timers=self._timers, clock=clock)
        self._roots_known = False
        self._ready = False
        self._news = False
        """Something came that more follows from than a reading."""
        self._stopping = False

    def run(self) -> None:
        """Watch until `stop`; returns within 1 s after it. Call it once, in a thread of its own."""
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        self._recorder.start()
        self._memory.lane.start()
        self._configuring.start()
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

    def add_root(self, path: str, *, keep: bool = True) -> None:
        """Watch another folder from now on; it is kept in the settings if it is to be."""
        self._inbox.put(AddRoot(path, keep))

    def configure(self, settings: Settings, *, was: Settings | None = None) -> None:
        """Let `settings` be in force from now on and in later sessions; told as `SettingsChange`.

        With `was`, only what differs from it is meant: so nothing is lost that the engine changed since
        somebody saw `was`. That they cannot be written is a problem in the health; they are in force.
        """
        self._inbox.put(Configure(settings, was))

    def pause(self, paused: bool) -> None:  # noqa: FBT001 - a switch
        """Watch nothing from now on, or go on and look at everything again; told in the health.

        Until then every build stays as it was seen last, whatever time goes by.
        """
        self._inbox.put(Pause(paused))

    def refresh(self) -> None:
        """Look at everything again; during a refresh this causes one more."""
        self._inbox.put(Refresh())

    def _take_event(self, dirty: Dirty) -> None:
        """Called in the threads that watch."""
        if not self._pausing.paused and self._dirt.is_news(dirty):
            self._inbox.put(dirty)

    def _wait_and_handle(self) -> None:
        try:
            message = self._inbox.get(timeout=self._may_wait_s())
            with self._turns.taken():
                self._take(message)
                turn_ends = self._clock.continuous() + TURN_S
                while self._clock.continuous() < turn_ends:
                    self._take(self._inbox.get_nowait())
        except queue.Empty:
            pass  # nothing more has come: what is due gets its turn

    def _take(self, message: Message) -> None:
        self._handle(message)
        self._news = self._news or is_news(message)

    def _may_wait_s(self) -> float | None:
        """Until something is due; None: nothing is, or all of it waits until a pause is over."""
        if self._sessions.has_unbooked and not self._pausing.paused:
            return 0.0
        due = None if self._pausing.paused else self._timers.next_due()
        return None if due is None else max(0.0, due - self._clock.continuous())

    def _handle(self, message: Message) -> None:  # noqa: PLR0912 - the one place where messages fan out
        match message:
            case Dirty():
                self._dirty(message)
            case HolderRead():
                self._holder_read(message)
            case Hanging():
                self._name_stalls()
            case Confirmed(holders, at):
                self._holders.expect(2 * STALLED_S + 0.5)
                self.feed.checked(self._builds.ids_within(holders), at)
            case Loaded():
                self._loaded(message)
            case Priced(prices):
                self._sessions.price_by(prices)
            case RootSeen():
                self._root_seen(message)
            case HomeSeen():
                self._home_seen(message)
            case ProjectFound():
                if self._roots.found(message):
                    self._holders.open_project(message.path)
            case ProjectLost():
                if self._roots.lost(message) and self._holders.close_project(message.path):
                    self._builds.vanish(message.path)
            case SearchRefused():
                self._roots.refused(message)
            case Searched():
                self._roots.finished(message)
            case Looked(home, newest):
                self._builds.looked(home, newest)
            case Recalled(home, replies):
                self._sessions.recall(home, replies)
            case Branched():
                self._claude.branched(message)
            case Warned():
                self._warned(message)
            case Show(build, visible):
                self._show(build, visible=visible)
            case AddRoot() | Configure():
                self._configuring.take(message)
            case Pause(paused):
                self._pause(paused=paused)
            case RootLeft(real):
                self._root_left(real)
            case Resumed() | Refresh():
                self._look_at_everything()
            case Stop():
                self._stopping = True

    def _hand_out(self) -> None:
        """Do what is due, and plan when to be woken next."""
        if self._pausing.paused:
            self._health.tell(paused=self._pausing.paused)
            return
        now = self._clock.continuous()
        for key in self._timers.due(now):
            self._news = self._news or key not in ROUTINE
            if not self._builds.due(key) and not self._metrics.due(key):
                self._due(key)
        reading = self._dirt.hand_out(now)
        if reading is not None:
            self._timers.sooner(READ, reading)
        if not (self._news or self._sessions.has_unbooked):
            return
        self._news = False
        if self._recorder.waiting:
            self._timers.sooner(SAVE, now + self._recorder.save_after_s)
        self._sessions.book_on()
        if self._ready:
            self._builds.attach()
        self._pausing.catch_up()
        self._tell()

    def _due(self, key: object) -> None:
        if key == SAVE:
            self._recorder.flush()
        elif key == STALL:
            self._name_stalls()
        elif key == LINGER:
            self._plan()
        elif key == TELL:
            self._overall.at_once()

    def _dirty(self, message: Dirty) -> None:
        now = self._clock.continuous()
        match message.hint:
            case Hint.DIR_ARRIVED:
                self._roots.folder_arrived(message.path)
                self._folder_changed(message.path)
                self._dirt.touched(message, now)  # a folder may stand where a file is wanted
            case Hint.DIR_LEFT | Hint.SELF_LEFT:
                self._roots.folder_left(message.path)
                self._folder_changed(message.path)
            case Hint.OVERFLOW:
                if not self._builds.held:  # in a pause nobody took them, and all is looked at anyway
                    self._troubles.note("events", "events were lost in a storm; everything was read again")
                self._look_at_everything()
            case Hint.LEFT if not self._events.closes_are_seen:
                # Windows does not tell whether what left was a folder.
                self._roots.folder_left(message.path)
                self._dirt.touched(message, now)
            case _:
                self._dirt.touched(message, now)

    def _folder_changed(self, path: str) -> None:
        """A folder came or went: it may be one apart, and what lies in it may be wanted."""
        self._foundry.folder_changed(path)
        self._claude.folder_changed(path)
        found = self._dirt.holder_of(path)
        if found is not None and found[2].has_below:
            self._holders.refresh(found[0])

    def _holder_read(self, seen: HolderRead) -> None:
        if self._trace is not None and seen.requested:
            self._trace.write("read", ns=seen.read_ns, holder=seen.holder, files=seen.requested)
        seen = self._pausing.dated(seen)
        seen_ns, stuck = self._dirt.done(seen, self._clock.continuous())
        if not seen.requested or seen.opened:
            self._holders.answered(seen.holder)
        if seen.holder not in self._dirt:
            return  # read before it was closed: it must not keep alive what is gone
        if seen.holder in self._claude:
            self._sessions_read(seen, seen_ns, stuck)
            return
        if seen.holder in self._roots.apart:
            self._metrics_read(seen, stuck)
            return
        self._builds.take(seen, seen_ns)
        for relative, message in stuck:
            self._builds.name(seen.holder, relative, f"stays unfinished: {message}")

    def _metrics_read(self, seen: HolderRead, stuck: list[tuple[str, str]]) -> None:
        wall = self._clock.wall()
        self._metrics.take(seen, wall, self._clock.continuous())
        for relative, message in stuck:
            self._metrics.name(f"{seen.holder}/{relative}", f"stays unfinished: {message}", wall)

    def _sessions_read(self, seen: HolderRead, seen_ns: int, stuck: list[tuple[str, str]]) -> None:
        wall = self._clock.wall()
        self._sessions.take(seen, wall, seen_ns)
        left = self._sessions.unread_bytes
        self._troubles.set("transcripts", f"{left / 1e6:,.0f} MB are still to be read" if left else "")
        for relative, message in stuck:
            self._sessions.name(f"{seen.holder}/{relative}", f"stays unfinished: {message}", wall)

    def _warned(self, warned: Warned) -> None:
        if warned.passing:
            self._troubles.note(warned.about, warned.message)
            self._holders.ask_again()
        else:
            self._troubles.set(warned.about, warned.message, blinds=warned.blinds)

    def _loaded(self, message: Loaded) -> None:
        self._builds.recall(message.earlier)
        self._troubles.set(str(self._places.state_dir / "runs.json"), "; ".join(message.trouble))
        error = self._events.start()
        if error is not None:
            text = f"no events: {error.strerror}; folders are looked at instead"
            self._troubles.set("limits", text, blinds=True)
        self._configuring.watch()
        self._foundry.add()
        self._roots_known = True
        self._holders.expect(STALLED_S + 0.1)

    def _root_seen(self, message: RootSeen) -> None:
        self._configuring.keep_root(message)
        self._holders.refresh_below(message.state.real)
        if self._roots.seen(message):
            self._holders.open_root(message.state.real)

    def _home_seen(self, message: HomeSeen) -> None:
        if message.path != self._foundry.path:
            self._claude.seen(message)
            return
        if message.state.real != self._foundry.real:
            self._holders.close_home(self._foundry.real)
        if self._foundry.seen(message):
            self._holders.open_home(self._foundry.real, self._foundry.patterns)

    def _look(self, home: str) -> None:
        disk = self._roots.disk_of(home)
        if disk is None:
            self._inbox.put(Looked(home, None))
            return
        skipped = frozenset(self._configuring.settings.skipped_folders)
        post = self._inbox.put
        disk.bulk.submit(lambda: post(Looked(home, newest_folder_mtime(home, skipped))))

    def _show(self, build: str | None, *, visible: bool) -> None:
        home = self._attention.show(build, visible=visible)
        for holder in self._builds.holders(home) if home and visible else ():
            self._holders.refresh(holder)
        if visible and self._dirt.unseen:
            self._claude.refresh()
        self._dirt.unseen = not visible

    def _pause(self, *, paused: bool) -> None:
        if self._pausing.pause(paused=paused):
            self._health.tell(paused=self._pausing.paused)  # before anything is told that was missed
            if not paused:
                self._look_at_everything()

    def _root_left(self, real: str) -> None:
        """With a root went the watches of what is served for another reason and lies in it, or beside it."""
        self._roots.arm_around(real)
        self._foundry.arm()
        self._claude.arm()

    def _look_at_everything(self) -> None:
        self._roots.sweep_all()
        self._foundry.arm()
        self._claude.arm()
        self._holders.refresh_all()
        self._builds.present_all()

    def _name_stalls(self) -> None:
        for disk in self._roots.disks:
            stalled_s = disk.stalled_s()
            text = "a read takes longer than 2 s; what it shows may be old" if stalled_s else ""
            self._news |= self._troubles.set(disk.about, text, blinds=True)
            if stalled_s:
                self._holders.expect(STALLED_S)
                self._holders.give_up(disk)
                self._roots.give_up(disk)
                self._foundry.give_up(disk)
                self._claude.give_up(disk)

    def _tell(self) -> None:
        if self._ready or not self._all_seen:
            self._overall.want()
            return
        self._builds.catch_up()
        self._plan()
        if self._sessions.reading or not (self._claude.settled and self._holders.all_read):
            return
        self._builds.attach()
        if self._sessions.has_unbooked:
            return  # much has to be counted anew
        self._builds.catch_up()
        self._overall.at_once()
        if not self._builds.looking:
            self._ready = True
            self.feed.ready(self._clock.wall())

    def _tell_overall(self) -> None:
        """What costs the more the more there is: plans of sweeps and the health."""
        self._plan()
        self._health.tell(paused=self._pausing.paused)

    def _plan(self) -> None:
        """Sweep, and follow transcripts, as builds deserve it now."""
        self._attention.replan()
        self._claude.attend(self._attention.attended())

    @property
    def _all_seen(self) -> bool:
        """True once everything was searched and read, or found not to be there."""
        return self._roots_known and self._roots.searched and self._foundry.settled and self._holders.all_read

    def _shut_down(self) -> None:
        disks = (*self._roots.disks, *self._roots.ended)
        for disk in disks:
            disk.stop()
        self._recorder.close()
        self._memory.stop()
        deadline = time.monotonic() + STOP_WITHIN_S
        ended = self._events.stop(STOP_WITHIN_S / 2)
        hung = [name for disk in disks for name in disk.join(max(0.0, deadline - time.monotonic()))]
        lanes = (self._recorder.lane, self._memory.lane)
        hung += [one.name for one in lanes if not one.join(max(0.1, deadline - time.monotonic()))]
        if hung or not ended:
            log.error("abandoned at the end: %s", ", ".join(hung) or "the observer of events")
