"""Tokens by running time: what is shown, as an estimate, where nothing counts them (formats.md A2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cupola.domain.clock import Instant
from cupola.domain.ends import Rule
from cupola.domain.facts import ArtefactFact, MetricsFact
from cupola.domain.figures import Figure
from cupola.domain.models import PhaseTokens, TokensModel
from cupola.domain.origin import files_of
from cupola.domain.record import Run
from cupola.domain.spans import spans
from cupola.domain.state import StateVerdict
from cupola.domain.text import plain
from cupola.domain.words import ARCHITECT, BUILDER, DEPLOY, SCOUT, TEST, Provenance

RATES: Final = {SCOUT: 500, ARCHITECT: 400, BUILDER: 800, TEST: 600, DEPLOY: 200}
"""Tokens a minute, by phase."""
OTHER_RATE: Final = 500
_NOTHING: Final = "no file of this build counts tokens, and Cupola has not yet seen a phase run for a minute"
_NAME: Final = 120


def by_running_time(run: Run, verdict: StateVerdict, order: Sequence[str]) -> TokensModel:
    """Whole minutes that Cupola saw each phase run, times its rate; a dash if it saw less than one.

    The time ends at the last reading, so nothing here changes by time alone, nor by an equal rewrite.
    """
    minutes = {} if verdict.rule is Rule.COPIED else _minutes(run, verdict)
    if not minutes:
        return TokensModel(used=Figure.none(_NOTHING))
    phases = [phase for phase in order if phase in minutes]
    phases += [phase for phase in minutes if phase not in phases]
    used = sum(minutes[phase] * _rate(phase) for phase in phases)
    return TokensModel(
        used=Figure(used, Provenance.ESTIMATED, note=_note(phases)),
        by_phase=tuple(PhaseTokens(phase, _figure(phase, minutes[phase])) for phase in phases),
    )


def _minutes(run: Run, verdict: StateVerdict) -> dict[str, int]:
    """Whole minutes of each phase's observed stays, the one that goes on up to the last reading."""
    seconds: dict[str, float] = {}
    last = _last_reading(run, verdict)
    for stay in spans(run, verdict.origin, verdict.ended_at):
        if not stay.observed or stay.started_at is None:
            continue
        end = last if stay.ended_at is None else stay.ended_at
        phase = plain(stay.phase, _NAME)
        seconds[phase] = seconds.get(phase, 0.0) + max(end - stay.started_at, 0.0)
    return {phase: int(spent // 60) for phase, spent in seconds.items() if spent >= 60}


def _last_reading(run: Run, verdict: StateVerdict) -> Instant:
    """When an opened file of the origin last said something new."""
    files = files_of(run, verdict.origin)
    changed = (seen.changed_at for seen in files if not isinstance(seen.fact, ArtefactFact | MetricsFact))
    return max(changed, default=run.started_at)


def _rate(phase: str) -> int:
    return RATES.get(phase, OTHER_RATE)


def _figure(phase: str, minutes: int) -> Figure:
    note = f"{minutes:,} min that Cupola saw it run × {_rate(phase)} tokens a minute"
    return Figure(minutes * _rate(phase), Provenance.ESTIMATED, note=note)


def _note(phases: Sequence[str]) -> str:
    rates = ", ".join(f"{phase} {_rate(phase)}" for phase in phases[:10])
    return f"running time that Cupola saw × tokens a minute ({rates}), up to the last reading"
