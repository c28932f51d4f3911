"""The Builder's tasks: which are done, by the marks in `builder-logs/` (formats.md A1.5, A1.6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cupola.domain.facts import MarkKind, Observation, PlannedTask, TaskMarkFact, TasksFact
from cupola.domain.files import Batch
from cupola.domain.record import newest
from cupola.domain.words import says_completed, says_failed

_PREFIX: Final = "task-"


class Outcome(StrEnum):
    """How far a task is, by its files alone."""

    DONE = "done"
    FAILED = "failed"
    LOGGED = "logged"
    """It has a log and no mark."""
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Marks:
    """What `builder-logs/` holds of one name. `mark` is the one of `.done` and `.error` written last.

    Marks are never opened, so one that is written again says the same: only its touch tells.
    """

    name: str
    mark: Observation | None = None
    log: Observation | None = None

    @property
    def outcome(self) -> Outcome:
        """The newest mark decides, else what the log itself ends with."""
        if self.mark is not None:
            return Outcome.DONE if _fact(self.mark).kind is MarkKind.DONE else Outcome.FAILED
        return _says(_fact(self.log).status, Outcome.LOGGED) if self.log else Outcome.OPEN

    @property
    def told_by(self) -> Observation | None:
        """The file that counts what the task wrote, else the mark."""
        counted = (seen for seen in (self.log, self.mark) if seen and _fact(seen).files is not None)
        return next(counted, self.mark or self.log)

    @property
    def files(self) -> int | None:
        """How many files the task wrote."""
        return _fact(self.told_by).files if self.told_by else None


@dataclass(frozen=True, slots=True)
class Tasks:
    """The plan, one entry of `marks` for each of its tasks, and marks that no planned task has."""

    plan: Observation | None = None
    planned: tuple[PlannedTask, ...] = ()
    marks: tuple[Marks, ...] = ()
    unmatched: tuple[Marks, ...] = ()

    def outcomes(self) -> list[Outcome]:
        """How far each planned task is: by its marks, else as the plan itself says."""
        return [
            _says(task.status, Outcome.OPEN) if held.outcome is Outcome.OPEN else held.outcome
            for task, held in zip(self.planned, self.marks, strict=True)
        ]

    def share_done(self) -> float:
        """Done over planned tasks, 0..1; unmatched marks count nowhere."""
        outcomes = self.outcomes()
        return outcomes.count(Outcome.DONE) / len(outcomes) if outcomes else 0.0


def tasks_of(files: Batch) -> Tasks:
    """The newest plan among these files and what marks say of it: `<id>` or `task-<id>`, the first rather."""
    return files.answer(_tasks, TasksFact, TaskMarkFact)


def _tasks(files: Batch) -> Tasks:
    found = newest(files, TasksFact)
    marks = _marks(files)
    planned = found[1].tasks if found else ()
    ids = {task.id for task in planned}
    owners = {name: _owner(name, ids) for name in marks}
    by_id: dict[str, Marks] = {}
    for name, owner in owners.items():
        if owner is not None:
            by_id[owner] = _merged(by_id.get(owner), marks[name])
    return Tasks(
        plan=found[0] if found else None,
        planned=planned,
        marks=tuple(by_id.get(task.id, Marks(task.id)) for task in planned),
        unmatched=tuple(marks[name] for name in sorted(marks) if owners[name] is None),
    )


def _owner(name: str, ids: set[str]) -> str | None:
    return next((each for each in (name, name.removeprefix(_PREFIX)) if each in ids), None)


def _marks(files: Iterable[Observation]) -> dict[str, Marks]:
    found: dict[str, Marks] = {}
    for seen in files:
        if isinstance(seen.fact, TaskMarkFact):
            found[seen.fact.name] = _merged(found.get(seen.fact.name), _single(seen, seen.fact))
    return found


def _single(seen: Observation, fact: TaskMarkFact) -> Marks:
    return Marks(fact.name, log=seen) if fact.kind is MarkKind.LOG else Marks(fact.name, mark=seen)


def _merged(one: Marks | None, other: Marks) -> Marks:
    if one is None:
        return other
    return Marks(one.name, _newer(one.mark, other.mark), _newer(one.log, other.log))


def _newer(one: Observation | None, other: Observation | None) -> Observation | None:
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda seen: (seen.touched_at, seen.path))


def _fact(seen: Observation) -> TaskMarkFact:
    if not isinstance(seen.fact, TaskMarkFact):
        raise TypeError(f"{seen.path} is no mark of a task")
    return seen.fact


def _says(status: str | None, otherwise: Outcome) -> Outcome:
    if says_completed(status):
        return Outcome.DONE
    return Outcome.FAILED if says_failed(status) else otherwise
