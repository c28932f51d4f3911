"""How a run takes in what is accepted: its files, its history, its activity, the least progress to show."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from cupola.domain import activity
from cupola.domain.facts import (
    ArtefactFact,
    CheckpointFact,
    Fact,
    Observation,
    PhaseFact,
    SummaryFact,
    TaskConfigFact,
    TaskMarkFact,
    TaskProgressFact,
    TasksFact,
)
from cupola.domain.files import CHECKPOINT_FACTS, Files, Key
from cupola.domain.models import ActivityEntry
from cupola.domain.progress import raw_progress
from cupola.domain.record import Floors, PhaseMark, Run, answering_as, checkpoint_id, key_of
from cupola.domain.standing import heals
from cupola.domain.start import newest_checkpoint
from cupola.domain.words import Origin, phase_name, says_completed

_MOST_MARKS: Final = 1000
_PLACES: Final = (PhaseFact, CheckpointFact, TaskProgressFact)
"""Facts that say how far a run is."""
_MOVES: Final = (*_PLACES, SummaryFact, ArtefactFact, TaskConfigFact, TasksFact, TaskMarkFact)
"""Facts that may move the progress."""


def folded(run: Run, files: Iterable[Observation]) -> Run:
    """A new run with its first batch: what follows from all files is derived once, not for each of them."""
    batch = list(files)
    run = replace(run, checkpoint_id=newest_checkpoint(batch), seen_checkpoints=ids_of(batch))
    held: dict[Key, Observation] = {}
    told: list[ActivityEntry] = []
    for seen in batch:
        before = _before(run, None, seen)
        held[key_of(seen)] = seen
        told += reversed(activity.entries(before, seen))
        if isinstance(seen.fact, _PLACES):
            run = replace(_placed(run, seen), observations=Files(held))
            run = replace(run, floors=_floors(run, before, seen.fact))
    life = max((seen.touched_at for seen in batch), default=run.last_life)
    run = replace(run, observations=Files(held), last_life=max(life, run.last_life))
    return _with_all(replace(run, floors=_raised(run)), told)


def changed(run: Run, held: Observation | None, seen: Observation) -> Run:
    """The run with one observation in place of `held`, the one of the same file so far."""
    before = _before(run, held, seen)
    entries = activity.entries(before, seen)
    if isinstance(seen.fact, _PLACES):
        run = _placed(run, seen)
    run = replace(
        run,
        observations=run.observations.with_file(seen),
        last_life=max(run.last_life, seen.touched_at),
    )
    if isinstance(seen.fact, CHECKPOINT_FACTS):
        current = newest_checkpoint(run.observations.values())
        run = replace(run, checkpoint_id=current, seen_checkpoints=run.seen_checkpoints | ids_of((seen,)))
    moved = replace(run, floors=_floors(run, before, seen.fact)) if isinstance(seen.fact, _MOVES) else run
    return answering_as(with_entries(moved, entries), run)


def with_entries(run: Run, entries: tuple[ActivityEntry, ...]) -> Run:
    """The run with new entries (newest first), but for what only repeats what was just told."""
    return _with_all(run, list(reversed(entries))) if entries else run


def ids_of(files: Iterable[Observation]) -> frozenset[str]:
    """The checkpoints that these files are of."""
    return frozenset(name for name in map(checkpoint_id, files) if name is not None)


def _before(run: Run, held: Observation | None, seen: Observation) -> Fact | None:
    """What was said before: by any phase file, by another file only if it is the same one."""
    return run.last_phase if isinstance(seen.fact, PhaseFact) else (held.fact if held else None)


def _placed(run: Run, seen: Observation) -> Run:
    """The run with what a file says of the phase."""
    last = seen.fact if isinstance(seen.fact, PhaseFact) else run.last_phase
    return replace(run, history=_marked(run, seen), last_phase=last)


def _with_all(run: Run, told: list[ActivityEntry]) -> Run:
    """The run with the entries of a whole batch, oldest first."""
    kept: deque[ActivityEntry] = deque(run.activity, maxlen=activity.MOST_ENTRIES)
    digest = run.activity_digest
    for entry in told:
        if activity.is_news(entry, kept):
            kept.appendleft(entry)
            digest = activity.chained(digest, entry)
    return replace(run, activity=tuple(kept), activity_digest=digest)


def _marked(run: Run, seen: Observation) -> tuple[PhaseMark, ...]:
    """The history, longer by one mark if the phase or its being over is new."""
    fact = seen.fact
    if not isinstance(fact, PhaseFact | CheckpointFact) or not fact.phase:
        return run.history
    origin = Origin.LIVE if isinstance(fact, PhaseFact) else Origin.CHECKPOINT
    done = isinstance(fact, PhaseFact) and says_completed(fact.status)
    iteration = (fact.test_iteration or 0) if isinstance(fact, PhaseFact) else 0
    mark = PhaseMark(phase_name(fact.phase), done, seen.changed_at, not seen.first_sight, origin, iteration)
    last = next((old for old in reversed(run.history) if old.origin is origin), None)
    if last is not None and (last.phase, last.completed) == (mark.phase, mark.completed):
        return run.history
    return (*run.history, mark)[-_MOST_MARKS:]


def _floors(run: Run, before: Fact | None, after: Fact) -> Floors:
    """Progress as it is now, at least as before, unless the change steps back to repair."""
    if isinstance(after, CheckpointFact | TaskProgressFact):
        share = raw_progress(run, Origin.CHECKPOINT) or 0.0
        return replace(run.floors, checkpoint=max(share, run.floors.checkpoint))
    if isinstance(after, CHECKPOINT_FACTS) or run.last_phase is None:
        return run.floors
    share = raw_progress(run, Origin.LIVE) or 0.0
    if isinstance(after, PhaseFact) and heals(before if isinstance(before, PhaseFact) else None, after):
        return replace(run.floors, live=share)
    return replace(run.floors, live=max(share, run.floors.live))


def _raised(run: Run) -> Floors:
    """Both floors at least as high as progress is now."""
    live = raw_progress(run, Origin.LIVE) if run.last_phase is not None else None
    checkpoint = raw_progress(run, Origin.CHECKPOINT) if run.checkpoint_id is not None else None
    return Floors(max(live or 0.0, run.floors.live), max(checkpoint or 0.0, run.floors.checkpoint))
