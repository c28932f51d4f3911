"""The way of a terminal command from its options to its exit code."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final, TextIO

from cupola.domain.clock import Clock
from cupola.options import Command, Options
from cupola.store.opened import Opened, open_store
from cupola.store.surroundings import surroundings
from cupola.store.trace import Trace
from cupola.terminal.hosting import Hosted, RunsEngine
from cupola.terminal.job import Job, stream
from cupola.terminal.output import InterruptedWriteError, Output, ReaderGoneError, watching_reader

FINE: Final = 0
WRONG_USE: Final = 2

MakeEngine = Callable[[Opened, Clock, Trace | None], RunsEngine]


def run_in_terminal(
    options: Options,
    *,
    make_engine: MakeEngine | None = None,
    out: TextIO | None = None,
    errors: TextIO | None = None,
) -> int:
    """Run `status`, `doctor` or `watch` (also in place of a window) in the main thread; the exit code."""
    complaints = stream(errors or sys.stderr)
    with ExitStack() as stack:
        _log_errors_on(complaints, stack)
        try:
            trace = _trace(options, stack)
        except OSError as error:
            print(f"cupola: the trace cannot be written: {error}", file=complaints)
            return WRONG_USE
        opened = open_store(options.wanted, surroundings())
        clock = _clock()
        hosted = Hosted((make_engine or _engine)(opened, clock, trace))
        output = Output(stream(out or sys.stdout), hosted.stop)
        return _run(Job(options, opened, clock, hosted, output, complaints))


def _run(job: Job) -> int:
    command = _command(job.options.command)
    with job.out.signals(), watching_reader(job.out.stream, job.hosted.stop), job.hosted:
        try:
            return command(job)
        except (ReaderGoneError, InterruptedWriteError):
            return FINE


def _command(wanted: Command) -> Callable[[Job], int]:
    """Each loads only what it needs; what is asked for in place of a window is `watch`."""
    match wanted:
        case Command.STATUS:
            from cupola.terminal.status import status

            return status
        case Command.DOCTOR:
            from cupola.terminal.doctor import doctor

            return doctor
        case _:
            from cupola.terminal.watch import watch

            return watch


def _log_errors_on(errors: TextIO, stack: ExitStack) -> None:
    """No log file: its rotation belongs to the window. What the user should know is printed as a problem."""
    handler = logging.StreamHandler(errors)
    handler.setLevel(logging.ERROR)
    handler.setFormatter(logging.Formatter("cupola: %(message)s"))
    logging.getLogger().addHandler(handler)
    stack.callback(logging.getLogger().removeHandler, handler)


def _trace(options: Options, stack: ExitStack) -> Trace | None:
    if options.trace is None:
        return None
    trace = Trace(Path(options.trace))
    stack.callback(trace.close)
    return trace


def _clock() -> Clock:
    from cupola.engine.clock import SystemClock

    return SystemClock()


def _engine(opened: Opened, clock: Clock, trace: Trace | None) -> RunsEngine:
    from cupola.engine.engine import Engine

    return Engine(places=opened.places, settings=opened.settings, clock=clock, trace=trace)
