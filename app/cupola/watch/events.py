"""What the watching threads hand on: "this path is dirty", never what happened to it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Hint(StrEnum):
    """Why a path is dirty. A hint decides how soon it is looked at; what is there, stat tells."""

    CLOSED = "closed"
    """A writer has closed the file (Linux only)."""
    MODIFIED = "modified"
    ARRIVED = "arrived"
    """A file was created, linked or moved in."""
    LEFT = "left"
    """A file was deleted or moved out. Windows cannot tell: there it may have been a directory."""
    DIR_ARRIVED = "directory arrived"
    DIR_LEFT = "directory left"
    OVERFLOW = "overflow"
    """Events were lost: everything may be dirty. The path is ""."""
    SELF_LEFT = "watched directory left"
    """The watched directory itself was removed, moved away or unmounted."""


OF_CONTENT: Final = frozenset({Hint.CLOSED, Hint.MODIFIED})
"""Nothing came or went: only what is in a file may be another."""


@dataclass(frozen=True, slots=True)
class Dirty:
    """One path to look at.

    `path` is absolute, undecodable bytes as surrogate escapes. `seen_ns` is `time.perf_counter_ns()`
    at arrival, for the trace.
    """

    path: str
    hint: Hint
    seen_ns: int
