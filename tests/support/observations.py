"""Short ways to say what was seen, when, and by which file."""

from __future__ import annotations

from cupola.domain.facts import (
    ArtefactFact,
    CheckpointFact,
    CompleteFact,
    Fact,
    Observation,
    PhaseFact,
    ReportFact,
    SummaryFact,
    TaskProgressFact,
)
from cupola.domain.words import Generation, Verdict

T0 = 1_763_800_000.0
"""An instant to count from."""

HOUR = 3600.0


def seen(
    source: str, path: str, fact: Fact, at: float, *, first: bool = False, mtime: float | None = None
) -> Observation:
    """An observation at `T0 + at`; `first` for what was there at first sight."""
    when = T0 + at
    return Observation(
        source, path, fact, when, when, when if mtime is None else T0 + mtime, first_sight=first
    )


def phase(
    at: float,
    name: str,
    status: str,
    completed: tuple[str, ...] | None = (),
    *,
    first: bool = False,
    iteration: int = 0,
    detail: str | None = None,
) -> Observation:
    """A generation A phase file; of generation B with `completed` None."""
    fact = PhaseFact(
        Generation.B if completed is None else Generation.A1,
        name,
        status,
        session_id="demo",
        detail=detail,
        test_iteration=iteration,
        phases_completed=completed,
    )
    return seen("phase", ".context-foundry/current-phase.json", fact, at, first=first)


def summary(
    at: float,
    status: str | None,
    completed: tuple[str, ...] = (),
    *,
    mode: str | None = None,
    first: bool = False,
) -> Observation:
    """A session summary."""
    fact = SummaryFact(Generation.A1, status, mode, phases_completed=completed)
    return seen("summary", ".context-foundry/session-summary.json", fact, at, first=first)


def report(at: float, verdict: Verdict, *, first: bool = False) -> Observation:
    """A final test report."""
    return seen("report", ".context-foundry/test-final-report.md", ReportFact(verdict), at, first=first)


def artefact(at: float, phase_name: str, file: str, *, first: bool = True) -> Observation:
    """A file that a phase leaves behind."""
    return seen("artefacts", f".context-foundry/{file}", ArtefactFact(phase_name), at, first=first)


def checkpoint(
    at: float, name: str, phase_name: str, *, first: bool = False, iterations: int = 1
) -> Observation:
    """A checkpoint's state.json."""
    fact = CheckpointFact(name, phase_name, project="demo", task="build it", iterations=iterations)
    return seen("checkpoint", f"checkpoints/ralph/{name}/state.json", fact, at, first=first)


def tasks(at: float, name: str, done: int, left: int, *, first: bool = False) -> Observation:
    """A checkpoint's progress.json."""
    path = f"checkpoints/ralph/{name}/progress.json"
    return seen("checkpoint", path, TaskProgressFact(done, left), at, first=first)


def complete(at: float, name: str, *, first: bool = False) -> Observation:
    """A checkpoint's COMPLETE."""
    return seen("checkpoint", f"checkpoints/ralph/{name}/COMPLETE", CompleteFact(), at, first=first)
