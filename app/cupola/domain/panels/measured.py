"""Token Usage from transcripts: measured tokens, what they cost at list prices, by phase and by model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from cupola.domain.clock import Instant
from cupola.domain.figures import Figure
from cupola.domain.models import (
    OUTSIDE,
    Meaning,
    ModelTokens,
    OtherSession,
    PhaseTokens,
    Spending,
    TokensModel,
    TrendPoint,
    Zone,
)
from cupola.domain.panels.found import Told
from cupola.domain.panels.zones import zone_of
from cupola.domain.record import Run
from cupola.domain.sessions import AgentUsage, Context, OtherUsage, SessionsFact
from cupola.domain.spans import left_behind, spans
from cupola.domain.spent import Spent
from cupola.domain.state import StateVerdict
from cupola.domain.text import plain
from cupola.domain.timeline import Timeline
from cupola.domain.words import Bound, Origin, Provenance, phase_name

RECENT_S: Final = 300.0
"""The context in use is that of a session which replied within this time; a rate is taken over it."""
_NAME: Final = 120


@dataclass(frozen=True, slots=True)
class Measured:
    """What transcripts tell of one build, and the file that a figure of all of them opens."""

    fact: SessionsFact
    path: str | None
    at: Instant

    @property
    def bare(self) -> Measured:
        """Without anything that was counted: what all figures have in common."""
        fact = SessionsFact((), (), Spent(), Timeline(), (), self.fact.prices, self.fact.reading)
        return Measured(fact, self.path, 0.0)

    def tokens(self, spent: Spent, value: int | None = None, what: str = "") -> Figure:
        """Tokens, "≥" where a reply is not known to have ended; a dash where there is no reply."""
        if not spent.replies:
            return Figure.none("no reply of a model yet")
        bound = Bound.LOWER if spent.lower or self.fact.reading else Bound.EXACT
        note = f"{what}{spent.replies:,} replies in transcripts"
        if self.fact.reading:
            note += ", which are still being read"
        if spent.lower:
            note += "; a subagent's reply has no last row, so it may be more"
        return Figure(spent.tokens if value is None else value, Provenance.MEASURED, bound, note, self.path)

    def cost(self, spent: Spent) -> Figure:
        """Dollars at list prices; a dash where no model is priced, at least so much where one is not."""
        missing = f"unpriced: {', '.join(spent.unpriced)}" if spent.unpriced else ""
        missing = missing or ("some of its models are unpriced" if spent.partly_priced else "")
        if spent.cost is None:
            return Figure.none(missing or "no reply of a model yet")
        bound = Bound.LOWER if spent.lower or spent.partly_priced or self.fact.reading else Bound.EXACT
        note = "; ".join(filter(None, (f"measured tokens at list prices ({self.fact.prices})", missing)))
        return Figure(spent.cost, Provenance.ESTIMATED, bound, note, self.path)

    def spending(self, spent: Spent) -> Spending:
        """All kinds of tokens and their cost."""
        usage = spent.usage
        return Spending(
            input=self.tokens(spent, usage.input),
            output=self.tokens(spent, usage.output),
            cache_read=self.tokens(spent, usage.cache_read),
            cache_write=self.tokens(spent, usage.cache_creation),
            cost=self.cost(spent),
        )


def measured(told: Told[SessionsFact] | None) -> Measured | None:
    """What transcripts tell; None where no reply of the build's own, nor of others, is known."""
    if told is None or not (told.fact.agents or told.fact.others):
        return None
    return Measured(told.fact, told.path or None, told.at)


def panel(of: Measured, run: Run, verdict: StateVerdict, order: Sequence[str], now: Instant) -> TokensModel:
    """Everything of it; `used` is the context in use while a session is at work, else what was spent."""
    fact, total = of.fact, of.fact.total
    spending = of.spending(total)
    used = of.tokens(total)
    model = TokensModel(
        used=used,
        limit=Figure.none("a sum spent has no limit"),
        input=spending.input,
        output=spending.output,
        by_phase=tuple(_by_phase(of, run, verdict, order)),
        trend=tuple(TrendPoint(at, tokens) for at, tokens in fact.timeline.trend),
        spent=used,
        cache_read=spending.cache_read,
        cache_write=spending.cache_write,
        cost=spending.cost,
        rate=_rate(of, now),
        by_model=tuple(_by_model(of)),
        others=others(of),
        unpriced=total.unpriced,
        prices=fact.prices,
        changed_at=of.at,
    )
    return model if verdict.state.ended else _gauged(of, model, fullest(fact, now))


def valid_until(fact: SessionsFact, now: Instant) -> Instant | None:
    """When the context in use or the rate changes by time alone."""
    times = [usage.context.at for usage in fact.agents if usage.context is not None]
    if fact.timeline.last is not None:
        times.append(fact.timeline.last)
    return min((at + RECENT_S for at in times if at + RECENT_S > now), default=None)


def fullest(fact: SessionsFact, now: Instant) -> AgentUsage | None:
    """The main session that replied in the last 5 minutes and has the largest part of its window in use."""
    recent = [one for one in fact.agents if one.context is not None and one.context.at + RECENT_S > now]
    return max(recent, key=lambda one: _share(one.context), default=None)


def _share(context: Context | None) -> float:
    if context is None:
        return 0.0
    return context.tokens / (context.window or _USUAL_WINDOW)


_USUAL_WINDOW: Final = 200_000


def _gauged(of: Measured, model: TokensModel, session: AgentUsage | None) -> TokensModel:
    if session is None or session.context is None:
        return model
    context = session.context
    window = context.window if context.window and context.tokens <= context.window else None
    note = f"input and cache of the last reply of {plain(session.name, _NAME)}"
    name = plain(context.model, _NAME)
    unknown = (
        f"more is in use than the {context.window:,} of {name} in the price list" if context.window else ""
    )
    limit_note = f"the window of {name} in the price list ({of.fact.prices})"
    return replace(
        model,
        meaning=Meaning.CONTEXT,
        used=Figure(context.tokens, Provenance.MEASURED, note=note, file=session.path or None),
        limit=Figure(window, Provenance.RECORDED, note=limit_note)
        if window
        else Figure.none(unknown or f"no list says how large the window of {name} is"),
        zone=zone_of(100 * context.tokens / window) if window else Zone.NONE,
        session=plain(session.name, _NAME),
    )


def _rate(of: Measured, now: Instant) -> Figure:
    """New tokens a minute: what is read from the cache was paid for before."""
    timeline = of.fact.timeline
    last = timeline.last
    if last is None or last + RECENT_S <= now:
        return Figure.none("no reply in the last 5 minutes")
    spent = timeline.between(last - RECENT_S, None)
    fresh = spent.usage.input + spent.usage.output + spent.usage.cache_creation
    bound = Bound.LOWER if spent.lower else Bound.EXACT
    note = "input, output and cache writes over the 5 minutes up to the last reply"
    return Figure(round(fresh / (RECENT_S / 60)), Provenance.MEASURED, bound, note, of.path)


def _by_phase(of: Measured, run: Run, verdict: StateVerdict, order: Sequence[str]) -> Iterator[PhaseTokens]:
    """Each phase with a reply in one of its stays, in the order of the pipeline; then what is in none."""
    sums: dict[str, Spent] = {}
    for phase, start, end in _stays(run, verdict):
        spent = of.fact.timeline.between(start, end)
        if spent.replies:
            sums[phase] = sums.get(phase, Spent()).plus(spent)
    places = {phase: place for place, phase in enumerate(order)}
    for phase in sorted(sums, key=lambda phase: places.get(phase, len(places))):
        yield PhaseTokens(phase, of.tokens(sums[phase]), of.spending(sums[phase]))
    rest = of.fact.total
    for spent in sums.values():
        rest = rest.without(spent)
    if rest.replies:
        yield PhaseTokens(OUTSIDE, of.tokens(rest), of.spending(rest))


def _stays(run: Run, verdict: StateVerdict) -> Iterator[tuple[str, Instant, Instant | None]]:
    """From when to when each phase went on; none overlaps the one before."""
    origin = Origin.CHECKPOINT if verdict.origin is Origin.CHECKPOINT else Origin.LIVE
    told = spans(run, origin, verdict.ended_at)
    first = told[0].started_at if told else verdict.ended_at
    after = run.started_at
    for phase, end in left_behind(run):
        # Before the first phase that a file told of, phases are known by what they left behind.
        if after < end and (first is None or end <= first):
            yield phase, after, end
            after = end
    for span in told:
        start = max(span.started_at if span.started_at is not None else after, after)
        yield plain(phase_name(span.phase), _NAME), start, span.ended_at
        after = max(start, span.ended_at or start)


def _by_model(of: Measured) -> Iterator[ModelTokens]:
    for model, spent in of.fact.models:
        yield ModelTokens(plain(model, _NAME), of.tokens(spent), of.spending(spent))


def others(of: Measured) -> tuple[OtherSession, ...]:
    """The sessions in the build's directory that are none of its own."""
    return tuple(_other(of, one) for one in of.fact.others)


def _other(of: Measured, one: OtherUsage) -> OtherSession:
    return OtherSession(plain(one.name, _NAME), one.reason, of.tokens(one.spent), of.cost(one.spent))
