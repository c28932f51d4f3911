"""Cost against size as a picture (SVG): one curve for each figure, both axes logarithmic."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from xml.sax.saxutils import escape

_WIDTH: Final = 640
_HEIGHT: Final = 400
_PAD: Final = 60
_INKS: Final = ("#2563eb", "#059669", "#d97706", "#7c3aed")

Points = Sequence[tuple[float, float]]


def svg(title: str, curves: Mapping[str, Points]) -> str:
    """A picture of the curves: projects to the right, seconds upwards."""
    every = [point for points in curves.values() for point in points]
    xs, ys = _decades(x for x, _ in every), _decades(y for _, y in every)
    parts = [_text(_WIDTH / 2, 24, title, "middle")]
    parts += [_tick_x(x, xs) for x in xs] + [_tick_y(y, ys) for y in ys]
    for (name, points), ink in zip(curves.items(), _INKS, strict=False):
        at = [(_across(x, xs), _up(y, ys)) for x, y in points]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
        parts.append(f'<polyline fill="none" stroke="{ink}" stroke-width="2" points="{line}"/>')
        parts.append(_text(at[-1][0] - 6, at[-1][1] - 6, name, "end", ink))
    size = f'width="{_WIDTH}" height="{_HEIGHT}"'
    ground = f'<rect {size} fill="white"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{ground}{"".join(parts)}</svg>\n'


def _decades(values: Iterable[float]) -> list[float]:
    known = [value for value in values if value > 0]
    low, high = math.floor(math.log10(min(known))), math.ceil(math.log10(max(known)))
    return [10.0**power for power in range(low, max(high, low + 1) + 1)]


def _across(x: float, xs: Sequence[float]) -> float:
    return _PAD + (_WIDTH - 2 * _PAD) * _share(x, xs)


def _up(y: float, ys: Sequence[float]) -> float:
    return _HEIGHT - _PAD - (_HEIGHT - 2 * _PAD) * _share(max(y, ys[0]), ys)


def _share(value: float, decades: Sequence[float]) -> float:
    return math.log10(value / decades[0]) / math.log10(decades[-1] / decades[0])


def _tick_x(x: float, xs: Sequence[float]) -> str:
    return _text(_across(x, xs), _HEIGHT - _PAD + 20, f"{x:,.0f}", "middle")


def _tick_y(y: float, ys: Sequence[float]) -> str:
    at = _up(y, ys)
    line = f'<line x1="{_PAD}" x2="{_WIDTH - _PAD}" y1="{at:.1f}" y2="{at:.1f}" stroke="#ddd"/>'
    return line + _text(_PAD - 8, at + 4, f"{y:g} s", "end")


def _text(x: float, y: float, text: str, anchor: str, ink: str = "#333") -> str:
    how = f'font-family="sans-serif" font-size="12" text-anchor="{anchor}" fill="{ink}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {how}>{escape(text)}</text>'
