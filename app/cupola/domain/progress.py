"""How far a run is, from 0 to 1: always estimated (design.md, Figures)."""

from __future__ import annotations

from typing import Final

from cupola.domain.facts import TaskProgressFact
from cupola.domain.figures import Figure
from cupola.domain.pipeline import done_phases, phases_of
from cupola.domain.record import Run, asked_once, checkpoint_files, newest, project_files
from cupola.domain.standing import standing
from cupola.domain.state import StateVerdict
from cupola.domain.tasks import tasks_of
from cupola.domain.words import ARCHITECT, BUILDER, BuildState, Origin, Provenance

MOST: Final = 0.99
"""The most that a run shows which is not completed."""


def progress(run: Run, verdict: StateVerdict) -> Figure:
    """0..1: phases completed, and the share of tasks done while in Builder, over the phases of the mode.

    1 only for a completed run; it falls only by self-healing, or when a completed run is reopened.
    """
    if verdict.state is BuildState.COMPLETED:
        return Figure(1.0, Provenance.ESTIMATED, note="the build is completed")
    share = raw_progress(run, verdict.origin)
    if share is None:
        return Figure.none("no file tells of a phase")
    value = min(max(share, run.floors.of(verdict.origin)), MOST)
    return Figure(round(value, 6), Provenance.ESTIMATED, note=_note(run, verdict.origin))


@asked_once
def raw_progress(run: Run, origin: Origin) -> float | None:
    """The share of 0..1 by what the files say now, without the floor; None if they tell of no phase."""
    phases = phases_of(run, origin)
    if not phases or not _told(run, origin):
        return None
    done = done_phases(run, origin) & set(phases)
    tasks = builder_share(run, origin) if BUILDER in phases and BUILDER not in done else 0.0
    return min((len(done) + tasks) / len(phases), 1.0)


def builder_share(run: Run, origin: Origin) -> float:
    """Tasks done over all tasks (0..1) while in Builder; 0 elsewhere or where no file counts tasks.

    A live Builder may still be called Architect, completed (formats.md A1.1, trap 4).
    """
    now_at = standing(run, origin)
    if origin is Origin.LIVE:
        building = now_at.phase == BUILDER or (now_at.phase == ARCHITECT and now_at.completed)
        return tasks_of(project_files(run)).share_done() if building else 0.0
    if origin is not Origin.CHECKPOINT or now_at.phase != BUILDER:
        return 0.0
    found = newest(checkpoint_files(run), TaskProgressFact)
    if found is None:
        return 0.0
    completed, remaining = max(found[1].completed, 0), max(found[1].remaining, 0)
    return completed / (completed + remaining) if completed + remaining else 0.0


def _told(run: Run, origin: Origin) -> bool:
    """False for a checkpoint whose state.json is not there: its three phases are known, its place is not."""
    return origin is not Origin.CHECKPOINT or standing(run, origin).phase is not None


def _note(run: Run, origin: Origin) -> str:
    phases = phases_of(run, origin)
    done = len(done_phases(run, origin) & set(phases))
    return f"{done} of {len(phases)} phases completed"
