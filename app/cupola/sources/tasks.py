"""`.context-foundry/build-tasks.json`: what the Builder plans, as A and B spell it (formats.md A1.5)."""

from __future__ import annotations

from typing import Final

from cupola.domain.facts import PlannedTask, TasksFact
from cupola.sources import values
from cupola.sources.base import Anchor, Blob, Interest, Reading, Source, UnusableError
from cupola.sources.json_text import json_object
from cupola.sources.values import LIST_LIMIT, NAME_LIMIT, Dropped, Fields

MOST_TASKS: Final = 500
_MOST_FILES: Final = 100_000
_MOST_CLAIMED: Final = 1_000_000


def read(blob: Blob, previous: Reading | None) -> Reading:
    """The plan; raises TornError, and UnusableError for what holds neither tasks nor how many there are."""
    del previous
    fields = Fields(json_object(blob.data))
    listed = fields.pick(("tasks",), _listed, "a list")
    total = fields.count("total_tasks", "totalTasks", limit=_MOST_CLAIMED)
    if listed is None and total is None:
        raise UnusableError("neither tasks nor their number in it")
    tasks = _tasks(listed or [], fields.dropped)
    fact = TasksFact(tasks, total, fields.flag("parallel_mode", "parallelMode"))
    return Reading((fact,), fields.dropped.lines())


def _listed(value: object) -> list[object] | None:
    """The list itself, or the entries of an object, each under its id."""
    if isinstance(value, dict):
        return [{"id": name, **task} if isinstance(task, dict) else task for name, task in value.items()]
    return values.as_list(value)


def _tasks(listed: list[object], dropped: Dropped) -> tuple[PlannedTask, ...]:
    """At most MOST_TASKS; of an id that is used twice the first, the other is named."""
    found: dict[str, PlannedTask] = {}
    for index, entry in enumerate(listed[:MOST_TASKS]):
        task = _task(entry, f"tasks[{index}]", dropped)
        if task is not None and task.id in found:
            dropped.note(f"tasks[{index}]: id {task.id} is used twice")
        elif task is not None:
            found[task.id] = task
    if len(listed) > MOST_TASKS:
        dropped.note(f"tasks: {len(listed):,} entries, only the first {MOST_TASKS} are kept")
    return tuple(found.values())


def _task(entry: object, place: str, dropped: Dropped) -> PlannedTask | None:
    if not isinstance(entry, dict):
        dropped.wrong(place, "an object", entry)
        return None
    fields = Fields(entry, dropped=dropped, place=f"{place}.")
    name = fields.text("name", "title", "description")
    task = fields.pick(("id", "task_id", "taskId"), values.number_text, "a text") or name
    if task is None:
        dropped.note(f"{place}: neither an id nor a name")
        return None
    return PlannedTask(
        id=task,
        name=name or task,
        files=fields.pick(("files",), _count, "a list") or 0,
        depends_on=fields.pick(("dependencies", "depends_on"), _ids, "a list of ids") or (),
        status=fields.text("status"),
    )


def _count(value: object) -> int | None:
    """How many entries a list or an object has, or a count that stands in its place."""
    if isinstance(value, (list, dict)):
        return min(len(value), _MOST_FILES)
    return values.whole(value, _MOST_FILES)


def _ids(value: object) -> tuple[str, ...] | None:
    """The ids of a list, or of a single one in its place; what is none is not missed."""
    listed = value if isinstance(value, list) else [value]
    found = (values.number_text(each) for each in listed[: 2 * LIST_LIMIT])
    ids = tuple(each[:NAME_LIMIT] for each in found if each)[:LIST_LIMIT]
    return ids if ids or isinstance(value, list) else None


SOURCE: Final = Source("tasks", (Interest(Anchor.PROJECT, ".context-foundry/build-tasks.json"),), read)
