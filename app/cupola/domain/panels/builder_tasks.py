"""The Builder's tasks as rows (issue 3, Agent Performance)."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

from cupola.domain.facts import Observation, PlannedTask
from cupola.domain.figures import Figure
from cupola.domain.models import AgentKind, AgentRow, AgentState, PipelineStep
from cupola.domain.tasks import Marks, Outcome, Tasks
from cupola.domain.text import file_name, plain
from cupola.domain.words import BUILDER, Provenance, StepState

_NAME: Final = 120
_NO_DURATION: Final = Figure.none("no file tells how long it took")
_NO_TOKENS: Final = Figure.none("no file counts a task's tokens")


def phase_key(phase: str) -> str:
    """The key of a phase's row."""
    return sys.intern(f"phase:{phase}")


def task_rows(tasks: Tasks, steps: Sequence[PipelineStep], *, over: bool) -> list[AgentRow]:
    """Planned tasks in the order of the plan, then marks that no task has, by name."""
    step = next((step for step in steps if step.phase == BUILDER), None)
    current = step is not None and step.state is StepState.CURRENT and not over
    gone_by = over or (step is not None and step.state in {StepState.DONE, StepState.SKIPPED})
    parent = phase_key(BUILDER) if step else None
    told = zip(tasks.planned, tasks.marks, tasks.outcomes(), strict=True)
    rows = [
        _planned(task, marks, tasks.plan, _state(outcome, current=current, gone_by=gone_by), parent)
        for task, marks, outcome in told
    ]
    for marks in tasks.unmatched:
        state = _state(marks.outcome, current=current, gone_by=not current)
        rows.append(
            _row(f"mark:{plain(marks.name, _NAME)}", plain(marks.name, _NAME), state, _files(marks), parent)
        )
    return rows


def _state(outcome: Outcome, *, current: bool, gone_by: bool) -> AgentState:
    """Running only with a log and while Builder is; without a mark nobody knows once Builder is over."""
    if outcome is Outcome.DONE:
        return AgentState.DONE
    if outcome is Outcome.FAILED:
        return AgentState.FAILED
    if gone_by:
        return AgentState.UNKNOWN
    return AgentState.RUNNING if outcome is Outcome.LOGGED and current else AgentState.WAITING


def _planned(
    task: PlannedTask, marks: Marks, plan: Observation | None, state: AgentState, parent: str | None
) -> AgentRow:
    name = plain(task.name, _NAME) or plain(task.id, _NAME)
    return _row(f"task:{plain(task.id, _NAME)}", name, state, _files(marks, task, plan), parent)


def _row(key: str, name: str, state: AgentState, files: Figure, parent: str | None) -> AgentRow:
    return AgentRow(key, parent, AgentKind.TASK, name, state, _NO_DURATION, files, _NO_TOKENS)


def _files(marks: Marks, task: PlannedTask | None = None, plan: Observation | None = None) -> Figure:
    """As the task's own log reports, else as planned: an estimate."""
    told = marks.told_by
    if told is not None and marks.files is not None:
        note = sys.intern(f"from {file_name(told.path)}")
        return Figure(marks.files, Provenance.REPORTED, note=note, file=told.path)
    if task is not None and plan is not None and task.files:
        note = sys.intern(f"as {file_name(plan.path)} plans; no log counts them")
        return Figure(task.files, Provenance.ESTIMATED, note=note, file=plan.path)
    return Figure(note="no log counts its files", file=told.path if told else None)
