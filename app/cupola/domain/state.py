"""Whether a run runs, is quiet, completed or failed (design.md, State)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cupola.domain import ends
from cupola.domain.clock import Instant
from cupola.domain.ends import Evidence, Rule
from cupola.domain.facts import CheckpointFact, CompleteFact, Observation, PhaseFact, ReportFact, SummaryFact
from cupola.domain.formatting import duration
from cupola.domain.origin import choose_origin, files_of
from cupola.domain.record import Run
from cupola.domain.words import BuildState, Origin

NO_END_S: Final = 24 * 3600.0
"""Quiet after which no end is expected any more."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What the user may set: after how many seconds without a change a build is quiet; a budget of tokens."""

    quiet_limit_s: float = 900.0
    token_budget: int | None = None


@dataclass(frozen=True, slots=True)
class StateVerdict:
    """The state, in words why, when the end was written, and until when this holds by time alone."""

    state: BuildState
    reason: str
    ended_at: Instant | None = None
    valid_until: Instant | None = None
    origin: Origin = Origin.ARTIFACTS
    rule: Rule = Rule.NOTHING


def evaluate(run: Run, now: Instant, policy: Policy) -> StateVerdict:
    """The run's state at `now`, by the first rule of design.md, State that holds."""
    origin, flips_at = choose_origin(run, now)
    files = files_of(run, origin)
    evidence = ends.copied(run) or ends.end(files)
    if evidence is not None:
        return StateVerdict(evidence.state, evidence.reason, evidence.at, flips_at, origin, evidence.rule)
    evidence, changes_at = _by_time(run, files, now, policy)
    deadlines = [at for at in (flips_at, changes_at) if at is not None]
    return StateVerdict(
        evidence.state, evidence.reason, None, min(deadlines, default=None), origin, evidence.rule
    )


def is_build(run: Run) -> bool:
    """True if there is a phase or an end marker: COMPLETE, a final report, a summary with a status."""
    return any(_shows_a_build(seen) for seen in run.observations.values())


def _shows_a_build(seen: Observation) -> bool:
    match seen.fact:
        case PhaseFact(phase=phase) | CheckpointFact(phase=phase):
            return bool(phase)
        case SummaryFact(status=status):
            return bool(status)
        case fact:
            return isinstance(fact, CompleteFact | ReportFact)


def _by_time(
    run: Run, files: Sequence[Observation], now: Instant, policy: Policy
) -> tuple[Evidence, Instant | None]:
    quiet_at, no_end_at = run.last_life + policy.quiet_limit_s, run.last_life + NO_END_S
    if now >= no_end_at:
        return Evidence(BuildState.UNKNOWN, Rule.NO_END, "no end seen: nothing written for 24 h"), None
    if now >= quiet_at:
        reason = f"nothing written for {_limit(policy.quiet_limit_s)} (quiet limit)"
        return Evidence(BuildState.QUIET, Rule.QUIET, reason), no_end_at
    return _running(files), min(quiet_at, no_end_at)


def _running(files: Sequence[Observation]) -> Evidence:
    found = ends.said(files)
    if found is None or not found[1].phase:
        return Evidence(BuildState.UNKNOWN, Rule.NOTHING, "no file names a phase, nor an end")
    return Evidence(BuildState.RUNNING, Rule.RUNNING, ends.phase_says(found))


def _limit(seconds: float) -> str:
    """A round limit in short: 15 min; else like any duration."""
    return f"{seconds / 60:.0f} min" if seconds >= 60 and seconds % 60 == 0 else duration(seconds)
