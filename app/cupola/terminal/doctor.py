"""`cupola doctor`: how Cupola itself is, once everything was read."""

from __future__ import annotations

import json

from cupola.domain.diagnosis_text import diagnosis_json, diagnosis_lines
from cupola.engine.diagnosing import diagnose
from cupola.store.surroundings import surroundings
from cupola.terminal.job import Job
from cupola.terminal.ready import READY_AT_MOST_S, exit_code, until_ready


def doctor(job: Job, ready_at_most_s: float = READY_AT_MOST_S) -> int:
    """Print what there is to tell; the exit code."""
    code = until_ready(job, ready_at_most_s)
    if code is not None:
        return code
    current = job.hosted.feed.current()
    builds = [snapshot.build for snapshot in current.builds]
    told = diagnose(job.opened, surroundings(), current.health, builds, at=job.clock.wall())
    if job.options.json:
        job.out.line(json.dumps(diagnosis_json(told), indent=2))
    else:
        job.out.line("\n".join(diagnosis_lines(told)))
    return exit_code(job, current.health)
