"""`checkpoints/ralph/<id>/` with `state.json`, `progress.json` and `COMPLETE` (formats.md A0)."""

from __future__ import annotations

import re
from itertools import product
from typing import Final

from cupola.domain.claims import Claim
from cupola.domain.facts import CheckpointFact, CompleteFact, TaskProgressFact
from cupola.domain.text import plain
from cupola.sources import values
from cupola.sources.base import (
    MIB,
    Anchor,
    Blob,
    Interest,
    Mode,
    Ownership,
    Reading,
    Source,
    UnusableError,
)
from cupola.sources.json_text import json_object
from cupola.sources.values import DETAIL_LIMIT, NAME_LIMIT, Fields

_FOLDER: Final = "checkpoints/ralph/*/"
_STATE: Final = "state.json"
_PROGRESS: Final = "progress.json"
_COMPLETE: Final = "COMPLETE"
_TIMES: Final = ("start_time", "last_iteration_time")
_MAX_ITERATIONS: Final = 1_000_000
_MAX_TASKS: Final = 100_000
STAMP: Final = re.compile(r"_\d{8}_\d{6}$")


def read(blob: Blob, previous: Reading | None) -> Reading:
    """What one of the three files of a checkpoint says; raises TornError and UnusableError."""
    del previous
    folder, _, name = blob.path.rpartition("/")
    if name == _COMPLETE:
        return Reading((CompleteFact(),))
    fields = Fields(json_object(blob.data))
    fact = _progress(fields) if name == _PROGRESS else _state(fields, folder.rpartition("/")[2])
    return Reading((fact,), fields.dropped.lines())


def _state(fields: Fields, folder: str) -> CheckpointFact:
    phase = fields.phase("current_phase")
    project = fields.text("project_name")
    session_id = fields.text("session_id")
    iterations = fields.count("iterations", limit=_MAX_ITERATIONS)
    if phase is None and project is None and session_id is None and iterations is None:
        raise UnusableError("neither a phase nor a project nor a session in it")
    return CheckpointFact(
        session_id=session_id or plain(folder, NAME_LIMIT),
        phase=phase,
        project=project,
        task=fields.text("task_description", limit=DETAIL_LIMIT),
        iterations=iterations,
        working_directory=fields.pick(("working_directory",), values.full_path, "a full path"),
        claims=_claims(fields),
    )


def _progress(fields: Fields) -> TaskProgressFact:
    completed = fields.pick(("completed",), _tasks, "a list")
    remaining = fields.pick(("remaining",), _tasks, "a list")
    if completed is None and remaining is None:
        raise UnusableError("neither completed nor remaining tasks in it")
    notes = fields.pick(("notes",), _last_note, "a list of texts")
    return TaskProgressFact(completed or 0, remaining or 0, notes or None)


def _tasks(value: object) -> int | None:
    """How many tasks a list has, or a count that stands in its place."""
    if isinstance(value, list):
        return min(len(value), _MAX_TASKS)
    return values.whole(value, _MAX_TASKS)


def _last_note(value: object) -> str | None:
    """The newest of a list of notes, or a single one; "" if no note has any text."""
    notes = reversed(value) if isinstance(value, list) else (value,)
    return next((text for text in (values.shown(note, DETAIL_LIMIT) for note in notes) if text), "")


def _claims(fields: Fields) -> tuple[Claim, ...]:
    written = ((name, fields.pick((name,), values.number_text, "a time")) for name in _TIMES)
    return tuple(Claim(name, text) for name, text in written if text)


def owner(path: str, reading: Reading) -> Ownership:
    """The directory a checkpoint is of: what it says itself, else a folder named like it (design.md)."""
    folder, _, name = path.rpartition("/")
    key = folder.rpartition("/")[2]
    written = [fact.working_directory for fact in reading.facts if isinstance(fact, CheckpointFact)]
    said = tuple(path for path in written if path) if name == _STATE else None
    return Ownership(key, (*dict.fromkeys((key, STAMP.sub("", key))), "."), said)


def _interest(anchor: Anchor, name: str) -> Interest:
    if name == _COMPLETE:
        return Interest(anchor, _FOLDER + name, mode=Mode.STAT)
    return Interest(anchor, _FOLDER + name, cap_bytes=4 * MIB)


SOURCE: Final = Source(
    "checkpoint",
    tuple(
        _interest(anchor, name)
        for anchor, name in product((Anchor.ROOT, Anchor.PROJECT), (_STATE, _PROGRESS, _COMPLETE))
    ),
    read,
    owner,
)
