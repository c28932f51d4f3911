"""Token Usage: what was spent, by the first source that says so; else an estimate, else a dash.

A sum spent is a number without a zone, unless the user set a budget (`zones`). Zones are for a context in
use, which is shown only where no file has a sum: then the percentage that the runner told is taken of its
window, which no file of that generation states, so both are estimated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from cupola.domain.clock import Instant
from cupola.domain.facts import (
    ContextMetricsFact,
    ConversationFact,
    EventsFact,
    Fact,
    MetricsFact,
    SessionLogFact,
    TokenSum,
)
from cupola.domain.figures import Figure
from cupola.domain.models import Meaning, PhaseTokens, PipelineStep, TokensModel, TrendPoint
from cupola.domain.panels import measured
from cupola.domain.panels.estimates import by_running_time
from cupola.domain.panels.found import Found, Told, total
from cupola.domain.panels.measured import Measured
from cupola.domain.panels.zones import zone_of
from cupola.domain.record import Run
from cupola.domain.state import StateVerdict
from cupola.domain.text import plain
from cupola.domain.words import Bound, Provenance, phase_name

MOST_POINTS: Final = 60
_ASSUMED_WINDOW: Final = 200_000
"""formats.md A2 and B: every writer that states a window states this one."""
_MOST_PERCENT: Final = 1000.0
_NAME: Final = 120


def panel(
    run: Run,
    found: Found,
    known: Measured | None,
    verdict: StateVerdict,
    steps: Sequence[PipelineStep],
    now: Instant,
) -> TokensModel:
    """The first of: transcripts (measured), session log, metrics.db, context metrics, context, estimates."""
    order = [step.phase for step in steps]
    if known is not None and known.fact.total.replies:
        return measured.panel(known, run, verdict, order, now)
    model = _without_transcripts(run, found, verdict, order)
    return replace(model, others=measured.others(known)) if known is not None else model


def _without_transcripts(run: Run, found: Found, verdict: StateVerdict, order: Sequence[str]) -> TokensModel:
    recorded: tuple[Callable[[Found, Sequence[str]], TokensModel | None], ...]
    recorded = (_of_session, _of_metrics, _of_context, _of_conversations, _in_use, _guessed)
    for way in recorded:
        model = way(found, order)
        if model is not None:
            return model
    return by_running_time(run, verdict, order)


def _of_session(found: Found, order: Sequence[str]) -> TokensModel | None:
    told = found.newest(SessionLogFact)
    if told is None or not told.fact.calls:
        return None
    fact = told.fact
    note = f"input and output of {fact.calls:,} calls, from {told.file}"
    if fact.context_percentage is not None:
        note += f"; context in use at the last one: {fact.context_percentage:g} %"
    return TokensModel(
        used=told.figure(fact.total_input + fact.total_output, Provenance.RECORDED, note),
        limit=_NO_LIMIT,
        input=told.figure(fact.total_input, Provenance.RECORDED),
        output=told.figure(fact.total_output, Provenance.RECORDED),
        by_phase=_by_phase([(told, row) for row in fact.recent], order),
        trend=_trend(fact),
    )


def _of_metrics(found: Found, order: Sequence[str]) -> TokensModel | None:
    """Builds and phases of all keys; where both count, the larger: a build's row is filled at its end."""
    told = found.all(MetricsFact)
    rows = [(one, row) for one in told for row in one.fact.recorded]
    wholes = [(one, one.fact.total) for one in told if one.fact.total is not None]
    sums = [number for number in (_spent(row for _, row in rows), _spent(row for _, row in wholes)) if number]
    if not sums:
        return _of_agents(told)
    side = wholes if max(sums) == _spent(row for _, row in wholes) else rows
    last = side[-1][0]
    cached = total(row.cached for _, row in side)
    note = f"from {last.file}" + (f"; {cached:,} cached tokens are not in it" if cached else "")
    return TokensModel(
        used=last.figure(max(sums), Provenance.RECORDED, note),
        limit=_NO_LIMIT,
        input=last.figure(total(row.input for _, row in side), Provenance.RECORDED),
        output=last.figure(total(row.output for _, row in side), Provenance.RECORDED),
        by_phase=_by_phase(rows, order),
    )


def _of_agents(told: Sequence[Told[MetricsFact]]) -> TokensModel | None:
    """A lower bound: what the orchestrator itself spends is in no agent's row."""
    rows = [(one, agent) for one in told for agent in one.fact.agents if agent.tokens]
    if not rows:
        return None
    last = rows[-1][0]
    note = f"the sum of {len(rows):,} agents, from {last.file}"
    used = last.figure(total(agent.tokens for _, agent in rows), Provenance.RECORDED, note, bound=Bound.LOWER)
    return TokensModel(used=used, limit=_NO_LIMIT)


def _of_context(found: Found, order: Sequence[str]) -> TokensModel | None:
    told = found.newest(ContextMetricsFact)
    used = _spent(told.fact.phases) if told else None
    if told is None or used is None:
        return None
    note = f"the sum of what each phase used, from {told.file}"
    return TokensModel(
        used=told.figure(used, Provenance.RECORDED, note),
        limit=_NO_LIMIT,
        input=told.figure(total(row.input for row in told.fact.phases), Provenance.RECORDED),
        output=told.figure(total(row.output for row in told.fact.phases), Provenance.RECORDED),
        by_phase=_by_phase([(told, row) for row in told.fact.phases], order),
    )


def _of_conversations(found: Found, order: Sequence[str]) -> TokensModel | None:
    """A lower bound: what was read from the cache is in no line."""
    del order
    told = found.all(ConversationFact)
    if not told:
        return None
    last, bound = told[-1], Bound.LOWER
    made, given = sum(one.fact.output for one in told), sum(one.fact.input for one in told)
    calls = sum(one.fact.calls for one in told)
    note = f"input and output of {calls:,} calls, from {last.file}; what the cache held is not in it"
    return TokensModel(
        used=last.figure(given + made, Provenance.RECORDED, note, bound=bound),
        limit=_NO_LIMIT,
        input=last.figure(given, Provenance.RECORDED, bound=bound),
        output=last.figure(made, Provenance.RECORDED),
    )


def _in_use(found: Found, order: Sequence[str]) -> TokensModel | None:
    """The context in use as the runner told it; of which window is not written anywhere."""
    del order
    told = found.newest(EventsFact)
    percent = told.fact.context_percent if told else None
    if told is None or percent is None or not 0 <= percent <= _MOST_PERCENT:
        return None
    note = f"{percent:g} % of a window taken to be {_ASSUMED_WINDOW:,} tokens, from {told.file}"
    return TokensModel(
        meaning=Meaning.CONTEXT,
        used=told.figure(round(_ASSUMED_WINDOW * percent / 100), Provenance.ESTIMATED, note),
        limit=told.figure(_ASSUMED_WINDOW, Provenance.ESTIMATED, "the usual window; no file states it"),
        zone=zone_of(percent),
    )


def _guessed(found: Found, order: Sequence[str]) -> TokensModel | None:
    del order
    guesses = [told for told in found.all(MetricsFact) if told.fact.guessed_tokens]
    if not guesses:
        return None
    told = guesses[-1]
    note = f"minutes times a constant, as {told.file} keeps it"
    return TokensModel(used=told.figure(told.fact.guessed_tokens, Provenance.ESTIMATED, note))


def _spent(rows: Iterable[TokenSum]) -> int | None:
    """Tokens of all rows; None if none says."""
    used = total(_used(row) for row in rows)
    return None if used is None else int(used)


def _used(row: TokenSum) -> int | None:
    if row.used is not None:
        return row.used
    parts = [part for part in (row.input, row.output) if part is not None]
    return sum(parts) if parts else None


def _by_phase(rows: Iterable[tuple[Told[Fact], TokenSum]], order: Sequence[str]) -> tuple[PhaseTokens, ...]:
    """The rows that name a phase, in the order of the pipeline, then as they come."""
    sums: dict[str, int] = {}
    last: dict[str, Told[Fact]] = {}
    for told, row in rows:
        used = _used(row)
        if row.phase and used is not None:
            phase = plain(phase_name(row.phase), _NAME)
            sums[phase] = sums.get(phase, 0) + used
            last[phase] = told
    places = {phase: place for place, phase in enumerate(order)}
    ordered = sorted(sums, key=lambda phase: places.get(phase, len(places)))
    return tuple(
        PhaseTokens(phase, last[phase].figure(sums[phase], Provenance.RECORDED)) for phase in ordered
    )


def _trend(fact: SessionLogFact) -> tuple[TrendPoint, ...]:
    """Tokens used up to each of the last calls, at most 60 of them, the last always."""
    spent = [_used(row) or 0 for row in fact.recent]
    at = fact.total_input + fact.total_output - sum(spent)
    points = []
    for used in spent:
        at += used
        points.append(TrendPoint(None, at))
    thinned = [points[len(points) - 1 - back] for back in range(0, len(points), _every(len(points)))]
    return tuple(reversed(thinned))


def _every(count: int) -> int:
    return -(-count // MOST_POINTS) or 1


_NO_LIMIT: Final = Figure.none("a sum spent has no limit")
