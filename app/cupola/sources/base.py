"""A source is data plus one function: what it wants watched, and how bytes become facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cupola.domain.facts import Fact

KIB: Final = 1024
MIB: Final = 1024 * KIB


class Anchor(StrEnum):
    """What an interest's pattern is relative to."""

    PROJECT = "project"
    ROOT = "root"
    FOUNDRY_HOME = "foundry home"
    TRANSCRIPTS = "transcripts"


class LaneKind(StrEnum):
    """Which reading lane serves an interest."""

    HOT = "hot"
    BULK = "bulk"


class Mode(StrEnum):
    """How a file is read. STAT reads nothing: only that it is there, and when it changed."""

    WHOLE = "whole"
    APPEND = "append"
    TAIL = "tail"
    SQLITE = "sqlite"
    STAT = "stat"


class When(StrEnum):
    """For which builds an interest is served."""

    ALWAYS = "always"
    ACTIVE = "active"
    SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class Interest:
    """Files that a source wants: a `/`-separated pattern below the anchor, `*` and `?` within one component."""

    anchor: Anchor
    pattern: str
    lane: LaneKind = LaneKind.HOT
    mode: Mode = Mode.WHOLE
    cap_bytes: int = MIB
    when: When = When.ALWAYS


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes of one file as they were read. `path` is relative to the anchor, `/`-separated."""

    path: str
    data: bytes
    size_bytes: int
    mtime: float
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """What a source got out of a blob, and in words what it had to leave out."""

    facts: tuple[Fact, ...]
    dropped: tuple[str, ...] = ()


class TornError(Exception):
    """The file is empty or stops in the middle: its writer may still be at it; read again shortly."""


class UnusableError(Exception):
    """The file is whole but is not what it should be; the text says why, for a person."""


@dataclass(frozen=True, slots=True)
class Source:
    """A reader of one kind of file. `read` is pure: same blob and previous reading, same result.

    It raises TornError or UnusableError; anything else is a defect.
    """

    id: str
    interests: tuple[Interest, ...]
    read: Callable[[Blob, Reading | None], Reading]
