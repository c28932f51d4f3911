"""What the files of one origin say of phase and session; values of two origins never mix."""

from __future__ import annotations

from dataclasses import dataclass

from cupola.domain.claims import Claim
from cupola.domain.facts import CheckpointFact, PhaseFact, SummaryFact
from cupola.domain.origin import files_of
from cupola.domain.record import Run, asked_once, checkpoint_files, newest, project_files
from cupola.domain.words import (
    ARCHITECT,
    BUILDER,
    COMPLETE,
    SCOUT,
    TEST,
    Generation,
    Origin,
    phase_name,
    phase_rank,
    says_completed,
    status_word,
)

CHECKPOINT_PHASES = (SCOUT, ARCHITECT, BUILDER)


@dataclass(frozen=True, slots=True)
class Standing:
    """Phase names are normalised. `listed` None: no file of this origin has such a list."""

    generation: Generation = Generation.UNKNOWN
    phase: str | None = None
    status: str | None = None
    listed: tuple[str, ...] | None = None
    session_id: str | None = None
    detail: str | None = None
    test_iteration: int | None = None
    claims: tuple[Claim, ...] = ()

    @property
    def completed(self) -> bool:
        """True if the phase itself is over; says nothing of the build (formats.md A1.1, trap 1)."""
        return says_completed(self.status) or self.phase == COMPLETE


@asked_once
def standing(run: Run, origin: Origin) -> Standing:
    """What the run's files of `origin` say."""
    if origin is Origin.CHECKPOINT:
        return _of_checkpoint(run)
    phase = newest(project_files(run), PhaseFact)
    summary = newest(project_files(run), SummaryFact)
    if origin is Origin.LIVE and phase is not None:
        return _of_phase(phase[1], summary[1] if summary else None)
    if summary is None:
        return Standing()
    listed = normalised(summary[1].phases_completed) or None
    return Standing(summary[1].generation, listed=listed, session_id=summary[1].session_id)


def _of_phase(fact: PhaseFact, summary: SummaryFact | None) -> Standing:
    return Standing(
        generation=fact.generation,
        phase=fact.phase and phase_name(fact.phase),
        status=fact.status,
        listed=listed_in(fact),
        session_id=fact.session_id or (summary.session_id if summary else None),
        detail=fact.detail,
        test_iteration=fact.test_iteration,
        claims=fact.claims,
    )


def _of_checkpoint(run: Run) -> Standing:
    found = newest(checkpoint_files(run), CheckpointFact)
    if found is None:
        return Standing(Generation.A0, session_id=run.checkpoint_id)
    fact = found[1]
    return Standing(
        generation=Generation.A0,
        phase=fact.phase and phase_name(fact.phase),
        session_id=fact.session_id,
        detail=fact.task,
        claims=fact.claims,
    )


def normalised(names: tuple[str, ...]) -> tuple[str, ...]:
    """Phase names normalised, each once, in their order, without `Complete`."""
    return tuple(dict.fromkeys(name for name in map(phase_name, names) if name and name != COMPLETE))


def listed_in(fact: PhaseFact) -> tuple[str, ...] | None:
    """The phases that a phase file lists as completed, normalised; None if its shape has no list."""
    return None if fact.phases_completed is None else normalised(fact.phases_completed)


def summary_of(run: Run, origin: Origin) -> SummaryFact | None:
    """The run's summary, unless the origin is a checkpoint, which has none."""
    found = newest(files_of(run, origin), SummaryFact)
    return found[1] if found else None


def heals(before: PhaseFact | None, after: PhaseFact) -> bool:
    """True if `after` steps back from Test to be repaired (formats.md A1.1: self-healing)."""
    if before is None or (after.test_iteration or 0) < 1:
        return False
    if status_word(after.status) == "selfhealing" and status_word(before.status) != "selfhealing":
        return True
    if TEST in (listed_in(before) or ()) and TEST not in (listed_in(after) or (TEST,)):
        return True
    was, is_now = (phase_rank(phase_name(fact.phase or "")) for fact in (before, after))
    back_from = phase_rank(TEST)
    return was is not None and is_now is not None and back_from is not None and is_now < was <= back_from
