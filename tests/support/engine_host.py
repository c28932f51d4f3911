"""The engine in a thread, on places of its own, with everything it tells of kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeVar

from cupola.domain.clock import Clock
from cupola.domain.models import BuildModel, BuildSnapshot, HealthModel
from cupola.engine.clock import SystemClock
from cupola.engine.engine import Engine
from cupola.engine.feed import Change, FeedEvent, Gone
from cupola.store.places import Places
from cupola.store.settings import Settings

PATIENCE_S: Final = 20.0
STOP_WITHIN_S: Final = 1.0

T = TypeVar("T")


class SteeredClock:
    """The system's clock, ahead by as much as a test says."""

    def __init__(self) -> None:
        self._real = SystemClock()
        self.ahead_s = 0.0

    def wall(self) -> float:
        return self._real.wall() + self.ahead_s

    def continuous(self) -> float:
        return self._real.continuous() + self.ahead_s


def places(base: Path, roots: Sequence[Path]) -> Places:
    """Places below `base`."""
    return Places(
        tuple(roots),
        True,
        base / "foundry",
        base / "config",
        base / "state",
        base / "cache",
        (base / "claude",),
        home=base,
        cwd=base,
    )


class EngineHost:
    """Runs an engine while its `with` block lasts.

    Its end is checked: within 1 s, and no thread but those called `left` is left.
    """

    def __init__(
        self,
        base: Path,
        *roots: Path,
        clock: Clock | None = None,
        settings: Settings | None = None,
        left: frozenset[str] = frozenset(),
    ) -> None:
        self.engine = Engine(
            places=places(base, roots), settings=settings or Settings(), clock=clock or SystemClock()
        )
        self._may_be_left = left
        self._told = threading.Condition()
        self._events: list[tuple[int, FeedEvent]] = []
        self._failure: BaseException | None = None
        self._before = frozenset(threading.enumerate())
        self._thread = threading.Thread(target=self._run, name="test-engine")

    def __enter__(self) -> Self:
        self.engine.feed.subscribe(self._take)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        began = time.monotonic()
        self.engine.stop()
        self._thread.join(PATIENCE_S)
        took_s = time.monotonic() - began
        if error is None:
            assert self._failure is None, f"the engine ended by {self._failure!r}"
            assert took_s < STOP_WITHIN_S, f"the engine took {took_s:.2f} s to stop"
            left = [one.name for one in threading.enumerate() if one not in self._before and one.is_alive()]
            cupolas = {name for name in left if name.startswith("cupola-")}
            assert cupolas == self._may_be_left, left

    def _run(self) -> None:
        try:
            self.engine.run()
        except BaseException as error:
            self._failure = error
            raise
        finally:
            with self._told:
                self._told.notify_all()

    def _take(self, event: FeedEvent) -> None:
        with self._told:
            self._events.append((time.monotonic_ns(), event))
            self._told.notify_all()

    @property
    def timed(self) -> list[tuple[int, FeedEvent]]:
        """All events so far, with their times (`time.monotonic_ns`)."""
        with self._told:
            return list(self._events)

    @property
    def events(self) -> list[FeedEvent]:
        """All events so far."""
        return [event for _, event in self.timed]

    def changes(self, project: str, after: int = 0) -> list[Change]:
        """The changes of a project's builds among the events from the `after`th on."""
        ids = {
            event.build
            for event in self.events
            if isinstance(event, Change)
            and isinstance(event.model, BuildModel)
            and event.model.project == project
        }
        return [event for event in self.events[after:] if isinstance(event, Change) and event.build in ids]

    def gone(self) -> list[str]:
        """The ids that were told as gone, in order."""
        return [event.build for event in self.events if isinstance(event, Gone)]

    @property
    def health(self) -> HealthModel:
        """How well Cupola sees now."""
        return self.engine.feed.current().health

    def snapshots(self) -> dict[str, BuildSnapshot]:
        """The builds there are now, by project."""
        return {one.build.project: one for one in self.engine.feed.current().builds}

    def build(self, project: str) -> BuildModel | None:
        """The build of a project as it is now."""
        found = self.snapshots().get(project)
        return found.build if found else None

    def wait_for(self, condition: Callable[[], T | None], what: str, timeout_s: float = PATIENCE_S) -> T:
        """The first thing other than None and False that `condition` gives; asked again after every event."""
        deadline = time.monotonic() + timeout_s
        while True:
            with self._told:
                known = len(self._events)
            found = condition()
            if found is not None and found is not False:
                return found
            left = deadline - time.monotonic()
            if left <= 0 or self._failure is not None:
                raise AssertionError(f"never: {what}; builds: {self.snapshots()}; health: {self.health}")
            with self._told:
                # Not every condition changes with an event, so it is asked now and then as well.
                if len(self._events) == known:
                    self._told.wait(min(left, 0.1))

    def ready(self) -> Self:
        """Wait until every root was read once."""
        self.wait_for(lambda: self.engine.feed.current().ready, "ready")
        return self

    def until(self, project: str, **expected: object) -> BuildModel:
        """The build of a project, once it says what is expected."""

        def as_expected() -> BuildModel | None:
            build = self.build(project)
            same = build is not None and all(getattr(build, key) == value for key, value in expected.items())
            return build if same else None

        return self.wait_for(as_expected, f"{project} says {expected}; it says {self.build(project)}")
