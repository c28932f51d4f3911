"""What one source says of a build: a closed union of frozen values, and when it was said."""

from __future__ import annotations

from dataclasses import dataclass

from cupola.domain.words import Generation, Verdict

Instant = float
"""Wall-clock seconds since 1970; never an age."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A time that a file states of itself: shown as a claim, never used as a clock (formats.md rule 1)."""

    name: str
    written: str


@dataclass(frozen=True, slots=True)
class PhaseFact:
    """`current-phase.json` in any of its five shapes (formats.md A1.1 and B).

    `phases_completed` is None when the shape has no such list, which differs from an empty one.
    """

    generation: Generation
    phase: str | None
    status: str | None
    session_id: str | None = None
    detail: str | None = None
    phase_number: str | None = None
    test_iteration: int | None = None
    phases_completed: tuple[str, ...] | None = None
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckpointFact:
    """`checkpoints/ralph/<id>/state.json` (formats.md A0)."""

    session_id: str
    phase: str | None
    project: str | None = None
    task: str | None = None
    iterations: int | None = None
    working_directory: str | None = None
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskProgressFact:
    """`checkpoints/ralph/<id>/progress.json`: how many tasks are done and left."""

    completed: int
    remaining: int
    notes: str | None = None


@dataclass(frozen=True, slots=True)
class CompleteFact:
    """The zero-byte `COMPLETE` of a checkpoint exists."""


@dataclass(frozen=True, slots=True)
class SummaryFact:
    """`session-summary.json`: what is needed of it to know whether and how a run ended (A1.7 and B)."""

    generation: Generation
    status: str | None = None
    mode: str | None = None
    session_id: str | None = None
    phases_completed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportFact:
    """`test-final-report.md`: its first overall status line, as a verdict and in its own words."""

    verdict: Verdict
    claim: str | None = None


@dataclass(frozen=True, slots=True)
class ArtefactFact:
    """A file that a phase leaves behind when it ends; only its time is of use (design.md, Figures)."""

    phase: str


Fact = PhaseFact | CheckpointFact | TaskProgressFact | CompleteFact | SummaryFact | ReportFact | ArtefactFact


@dataclass(frozen=True, slots=True)
class Observation:
    """One fact with its file and its times.

    `changed_at` is the arrival for a change Cupola saw, else the mtime (never later than the first
    sight of it). `touched_at` also moves for a rewrite with equal content: a sign of life.
    """

    source: str
    path: str
    fact: Fact
    changed_at: Instant
    touched_at: Instant
    mtime: Instant
    first_sight: bool
    dropped: tuple[str, ...] = ()

    @property
    def clock_gap_s(self) -> float:
        """Seconds by which the file's mtime differs from when Cupola saw the change; 0 up to 5 s."""
        gap = self.mtime - self.changed_at
        return gap if abs(gap) > 5 else 0.0
