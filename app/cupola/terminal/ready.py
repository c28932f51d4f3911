"""What every command does that reads all there is once: wait for it, and tell by its exit code."""

from __future__ import annotations

import time
from typing import Final

from cupola.domain.models import HealthModel
from cupola.domain.text import printable_path
from cupola.engine.feed import Ready
from cupola.terminal.hosting import Call
from cupola.terminal.job import Job, unreadable_roots

READY_AT_MOST_S: Final = 15.0
FINE: Final = 0
BROKEN: Final = 1
ROOT_UNREADABLE: Final = 3
INTERRUPTED: Final = 130


def until_ready(job: Job, at_most_s: float) -> int | None:
    """Wait until everything was read, or for so long, which is then said; an exit code if it has to end."""
    match _call(job, at_most_s):
        case Call.STOP:
            return INTERRUPTED
        case Call.BROKEN:
            job.complain("reading failed; see the lines above")
            return BROKEN
        case Call.TICK:
            job.complain(f"not every folder answered within {at_most_s:g} s; what is known is shown")
    return None


def exit_code(job: Job, health: HealthModel) -> int:
    """ROOT_UNREADABLE, said for each, if a root was named that cannot be read."""
    bad = unreadable_roots(job.opened, health)
    for path in bad:
        job.complain(f"{printable_path(str(path))}: missing or unreadable")
    return ROOT_UNREADABLE if bad else FINE


def _call(job: Job, at_most_s: float) -> Call:
    """MAIL once everything was read, else why not."""
    deadline = time.monotonic() + at_most_s
    while (call := job.hosted.wait(max(deadline - time.monotonic(), 0.0))) is Call.MAIL:
        if any(isinstance(event, Ready) for event in job.hosted.mail()):
            break
    return call
