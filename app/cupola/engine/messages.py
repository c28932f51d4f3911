"""What reaches the control thread: a closed union, fanned out by one `match` in `engine.engine`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cupola.domain.prices import PriceList
from cupola.domain.usage import Reply
from cupola.store.settings import Settings
from cupola.watch.events import OF_CONTENT, Dirty
from cupola.watch.reader import HolderRead
from cupola.watch.seeker import RootState
from cupola.watch.sweep import Confirmed, Hanging, Resumed


@dataclass(frozen=True, slots=True)
class Loaded:
    """The state folder was read: journal lines by build id, and what could not be used, in words."""

    earlier: Mapping[str, list[bytes]]
    trouble: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Priced:
    """The price list was read."""

    prices: PriceList


@dataclass(frozen=True, slots=True)
class RootSeen:
    """A look at a root itself, made in a bulk lane."""

    root: str
    state: RootState


@dataclass(frozen=True, slots=True)
class HomeSeen:
    """A look at a folder apart, such as Foundry's home, made in a bulk lane; `path` as it was named."""

    path: str
    state: RootState


@dataclass(frozen=True, slots=True)
class ProjectFound:
    """The search entered a folder that is a project."""

    root: str
    path: str


@dataclass(frozen=True, slots=True)
class ProjectLost:
    """A folder that was a project is none any more."""

    root: str
    path: str


@dataclass(frozen=True, slots=True)
class SearchRefused:
    """The search could not or would not enter something; an empty message takes it back."""

    root: str
    path: str
    message: str


@dataclass(frozen=True, slots=True)
class Searched:
    """A search or sweep of a root came to its end. `reached` names a limit in words."""

    root: str
    folders: int
    reached: str | None


@dataclass(frozen=True, slots=True)
class Looked:
    """The newest folder mtime that a bounded look at a directory met (wall seconds), None for none."""

    home: str
    newest: float | None


@dataclass(frozen=True, slots=True)
class Branched:
    """The folders elsewhere that git keeps for the project of a directory."""

    home: str
    worktrees: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recalled:
    """What the ledger has of the run in a directory."""

    home: str
    replies: tuple[Reply, ...]


@dataclass(frozen=True, slots=True)
class Warned:
    """Something about Cupola itself that the user should know; an empty message takes it back.

    `passing` is over already: nobody will take it back. `blinds`: changes may be missed or seen late.
    """

    about: str
    message: str
    passing: bool = False
    blinds: bool = False


@dataclass(frozen=True, slots=True)
class Show:
    """Which build a window shows, and whether that window can be seen."""

    build: str | None
    visible: bool


@dataclass(frozen=True, slots=True)
class AddRoot:
    """Watch another folder from now on; in later sessions too if it is to be kept."""

    path: str
    keep: bool = True


@dataclass(frozen=True, slots=True)
class Configure:
    """Let other settings be in force: what differs in `settings` from `was`, which whoever changed them saw.

    Without `was` all of them are meant.
    """

    settings: Settings
    was: Settings | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """Watch nothing from now on, or go on."""

    paused: bool


@dataclass(frozen=True, slots=True)
class RootLeft:
    """A root that was removed is watched no longer, nor what lies in it; `real` is its path without links."""

    real: str


@dataclass(frozen=True, slots=True)
class Refresh:
    """Look at everything again."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Come to an end."""


Message = (
    Dirty
    | HolderRead
    | Confirmed
    | Resumed
    | Hanging
    | Loaded
    | Priced
    | RootSeen
    | HomeSeen
    | ProjectFound
    | ProjectLost
    | SearchRefused
    | Searched
    | Looked
    | Branched
    | Recalled
    | Warned
    | Show
    | AddRoot
    | Configure
    | Pause
    | RootLeft
    | Refresh
    | Stop
)


def is_news(message: Message) -> bool:
    """False for what nothing follows from but, at most, a reading: most messages are of these."""
    if isinstance(message, Dirty):
        return message.hint not in OF_CONTENT
    return not isinstance(message, Confirmed)
