"""Where a run's state comes from now (design.md, Live before checkpoint)."""

from __future__ import annotations

from typing import Final

from cupola.domain.clock import Instant
from cupola.domain.facts import PhaseFact
from cupola.domain.files import Batch
from cupola.domain.record import Run, checkpoint_files, newest, project_files
from cupola.domain.words import Origin

LIVE_WINS_S: Final = 10.0
"""How long a live file that was touched is preferred to a newer checkpoint."""


def choose_origin(run: Run, now: Instant) -> tuple[Origin, Instant | None]:
    """The origin at `now`, and the instant at which it changes by time alone (None: never).

    Live if touched less than 10 s ago, else the newer of live and checkpoint (a tie is live's);
    artifacts if there is neither.
    """
    live = newest(project_files(run), PhaseFact)
    checkpoint = checkpoint_touched_at(run)
    if live is None:
        return (Origin.ARTIFACTS if checkpoint is None else Origin.CHECKPOINT), None
    touched = live[0].touched_at
    if checkpoint is None or checkpoint <= touched:
        return Origin.LIVE, None
    flips_at = touched + LIVE_WINS_S
    return (Origin.LIVE, flips_at) if now < flips_at else (Origin.CHECKPOINT, None)


def checkpoint_touched_at(run: Run) -> Instant | None:
    """When the newest file of the run's checkpoint was touched; None without a checkpoint."""
    return max((seen.touched_at for seen in checkpoint_files(run)), default=None)


def files_of(run: Run, origin: Origin) -> Batch:
    """The only observations that a state of this origin may be made of."""
    return checkpoint_files(run) if origin is Origin.CHECKPOINT else run.observations.own
