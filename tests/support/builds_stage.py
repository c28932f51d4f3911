"""The engine's middle on a stage: real folders, a fake clock, no threads."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from cupola.domain.models import BuildModel
from cupola.domain.state import Policy
from cupola.engine.builds import Builds
from cupola.engine.feed import FeedEvent, Gone, Publisher
from cupola.engine.metrics import Metrics
from cupola.engine.recorder import Recorder
from cupola.engine.sessions import Sessions
from cupola.engine.timers import Timers
from cupola.sources.base import Anchor
from cupola.sources.registry import SOURCES
from cupola.watch.owning import owner_of
from cupola.watch.patterns import Patterns
from cupola.watch.reader import HolderRead, Reader
from support.clock import FakeClock
from support.project_files import phase, put, put_phase, state

IN_PROJECT = Patterns.of(SOURCES, frozenset({Anchor.PROJECT}))
IN_ROOT = Patterns.of(SOURCES, frozenset({Anchor.ROOT}))


class Stage:
    """The engine's middle without its threads: folders are read and clocks move when a test says so."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.clock = FakeClock()
        self.feed = Publisher()
        self.told: list[FeedEvent] = []
        self.feed.subscribe(self.told.append)
        self.looked: list[str] = []
        self.timers = Timers()
        self.recorder = Recorder(root / "state", lambda _: None)
        self.builds = Builds(
            feed=self.feed,
            recorder=self.recorder,
            timers=self.timers,
            clock=self.clock,
            policy=Policy(900.0),
            look=self.looked.append,
            metrics=Metrics(self.timers, str),
            sessions=Sessions(self.clock),
        )
        roots = frozenset({str(root)})
        self.reader = Reader(self.clock, lambda *_: None, partial(owner_of, lambda: roots))

    @property
    def now(self) -> float:
        return self.clock.wall()

    def open(self, folder: Path, patterns: Patterns = IN_PROJECT) -> HolderRead:
        seen = self.reader.open(str(folder), patterns)
        self.builds.take(seen, 0)
        return seen

    def refresh(self, folder: Path) -> None:
        self.builds.take(self.reader.refresh(str(folder)), 0)

    def close(self, folder: Path) -> None:
        self.reader.close(str(folder))
        self.builds.vanish(str(folder))

    def advance(self, seconds: float) -> None:
        """Let time pass, and what falls due meanwhile."""
        end = self.clock.continuous() + seconds
        while (due := self.timers.next_due()) is not None and due <= end:
            self.clock.advance(max(0.0, due - self.clock.continuous()))
            for key in self.timers.due(self.clock.continuous()):
                assert self.builds.due(key)
        self.clock.advance(max(0.0, end - self.clock.continuous()))

    def all(self) -> dict[str, BuildModel]:
        return {one.build.project: one.build for one in self.feed.current().builds}

    def gone(self) -> list[str]:
        return [event.build for event in self.told if isinstance(event, Gone)]

    def journaled(self) -> int:
        return len(self.recorder._entries)


def phase_at(
    stage: Stage,
    project: Path,
    age_s: float = 0.0,
    *,
    name: str = "Builder",
    status: str = "building",
    detail: str = "at work",
    **more: object,
) -> Path:
    return put_phase(project, phase(name, status, detail, **more), stage.now - age_s)


def checkpoint(stage: Stage, name: str, age_s: float = 60.0, *, directory: Path | None = None) -> Path:
    folder = stage.root / "checkpoints" / "ralph" / name
    written = {} if directory is None else {"working_directory": str(directory)}
    put(folder / "state.json", state("builder", **written), stage.now - age_s)
    put(folder / "progress.json", {"completed": ["a"], "remaining": ["b"]}, stage.now - age_s)
    return folder
