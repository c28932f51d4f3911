"""`cupola status`: read everything once, print it, leave."""

from __future__ import annotations

from typing import Final

from cupola.domain.models import BuildSnapshot
from cupola.domain.text import plain
from cupola.engine.feed import Current
from cupola.terminal.cells import in_order, row
from cupola.terminal.job import Job
from cupola.terminal.json_text import status_text
from cupola.terminal.ready import READY_AT_MOST_S, exit_code, until_ready
from cupola.terminal.table import console, picture

WRONG_USE: Final = 2


def status(job: Job, ready_at_most_s: float = READY_AT_MOST_S) -> int:
    """Print all builds, or those called by the NAME of the options; the exit code."""
    code = until_ready(job, ready_at_most_s)
    if code is not None:
        return code
    current = job.hosted.feed.current()
    builds = _called(job.options.name, current.builds)
    if job.options.name is not None and not builds:
        job.complain(f"no build is called {plain(job.options.name)!r}, and no id begins so")
        return WRONG_USE
    _print(job, builds, current)
    return exit_code(job, current.health)


def _called(name: str | None, builds: tuple[BuildSnapshot, ...]) -> tuple[BuildSnapshot, ...]:
    """All builds for no name; those of a project of that name, else those whose id begins so."""
    if name is None:
        return builds
    wanted = name.casefold()
    named = tuple(build for build in builds if build.build.project.casefold() == wanted)
    return named or tuple(build for build in builds if build.build.id.startswith(wanted))


def _print(job: Job, builds: tuple[BuildSnapshot, ...], current: Current) -> None:
    now = job.clock.wall()
    if job.options.json:
        job.out.line(status_text(builds, current.health, job.opened.problems, now))
        return
    models = in_order([build.build for build in builds])
    rows = [row(model, now) for model in models]
    with job.out.writing():
        terminal = console(job.out.stream)
        terminal.print(picture(rows, models, current.health, job.opened.problems, width=terminal.width))
        job.out.stream.flush()
