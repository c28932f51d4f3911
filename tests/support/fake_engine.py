"""An engine without files: tests say what it sees."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from queue import SimpleQueue
from typing import Any

from cupola.domain.figures import Figure
from cupola.domain.models import (
    ActivityModel,
    AgentsModel,
    BuildModel,
    BuildSnapshot,
    DecisionsModel,
    Elapsed,
    HealthModel,
    TestsModel,
    TokensModel,
)
from cupola.domain.words import BuildState, Facet, Generation, Origin, Provenance
from cupola.engine.feed import Change, Publisher
from cupola.store.settings import Settings

NOW = 1_764_000_000.0


class FakeClock:
    """Stands still until told."""

    def __init__(self, now: float = NOW) -> None:
        self.now = now

    def wall(self) -> float:
        return self.now

    def continuous(self) -> float:
        return self.now - NOW + 1_000.0


def build(id_: str = "0123456789ab", **changed: Any) -> BuildModel:
    """A running build in Builder, with `changed` fields."""
    fields: dict[str, Any] = {
        "id": id_,
        "project": "weather-app",
        "directory": f"/home/someone/homelab/{id_}",
        "session_id": "weather-app",
        "generation": Generation.A1,
        "state": BuildState.RUNNING,
        "state_reason": "current-phase.json changed 2 s ago",
        "source": Origin.LIVE,
        "changed_at": NOW - 2,
        "first_seen": NOW - 600,
        "phase": "Builder",
        "phase_status": "building",
        "phases_completed": ("Scout", "Architect"),
        "progress": Figure(0.25, Provenance.ESTIMATED),
        "elapsed": Elapsed(Figure(NOW - 600, Provenance.OBSERVED)),
        "detail": "Task 3/6",
        "test_iteration": None,
    }
    return BuildModel(**{**fields, **changed})


def snapshot(model: BuildModel, revision: int = 1) -> BuildSnapshot:
    """`model` with empty panels, and a digest for each facet that changes with `revision`."""
    return BuildSnapshot(
        build=model,
        tokens=TokensModel(),
        tests=TestsModel(),
        agents=AgentsModel(),
        decisions=DecisionsModel(),
        activity=ActivityModel(),
        digests=tuple((facet.value, digest(facet, revision)) for facet in Facet),
    )


def digest(facet: Facet, revision: int) -> str:
    """A digest that is different for each facet and revision."""
    return f"{revision:08x}{facet.value.encode().hex():0<56}"[:64]


def change(model: BuildModel, revision: int = 1) -> Change:
    """A changed header."""
    return Change(model.id, Facet.BUILD, revision, digest(Facet.BUILD, revision), model)


class FakeEngine:
    """Does in its control thread what tests ask for by `do`; keeps what it was told."""

    def __init__(self, *, deaf: bool = False) -> None:
        self.added: list[str] = []
        self.watched: list[str] = []
        self.paused: list[bool] = []
        self.configured: list[tuple[Settings, Settings | None]] = []
        self.feed = Publisher()
        self.shown: list[tuple[str | None, bool]] = []
        self.refreshed = 0
        self.thread: threading.Thread | None = None
        self.released = threading.Event()
        self._deaf = deaf
        self._wishes: SimpleQueue[Callable[[], None] | None] = SimpleQueue()

    def run(self) -> None:
        self.thread = threading.current_thread()
        while (wish := self._wishes.get()) is not None:
            wish()
        if self._deaf:
            self.released.wait(10)

    def stop(self) -> None:
        self._wishes.put(None)

    def show(self, build: str | None, *, visible: bool) -> None:
        self.shown.append((build, visible))

    def add_root(self, path: str, *, keep: bool = True) -> None:
        """Remember what was added."""
        (self.added if keep else self.watched).append(path)

    def configure(self, settings: Settings, *, was: Settings | None = None) -> None:
        """Remember what is to be in force, and tell so."""
        self.configured.append((settings, was))
        self.do(lambda: self.feed.settings(settings))

    def pause(self, paused: bool) -> None:
        """Remember it, and tell so."""
        self.paused.append(paused)
        self.do(lambda: self.feed.health(replace(self.feed.current().health, paused=paused)))

    def refresh(self) -> None:
        self.refreshed += 1

    def do(self, wish: Callable[[], None]) -> None:
        """Have `wish` called in the control thread."""
        self._wishes.put(wish)

    def put(self, model: BuildModel, revision: int = 1) -> None:
        """Publish a build, all facets of it at revision 1, else its header."""
        whole = snapshot(model, revision)
        changes = (change(model, revision),) if revision > 1 else all_changes(whole)
        self.do(lambda: self.feed.put(whole, changes))

    def health(self, model: HealthModel) -> None:
        """Publish a health."""
        self.do(lambda: self.feed.health(model))

    def drop(self, build_id: str) -> None:
        """Publish that a build is gone."""
        self.do(lambda: self.feed.drop(build_id))

    def ready(self) -> None:
        """Publish that everything was read once."""
        self.do(lambda: self.feed.ready(NOW))


def all_changes(whole: BuildSnapshot) -> tuple[Change, ...]:
    """All facets of a build at revision 1."""
    models = {facet: getattr(whole, facet.value) for facet in Facet}
    return tuple(Change(whole.build.id, facet, 1, digest(facet, 1), model) for facet, model in models.items())
