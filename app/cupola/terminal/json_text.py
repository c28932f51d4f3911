"""The public JSON as text: ASCII with escapes, so that no name can break a line or a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable

from cupola.domain.clock import Instant
from cupola.domain.models import ActivityModel, BuildModel, BuildSnapshot, HealthModel
from cupola.domain.problems import Problem
from cupola.domain.shape import (
    Json,
    problem_json,
    status_json,
    watch_build,
    watch_gone,
    watch_panel,
    watch_problem,
    watch_ready,
)
from cupola.engine.feed import Change, Gone, Ready
from cupola.terminal.changes import Printed


def status_text(
    builds: Iterable[BuildSnapshot], health: HealthModel, more: Iterable[Problem], now: Instant
) -> str:
    """One object on several lines; `more` are problems that the engine does not know of."""
    document = status_json(builds, health, now)
    own = [problem_json(problem) for problem in more]
    document["problems"] = [*own, *map(problem_json, health.problems)]
    return json.dumps(document, indent=2)


def event_text(event: Printed, now: Instant) -> str | None:
    """One object on one line; None for what has no place in the public shape."""
    found = _event(event, now)
    return None if found is None else json.dumps(found, separators=(",", ":"))


def _event(event: Printed, now: Instant) -> Json | None:
    match event:
        case Change():
            return _change(event, now)
        case Gone(build=build):
            return watch_gone(build)
        case Problem():
            return watch_problem(event)
        case Ready(at=at):
            return watch_ready(at)


def _change(change: Change, now: Instant) -> Json | None:
    if isinstance(change.model, BuildModel):
        return watch_build(change.model, now)
    if isinstance(change.model, ActivityModel):
        return None
    return watch_panel(change.build, change.facet, change.digest, change.model)
