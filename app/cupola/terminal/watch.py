"""`cupola watch`: show builds as they change, for a person, a log or a program."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from rich.console import ConsoleDimensions, RenderableType
from rich.live import Live

from cupola.domain.models import BuildModel, HealthModel
from cupola.domain.problems import Problem
from cupola.domain.text import plain, printable_path
from cupola.engine.feed import Change, Gone, Ready
from cupola.terminal.cells import Row, in_order, row
from cupola.terminal.changes import Changes, Printed
from cupola.terminal.hosting import Call
from cupola.terminal.job import Job
from cupola.terminal.json_text import event_text
from cupola.terminal.table import console, picture

AGEING_S: Final = 1.0
REDRAW_AT_MOST_EVERY_S: Final = 0.1
FINE: Final = 0
BROKEN: Final = 1

Write = Callable[[Printed], str | None]


def watch(job: Job) -> int:
    """Show changes until interrupted or until nobody reads any more; the exit code."""
    if job.options.json:
        return _lines(job, _JsonLines(job))
    if job.out.stream.isatty():
        return _live(job)
    return _lines(job, _PlainLines(job))


class _JsonLines:
    def __init__(self, job: Job) -> None:
        self._clock = job.clock

    def __call__(self, event: Printed) -> str | None:
        return event_text(event, self._clock.wall())


class _PlainLines:
    """One line for each build that reads differently than before, whatever its age."""

    def __init__(self, job: Job) -> None:
        self._clock = job.clock
        self._said: dict[str, tuple[str, ...]] = {}
        self._names: dict[str, str] = {}

    def __call__(self, event: Printed) -> str | None:
        match event:
            case Change():
                return self._build(event)
            case Gone(build=build):
                self._said.pop(build, None)
                return self._stamped(f"{self._names.pop(build, build)} is gone")
            case Problem():
                return self._stamped(f"{printable_path(event.path)}: {plain(event.message)}")
            case Ready():
                return None if self._said else self._stamped("no builds yet")

    def _build(self, change: Change) -> str | None:
        if not isinstance(change.model, BuildModel):
            return None
        cells = row(change.model, self._clock.wall())
        said = (cells.state_text, cells.project, cells.phase, cells.call, cells.progress, cells.detail)
        if self._said.get(change.build) == said:
            return None
        self._said[change.build] = said
        self._names[change.build] = cells.project
        return self._stamped("  ".join(part for part in said if part))

    def _stamped(self, text: str) -> str:
        return f"{time.strftime('%H:%M:%S', time.localtime(self._clock.wall()))}  {text}"


@dataclass(frozen=True, slots=True)
class _Seen:
    """Everything that makes one live picture differ from the next."""

    rows: tuple[Row, ...]
    models: tuple[BuildModel, ...] = field(compare=False)
    problems: tuple[Problem, ...]
    health: HealthModel
    size: ConsoleDimensions

    @classmethod
    def now(cls, job: Job, size: ConsoleDimensions) -> _Seen:
        current, now = job.hosted.feed.current(), job.clock.wall()
        models = tuple(in_order([build.build for build in current.builds]))
        rows = tuple(row(model, now) for model in models)
        problems = tuple(problem for model in models for problem in model.problems)
        return cls(rows, models, problems, current.health, size)

    def picture(self, more: tuple[Problem, ...]) -> RenderableType:
        return picture(self.rows, self.models, self.health, more, width=self.size.width)


def _lines(job: Job, write: Write) -> int:
    changes = Changes(job.opened.problems)
    while (call := job.hosted.wait()) is Call.MAIL:
        for event in changes.take(job.hosted.mail()):
            text = write(event)
            if text is not None:
                job.out.line(text)
    return _end(job, call)


def _live(job: Job) -> int:
    terminal = console(job.out.stream)
    shown: object = None
    call = Call.MAIL
    with Live(console=terminal, auto_refresh=False, vertical_overflow="crop") as live:
        while call in {Call.MAIL, Call.TICK}:
            job.hosted.mail()
            seen = _Seen.now(job, terminal.size)
            if seen != shown:
                shown = seen
                with job.out.writing():
                    live.update(seen.picture(job.opened.problems), refresh=True)
                time.sleep(REDRAW_AT_MOST_EVERY_S)
            call = job.hosted.wait(AGEING_S)
    return _end(job, call)


def _end(job: Job, call: Call) -> int:
    if call is Call.BROKEN:
        job.complain("watching failed; see the lines above")
        return BROKEN
    return FINE
