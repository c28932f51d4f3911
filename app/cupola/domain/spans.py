"""From when to when each phase went on, by observed transitions or by files' times (design.md, Figures)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from cupola.domain.clock import Instant
from cupola.domain.facts import ArtefactFact, MarkKind, TaskMarkFact, TestReportFact
from cupola.domain.files import Batch
from cupola.domain.record import PhaseMark, Run, project_files
from cupola.domain.words import BUILDER, TEST, Origin, phase_name


@dataclass(frozen=True, slots=True)
class Span:
    """One stay in a phase. `observed` only if Cupola saw both its start and, if it ended, its end."""

    phase: str
    started_at: Instant | None
    ended_at: Instant | None
    observed: bool


def spans(run: Run, origin: Origin, ended_at: Instant | None = None) -> tuple[Span, ...]:
    """The stays in phases that the files of `origin` told of, oldest first.

    A stay ends when its status says completed, else when the next begins, at the latest with the run.
    A phase that first shows up completed was invisible since the end before it (formats.md A1.1, trap 4).
    """
    found: list[Span] = []
    for mark in run.history:
        if mark.origin is origin:
            _add(found, mark, run)
    if found and ended_at is not None:
        _close(found, ended_at, observed=found[-1].observed)
    return tuple(found)


def _add(found: list[Span], mark: PhaseMark, run: Run) -> None:
    last = found[-1] if found else None
    if last is None or last.phase != mark.phase or (last.ended_at is not None and not mark.completed):
        _close(found, mark.at, observed=mark.observed)
        found.append(_opened(mark, found[-1] if found else None, run))
    if mark.completed:
        _close(found, mark.at, observed=mark.observed)


def _opened(mark: PhaseMark, before: Span | None, run: Run) -> Span:
    if before is not None and mark.completed:
        return Span(mark.phase, before.ended_at, None, mark.observed and before.observed)
    if mark.observed and not mark.completed:
        return Span(mark.phase, mark.at, None, observed=True)
    earlier = [at for phase, at in left_behind(run) if phase != mark.phase and at <= mark.at]
    fallback = None if mark.completed else mark.at
    return Span(mark.phase, earlier[-1] if earlier else fallback, None, observed=False)


def _close(found: list[Span], at: Instant, *, observed: bool) -> None:
    if found and found[-1].ended_at is None:
        last = found[-1]
        found[-1] = replace(
            last, ended_at=max(at, last.started_at or at), observed=last.observed and observed
        )


def left_behind(run: Run) -> tuple[tuple[str, Instant], ...]:
    """The ends of phases by their files, oldest first; by the last task and the last tests as well."""
    return project_files(run).answer(_left_behind, ArtefactFact, TaskMarkFact, TestReportFact)


def _left_behind(files: Batch) -> tuple[tuple[str, Instant], ...]:
    ends = dict(_artefact_ends(files))
    for phase, kind in ((BUILDER, TaskMarkFact), (TEST, TestReportFact)):
        for seen in files.of_kind(kind):
            if not isinstance(seen.fact, TaskMarkFact) or seen.fact.kind is MarkKind.DONE:
                ends[phase] = max(seen.changed_at, ends.get(phase, seen.changed_at))
    return tuple(sorted(ends.items(), key=lambda item: item[1]))


def artefact_ends(run: Run) -> tuple[tuple[str, Instant], ...]:
    """When each phase ended by the newest file that it leaves behind, oldest first."""
    return project_files(run).answer(_artefact_ends, ArtefactFact)


def _artefact_ends(files: Batch) -> tuple[tuple[str, Instant], ...]:
    newest: dict[str, Instant] = {}
    for seen in files.of_kind(ArtefactFact):
        if isinstance(seen.fact, ArtefactFact) and seen.fact.phase:
            phase = phase_name(seen.fact.phase)
            newest[phase] = max(newest.get(phase, seen.changed_at), seen.changed_at)
    return tuple(sorted(newest.items(), key=lambda item: item[1]))


def artefact_durations(run: Run) -> dict[str, float]:
    """Seconds from one phase's last file to the next one's; none for the first, which nothing precedes."""
    ends = artefact_ends(run)
    return {phase: at - before for (_, before), (phase, at) in pairwise(ends)}
