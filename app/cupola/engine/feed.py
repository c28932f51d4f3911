"""The feed: all that a consumer of the engine gets."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from cupola.domain.clock import Instant
from cupola.domain.models import (
    ActivityModel,
    BuildModel,
    BuildSnapshot,
    HealthModel,
    PanelModel,
)
from cupola.domain.words import Facet
from cupola.store.settings import Settings


@dataclass(frozen=True, slots=True)
class Change:
    """One facet of one build has a new model. `seen_ns` is the trace time of the event that caused it."""

    build: str
    facet: Facet
    revision: int
    digest: str
    model: BuildModel | PanelModel | ActivityModel
    seen_ns: int = 0


@dataclass(frozen=True, slots=True)
class Gone:
    """A build is no longer there: its folder vanished or left every root."""

    build: str


@dataclass(frozen=True, slots=True)
class HealthChange:
    """How well Cupola itself sees has changed."""

    model: HealthModel


@dataclass(frozen=True, slots=True)
class Checked:
    """All files behind these builds were confirmed at `at` (continuous seconds of the `Clock`)."""

    builds: frozenset[str]
    at: float


@dataclass(frozen=True, slots=True)
class Ready:
    """Every root was read once: what follows are changes."""

    at: Instant


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """From now on these settings are in force.

    Told at the beginning and after every change, whoever made it: the window by `configure`, or the engine
    by keeping a root that was added. Whoever changes settings begins with the last that was told.
    """

    settings: Settings


FeedEvent = Change | Gone | HealthChange | Checked | Ready | SettingsChange
Consumer = Callable[[FeedEvent], None]


@dataclass(frozen=True, slots=True)
class Current:
    """A consistent picture of all builds at one moment, sorted by id."""

    builds: tuple[BuildSnapshot, ...]
    health: HealthModel
    ready: bool


class Feed(Protocol):
    """What a consumer may ask; safe from any thread."""

    def subscribe(self, consumer: Consumer, *, kinds: tuple[type, ...] = ()) -> Callable[[], None]:
        """Call `consumer` in the engine's control thread for each event of `kinds` (all, if none is given).

        Returns a function that ends the subscription. A consumer must not block.
        """

    def current(self) -> Current:
        """Everything known now; later events continue from it."""


class Publisher:
    """The engine's side of the feed: but for `subscribe` and `current` it belongs to the control thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._consumers: dict[int, tuple[Consumer, tuple[type, ...]]] = {}
        self._next = 0
        self._builds: dict[str, BuildSnapshot] = {}
        self._health = HealthModel()
        self._ready = False
        self._held: list[FeedEvent] | None = None

    @contextmanager
    def together(self) -> Iterator[None]:
        """Hand out what comes in this block at its end, so that a window is painted once for it."""
        held = self._held = []
        try:
            yield
        finally:
            self._held = None
            for event in held:
                self._publish(event)

    def subscribe(self, consumer: Consumer, *, kinds: tuple[type, ...] = ()) -> Callable[[], None]:
        """See `Feed.subscribe`."""
        with self._lock:
            key = self._next
            self._next += 1
            self._consumers[key] = (consumer, kinds)

        def unsubscribe() -> None:
            with self._lock:
                self._consumers.pop(key, None)

        return unsubscribe

    def current(self) -> Current:
        """See `Feed.current`."""
        with self._lock:
            builds = tuple(self._builds[key] for key in sorted(self._builds))
            return Current(builds, self._health, self._ready)

    def put(self, snapshot: BuildSnapshot, changes: tuple[Change, ...]) -> None:
        """Keep the new picture of one build and hand out what changed in it."""
        with self._lock:
            self._builds[snapshot.build.id] = snapshot
        for change in changes:
            self._publish(change)

    def drop(self, build: str) -> None:
        """Forget a build and say so; silent for one that is not known."""
        with self._lock:
            known = self._builds.pop(build, None)
        if known is not None:
            self._publish(Gone(build))

    def health(self, model: HealthModel) -> None:
        """Keep and hand out the health; silent when it is equal to the last."""
        with self._lock:
            if model == self._health:
                return
            self._health = model
        self._publish(HealthChange(model))

    def checked(self, builds: frozenset[str], at: float) -> None:
        """Hand out that the files of `builds` were confirmed at `at` (continuous seconds)."""
        self._publish(Checked(builds, at))

    def ready(self, at: Instant) -> None:
        """Say once that every root was read."""
        with self._lock:
            if self._ready:
                return
            self._ready = True
        self._publish(Ready(at))

    def settings(self, settings: Settings) -> None:
        """Hand out which settings are in force."""
        self._publish(SettingsChange(settings))

    def _publish(self, event: FeedEvent) -> None:
        if self._held is not None:
            self._held.append(event)
            return
        with self._lock:
            consumers = list(self._consumers.values())
        for consumer, kinds in consumers:
            if not kinds or isinstance(event, kinds):
                consumer(event)
