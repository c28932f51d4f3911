"""How Cupola itself is, as one value: for the terminal, for the window, and for whoever helps."""

from __future__ import annotations

from dataclasses import dataclass

from cupola.domain.clock import Instant
from cupola.domain.models import DiskModel, RootModel
from cupola.domain.problems import Problem


@dataclass(frozen=True, slots=True)
class AtLogin:
    """What a login really does. `place` is text for a person: the file or key that says so.

    `note` says what a switch alone would not: that another program is started, or why none is.
    """

    place: str
    on: bool = False
    command: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A folder that Cupola reads or writes; `path` is printable."""

    name: str
    path: str
    exists: bool
    readable: bool
    writable: bool


@dataclass(frozen=True, slots=True)
class LedgerSize:
    """The ledger of replies; None where it could not be counted, and `note` then says why."""

    size_bytes: int = 0
    replies: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class GateCount:
    """How many models a panel was offered that it showed, and that it needed not show."""

    panel: str
    passed: int
    stopped: int
    last_ms: float | None = None
    """From the event to the paint, the last time that it was measured."""


@dataclass(frozen=True, slots=True)
class WindowFacts:
    """What only a window knows of itself."""

    qt_platform: str
    qt_version: str
    screen: str
    gates: tuple[GateCount, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnedProblem:
    """A problem and the project it belongs to, "" for Cupola itself."""

    project: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """Everything that helps to see why Cupola does not show what it should; all texts are printable."""

    at: Instant
    versions: tuple[tuple[str, str], ...]
    places: tuple[Place, ...]
    transcripts: tuple[Place, ...]
    roots: tuple[RootModel, ...]
    disks: tuple[DiskModel, ...]
    watches: int
    limits: tuple[tuple[str, int | None], ...]
    ledger: LedgerSize
    journal_bytes: int
    prices: str
    login: AtLogin
    settings_problems: tuple[Problem, ...] = ()
    problems: tuple[OwnedProblem, ...] = ()
    unattached: tuple[str, ...] = ()
    log_tail: tuple[str, ...] = ()
    window: WindowFacts | None = None
    paused: bool = False
    """Nothing is watched now, as the user wants it."""
