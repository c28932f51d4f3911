"""Sentences and short texts that views show; what a build wrote comes out as one plain line."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Final

from cupola.domain import formatting
from cupola.domain.clock import Instant
from cupola.domain.figures import Figure
from cupola.domain.formatting import DASH, duration, figure
from cupola.domain.models import BuildModel, Elapsed, PipelineStep
from cupola.domain.text import plain
from cupola.domain.words import BuildState, Origin, Provenance, StepState
from cupola.domain.work_words import work_of, work_words
from cupola.presenters.ages import duration_changes_in_s

STATE_WORD: Final = {
    BuildState.RUNNING: "Running",
    BuildState.QUIET: "Quiet",
    BuildState.COMPLETED: "Completed",
    BuildState.FAILED: "Failed",
    BuildState.UNKNOWN: "Unknown",
}

ORIGIN_WORD: Final = {Origin.LIVE: "Live", Origin.CHECKPOINT: "Checkpoint", Origin.ARTIFACTS: "Artifacts"}

ORIGIN_NOTE: Final = {
    Origin.LIVE: "Read from the phase file that the build writes while it works.",
    Origin.CHECKPOINT: "Read from the build's checkpoint; its phase file is older or missing.",
    Origin.ARTIFACTS: "Only summaries and reports are left of this build.",
}

STEP_WORD: Final = {
    StepState.DONE: "done",
    StepState.CURRENT: "running",
    StepState.FAILED: "failed",
    StepState.SKIPPED: "skipped",
    StepState.WAITING: "waiting",
}

PROVENANCE_NOTE: Final = {
    Provenance.MEASURED: "Measured",
    Provenance.OBSERVED: "Seen by Cupola itself",
    Provenance.RECORDED: "Recorded by the build",
    Provenance.REPORTED: "From the text of a report",
    Provenance.ESTIMATED: "Estimated",
    Provenance.NONE: "",
}


def elapsed_s(elapsed: Elapsed, now: Instant) -> float | None:
    """Seconds from start to end, to `now` while there is no end; None without a start."""
    start = elapsed.of_start.value
    if start is None:
        return None
    return max(0.0, (now if elapsed.ended_at is None else elapsed.ended_at) - start)


def elapsed_text(elapsed: Elapsed, now: Instant) -> str:
    """How long the run has taken, with ≈ or ≥ where its start is not certain."""
    seconds = elapsed_s(elapsed, now)
    return DASH if seconds is None else _duration(elapsed.of_start, seconds)


def step_duration_text(step: PipelineStep, now: Instant) -> str:
    """Time spent in a phase: its ended spans and the one that runs now; empty if nothing is known."""
    running = 0.0 if step.running_since is None else max(0.0, now - step.running_since)
    if step.duration_s.value is None and step.running_since is None:
        return ""
    return _duration(step.duration_s, (step.duration_s.value or 0.0) + running)


def step_changes_at(step: PipelineStep, now: Instant) -> Instant | None:
    """When the text of a step's duration changes next, None if it stands."""
    if step.running_since is None:
        return None
    return now + duration_changes_in_s((step.duration_s.value or 0.0) + now - step.running_since)


def step_sentence(step: PipelineStep, now: Instant) -> str:
    """A step in words: "Builder running 8m 12s ×2"."""
    words = [plain(step.phase), STEP_WORD[step.state], step_duration_text(step, now)]
    if step.loops > 1:
        words.append(f"×{step.loops}")
    return " ".join(word for word in words if word)


def step_note(step: PipelineStep, now: Instant) -> str:
    """The tooltip of a step: its sentence, and how sure its duration is."""
    lines = [step_sentence(step, now), figure_note(step.duration_s)]
    if step.loops > 1:
        lines.append(f"Entered {step.loops} times by self-healing.")
    return "\n".join(line for line in lines if line)


def percent_text(progress: Figure) -> str:
    """A fraction 0..1 as a whole percentage, marked when estimated; a dash without a value."""
    return formatting.progress(progress)


def figure_note(figure: Figure) -> str:
    """How sure a number is and by which method, as a tooltip says it."""
    return ": ".join(part for part in (PROVENANCE_NOTE[figure.provenance], plain(figure.note)) if part)


def since_text(at: Instant | None) -> str:
    """`Since 14:02.`, in the local time; empty for no instant."""
    return "" if at is None else time.strftime("Since %H:%M.", time.localtime(at))


def doing_text(build: BuildModel) -> str:
    """What a build does now or how it ended, for the second line of its row."""
    detail = plain(build.detail) if build.detail else ""
    phase = plain(build.phase) if build.phase else ""
    match build.state:
        case BuildState.COMPLETED:
            return _joined("Completed", _summary(build))
        case BuildState.FAILED:
            return _joined(f"Failed in {phase}" if phase else "Failed", _iterations(build) or detail)
        case BuildState.QUIET:
            return _joined(f"Quiet in {phase}" if phase else "Quiet", detail)
        case BuildState.UNKNOWN:
            return _joined(phase, plain(build.state_reason) or "state unknown")
    return _joined(phase, detail) or "No phase named yet"


def build_sentence(build: BuildModel, age: str) -> str:
    """A row in words for a screen reader: "weather-web, running, Builder, 44 %, changed 2 s ago"."""
    work = work_words(work_of(build))
    parts = [plain(build.project), STATE_WORD[build.state].lower(), work, doing_text(build)]
    if build.progress.value is not None:
        parts.append(percent_text(build.progress))
    if age:
        parts.append(f"changed {age} ago")
    return ", ".join(part for part in parts if part)


def _summary(build: BuildModel) -> str:
    phases = len(build.phases_completed)
    took = elapsed_s(build.elapsed, build.elapsed.ended_at or 0.0) if build.elapsed.ended_at else None
    parts = [f"{phases} phase{'s' if phases != 1 else ''}" if phases else ""]
    if took is not None:
        parts.append(_duration(build.elapsed.of_start, took))
    return ", ".join(part for part in parts if part)


def _iterations(build: BuildModel) -> str:
    count = build.test_iteration
    return f"{count} iteration{'s' if count != 1 else ''}" if count else ""


def _duration(of: Figure, seconds: float) -> str:
    """A duration with the marks of the figure it was got from."""
    return duration(seconds) if of.value is None else figure(replace(of, value=seconds), duration)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
