"""`.context-foundry/task-config.json` (A) and `task_config.json` (B): what a build was asked to do (A1.8)."""

from __future__ import annotations

from typing import Final

from cupola.domain.facts import TaskConfigFact
from cupola.sources.base import Anchor, Blob, Interest, Reading, Source, UnusableError
from cupola.sources.json_text import json_object
from cupola.sources.values import DETAIL_LIMIT, Fields

_NAMES: Final = ("task-config.json", "task_config.json")


def read(blob: Blob, previous: Reading | None) -> Reading:
    """Task, mode and limit; raises TornError, and UnusableError for what holds none of them."""
    del previous
    fields = Fields(json_object(blob.data))
    fact = TaskConfigFact(
        task=fields.text("task", "task_description", "description", limit=DETAIL_LIMIT),
        mode=fields.text("mode"),
        max_test_iterations=fields.count("max_test_iterations", "maxTestIterations"),
    )
    if fact == TaskConfigFact():
        raise UnusableError("; ".join(("neither a task nor a mode in it", *fields.dropped.lines()[:3])))
    return Reading((fact,), fields.dropped.lines())


SOURCE: Final = Source(
    "task config", tuple(Interest(Anchor.PROJECT, f".context-foundry/{name}") for name in _NAMES), read
)
