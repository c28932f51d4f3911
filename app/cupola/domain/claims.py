"""What files state of themselves: shown as it was written, and believed no further."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claim:
    """A time that a file states of itself: shown as a claim, never used as a clock (formats.md rule 1)."""

    name: str
    written: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One issue a feedback file found: a finding, never a decision."""

    text: str
    severity: str | None = None
    phase: str | None = None
