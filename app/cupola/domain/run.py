"""How a run begins, takes in one observation after another, and gives way to the next (design.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from cupola.domain import activity
from cupola.domain.clock import Instant
from cupola.domain.facts import ArtefactFact, CheckpointFact, Fact, Observation, PhaseFact, TaskProgressFact
from cupola.domain.progress import raw_progress
from cupola.domain.record import (
    CHECKPOINT_FACTS,
    EARLIER_RUN_S,
    Floors,
    Key,
    PhaseMark,
    Run,
    checkpoint_id,
    key_of,
)
from cupola.domain.standing import heals, listed_in
from cupola.domain.start import find_start, is_starting, newest_checkpoint, own_files
from cupola.domain.state import Policy, evaluate
from cupola.domain.words import (
    SCOUT,
    TEST,
    BuildState,
    Origin,
    Provenance,
    phase_name,
    phase_rank,
    says_completed,
    says_failed,
)

_MOST_MARKS: Final = 1000


def open_run(
    observations: Iterable[Observation], now: Instant, previous_end: Instant | None = None, ordinal: int = 1
) -> Run:
    """The run that a directory's first batch tells of; files of an earlier run are left out."""
    files = sorted((_capped(seen, now) for seen in observations), key=lambda seen: seen.changed_at)
    start = find_start(files, previous_end, now)
    run = Run(
        ordinal=ordinal,
        started_at=start.at,
        start_provenance=start.provenance,
        start_note=start.note,
        last_life=min(start.at, now),
        previous_end=start.previous_end,
        seen_checkpoints=_ids(files),
    )
    for seen in sorted(own_files(files, start.previous_end), key=lambda seen: seen.changed_at):
        run = _change(run, None, seen)
    return run


def step(run: Run, observation: Observation, now: Instant, policy: Policy) -> Run:
    """The run after one observation: the same one, or the next of its directory (ordinal one higher)."""
    verdict = evaluate(run, now, policy)
    if not begins_new_run(run, observation, verdict.state, now):
        return accept(run, observation, now)
    after = open_run((observation,), now, _end_of(run, observation, verdict.ended_at), run.ordinal + 1)
    return replace(after, seen_checkpoints=after.seen_checkpoints | run.seen_checkpoints)


def begins_new_run(run: Run, observation: Observation, verdict_state: BuildState, now: Instant) -> bool:
    """True if `observation` is the first of another run (design.md, Run and identity)."""
    seen = _capped(observation, now)
    if seen.first_sight and seen.changed_at <= run.last_life:
        return False
    if isinstance(seen.fact, PhaseFact):
        return _phase_begins(run, seen, seen.fact, verdict_state)
    name = checkpoint_id(seen)
    if name is None or name in run.seen_checkpoints:
        return False
    adopts = run.checkpoint_id is None and run.last_phase is not None and not verdict_state.ended
    return not adopts


def accept(run: Run, observation: Observation, now: Instant) -> Run:
    """The run with one more observation. An equal fact is a sign of life and nothing else."""
    seen = _capped(observation, now)
    held = run.observations.get(key_of(seen))
    if held is not None and held.fact == seen.fact:
        return _touch(run, held, seen)
    # What replaced a file while nobody looked tells nothing of the start, which the file before has dated.
    dates_start = held is None or seen.changed_at < run.started_at
    if seen.first_sight and run.start_provenance is Provenance.ESTIMATED and dates_start:
        return _late(run, held, seen, now)
    if seen.first_sight and seen.changed_at < run.started_at and checkpoint_id(seen) is None:
        return run
    if not seen.first_sight and seen.changed_at < run.started_at <= seen.touched_at:
        seen = replace(seen, changed_at=seen.touched_at)
    return _change(run, held, seen)


def vanish(run: Run, source: str, path: str, now: Instant) -> Run:
    """The run without a file that is gone; unchanged if it was none of the run's."""
    held = run.observations.get((source, path))
    if held is None:
        return run
    left = {key: seen for key, seen in run.observations.items() if key != (source, path)}
    files = MappingProxyType(left)
    entries = (activity.gone(held, now), *run.activity)[: activity.MOST_ENTRIES]
    current = newest_checkpoint(left.values())
    life = max(run.last_life, now)
    return replace(run, observations=files, activity=entries, checkpoint_id=current, last_life=life)


def note_life(run: Run, at: Instant) -> Run:
    """The run with a sign of life at `at`, as from a look at its directories: it postpones quiet."""
    return replace(run, last_life=at) if at > run.last_life else run


def _phase_begins(run: Run, seen: Observation, fact: PhaseFact, verdict_state: BuildState) -> bool:
    before = run.last_phase
    if before is not None and before != fact and _loses_scout(before, fact):
        return True
    if not is_starting(fact):
        return False
    if seen.touched_at - run.last_life > EARLIER_RUN_S:
        return True
    if before == fact:
        return False
    if verdict_state.ended and not _fails_again(before, fact):
        return True
    return before is not None and _steps_back(run, before, fact)


def _loses_scout(before: PhaseFact, after: PhaseFact) -> bool:
    was, listed = listed_in(before), listed_in(after)
    return was is not None and listed is not None and SCOUT in was and SCOUT not in listed


def _fails_again(before: PhaseFact | None, after: PhaseFact) -> bool:
    """The same phase says once more, in other words, that it failed."""
    return before is not None and before.phase == after.phase and says_failed(after.status)


def _steps_back(run: Run, before: PhaseFact, after: PhaseFact) -> bool:
    """From a later phase, but not from Test to be repaired; an unknown name counts as the one before it."""
    if phase_name(before.phase or "") == TEST and (after.test_iteration or 0) >= 1:
        return False
    ranks = (phase_rank(mark.phase) for mark in reversed(run.history) if mark.origin is Origin.LIVE)
    was = next((rank for rank in ranks if rank is not None), None)
    rank = phase_rank(phase_name(after.phase or ""))
    return was is not None and rank is not None and was > rank


def _end_of(run: Run, observation: Observation, ended_at: Instant | None) -> Instant | None:
    """Only for files of first sight: what arrives is never older than the run it begins."""
    return (ended_at or run.last_life) if observation.first_sight else None


def _capped(seen: Observation, now: Instant) -> Observation:
    """No time of it after `now`: a file of the future would never get old."""
    if seen.changed_at <= now and seen.touched_at <= now:
        return seen
    return replace(seen, changed_at=min(seen.changed_at, now), touched_at=min(seen.touched_at, now))


def _ids(files: Iterable[Observation]) -> frozenset[str]:
    return frozenset(name for name in map(checkpoint_id, files) if name is not None)


def _touch(run: Run, held: Observation, seen: Observation) -> Run:
    """An equal fact: only times of life move, and for a file that is never opened its time of change."""
    if seen.touched_at <= held.touched_at and seen.dropped == held.dropped:
        return run
    kept = replace(held, touched_at=max(seen.touched_at, held.touched_at), dropped=seen.dropped)
    if isinstance(seen.fact, ArtefactFact):
        changed_at = max(held.changed_at, seen.changed_at)
        kept = replace(kept, changed_at=changed_at, mtime=seen.mtime, first_sight=seen.first_sight)
    return replace(
        run, observations=_with(run.observations, kept), last_life=max(run.last_life, kept.touched_at)
    )


def _late(run: Run, held: Observation | None, seen: Observation, now: Instant) -> Run:
    """A file of first sight that came after the batch: it may move an estimated start."""
    others = [file for file in run.observations.values() if file is not held]
    start = find_start([*others, seen], run.previous_end, now)
    own = own_files([*others, seen], start.previous_end)
    moved = replace(
        run,
        started_at=start.at,
        start_provenance=start.provenance,
        start_note=start.note,
        previous_end=start.previous_end,
        seen_checkpoints=run.seen_checkpoints | _ids((seen,)),
        observations=MappingProxyType({key_of(file): file for file in own if file is not seen}),
    )
    return _change(moved, held, seen) if any(file is seen for file in own) else moved


def _change(run: Run, held: Observation | None, seen: Observation) -> Run:
    before = run.last_phase if isinstance(seen.fact, PhaseFact) else (held.fact if held else None)
    files = _with(run.observations, seen)
    entries = activity.entries(before, seen)
    changed = replace(
        run,
        observations=files,
        history=_marked(run, seen),
        last_phase=seen.fact if isinstance(seen.fact, PhaseFact) else run.last_phase,
        checkpoint_id=newest_checkpoint(files.values()),
        seen_checkpoints=run.seen_checkpoints | _ids((seen,)),
        activity=(entries + run.activity)[: activity.MOST_ENTRIES] if entries else run.activity,
        last_life=max(run.last_life, seen.touched_at),
    )
    return replace(changed, floors=_floors(changed, before, seen.fact))


def _with(files: Mapping[Key, Observation], seen: Observation) -> Mapping[Key, Observation]:
    return MappingProxyType({**files, key_of(seen): seen})


def _marked(run: Run, seen: Observation) -> tuple[PhaseMark, ...]:
    """The history, longer by one mark if the phase or its being over is new."""
    fact = seen.fact
    if not isinstance(fact, PhaseFact | CheckpointFact) or not fact.phase:
        return run.history
    origin = Origin.LIVE if isinstance(fact, PhaseFact) else Origin.CHECKPOINT
    done = isinstance(fact, PhaseFact) and says_completed(fact.status)
    mark = PhaseMark(phase_name(fact.phase), done, seen.changed_at, not seen.first_sight, origin)
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
