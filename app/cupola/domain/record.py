"""What is kept of one run, and how it is looked at. Nothing here decides anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from cupola.domain.clock import Instant
from cupola.domain.facts import (
    CheckpointFact,
    ConversationFact,
    EventsFact,
    Fact,
    Observation,
    PhaseFact,
    SessionLogFact,
)
from cupola.domain.files import ATTACHED_FACTS, CHECKPOINT_FACTS, Batch, Files, Key
from cupola.domain.models import ActivityEntry
from cupola.domain.transcript import AgentTypeFact, TranscriptFact, TranscriptHeadFact
from cupola.domain.words import Origin, Provenance

EARLIER_RUN_S: Final = 6 * 3600.0
"""Quiet after which a starting phase is a new run, and lead by which a checkpoint is an earlier one's."""

SESSION_LOG_FACTS: Final = (SessionLogFact, EventsFact)
"""Logs of a checkpoint's session, named after it; they tell of no phase, so they are no part of it."""

_OF_TRANSCRIPTS: Final = (TranscriptFact, TranscriptHeadFact, AgentTypeFact)
NOT_JOURNALED: Final = (
    *ATTACHED_FACTS,
    *_OF_TRANSCRIPTS,
    SessionLogFact,
    EventsFact,
    ConversationFact,
)
"""Facts that grow with every line or row: they are read anew at each start, never from the journal."""

_LOG_PREFIX: Final = "ralph_"

F = TypeVar("F", bound=Fact)
A = TypeVar("A")
P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class PhaseMark:
    """At `at` the files of `origin` said for the first time that this phase is reached, or completed.

    `observed` is False for what was there at first sight: `at` is then the file's time. `iteration` is the
    one of the tests that it said then.
    """

    phase: str
    completed: bool
    at: Instant
    observed: bool
    origin: Origin = Origin.LIVE
    iteration: int = 0


@dataclass(frozen=True, slots=True)
class Floors:
    """The least progress (0..1) that may be shown of each origin (design.md, Figures)."""

    live: float = 0.0
    checkpoint: float = 0.0

    def of(self, origin: Origin) -> float:
        """The floor of an origin; 0 for artifacts."""
        return {Origin.LIVE: self.live, Origin.CHECKPOINT: self.checkpoint}.get(origin, 0.0)


@dataclass(frozen=True, slots=True)
class Run:
    """One run in one directory, made by `domain.run` only (design.md, Run and identity).

    `observations` holds what belongs to this run; older files count nowhere and are not in it.
    `previous_end` is known or found at first sight. `activity` is newest first.
    """

    ordinal: int
    started_at: Instant
    start_provenance: Provenance
    start_note: str
    last_life: Instant
    previous_end: Instant | None = None
    observations: Files = field(default_factory=Files)
    history: tuple[PhaseMark, ...] = ()
    last_phase: PhaseFact | None = None
    floors: Floors = Floors()
    checkpoint_id: str | None = None
    seen_checkpoints: frozenset[str] = frozenset()
    activity: tuple[ActivityEntry, ...] = ()
    activity_digest: str = ""
    """Of all entries that ever were in `activity`, in their order (`domain.activity`)."""
    answers: dict[object, Any] = field(default_factory=dict, init=False, compare=False, repr=False)
    """What `asked_once` keeps: a run that differs in anything is another one and begins without any."""

    @property
    def key(self) -> str:
        """What tells this run from the others of its directory; the same after a restart."""
        return str(self.ordinal)


def asked_once(question: Callable[Concatenate[Run, P], A]) -> Callable[Concatenate[Run, P], A]:
    """A pure question to a run that is asked many times for one snapshot: answered once for each run."""

    @wraps(question)
    def answer(run: Run, /, *rest: P.args, **named: P.kwargs) -> A:
        key = (question, rest)
        if key not in run.answers:
            run.answers[key] = question(run, *rest, **named)
        kept: A = run.answers[key]
        return kept

    return answer


def answering_as(run: Run, other: Run) -> Run:
    """`run`, which differs from `other` only in floors and activity: no question reads those."""
    run.answers.update(other.answers)
    return run


def key_of(observation: Observation) -> Key:
    """Under which an observation is kept."""
    return observation.source, observation.path


def checkpoint_id(observation: Observation) -> str | None:
    """The checkpoint that an observation is of: its folder's name, else the session that it names."""
    if not isinstance(observation.fact, CHECKPOINT_FACTS):
        return None
    folder = observation.path.rpartition("/")[0].rpartition("/")[2]
    return folder or (observation.fact.session_id if isinstance(observation.fact, CheckpointFact) else "")


def session_of(observation: Observation) -> str | None:
    """The checkpoint that a session log is named after; None for any other file."""
    if not isinstance(observation.fact, SESSION_LOG_FACTS):
        return None
    folder = observation.path.rpartition("/")[0].rpartition("/")[2]
    if isinstance(observation.fact, SessionLogFact) and not folder.startswith(_LOG_PREFIX):
        return None
    return folder.removeprefix(_LOG_PREFIX)


def of_other_checkpoint(observation: Observation, checkpoint: str | None) -> bool:
    """True for the session log of a checkpoint that is not the run's."""
    session = session_of(observation)
    return checkpoint is not None and session is not None and session != checkpoint


def is_own(observation: Observation) -> bool:
    """True for a file of the build itself: only these date a run, keep it alive and decide its state."""
    return not isinstance(observation.fact, ATTACHED_FACTS)


def is_journaled(fact: Fact) -> bool:
    """True if a fact is kept for the next session."""
    return not isinstance(fact, NOT_JOURNALED)


def newest(
    observations: Iterable[Observation], kind: type[F], *, checkpoint: str | None = None
) -> tuple[Observation, F] | None:
    """The observation of a kind of fact that changed last, with its fact; of one checkpoint only if named."""
    found: tuple[Observation, F] | None = None
    for seen in observations.of_kind(kind) if isinstance(observations, Batch) else observations:
        if not isinstance(seen.fact, kind) or (checkpoint is not None and checkpoint_id(seen) != checkpoint):
            continue
        if found is None or seen.changed_at > found[0].changed_at:
            found = seen, seen.fact
    return found


def project_files(run: Run) -> Batch:
    """The run's files in its project: phase, summary, report, artefacts."""
    return run.observations.project


@asked_once
def checkpoint_files(run: Run) -> Batch:
    """The files of the run's checkpoint; none if all are over 6 h older than the run's start."""
    files = [seen for seen in run.observations.checkpoints if checkpoint_id(seen) == run.checkpoint_id]
    fresh = any(seen.changed_at >= run.started_at - EARLIER_RUN_S for seen in files)
    return Batch(files if fresh else ())


@asked_once
def last_change(run: Run) -> Instant:
    """When the content of one of the build's own files changed last; an equal rewrite is no change."""
    return max((seen.changed_at for seen in run.observations.own), default=run.started_at)


def relocated(seen: Observation, was: str, now: str) -> Observation:
    """An observation of the directory `was`, which stands at `now`."""
    return replace(seen, path=now + seen.path[len(was) :]) if seen.path.startswith(was + "/") else seen


def relocate(run: Run, was: str, now: str) -> Run:
    """The run of a directory that was renamed."""
    moved = (relocated(seen, was, now) for seen in run.observations.values())
    return replace(run, observations=Files.of(moved))
