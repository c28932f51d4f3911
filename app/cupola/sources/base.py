"""A source is data plus one function: what it wants watched, and how bytes become facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cupola.domain.facts import Fact

PROJECT_MARKER: Final = ".context-foundry"
"""A directory that holds this one is a project."""

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
    """Files a source wants: a `/`-separated pattern below the anchor, `*` and `?` within a component.

    `since`: not those last written before (wall seconds). `backlog_bytes`: one that grows is not read if it
    grew by more than this while nobody read it. `much_bytes`: more than this is read by a process of its own,
    and what is known meanwhile is told, with how much is left. `rest_s`: one that goes on changing is read at
    most once in this time.
    """

    anchor: Anchor
    pattern: str
    lane: LaneKind = LaneKind.HOT
    mode: Mode = Mode.WHOLE
    cap_bytes: int = MIB
    when: When = When.ALWAYS
    since: float = 0.0
    backlog_bytes: int = 256 * MIB
    much_bytes: int = 1 << 62
    rest_s: float = 0.0


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
class Ownership:
    """Whose build a file tells of when that is not simply the folder it lies in.

    `key` names the build as long as no candidate exists; all files with one key have one owner. A candidate
    is a path relative to the anchor, or an absolute one; the first that is a folder inside a root owns the
    file. "." counts only if the anchor itself is a project. `said` holds the candidates that this file
    states for all files of its key, before the others; None if it is not the one to know.
    """

    key: str
    candidates: tuple[str, ...]
    said: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Portable:
    """How a reading goes to another process and back: `thin` leaves out what reading on does not need, and
    `joined` puts it before what came of reading on."""

    thin: Callable[[Reading], Reading]
    joined: Callable[[Reading, Reading], Reading]


@dataclass(frozen=True, slots=True)
class Source:
    """A reader of one kind of file. `read` is pure: same blob and previous reading, same result.

    Only of a file that is read on in (APPEND) is there a previous reading. It raises TornError or
    UnusableError; anything else is a defect. `owner` is asked with a file's path below the anchor and its
    reading; without it the build is the one of the folder.
    Only a source that is `portable` can be read by another process.
    """

    id: str
    interests: tuple[Interest, ...]
    read: Callable[[Blob, Reading | None], Reading]
    owner: Callable[[str, Reading], Ownership] | None = None
    portable: Portable | None = None
