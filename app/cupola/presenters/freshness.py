"""How long ago the files behind a panel were confirmed, as a dot (design.md, checked / changed)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

AGEING_AFTER_S: Final = 5.0
BLIND_AFTER_S: Final = 30.0


class Dot(StrEnum):
    """The word is what a screen reader hears; the colour follows from it."""

    FRESH = "fresh"
    AGEING = "ageing"
    BLIND = "not seen"
    FINAL = "final"
    NONE = "no build"


@dataclass(frozen=True, slots=True)
class Freshness:
    """A dot and the continuous time at which it changes by itself, None for never."""

    dot: Dot
    valid_until: float | None = None


def freshness(checked_at: float | None, now: float, *, ended: bool) -> Freshness:
    """Dot for files confirmed at `checked_at`; both times in continuous seconds of the `Clock`."""
    if ended:
        return Freshness(Dot.FINAL)
    if checked_at is None:
        return Freshness(Dot.BLIND)
    age_s = now - checked_at
    if age_s < AGEING_AFTER_S:
        return Freshness(Dot.FRESH, checked_at + AGEING_AFTER_S)
    if age_s <= BLIND_AFTER_S:
        return Freshness(Dot.AGEING, checked_at + BLIND_AFTER_S)
    return Freshness(Dot.BLIND)
