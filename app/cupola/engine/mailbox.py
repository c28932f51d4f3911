"""Where the engine leaves events for a slower reader: the last change of each thing, in order."""

from __future__ import annotations

import threading
from itertools import islice
from typing import Final

from cupola.engine.feed import Change, Checked, FeedEvent, Gone, HealthChange, SettingsChange

TURN: Final = 256
"""Events handed over at once at most, so that a flood of new builds cannot hold the window's thread."""

Key = tuple[str, ...] | frozenset[str]


class Mailbox:
    """Holds at most one event per facet of a build. Safe from any thread; never blocks for long."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[Key, FeedEvent] = {}

    def put(self, event: FeedEvent) -> bool:
        """Keep `event` in the place of an older one of its kind; True if the box was empty before.

        What is held of a build that is gone goes with it, so a later return of it comes after.
        """
        with self._lock:
            was_empty = not self._held
            if isinstance(event, Gone):
                self._forget(event.build)
            self._held[_key(event)] = event
            return was_empty

    def take(self, at_most: int = TURN) -> tuple[tuple[FeedEvent, ...], bool]:
        """The oldest events, removed, and whether there are more."""
        with self._lock:
            keys = list(islice(self._held, at_most))
            return tuple(self._held.pop(key) for key in keys), bool(self._held)

    def _forget(self, build: str) -> None:
        for key in [key for key in self._held if isinstance(key, tuple) and key[:1] == (build,)]:
            del self._held[key]


def _key(event: FeedEvent) -> Key:
    match event:
        case Change(build=build, facet=facet):
            return (build, facet.value)
        case Gone(build=build):
            return (build, "gone")
        case Checked(builds=builds):
            return builds
        case HealthChange():
            return ("", "health")
        case SettingsChange():
            return ("", "settings")
        case _:
            return ("", "ready")
