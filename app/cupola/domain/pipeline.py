"""The phases of a run in order, how far each is and how long it took (formats.md A1.1, traps 1, 3, 4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from cupola.domain.clock import Instant
from cupola.domain.ends import Rule
from cupola.domain.facts import TaskConfigFact
from cupola.domain.figures import Figure
from cupola.domain.models import PipelineStep
from cupola.domain.record import Run, asked_once, newest, project_files
from cupola.domain.spans import Span, artefact_durations, artefact_ends, spans
from cupola.domain.standing import CHECKPOINT_PHASES, Standing, normalised, standing, summary_of
from cupola.domain.state import StateVerdict
from cupola.domain.text import plain
from cupola.domain.words import (
    ARCHITECT,
    BUILDER,
    CODEBASE_ANALYSIS,
    COMPLETE,
    DEPLOY,
    DOCUMENTATION,
    FEEDBACK,
    PHASES,
    SCOUT,
    TEST,
    Bound,
    BuildState,
    Origin,
    Provenance,
    StepState,
    phase_rank,
    status_word,
)

_NAME: Final = 120
_REPEATED: Final = frozenset({ARCHITECT, BUILDER, TEST})
_FULL: Final = (SCOUT, ARCHITECT, BUILDER, TEST, DOCUMENTATION, DEPLOY, FEEDBACK)
_CHANGE: Final = (CODEBASE_ANALYSIS, SCOUT, ARCHITECT, BUILDER, TEST, FEEDBACK)
_FIX: Final = (CODEBASE_ANALYSIS, SCOUT, BUILDER, TEST, FEEDBACK)
_MODES: Final = {
    "newproject": _FULL,
    "fixbug": _FIX,
    "addfeature": _CHANGE,
    "refactor": _CHANGE,
    "upgradedep": (CODEBASE_ANALYSIS, BUILDER, TEST, FEEDBACK),
    "addtest": (CODEBASE_ANALYSIS, SCOUT, TEST, FEEDBACK),
}


def pipeline(run: Run, verdict: StateVerdict) -> tuple[PipelineStep, ...]:
    """The steps of the verdict's origin; empty if nothing tells of a phase. Holds instants, no ages."""
    now_at = standing(run, verdict.origin)
    phases = phases_of(run, verdict.origin)
    done = done_phases(run, verdict.origin)
    if verdict.state is BuildState.COMPLETED:
        done |= set(_summary_phases(run, verdict.origin)) | {now_at.phase or ""}
    stays = spans(run, verdict.origin, verdict.ended_at)
    current = current_phase(now_at, phases, verdict)
    reached = current or now_at.phase
    ahead = phases.index(reached) if reached in phases else 0
    states = {
        phase: _step_state(phase, current, verdict, done, behind=place < ahead)
        for place, phase in enumerate(phases)
    }
    estimates = {} if verdict.rule is Rule.COPIED else artefact_durations(run)
    repeated = _passed_unseen(run, verdict.origin)
    return tuple(
        _step(phase, states[phase], stays, estimates, now_at, verdict, unseen=phase in repeated)
        for phase in phases
    )


@asked_once
def phases_of(run: Run, origin: Origin) -> tuple[str, ...]:
    """The phases of the run's mode and all that were seen besides, in order; empty if none was seen."""
    if origin is Origin.CHECKPOINT:
        return CHECKPOINT_PHASES
    seen = _seen(run, origin)
    if not seen:
        return ()
    base = set(_mode_phases(_mode(run, origin))) | set(seen)
    known: list[str] = [phase for phase in PHASES if phase in base]
    for place, phase in enumerate(seen):
        if phase not in known:
            known.insert(known.index(seen[place - 1]) + 1 if place else 0, phase)
    return tuple(known)


@asked_once
def done_phases(run: Run, origin: Origin) -> set[str]:
    """Phases that are completed by what the files list, or by their place where they list nothing.

    In self-healing the phases after the current one will be repeated and do not count.
    """
    now_at = standing(run, origin)
    phases = phases_of(run, origin)
    if origin is Origin.ARTIFACTS:
        return set(now_at.listed or ()) | {phase for phase, _ in artefact_ends(run)}
    place = phases.index(now_at.phase) if now_at.phase in phases else None
    if now_at.phase == COMPLETE:
        place = len(phases)
    if now_at.listed is None:
        done = set(phases[:place]) if place is not None else set(_summary_phases(run, origin))
    else:
        done = set(now_at.listed)
        if _healing(now_at) and place is not None:
            done &= set(phases[:place])
    done.discard(now_at.phase or "")
    return done | ({now_at.phase} if now_at.completed and now_at.phase in phases else set())


def current_phase(now_at: Standing, phases: tuple[str, ...], verdict: StateVerdict) -> str | None:
    """The phase that is going on, or in which the run failed; None for a completed or unknown one.

    After Architect that is Builder, which writes nothing until it ends (formats.md A1.1, trap 4).
    """
    if verdict.state is BuildState.COMPLETED or now_at.phase == COMPLETE:
        return None
    if verdict.state is BuildState.FAILED or not now_at.completed:
        return now_at.phase
    if now_at.phase == ARCHITECT and BUILDER in phases:
        return BUILDER
    return None


def _healing(now_at: Standing) -> bool:
    rank, test = phase_rank(now_at.phase or ""), phase_rank(TEST) or 0
    return (now_at.test_iteration or 0) >= 1 and rank is not None and rank < test


def _mode(run: Run, origin: Origin) -> str | None:
    """As the summary says; while there is none, or it does not say, as the build was asked."""
    summary = summary_of(run, origin)
    if summary is not None and summary.mode:
        return summary.mode
    config = newest(project_files(run), TaskConfigFact)
    return config[1].mode if config else None


def _mode_phases(mode: str | None) -> tuple[str, ...]:
    word = status_word(mode)
    known = (phases for name, phases in _MODES.items() if word.startswith(name))
    return next(known, _FULL)


def _seen(run: Run, origin: Origin) -> tuple[str, ...]:
    """Every phase that the run's files named, in the order of their naming."""
    now_at = standing(run, origin)
    told = [mark.phase for mark in run.history if mark.origin is origin]
    left = [phase for phase, _ in artefact_ends(run)]
    current = (now_at.phase,) if now_at.phase else ()
    names: Iterable[str] = (*(now_at.listed or ()), *told, *current, *left, *_summary_phases(run, origin))
    seen = normalised(tuple(names))
    return seen or (_FULL[:1] if now_at.phase == COMPLETE else ())


def _summary_phases(run: Run, origin: Origin) -> tuple[str, ...]:
    summary = summary_of(run, origin)
    return normalised(summary.phases_completed) if summary else ()


def _step_state(
    phase: str, current: str | None, verdict: StateVerdict, done: set[str], *, behind: bool
) -> StepState:
    if phase == current:
        return StepState.FAILED if verdict.state is BuildState.FAILED else StepState.CURRENT
    if phase in done:
        return StepState.DONE
    if behind or verdict.state.ended:
        return StepState.SKIPPED
    return StepState.WAITING


def _step(
    phase: str,
    state: StepState,
    stays: tuple[Span, ...],
    estimates: dict[str, float],
    now_at: Standing,
    verdict: StateVerdict,
    *,
    unseen: bool,
) -> PipelineStep:
    own = [stay for stay in stays if stay.phase == phase]
    loops = max(len(own), (now_at.test_iteration or 0) if phase == TEST else 0)
    since = _running_since(stays, phase) if state is StepState.CURRENT and _goes_on(verdict) else None
    duration = _duration(own, estimates.get(phase), verdict)
    if unseen and duration.provenance is Provenance.OBSERVED:
        duration = replace(duration, bound=Bound.LOWER, note=f"{duration.note}; an earlier pass was not seen")
    return PipelineStep(plain(phase, _NAME), state, duration, since, loops)


def _passed_unseen(run: Run, origin: Origin) -> frozenset[str]:
    """The phases that self-healing repeats of which a pass, or its beginning, was over before Cupola came."""
    first = next((mark for mark in run.history if mark.origin is origin), None)
    if first is None or first.observed:
        return frozenset()
    return _REPEATED if first.iteration else _REPEATED & {first.phase}


def _goes_on(verdict: StateVerdict) -> bool:
    return verdict.state in {BuildState.RUNNING, BuildState.QUIET}


def _running_since(stays: tuple[Span, ...], phase: str) -> Instant | None:
    if not stays:
        return None
    return stays[-1].started_at if stays[-1].phase == phase else stays[-1].ended_at


def _duration(own: list[Span], estimate: float | None, verdict: StateVerdict) -> Figure:
    ended = [
        (stay.ended_at - stay.started_at, stay.observed)
        for stay in own
        if stay.started_at is not None and stay.ended_at is not None
    ]
    if verdict.rule is Rule.COPIED:
        return Figure.none("copied or checked out: file times say nothing")
    if ended and (all(observed for _, observed in ended) or estimate is None):
        sure = all(observed for _, observed in ended)
        note = "from transitions that Cupola saw" if sure else "from file times before Cupola saw it"
        how = Provenance.OBSERVED if sure else Provenance.ESTIMATED
        return Figure(sum(seconds for seconds, _ in ended), how, note=note)
    if estimate is not None and not any(stay.ended_at is None for stay in own):
        note = "from the times of the files that phases leave behind"
        return Figure(estimate, Provenance.ESTIMATED, note=note)
    return Figure.none("not seen from start to end")
