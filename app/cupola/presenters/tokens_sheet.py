"""The lines of the Token Usage dock."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from cupola.domain.figures import Figure
from cupola.domain.formatting import DASH, dollars, number
from cupola.domain.models import (
    OUTSIDE,
    Meaning,
    ModelTokens,
    PhaseTokens,
    Spending,
    TokensModel,
    TrendPoint,
    Zone,
)
from cupola.domain.text import plain
from cupola.presenters.lines import Cell, Line, LineKind, cell, columns
from cupola.presenters.model_names import short_model

_USUAL: Final = ("8,888,888", "≥≈ $888.88")
"""The longest usual texts of tokens and cost."""
OUTSIDE_WORDS: Final = "Outside phases"
OUTSIDE_NOTE: Final = "Spent in this run, but at a time when none of its phases ran."
OTHERS_NOTE: Final = "Sessions in the directory of this build that are not counted above."
PRICES_NOTE: Final = "What the tokens would cost at list prices; a subscription is billed otherwise."
UNPRICED: Final = "unpriced: not in the price list"


def tokens_lines(model: TokensModel) -> Iterator[Line]:
    """What is used, of what where that is known, how it came about, and what it cost."""
    yield from _head(model)
    yield from _figures(model)
    if len(model.trend) > 1:
        yield Line("trend", LineKind.TREND, trend=_curve(model.trend), note=_trend_note(model.trend))
    priced = _is_priced(model)
    yield from _phases(model, priced=priced)
    yield from _models(model, priced=priced)
    yield from _others(model, priced=priced)
    if model.prices:
        yield Line("prices", LineKind.NOTE, f"List prices: {plain(model.prices)}", note=PRICES_NOTE)


def _head(model: TokensModel) -> Iterator[Line]:
    """The context in use on its gauge; without one, the sum that was spent."""
    in_use = _in_use(model)
    share = _share(model.used, model.limit)
    tag = Cell(model.zone.value) if model.used.value is not None and model.zone is not Zone.NONE else None
    short = "" if share is None else _percent(share)
    aside = _aside(model, share)
    used = cell(model.used if in_use else _sum(model))
    yield Line("used", LineKind.HERO, aside, (used,), state=model.zone, tag=tag, short=short)
    if share is not None:
        yield _gauge(model, share)


def _in_use(model: TokensModel) -> bool:
    return model.meaning is Meaning.CONTEXT and model.used.value is not None


def _sum(model: TokensModel) -> Figure:
    """What was spent; with TOTAL `used` is that sum as well."""
    is_context = model.meaning is Meaning.CONTEXT
    return model.spent if is_context or model.used.value is None else model.used


def _share(used: Figure, limit: Figure) -> float | None:
    """The part that is used; more than all of it where more was spent than the budget."""
    return None if used.value is None or not limit.value else max(used.value / limit.value, 0.0)


def _percent(share: float) -> str:
    return f"{share * 100:.1f}%"


def _aside(model: TokensModel, share: float | None) -> str:
    in_use = _in_use(model)
    if share is None or model.limit.value is None:
        return "tokens in context" if in_use else "tokens in all"
    return (
        f"of {number(model.limit.value)} · {_percent(share)}"
        if in_use
        else f"{_percent(share)} of the budget"
    )


def _gauge(model: TokensModel, share: float) -> Line:
    in_use = _in_use(model)
    short = plain(model.session) if model.session else ""
    name = f"session {short}" if short else ""
    if not in_use and model.limit.value is not None:
        short = name = f"budget {number(model.limit.value)}"
    zones = f"{'Context in use' if in_use else 'Spent of the budget'}. Warning from 50%, critical from 75%."
    note = "\n".join(part for part in (zones, cell(model.limit, "Limit").note) if part)
    full = min(share, 1.0)
    return Line("gauge", LineKind.GAUGE, under=name, share=full, state=model.zone, note=note, short=short)


def _figures(model: TokensModel) -> Iterator[Line]:
    """Tokens by kind, money and rate; of a source that tells the first two, these alone."""
    both = (cell(model.input, "Input"), cell(model.output, "Output"))
    if _any(model.cache_read, model.cache_write, model.cost, model.rate) or model.unpriced:
        yield Line("io", LineKind.CELLS, cells=(*both, _cost(model.cost, model.unpriced, "Cost")))
        cached = (cell(model.cache_read, "Cache read"), cell(model.cache_write, "Cache write"))
        yield Line("cache", LineKind.CELLS, cells=(*cached, cell(model.rate, "Tokens/min", _whole)))
    elif _any(model.input, model.output):
        yield Line("io", LineKind.CELLS, cells=both)


def _any(*figures: Figure) -> bool:
    return any(each.value is not None for each in figures)


def _whole(value: float) -> str:
    return number(round(value))


def _cost(of: Figure, unpriced: Iterable[str], caption: str = "") -> Cell:
    """Dollars; the tooltip names the models whose tokens are not in them."""
    made = cell(of, caption, dollars)
    names = ", ".join(plain(each) for each in unpriced)
    if not names:
        return made
    note = f"No price is known for {names}."
    return replace(made, note=f"{made.note}\n{note}".strip())


def _is_priced(model: TokensModel) -> bool:
    """Whether anything is said of money, so that tables have a column for it."""
    of_phases = (row.spending.cost for row in model.by_phase)
    of_models = (row.spending.cost for row in model.by_model)
    of_others = (one.cost for one in model.others)
    return bool(model.unpriced) or _any(model.cost, *of_phases, *of_models, *of_others)


def _head_of(key: str, words: str, note: str = "", *, priced: bool) -> Line:
    captions = (Cell("Tokens"), Cell("Cost"))[: 2 if priced else 1]
    return Line(key, LineKind.HEADING, words, columns(captions, _USUAL), note=note)


def _cells(used: Figure, cost: Figure, unpriced: Iterable[str] = (), *, priced: bool) -> tuple[Cell, ...]:
    made = (cell(used, "Tokens"), *([_cost(cost, unpriced, "Cost")] if priced else []))
    return columns(made, _USUAL)


def _phases(model: TokensModel, *, priced: bool) -> Iterator[Line]:
    """Each phase, what fell outside them, and the sum where the head shows another figure."""
    if model.by_phase:
        yield _head_of("by phase", "By phase", priced=priced)
    for phase in model.by_phase:
        yield _phase(phase, priced=priced)
    if _in_use(model) and model.spent.value is not None:
        cells = _cells(model.spent, model.cost, model.unpriced, priced=priced)
        yield Line("spent", LineKind.TABLE, "Spent in all", cells, _of_budget(model))


def _of_budget(model: TokensModel) -> str:
    share = _share(model.spent, model.budget)
    if share is None or model.budget.value is None:
        return ""
    zone = "" if model.budget_zone is Zone.SAFE else f", {model.budget_zone.value}"
    return f"{_percent(share)} of a budget of {number(model.budget.value)}{zone}"


def _phase(of: PhaseTokens, *, priced: bool) -> Line:
    name, outside = plain(of.phase), of.phase == OUTSIDE
    note = OUTSIDE_NOTE if outside else ""
    text = OUTSIDE_WORDS if outside else name
    cells = _cells(of.used, of.spending.cost, priced=priced)
    return Line(f"phase {name}", LineKind.TABLE, text, cells, note=note, soft=outside)


def _models(model: TokensModel, *, priced: bool) -> Iterator[Line]:
    """Each language model; one whose price nobody knows says so, and so does one without a row."""
    rows, named = model.by_model, {row.model for row in model.by_model}
    missing = [name for name in model.unpriced if name not in named]
    if rows or missing:
        yield _head_of("by model", "By model", priced=priced)
    for row in rows:
        yield _model(row, unpriced=row.model in model.unpriced, priced=priced)
    for name in missing:
        uncounted = ModelTokens(name, Figure.none("its tokens are not told apart"), Spending())
        yield _model(uncounted, unpriced=True, priced=True)


def _model(of: ModelTokens, *, unpriced: bool, priced: bool) -> Line:
    short, whole = short_model(of.model), plain(of.model)
    under, note = UNPRICED if unpriced else "", whole if whole != short else ""
    cells = _cells(of.used, of.spending.cost, (of.model,) if unpriced else (), priced=priced)
    return Line(f"model {whole}", LineKind.TABLE, short, cells, under, note)


def _others(model: TokensModel, *, priced: bool) -> Iterator[Line]:
    """What is not counted stands apart, in softer ink, and says why."""
    if model.others:
        yield _head_of("others", "Other sessions", OTHERS_NOTE, priced=priced)
    for one in model.others:
        name = plain(one.name) or DASH
        cells = _cells(one.used, one.cost, priced=priced)
        yield Line(f"other {name}", LineKind.TABLE, name, cells, under=plain(one.reason), soft=True)


def _curve(points: tuple[TrendPoint, ...]) -> tuple[tuple[float, float], ...]:
    """Points within 0..1, oldest at the left, the smallest at the bottom; without times, evenly spread."""
    known = [p.at for p in points if p.at is not None]
    times = known if len(known) == len(points) else [float(n) for n in range(len(points))]
    long = (times[-1] - times[0]) or 1.0
    low, high = min(p.used for p in points), max(p.used for p in points)
    return tuple(
        ((at - times[0]) / long, (p.used - low) / ((high - low) or 1))
        for at, p in zip(times, points, strict=True)
    )


def _trend_note(points: tuple[TrendPoint, ...]) -> str:
    return f"From {_point(points[0])} to {_point(points[-1])}"


def _point(point: TrendPoint) -> str:
    at = "" if point.at is None else time.strftime(" at %H:%M", time.localtime(point.at))
    return f"{number(point.used)}{at}"
