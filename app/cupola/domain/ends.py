"""What the files say of a run's end: copied, completed, failed (design.md, State, rules 1 to 3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cupola.domain.clock import Instant
from cupola.domain.facts import CheckpointFact, CompleteFact, Observation, PhaseFact, ReportFact, SummaryFact
from cupola.domain.record import Run, is_own, newest
from cupola.domain.text import file_name, plain
from cupola.domain.words import (
    COMPLETE,
    FEEDBACK,
    GITHUB_INTEGRATION,
    BuildState,
    Verdict,
    phase_name,
    says_completed,
    says_failed,
)

END_LEAD_S: Final = 60.0
"""How much older than the phase file an end marker may be and still be the end."""

COPIED_WITHIN_S: Final = 5.0

Said = tuple[Observation, PhaseFact] | tuple[Observation, CheckpointFact]


class Rule(StrEnum):
    """Which rule of design.md, State decided."""

    COPIED = "copied"
    COMPLETED = "completed"
    FAILED = "failed"
    LAST_PHASE = "last phase"
    NO_END = "no end seen"
    QUIET = "quiet"
    RUNNING = "running"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A state, the rule and the file that say so, and when that file changed."""

    state: BuildState
    rule: Rule
    reason: str
    at: Instant | None = None


def copied(run: Run) -> Evidence | None:
    """Two files or more, all there at first sight, not touched since, written within 5 s."""
    files = list(filter(is_own, run.observations.values()))
    if len(files) < 2 or any(not _untouched(seen) for seen in files):
        return None
    times = [seen.mtime for seen in files]
    if max(times) - min(times) > COPIED_WITHIN_S:
        return None
    reason = "copied or checked out: all files were there at first sight, written within 5 s"
    return Evidence(BuildState.UNKNOWN, Rule.COPIED, reason)


def _untouched(seen: Observation) -> bool:
    return seen.first_sight and seen.touched_at <= max(seen.changed_at, seen.mtime)


def end(files: Sequence[Observation]) -> Evidence | None:
    """The first evidence of an end among the files of one origin, in the order of the rules."""
    base = _base_time(files)
    candidates = (
        _phase_complete(files),
        _complete_file(files, base),
        _summary(files, base, failed=False),
        _phase_failed(files),
        _summary(files, base, failed=True),
        _report(files, base),
        _last_phase(files),
    )
    return next((found for found in candidates if found is not None), None)


def _base_time(files: Sequence[Observation]) -> Instant:
    """When the phase file (of a checkpoint: state.json) changed; before everything if there is none."""
    times = (seen.changed_at for seen in files if isinstance(seen.fact, PhaseFact | CheckpointFact))
    return max(times, default=float("-inf"))


def _in_time(seen: Observation, base: Instant) -> bool:
    return seen.changed_at >= base - END_LEAD_S


def _phase_complete(files: Sequence[Observation]) -> Evidence | None:
    found = said(files)
    if found is None or phase_name(found[1].phase or "") != COMPLETE:
        return None
    seen, fact = found
    if isinstance(fact, PhaseFact) and says_failed(fact.status):
        return None
    return Evidence(
        BuildState.COMPLETED, Rule.COMPLETED, f"{file_name(seen.path)} says Complete", seen.changed_at
    )


def _complete_file(files: Sequence[Observation], base: Instant) -> Evidence | None:
    found = newest(files, CompleteFact)
    if found is None or not _in_time(found[0], base):
        return None
    return Evidence(BuildState.COMPLETED, Rule.COMPLETED, "COMPLETE is there", found[0].changed_at)


def _summary(files: Sequence[Observation], base: Instant, *, failed: bool) -> Evidence | None:
    found = newest(files, SummaryFact)
    if found is None or not _in_time(found[0], base):
        return None
    seen, fact = found
    if not (says_failed if failed else says_completed)(fact.status):
        return None
    state, rule = (BuildState.FAILED, Rule.FAILED) if failed else (BuildState.COMPLETED, Rule.COMPLETED)
    return Evidence(
        state, rule, f"{file_name(seen.path)} says {plain(fact.status or '', 80)}", seen.changed_at
    )


def _phase_failed(files: Sequence[Observation]) -> Evidence | None:
    found = newest(files, PhaseFact)
    if found is None or not says_failed(found[1].status):
        return None
    return Evidence(BuildState.FAILED, Rule.FAILED, phase_says(found), found[0].changed_at)


def _report(files: Sequence[Observation], base: Instant) -> Evidence | None:
    found = newest(files, ReportFact)
    if found is None or found[1].verdict is not Verdict.FAILED or not _in_time(found[0], base):
        return None
    reason = f"{file_name(found[0].path)} says FAILED"
    return Evidence(BuildState.FAILED, Rule.FAILED, reason, found[0].changed_at)


def _last_phase(files: Sequence[Observation]) -> Evidence | None:
    found = newest(files, PhaseFact)
    if found is None or not says_completed(found[1].status):
        return None
    if phase_name(found[1].phase or "") not in {FEEDBACK, GITHUB_INTEGRATION}:
        return None
    return Evidence(BuildState.COMPLETED, Rule.LAST_PHASE, phase_says(found), found[0].changed_at)


def said(files: Sequence[Observation]) -> Said | None:
    """The file that names the phase: the phase file, or a checkpoint's state.json."""
    return newest(files, PhaseFact) or newest(files, CheckpointFact)


def phase_says(found: Said) -> str:
    """`current-phase.json says Test testing`."""
    seen, fact = found
    words = [phase_name(fact.phase or ""), (fact.status if isinstance(fact, PhaseFact) else None) or ""]
    return f"{file_name(seen.path)} says {plain(' '.join(filter(None, words)), 120)}"
