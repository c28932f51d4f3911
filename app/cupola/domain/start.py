"""When a run began, as far as files of first sight tell (design.md, Run and identity)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cupola.domain.clock import Instant
from cupola.domain.ends import END_LEAD_S
from cupola.domain.facts import (
    ArtefactFact,
    CompleteFact,
    Observation,
    PatternsFact,
    PhaseFact,
    ReportFact,
    SummaryFact,
)
from cupola.domain.files import CHECKPOINT_FACTS
from cupola.domain.record import (
    EARLIER_RUN_S,
    checkpoint_id,
    is_own,
    newest,
    of_other_checkpoint,
)
from cupola.domain.standing import listed_in
from cupola.domain.words import (
    CODEBASE_ANALYSIS,
    SCOUT,
    Provenance,
    phase_name,
    phase_rank,
    says_completed,
    says_failed,
)


@dataclass(frozen=True, slots=True)
class Start:
    """The start of a run, how it is known, and the end of the run before as far as it is known."""

    at: Instant
    provenance: Provenance
    note: str
    previous_end: Instant | None


def is_starting(fact: PhaseFact) -> bool:
    """Codebase Analysis, or Scout with no phases completed (or no list of them)."""
    phase = phase_name(fact.phase or "")
    return phase == CODEBASE_ANALYSIS or (phase == SCOUT and not listed_in(fact))


def find_start(files: Sequence[Observation], previous_end: Instant | None, now: Instant) -> Start:
    """Start of the run that `files` belong to: of arrivals the first, else the oldest of its files."""
    files = list(filter(is_own, files))
    end = _latest(previous_end, _end_before(files))
    own = own_files(files, end)
    if not own:
        return Start(now, Provenance.OBSERVED, "when Cupola first looked", end)
    first = min(filter(_dates, own), key=lambda seen: seen.changed_at, default=own[0])
    if first.first_sight:
        return Start(first.changed_at, Provenance.ESTIMATED, "time of the run's oldest file", end)
    return Start(first.changed_at, Provenance.OBSERVED, "arrival of the run's first file", end)


def _dates(seen: Observation) -> bool:
    """Lessons outlive the run that wrote them: they date nothing."""
    return not isinstance(seen.fact, PatternsFact)


def own_files(files: Iterable[Observation], previous_end: Instant | None) -> list[Observation]:
    """Those that are newer than the run before; of checkpoints the newest, unless it is an earlier run's."""
    own = filter(is_own, files)
    fresh = [seen for seen in own if previous_end is None or seen.changed_at > previous_end]
    latest = newest_checkpoint(fresh)
    project = [
        seen
        for seen in fresh
        if not isinstance(seen.fact, CHECKPOINT_FACTS) and not of_other_checkpoint(seen, latest)
    ]
    begun = min((seen.changed_at for seen in project), default=float("-inf"))
    checkpoint = [seen for seen in fresh if checkpoint_id(seen) == latest and latest is not None]
    if all(seen.changed_at < begun - EARLIER_RUN_S for seen in checkpoint):
        return project
    return project + checkpoint


def newest_checkpoint(files: Iterable[Observation]) -> str | None:
    """The id of the checkpoint whose file changed last; None without any."""
    found = [seen for seen in files if isinstance(seen.fact, CHECKPOINT_FACTS)]
    return checkpoint_id(max(found, key=lambda seen: seen.changed_at)) if found else None


def _end_before(files: Sequence[Observation]) -> Instant | None:
    """The newest trace of an earlier run: of an end or a later phase, over 60 s older than a phase's start.

    The start is the phase file while it holds a starting phase, else the report of a starting phase
    that is newer than the trace; all that is over 6 h older than a starting phase is earlier, too.
    """
    phase = newest(files, PhaseFact)
    if phase is None:
        return None
    if not is_starting(phase[1]):
        return _end_before_scout(files, phase[0].changed_at)
    begun, rank = phase[0].changed_at, phase_rank(phase_name(phase[1].phase or "")) or 0
    traces = [seen.changed_at for seen in files if _ends(seen) or _later(seen, rank)]
    stale = [seen.changed_at for seen in files if seen.changed_at < begun - EARLIER_RUN_S]
    return max((at for at in traces + stale if at < begun - END_LEAD_S), default=None)


def _end_before_scout(files: Sequence[Observation], phase_at: Instant) -> Instant | None:
    begun = [seen.changed_at for seen in files if _artefact_rank(seen) in {0, 1}]
    limit = min(max(begun, default=float("-inf")), phase_at) - END_LEAD_S
    return max((seen.changed_at for seen in files if _ends(seen) and seen.changed_at < limit), default=None)


def _ends(seen: Observation) -> bool:
    match seen.fact:
        case SummaryFact(status=status):
            return says_completed(status) or says_failed(status)
        case fact:
            return isinstance(fact, CompleteFact | ReportFact)


def _later(seen: Observation, rank: int) -> bool:
    return (_artefact_rank(seen) or 0) > max(rank, 1)


def _artefact_rank(seen: Observation) -> int | None:
    return phase_rank(phase_name(seen.fact.phase)) if isinstance(seen.fact, ArtefactFact) else None


def _latest(first: Instant | None, second: Instant | None) -> Instant | None:
    known = [at for at in (first, second) if at is not None]
    return max(known, default=None)
