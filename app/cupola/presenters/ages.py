"""When a shown age or duration reads differently next."""

from __future__ import annotations

from typing import Final

MINUTE_S: Final = 60.0
HOUR_S: Final = 3600.0
DAY_S: Final = 86400.0


def age_changes_in_s(age_s: float) -> float:
    """Seconds until the text of an age changes: its unit is the largest that fits."""
    if age_s < 0:
        return -age_s + 1.0
    for limit, unit in ((MINUTE_S, 1.0), (HOUR_S, MINUTE_S), (DAY_S, HOUR_S)):
        if age_s < limit:
            return unit - age_s % unit
    return DAY_S - age_s % DAY_S


def duration_changes_in_s(duration_s: float) -> float:
    """Seconds until the text of a running duration changes: seconds below an hour, minutes below a day."""
    unit = 1.0 if duration_s < HOUR_S else MINUTE_S if duration_s < DAY_S else HOUR_S
    return unit - max(duration_s, 0.0) % unit


def earliest(*instants: float | None) -> float | None:
    """The first of several deadlines, None when there is none."""
    known = [instant for instant in instants if instant is not None]
    return min(known) if known else None
