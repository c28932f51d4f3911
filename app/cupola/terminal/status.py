"""`cupola status`: read everything once, print it, leave."""

from __future__ import annotations

import time
from typing import Final

from cupola.domain.models import BuildSnapshot
from cupola.domain.text import plain, printable_path
from cupola.engine.feed import Current, Ready
from cupola.terminal.cells import in_order, row
from cupola.terminal.hosting import Call
from cupola.terminal.job import Job, unreadable_roots
from cupola.terminal.json_text import status_text
from cupola.terminal.table import console, picture

READY_AT_MOST_S: Final = 15.0
FINE: Final = 0
BROKEN: Final = 1
WRONG_USE: Final = 2
ROOT_UNREADABLE: Final = 3
INTERRUPTED: Final = 130


def status(job: Job, ready_at_most_s: float = READY_AT_MOST_S) -> int:
    """Print all builds, or those called by the NAME of the options; the exit code."""
    call = _until_ready(job, ready_at_most_s)
    if call is Call.STOP:
        return INTERRUPTED
    if call is Call.BROKEN:
        job.complain("reading failed; see the lines above")
        return BROKEN
    current = job.hosted.feed.current()
    if call is Call.TICK:
        job.complain(f"not every folder answered within {ready_at_most_s:g} s; what is known is shown")
    builds = _called(job.options.name, current.builds)
    if job.options.name is not None and not builds:
        job.complain(f"no build is called {plain(job.options.name)!r}, and no id begins so")
        return WRONG_USE
    _print(job, builds, current)
    return _exit_code(job, current)


def _until_ready(job: Job, at_most_s: float) -> Call:
    """MAIL once everything was read, else why not."""
    deadline = time.monotonic() + at_most_s
    while (call := job.hosted.wait(max(deadline - time.monotonic(), 0.0))) is Call.MAIL:
        if any(isinstance(event, Ready) for event in job.hosted.mail()):
            break
    return call


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


def _exit_code(job: Job, current: Current) -> int:
    bad = unreadable_roots(job.opened, current.health)
    for path in bad:
        job.complain(f"{printable_path(str(path))}: missing or unreadable")
    return ROOT_UNREADABLE if bad else FINE
