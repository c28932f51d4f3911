"""What Cupola could not read or do, for a person."""

from __future__ import annotations

from dataclasses import dataclass

from cupola.domain.clock import Instant


@dataclass(frozen=True, slots=True)
class Problem:
    """Something Cupola could not read: `path` is text for a person, never to be opened."""

    path: str
    message: str
    dropped: tuple[str, ...] = ()
    since: Instant | None = None
