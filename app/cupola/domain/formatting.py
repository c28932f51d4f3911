"""How numbers, durations and ages are written, in the window and in the terminal alike."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from cupola.domain.clock import Instant
from cupola.domain.figures import Figure
from cupola.domain.words import Bound, Provenance

DASH: Final = "–"
_CENT: Final = 0.01
_MINUTE: Final = 60
_HOUR: Final = 3600
_DAY: Final = 86400
_LATEST: Final = 253402300799.0


def duration(seconds: float) -> str:
    """`42s`, `1m 04s`, `2h 05m`, `3d 4h`; below zero counts as zero."""
    whole = _whole(seconds)
    if whole < _MINUTE:
        return f"{whole}s"
    if whole < _HOUR:
        return f"{whole // _MINUTE}m {whole % _MINUTE:02d}s"
    if whole < _DAY:
        return f"{whole // _HOUR}h {whole % _HOUR // _MINUTE:02d}m"
    return f"{whole // _DAY:,}d {whole % _DAY // _HOUR}h"


def age(seconds: float) -> str:
    """`2 s`, `5 m`, `2 h`, `3 d`: the largest unit only; below zero counts as zero."""
    whole = _whole(seconds)
    for size_s, unit in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "m")):
        if whole >= size_s:
            return f"{whole // size_s:,} {unit}"
    return f"{whole} s"


def number(value: float) -> str:
    """`12,345`, `3.5`: thousands separated, at most two decimals."""
    if not math.isfinite(value):
        return DASH
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def percent(value: float) -> str:
    """A share of 0..1 as `57%`; 100% only for the whole, 0% only for nothing."""
    if not math.isfinite(value):
        return DASH
    if 0 < value < 1:
        return f"{min(max(round(value * 100), 1), 99)}%"
    return f"{round(value * 100)}%"


def dollars(value: float) -> str:
    """`$12.23`, `$1,204.50`; what is under a cent, but not nothing, is `<$0.01`."""
    if not math.isfinite(value):
        return DASH
    return "<$0.01" if 0 < value < _CENT else f"${value:,.2f}"


def latency(seconds: float) -> str:
    """`0.8 s`, `12 s`, `1m 04s`: to a tenth where a tenth matters."""
    if not 0 <= seconds < _MINUTE:
        return duration(seconds)
    return f"{seconds:.1f} s" if seconds < 9.95 else f"{seconds:.0f} s"


def figure(of: Figure, write: Callable[[float], str] = number) -> str:
    """A figure with its marks: `≈` estimated, `≥` a lower bound, `≥≈` both, a dash for none."""
    if of.value is None or of.provenance is Provenance.NONE:
        return DASH
    lower = "≥" if of.bound is Bound.LOWER else ""
    near = "≈" if of.provenance is Provenance.ESTIMATED else ""
    return f"{lower}{near} {write(of.value)}".lstrip()


def progress(of: Figure) -> str:
    """A share of 0..1 in percent; all of it is no estimate: a build has it only when it is completed."""
    return percent(1.0) if of.value == 1 else figure(of, percent)


def rfc3339(at: Instant) -> str:
    """An instant as UTC with milliseconds and `Z`; one outside the years 1970 to 9999 is clamped."""
    sound = at if math.isfinite(at) else 0.0
    moment = datetime.fromtimestamp(min(max(sound, 0.0), _LATEST), UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _whole(seconds: float) -> int:
    return int(max(seconds, 0)) if math.isfinite(seconds) else 0
