"""Drives one window: takes the feed, keeps the last model of every build, and shows one of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from cupola.domain.clock import Clock, Instant
from cupola.domain.diagnosis import GateCount
from cupola.domain.models import ActivityModel, BuildModel, HealthModel
from cupola.domain.words import PANELS, Facet
from cupola.engine.feed import Change, Checked, FeedEvent, Gone, HealthChange, Ready
from cupola.presenters.activity_model import ActivityRows
from cupola.presenters.builds_filter import BuildsFilter
from cupola.presenters.builds_model import BuildsModel
from cupola.presenters.choice import Choice
from cupola.presenters.contracts import TraceWrite, WindowViews
from cupola.presenters.departed import Departed
from cupola.presenters.gate import Gate
from cupola.presenters.known import Known
from cupola.presenters.latency import Latency
from cupola.presenters.panel import PanelPresenter
from cupola.presenters.status import empty_words
from cupola.presenters.status_presenter import StatusPresenter
from cupola.presenters.ticker import Ticker


class WindowPresenter(QObject):
    """Lives in the GUI thread. Make it, make the window from its models, then `attach` the window's views."""

    shown_changed = Signal(object)
    """The BuildModel now in the centre, or None; also when the shown build itself changes."""

    def __init__(self, clock: Clock, trace: TraceWrite | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.builds = BuildsModel(self)
        self.filter = BuildsFilter(self.builds, self)
        self.activity = ActivityRows(self)
        self.ticker = Ticker(clock, self)
        self._clock = clock
        self._views: WindowViews | None = None
        self._header: Gate[BuildModel] | None = None
        self._log: Gate[ActivityModel] | None = None
        self._panels: dict[Facet, PanelPresenter] = {}
        self._hidden_panels: set[Facet] = set()
        self._window_shown = False
        self._known: dict[str, Known] = {}
        self._waiting: dict[str, BuildModel] = {}
        self._choice = Choice(self.filter)
        self._departed = Departed()
        self._told: BuildModel | None = None
        self._arrived: set[tuple[str, Facet]] = set()
        self._status = StatusPresenter()
        self._ready = False
        self._latency = Latency(trace)

    def attach(self, views: WindowViews) -> None:
        """Take the views of the window; once, before the first event."""
        self._views = views
        self._latency.attach(views.paints)
        self._header = Gate(Facet.BUILD.value, views.header, self._latency.depart)
        self._log = Gate(Facet.ACTIVITY.value, self.activity, self._latency.depart)
        for facet in PANELS:
            view, head = views.panels[facet], views.heads[facet]
            self._panels[facet] = PanelPresenter(view, head, self._clock, self._latency.depart)
        self._hide_gates()
        self._status.attach(views.status, views.page)
        self.ticker.add(self._forget_overdue)
        self.ticker.add(self.builds.refresh, self.activity.refresh, views.header.refresh)
        self.ticker.add(*(panel.refresh for panel in self._panels.values()), self._status.refresh)
        self._status.show(())
        self._show_page()

    @property
    def shown(self) -> BuildModel | None:
        """The build in the centre."""
        known = self._known.get(self._choice.shown or "")
        return known.build if known else None

    @property
    def ready(self) -> bool:
        """True once everything that is there was read."""
        return self._ready

    @property
    def up_to_date(self) -> bool:
        """True if nothing that can be seen waits to be shown."""
        hidden = {self._panels[facet].gate for facet in self._hidden_panels if facet in self._panels}
        return not any(gate not in hidden and gate.dirty for gate in self._gates())

    @property
    def health(self) -> HealthModel:
        """How well Cupola itself sees, as it was told last."""
        return self._status.health

    def gate_counts(self) -> tuple[GateCount, ...]:
        """What passed and what was stopped since the start, by panel."""
        last_ms = self._latency.last_ms
        return tuple(
            GateCount(gate.name, gate.passed, gate.stopped, last_ms.get(gate.name)) for gate in self._gates()
        )

    @property
    def roots(self) -> tuple[str, ...]:
        """The folders that are watched."""
        return tuple(root.path for root in self._status.health.roots)

    def painted(self, panel: str, digest: str) -> None:
        """A panel was painted with the content of `digest`; measures and traces."""
        took_ms = self._latency.arrive(panel, digest)
        if took_ms is not None:
            self._status.shown_in_ms = took_ms

    def set_window_shown(self, *, shown: bool) -> None:
        """Whether anything of the window can be seen; while not, models wait and nothing ticks."""
        if shown == self._window_shown:
            return
        self._window_shown = shown
        if shown:
            self._flush()
        self._hide_gates()
        self.ticker.set_shown(shown=shown)

    def set_panel_shown(self, facet: Facet, *, shown: bool) -> None:
        """A dock was opened or brought to the front, or the reverse."""
        (self._hidden_panels.discard if shown else self._hidden_panels.add)(facet)
        self._hide_gates()

    @Slot(object)
    def on_events(self, batch: tuple[FeedEvent, ...]) -> None:
        """Take what happened since the last batch."""
        moved = [self._take(event) for event in batch]
        if any(moved) and self._window_shown:
            self._flush()
            self.ticker.tick()
        self._arrived.clear()

    @Slot(str)
    def select(self, build_id: str) -> None:
        """The user chose a build."""
        if build_id in self._known:
            self._choice.choose(build_id)
            self._flush()
            self.ticker.tick()

    def select_project(self, name: str) -> bool:
        """Choose the first build of a project; False if there is none."""
        found = next((model.id for model in self.builds.builds() if model.project == name), None)
        if found is not None and found != self._choice.shown:
            self.select(found)
        return found is not None

    def select_directory(self, directory: str) -> bool:
        """Choose the newest build in a directory; False if none is known."""
        builds = [known.build for known in self._known.values() if known.build is not None]
        found = [build for build in builds if build.directory == directory]
        if not found:
            return False
        newest = max(found, key=_first_seen)
        if newest.id != self._choice.shown:
            self.select(newest.id)
        return True

    def _take(self, event: FeedEvent) -> bool:
        match event:
            case Change():
                return self._take_change(event)
            case Gone():
                self._depart(event.build)
            case HealthChange():
                self._status.health = event.model
            case Checked():
                return self._take_checked(event.builds, event.at)
            case Ready():
                self._ready = True
        return True

    def _take_change(self, change: Change) -> bool:
        known = self._known.setdefault(change.build, Known(checked_at=self._clock.continuous()))
        if not known.take(change, self._clock.wall()):
            return False
        self._arrived.add((change.build, change.facet))
        if isinstance(change.model, BuildModel):
            self._departed.back(change.build)
            self._waiting[change.build] = change.model
            self._status.note_change(change.model.changed_at)
        return True

    def _take_checked(self, builds: frozenset[str], at: float) -> bool:
        for build in builds & self._known.keys():
            self._known[build].confirm(at)
        return self._choice.shown in builds

    def _depart(self, build_id: str) -> None:
        """A build is gone: it stays a minute, unless another run takes its place."""
        known = self._known.get(build_id)
        if known is None or known.build is None:
            self._known.pop(build_id, None)
            return
        self._waiting[build_id] = known.depart(self._departed.note(known.build, self.ticker.now()))

    def _forget(self, build_id: str) -> None:
        known = self._known.pop(build_id, None)
        directory = None if known is None or known.build is None else known.build.directory
        self.builds.remove(build_id)
        self._choice.succeed(build_id, self.filter.find_directory(directory) if directory else None)

    def _forget_overdue(self, now: Instant) -> Instant | None:
        """A `TickSource`: take away what has been gone for its time."""
        overdue = self._departed.take_due(now)
        for build_id in overdue:
            self._forget(build_id)
        if overdue:
            self._flush()
        return self._departed.due()

    def _flush(self) -> None:
        """Bring everything that can be seen up to what is known."""
        waiting, self._waiting = self._waiting, {}
        self.builds.put(waiting.values(), self.ticker.now())
        for build_id in self._departed.take_succeeded(self.builds):
            self._forget(build_id)
        if self._ready:
            self.filter.settle()
        self._choice.settle(ready=self._ready)
        self._show()
        self._status.show(self.builds.troubled(), self._choice.shown)
        self._show_page()

    def _show(self) -> None:
        known = self._known.get(self._choice.shown or "")
        if self._views is None or self._header is None or self._log is None:
            return
        if known is not None and known.build is not None:
            self._views.page.show_build()
            self._header.offer(known.digest(Facet.BUILD), known.build, self._seen_ns(Facet.BUILD))
            self._log.offer(known.digest(Facet.ACTIVITY), known.activity, self._seen_ns(Facet.ACTIVITY))
        for facet, panel in self._panels.items():
            panel.show(known, self._seen_ns(facet))
        self._views.builds.show_selected(self._choice.shown)
        if self.shown is not self._told:
            self._told = self.shown
            self.shown_changed.emit(self._told)

    def _seen_ns(self, facet: Facet) -> int:
        """The trace time of what the shown build was told just now; 0 for what was known before.

        What is shown because the user chose another build, or opened a dock, says nothing of how fast
        changes are shown.
        """
        shown = self._choice.shown or ""
        return self._known[shown].seen_ns(facet) if (shown, facet) in self._arrived else 0

    def _show_page(self) -> None:
        if self._views is not None and self.shown is None:
            health, count = self._status.health, len(self._known)
            self._views.page.show_empty(empty_words(health, ready=self._ready, builds=count))

    def _gates(self) -> Iterator[Gate[Any]]:
        yield from filter(None, (self._header, self._log))
        yield from (panel.gate for panel in self._panels.values())

    def _hide_gates(self) -> None:
        for gate in (self._header, self._log):
            if gate is not None:
                gate.set_hidden(hidden=not self._window_shown)
        for facet, panel in self._panels.items():
            panel.gate.set_hidden(hidden=not self._window_shown or facet in self._hidden_panels)


def _first_seen(build: BuildModel) -> Instant:
    return build.first_seen
