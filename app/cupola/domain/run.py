"""How a run begins, takes in one observation after another, and gives way to the next (design.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from cupola.domain import activity
from cupola.domain.activity_sessions import session_entries
from cupola.domain.clock import Instant
from cupola.domain.facts import ArtefactFact, Fact, Observation, PhaseFact
from cupola.domain.files import Files, Key
from cupola.domain.intake import changed, folded, ids_of, with_entries
from cupola.domain.models import ActivityEntry
from cupola.domain.record import EARLIER_RUN_S, Run, checkpoint_id, is_own, key_of, newest, session_of
from cupola.domain.sessions import SessionsFact
from cupola.domain.standing import listed_in
from cupola.domain.start import find_start, is_starting, newest_checkpoint, own_files
from cupola.domain.state import Policy, evaluate
from cupola.domain.words import (
    SCOUT,
    TEST,
    Origin,
    Provenance,
    phase_name,
    phase_rank,
    says_failed,
)


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
        seen_checkpoints=ids_of(files),
    )
    run = folded(run, sorted(own_files(files, start.previous_end), key=lambda seen: seen.changed_at))
    return attach(run, [seen for seen in files if not is_own(seen)])


def step(run: Run, observation: Observation, now: Instant, policy: Policy) -> Run:
    """The run after one observation: the same one, or the next of its directory (ordinal one higher)."""
    if not begins_new_run(run, observation, now, policy):
        return accept(run, observation, now)
    verdict = evaluate(run, now, policy)
    own = (observation, *_session_logs(run, checkpoint_id(observation)))
    after = open_run(own, now, _end_of(run, observation, verdict.ended_at), run.ordinal + 1)
    return replace(after, seen_checkpoints=after.seen_checkpoints | run.seen_checkpoints)


def begins_new_run(run: Run, observation: Observation, now: Instant, policy: Policy) -> bool:
    """True if `observation` is the first of another run (design.md, Run and identity)."""
    seen = _capped(observation, now)
    if seen.first_sight and seen.changed_at <= run.last_life:
        return False
    if isinstance(seen.fact, PhaseFact):
        return _phase_begins(run, seen, seen.fact, now, policy)
    name = checkpoint_id(seen)
    if name is None or name in run.seen_checkpoints:
        return False
    joins = run.last_phase is not None or bool(_session_logs(run, name))
    adopts = run.checkpoint_id is None and joins and not _has_ended(run, now, policy)
    return not adopts


def accept(run: Run, observation: Observation, now: Instant) -> Run:
    """The run with one more observation. An equal fact is a sign of life and nothing else."""
    seen = _capped(observation, now)
    if not is_own(seen):
        return replace(run, observations=run.observations.with_file(seen))
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
    return changed(run, held, seen)


def attach(run: Run, observations: Iterable[Observation], kind: type[Fact] | None = None) -> Run:
    """The run with just these of what files far from it tell of it; the same one if it has them already.

    With a `kind` of fact, what is told by other kinds stays.
    """
    own = {key: seen for key, seen in run.observations.items() if _stays(seen, kind)}
    files = own | {key_of(seen): seen for seen in observations}
    if files == run.observations:
        return run
    told = with_entries(replace(run, observations=Files(files)), _of_sessions(run, files))
    return told if told.activity == run.activity else replace(told, activity=_by_time(told.activity))


def _by_time(entries: tuple[ActivityEntry, ...]) -> tuple[ActivityEntry, ...]:
    """Newest first: of sessions that were there before Cupola it is heard later than of files."""
    return tuple(sorted(entries, key=lambda entry: entry.at, reverse=True))


def _of_sessions(run: Run, files: Mapping[Key, Observation]) -> tuple[ActivityEntry, ...]:
    """What is told of sessions that was not so before."""
    before, after = newest(run.observations.values(), SessionsFact), newest(files.values(), SessionsFact)
    if after is None or (before is not None and before[1] is after[1]):
        return ()
    return session_entries(before[1] if before else None, after[1], after[0].changed_at)


def _stays(seen: Observation, kind: type[Fact] | None) -> bool:
    return is_own(seen) or (kind is not None and not isinstance(seen.fact, kind))


def vanish(run: Run, source: str, path: str, now: Instant) -> Run:
    """The run without a file that is gone; unchanged if it was none of the run's."""
    held = run.observations.get((source, path))
    if held is None:
        return run
    left = {key: seen for key, seen in run.observations.items() if key != (source, path)}
    run = replace(
        run,
        observations=Files(left),
        checkpoint_id=newest_checkpoint(left.values()),
        last_life=max(run.last_life, now),
    )
    still_told = any(other == path for _, other in left)
    return run if still_told else with_entries(run, (activity.gone(held, now),))


def note_life(run: Run, at: Instant) -> Run:
    """The run with a sign of life at `at`, as from a look at its directories: it postpones quiet."""
    return replace(run, last_life=at) if at > run.last_life else run


def _phase_begins(run: Run, seen: Observation, fact: PhaseFact, now: Instant, policy: Policy) -> bool:
    before = run.last_phase
    if before is not None and before != fact and _loses_scout(before, fact):
        return True
    if not is_starting(fact):
        return False
    if seen.touched_at - run.last_life > EARLIER_RUN_S:
        return True
    if before == fact:
        return False
    if not _fails_again(before, fact) and _has_ended(run, now, policy):
        return True
    return before is not None and _steps_back(run, before, fact)


def _has_ended(run: Run, now: Instant, policy: Policy) -> bool:
    return evaluate(run, now, policy).state.ended


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


def _session_logs(run: Run, checkpoint: str | None) -> tuple[Observation, ...]:
    """The session logs of a checkpoint, which may come before it does (formats.md A0)."""
    if checkpoint is None:
        return ()
    return tuple(seen for seen in run.observations.values() if session_of(seen) == checkpoint)


def _touch(run: Run, held: Observation, seen: Observation) -> Run:
    """An equal fact: only times of life move, and for a file that is never opened its time of change."""
    if seen.touched_at <= held.touched_at and seen.dropped == held.dropped:
        return run
    kept = replace(held, touched_at=max(seen.touched_at, held.touched_at), dropped=seen.dropped)
    if isinstance(seen.fact, ArtefactFact):
        changed_at = max(held.changed_at, seen.changed_at)
        kept = replace(kept, changed_at=changed_at, mtime=seen.mtime, first_sight=seen.first_sight)
    return replace(
        run, observations=run.observations.with_file(kept), last_life=max(run.last_life, kept.touched_at)
    )


def _late(run: Run, held: Observation | None, seen: Observation, now: Instant) -> Run:
    """A file of first sight that came after the batch: it may move an estimated start."""
    others = [file for file in run.observations.values() if file is not held]
    apart = [file for file in others if not is_own(file)]
    start = find_start([*others, seen], run.previous_end, now)
    own = own_files([*others, seen], start.previous_end)
    moved = replace(
        run,
        started_at=start.at,
        start_provenance=start.provenance,
        start_note=start.note,
        previous_end=start.previous_end,
        seen_checkpoints=run.seen_checkpoints | ids_of((seen,)),
        observations=Files.of(file for file in (*own, *apart) if file is not seen),
    )
    return changed(moved, held, seen) if any(file is seen for file in own) else moved
