"""A run as the frozen models that a consumer gets, each with its digest. They hold instants, never ages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from cupola.domain.claims import Claim
from cupola.domain.clock import Instant
from cupola.domain.encoding import digest, keep_texts
from cupola.domain.ends import Rule
from cupola.domain.facts import ArtefactFact, CheckpointFact, Observation, PhaseFact, PhaseStatusFact
from cupola.domain.figures import Figure
from cupola.domain.models import (
    ActivityModel,
    AgentRow,
    BuildModel,
    BuildSnapshot,
    Elapsed,
    PanelModel,
    PipelineStep,
    Work,
    WorkState,
)
from cupola.domain.origin import files_of
from cupola.domain.panels import agents, decisions, tests, tokens
from cupola.domain.panels.found import Found
from cupola.domain.panels.kept import Kept
from cupola.domain.panels.measured import Measured, measured, valid_until
from cupola.domain.panels.zones import budgeted
from cupola.domain.pipeline import pipeline
from cupola.domain.problems import Problem
from cupola.domain.progress import progress
from cupola.domain.record import Run, checkpoint_files, last_change, newest, project_files
from cupola.domain.sessions import SessionsFact
from cupola.domain.standing import Standing, normalised, standing, summary_of
from cupola.domain.state import Policy, StateVerdict, evaluate
from cupola.domain.text import optional, plain, printable_path
from cupola.domain.words import Facet, StepState, phase_name, says_completed
from cupola.domain.working import Doing, work

_NAME: Final = 120
NO_ACTIVITY: Final = digest(ActivityModel())

keep_texts(AgentRow, 512)  # a build may have 200 sessions, of which one says something new
keep_texts(PipelineStep, 64)  # seven of eight stay as they were, and few builds change at a time


def present(  # noqa: PLR0913, PLR0917 - a run, how its build is named, and when it is looked at
    run: Run,
    build_id: str,
    project_name: str,
    directory: str | None,
    first_seen: Instant,
    problems: tuple[Problem, ...],
    now: Instant,
    policy: Policy,
    before: BuildSnapshot | None = None,
    kept: Kept | None = None,
) -> tuple[BuildSnapshot, Instant | None]:
    """The snapshot of a run at `now`, and the instant at which it changes by time alone (None: never).

    Equal runs give equal digests until that instant. All text in it is safe to show. What equals the
    snapshot `before` keeps its digest: comparing is faster than encoding. So do panels of the same facts
    that are `kept` from one call to the next.
    """
    verdict = evaluate(run, now, policy)
    steps = pipeline(run, verdict)
    found = Found(run)
    told = measured(found.newest(SessionsFact))
    done = attended(told, run, verdict, now)
    build = _header(run, verdict, steps, build_id, project_name, directory, first_seen, problems)
    build = replace(build, work=Work(done.state, done.reason, done.since))
    limits = (verdict.valid_until, done.until, valid_until(told.fact, now) if told else None)
    valid = min((at for at in limits if at is not None), default=None)
    return _snapshot(run, found, told, verdict, build, now, policy, before, kept or Kept()), valid


def attended(told: Measured | None, run: Run, verdict: StateVerdict, now: Instant) -> Doing:
    """What the sessions of a run do; when it is over, so are they."""
    if told is None or not told.fact.agents:
        return Doing()
    if verdict.state.ended:
        return Doing(WorkState.ENDED, "the run is over", verdict.ended_at)
    if agents.is_over(verdict):
        return Doing(WorkState.ENDED, "nobody knows of an end, but it is long ago")
    return work(told.fact, last_change(run), now)


def _header(
    run: Run,
    verdict: StateVerdict,
    steps: tuple[PipelineStep, ...],
    build_id: str,
    project: str,
    directory: str | None,
    first_seen: Instant,
    problems: tuple[Problem, ...],
) -> BuildModel:
    told, files = standing(run, verdict.origin), files_of(run, verdict.origin)
    return BuildModel(
        id=build_id,
        project=plain(project or _project_of(run) or build_id, _NAME),
        directory=None if directory is None else printable_path(directory),
        session_id=optional(told.session_id, _NAME),
        generation=told.generation,
        state=verdict.state,
        state_reason=verdict.reason,
        source=verdict.origin,
        changed_at=_changed_at(files),
        first_seen=first_seen,
        phase=optional(told.phase, _NAME),
        phase_status=optional(told.status, _NAME),
        phases_completed=_phases_completed(run, verdict, told, steps),
        progress=progress(run, verdict),
        elapsed=elapsed(run, verdict),
        detail=optional(told.detail),
        test_iteration=told.test_iteration,
        pipeline=steps,
        claims=tuple(Claim(plain(claim.name, _NAME), plain(claim.written, _NAME)) for claim in told.claims),
        clock_gap_s=_clock_gap_s(files),
        problems=problems + _dropped(files, problems),
    )


def elapsed(run: Run, verdict: StateVerdict) -> Elapsed:
    """Start to end: frozen at the end's evidence, or at the last change where no end was seen."""
    if verdict.rule is Rule.COPIED:
        return Elapsed(Figure.none("copied or checked out: file times say nothing"))
    ended_at = run.last_life if verdict.rule is Rule.NO_END else verdict.ended_at
    start = Figure(run.started_at, run.start_provenance, note=run.start_note)
    return Elapsed(start, None if ended_at is None else max(ended_at, run.started_at))


def _phases_completed(
    run: Run, verdict: StateVerdict, told: Standing, steps: tuple[PipelineStep, ...]
) -> tuple[str, ...]:
    """As the files of the origin list them; where none lists them, those that are known to be over."""
    listed = told.listed
    if listed is None:
        summary = summary_of(run, verdict.origin)
        over = {*(normalised(summary.phases_completed) if summary else ()), *_said_complete(run)}
        current = told.phase if told.completed else None
        done = (step.phase for step in steps if step.state is StepState.DONE)
        listed = tuple(phase for phase in done if phase == current or phase in over)
    return tuple(plain(phase, _NAME) for phase in listed)


def _said_complete(run: Run) -> set[str]:
    """What `phase-status.json` calls complete: a claim, good only for phases that are over anyway.

    Of an earlier pass it still calls phases complete that are to come (formats.md B).
    """
    found = newest(project_files(run), PhaseStatusFact)
    phases = found[1].phases if found else ()
    return {phase_name(each.phase) for each in phases if says_completed(each.status)}


def _snapshot(  # noqa: PLR0913, PLR0917 - all that panels are made of
    run: Run,
    found: Found,
    told: Measured | None,
    verdict: StateVerdict,
    build: BuildModel,
    now: Instant,
    policy: Policy,
    before: BuildSnapshot | None,
    kept: Kept,
) -> BuildSnapshot:
    steps, facts = build.pipeline, found.besides_phase()
    spent = budgeted(tokens.panel(run, found, told, verdict, steps, now), policy.token_budget)
    phase = found.newest(PhaseFact)
    tested = kept.once(tests.panel, found, of=(facts, phase.fact.test_iteration if phase else None))
    sessions = agents.sessions(run, told, verdict, now, kept)
    at = told.at if told else None
    made_of = (facts, verdict.state, verdict.rule, steps, spent, sessions, at)
    worked = kept.once(agents.panel, run, found, verdict, steps, spent, sessions, at, of=made_of)
    decided = kept.once(decisions.panel, found, of=facts)
    digests = (
        (Facet.BUILD.value, _digest(Facet.BUILD, build, before)),
        (Facet.TOKENS.value, _digest(Facet.TOKENS, spent, before)),
        (Facet.TESTS.value, _digest(Facet.TESTS, tested, before)),
        (Facet.AGENTS.value, _digest(Facet.AGENTS, worked, before)),
        (Facet.DECISIONS.value, _digest(Facet.DECISIONS, decided, before)),
        (Facet.ACTIVITY.value, run.activity_digest or NO_ACTIVITY),
    )
    return BuildSnapshot(build, spent, tested, worked, decided, ActivityModel(run.activity), digests)


def _digest(facet: Facet, model: BuildModel | PanelModel, before: BuildSnapshot | None) -> str:
    known = before.model(facet) if before is not None else None
    if before is not None and (known is model or known == model):
        return dict(before.digests)[facet.value]
    return digest(model)


def _changed_at(files: Iterable[Observation]) -> Instant | None:
    """The newest change of content; files that are never opened count only where there is nothing else."""
    opened = [seen.changed_at for seen in files if not isinstance(seen.fact, ArtefactFact)]
    return max(opened or [seen.changed_at for seen in files], default=None)


def _clock_gap_s(files: Iterable[Observation]) -> float:
    opened = [seen for seen in files if not isinstance(seen.fact, ArtefactFact)]
    latest = max(opened, key=lambda seen: seen.changed_at, default=None)
    return round(latest.clock_gap_s, 3) if latest is not None else 0.0


def _project_of(run: Run) -> str | None:
    found = newest(checkpoint_files(run), CheckpointFact)
    return (found[1].project if found else None) or run.checkpoint_id


def _dropped(files: Iterable[Observation], known: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """What had to be left out of the origin's files, one problem for each file, unless already told."""
    told = {problem.path for problem in known}
    found = (
        Problem(printable_path(seen.path), "parts of this file were left out", seen.dropped, seen.changed_at)
        for seen in sorted(files, key=lambda seen: seen.path)
        if seen.dropped
    )
    return tuple(problem for problem in found if problem.path not in told)
