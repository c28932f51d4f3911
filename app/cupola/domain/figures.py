"""A number that knows where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from cupola.domain.words import Bound, Provenance


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a panel.

    `value` is None exactly when `provenance` is NONE; `note` says why, or by which method and from
    which file the value was got, and is what a tooltip shows. `file` is the full path of the file that a
    double click opens, None if there is none.
    """

    value: int | float | None = None
    provenance: Provenance = Provenance.NONE
    bound: Bound = Bound.EXACT
    note: str = ""
    file: str | None = None

    @classmethod
    def none(cls, reason: str = "") -> Figure:
        """No number, and why: shown as a dash, never as 0."""
        return _none(reason)


@lru_cache(maxsize=256)
def _none(reason: str) -> Figure:
    """One for all: every build has a dozen of them, for the same few reasons."""
    return Figure(note=reason)
