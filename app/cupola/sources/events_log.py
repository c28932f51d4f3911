"""`logs/events/<id>/events.jsonl`: what the runner broadcasts of itself (formats.md A0).

`sequence` starts again at 1 with each iteration, whose process is a new one, so it is not used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from cupola.domain.facts import EventsFact
from cupola.sources.base import KIB, Anchor, Blob, Interest, Mode, Reading, Source
from cupola.sources.jsonl import carried, objects, owner
from cupola.sources.values import Dropped, Fields

MOST_TASKS: Final = 200
_MOST_ITERATIONS: Final = 1_000_000
_MOST_PERCENT: Final = 1000.0


def read(blob: Blob, previous: Reading | None) -> Reading:
    """What happened so far; no fact before the first whole line. Never raises."""
    dropped = Dropped()
    before = _fact(previous)
    fact = before
    for place, event in objects(blob, dropped):
        fact = _with(fact or EventsFact(0), event, f"{place}: ", dropped)
    return Reading((fact,) if fact is not None else (), carried(previous, dropped))


def _fact(previous: Reading | None) -> EventsFact | None:
    facts = previous.facts if previous is not None else ()
    return next((fact for fact in facts if isinstance(fact, EventsFact)), None)


def _with(fact: EventsFact, event: Mapping[str, object], place: str, dropped: Dropped) -> EventsFact:
    """With one more event. A kind of somebody's own counts only for the context it tells."""
    fields = Fields(event, dropped=dropped, place=place)
    kind = fields.text("type")
    data = Fields(fields.mapping("data"), dropped=dropped, place=f"{place}data.")
    percent = data.amount("context_percent", "percent", limit=_MOST_PERCENT)
    fact = fact if percent is None else replace(fact, context_percent=percent)
    match kind:
        case "iteration_start" | "iteration_complete":
            number = data.count("iteration", limit=_MOST_ITERATIONS)
            begun = fact.iterations + (kind == "iteration_start")
            return replace(fact, iterations=begun if number is None else max(fact.iterations, number))
        case "task_complete":
            tasks = dict.fromkeys((*fact.tasks_completed, data.text("task")))
            return replace(fact, tasks_completed=tuple(filter(None, tasks))[-MOST_TASKS:])
        case "phase_change":
            return replace(fact, phase=data.phase("phase") or fact.phase)
        case "error":
            return replace(fact, errors=fact.errors + 1)
    return fact


SOURCE: Final = Source(
    "events log",
    tuple(
        Interest(anchor, "logs/events/*/events.jsonl", mode=Mode.APPEND, cap_bytes=256 * KIB)
        for anchor in (Anchor.ROOT, Anchor.PROJECT)
    ),
    read,
    owner,
)
