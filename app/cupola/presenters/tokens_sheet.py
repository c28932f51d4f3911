"""The lines of the Token Usage dock."""

from __future__ import annotations

import time
from collections.abc import Iterator

from cupola.domain.formatting import number
from cupola.domain.models import Meaning, TokensModel, TrendPoint, Zone
from cupola.domain.text import plain
from cupola.presenters.lines import Cell, Line, LineKind, cell


def tokens_lines(model: TokensModel) -> Iterator[Line]:
    """What is used, of what where that is known, and how it came about."""
    in_use = model.meaning is Meaning.CONTEXT
    share = _share(model) if in_use else None
    used = cell(model.used)
    tag = Cell(model.zone.value) if in_use and model.zone is not Zone.NONE else None
    short = "" if share is None else f"{share * 100:.1f}%"
    yield Line("used", LineKind.HERO, _aside(model, share), (used,), state=model.zone, tag=tag, short=short)
    if share is not None:
        yield Line("gauge", LineKind.GAUGE, share=share, state=model.zone, note=_limit_note(model))
    if len(model.trend) > 1:
        yield Line("trend", LineKind.TREND, trend=_curve(model.trend), note=_trend_note(model.trend))
    if model.input.value is not None or model.output.value is not None:
        yield Line("io", LineKind.CELLS, cells=(cell(model.input, "Input"), cell(model.output, "Output")))
    for phase in model.by_phase:
        name = plain(phase.phase)
        yield Line(f"phase {name}", LineKind.ROW, name, (cell(phase.used),))


def _share(model: TokensModel) -> float | None:
    used, limit = model.used.value, model.limit.value
    return None if used is None or not limit else min(max(used / limit, 0.0), 1.0)


def _aside(model: TokensModel, share: float | None) -> str:
    if model.meaning is not Meaning.CONTEXT:
        return "tokens in all"
    if share is None or model.limit.value is None:
        return "tokens in context"
    return f"of {number(model.limit.value)} · {share * 100:.1f}%"


def _limit_note(model: TokensModel) -> str:
    return f"Context in use. Warning from 50%, critical from 75%.\n{cell(model.limit, 'Limit').note}".strip()


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
