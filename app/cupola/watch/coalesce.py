"""Many events, few reads: first at once, then one per 100 ms, and the last never lost."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf
from typing import Final

from cupola.watch.agenda import Agenda
from cupola.watch.events import Hint

WINDOW_S: Final = 0.1
"""At most one whole read of a path, and one publication of a build, in this time."""
SETTLE_S: Final = 0.01
"""How long after a "modified" a file is left to its writer, who may close it meanwhile."""
RETRIES_S: Final = (0.01, 0.007)
"""After a torn read, in turn: equal steps would meet a 10 ms writer in the same state each time."""
SLOW_RETRY_S: Final = 0.05
SLOW_AFTER_S: Final = 0.25
GIVE_UP_AFTER_S: Final = 2.0
_PRUNE_FROM: Final = 1024


@dataclass(slots=True)
class _Path:
    window_end: float = -inf
    """No whole read before this: a start of one, plus the window."""
    touched_at: float = -inf
    started_at: float = -inf
    ahead_from: float = -inf
    """A torn path may be read ahead of its retry from here on: a retry's delay after the read before last."""
    in_flight: bool = False
    again_at: float = inf
    """When it wants to be read again; meaningful while a read is in flight."""
    torn_since: float | None = None
    retries: int = 0

    def is_idle(self, now: float) -> bool:
        return max(self.window_end, self.touched_at + WINDOW_S) <= now and self.torn_since is None


class Coalescer:
    """Decides when a dirty path is read. Holds no thread and no clock: `now` is continuous seconds.

    Each path that `due` hands out is in flight until `done`; whoever touches it meanwhile causes one
    more read.
    """

    def __init__(self, *, closes_are_seen: bool = True) -> None:
        self._closes_are_seen = closes_are_seen
        self._paths: dict[str, _Path] = {}
        self._agenda = Agenda()
        self._prune_at = _PRUNE_FROM

    def touched(self, path: str, hint: Hint, now: float) -> None:
        """Note that a path is dirty."""
        state = self._paths.get(path) or self._new(path, now)
        self._want(path, state, self._wanted_at(state, hint, now))
        state.touched_at = now

    def due(self, now: float) -> list[str]:
        """The paths to be read now, longest due first."""
        paths = self._agenda.pop(now)
        for path in paths:
            state = self._paths[path]
            state.ahead_from = state.started_at + RETRIES_S[0]
            state.started_at = now
            state.in_flight = True
            state.again_at = inf
        return paths

    def rests(self, path: str, now: float) -> bool:
        """True if a path is to be read, but not before its window ends, whatever touches it."""
        planned, state = self._agenda.at(path), self._paths.get(path)
        return state is not None and planned == state.window_end > now

    def next_due(self) -> float | None:
        """When to ask `due` again; None: not before something is touched or done."""
        return self._agenda.next()

    def done(
        self,
        path: str,
        whole: bool,  # noqa: FBT001 - named by the brief
        now: float,
        *,
        missing: bool = False,
        rest_s: float = 0.0,
        beat_s: float = 0.0,
    ) -> bool:
        """Note how a read ended: `whole`, or torn (then it is retried).

        `missing`: nothing was there, so a writer that creates the file anew need not wait for a window.
        `rest_s`: no whole read within this time after this one, if it is longer than the window.
        `beat_s`: the next whole read is at a multiple of this time, or later: paths that go on changing are
        read together, each at most once in it.
        Returns True when a path has been torn for 2 s: it is given up until it is touched again.
        """
        state = self._paths.get(path)
        if state is None or not state.in_flight:
            return False
        state.in_flight = False
        if whole:
            state.torn_since, state.retries = None, 0
            rest_s = SETTLE_S if missing else max(WINDOW_S, rest_s)
            state.window_end = _rested(state.started_at, rest_s, 0.0 if missing else beat_s)
        self._want(path, state, max(state.again_at, state.window_end))
        return False if whole else self._torn(path, state, now)

    def forget(self, path: str) -> None:
        """Drop a path, with whatever it was waiting for."""
        self._paths.pop(path, None)
        self._agenda.drop(path)

    def _wanted_at(self, state: _Path, hint: Hint, now: float) -> float:
        quiet = now - state.touched_at >= WINDOW_S
        if hint is Hint.MODIFIED and (self._closes_are_seen or not quiet):
            return max(now + SETTLE_S, state.window_end)
        ahead_from = -inf if state.torn_since is None else state.ahead_from
        return max(now, state.window_end, ahead_from)

    def _want(self, path: str, state: _Path, at: float) -> None:
        if state.in_flight:
            state.again_at = min(state.again_at, at)
            return
        planned = self._agenda.at(path)
        if at < (inf if planned is None else planned):
            self._agenda.set(path, at)

    def _torn(self, path: str, state: _Path, now: float) -> bool:
        since = now if state.torn_since is None else state.torn_since
        given_up = now - since >= GIVE_UP_AFTER_S
        self._want(path, state, inf if given_up else now + _delay(state, now - since))
        state.torn_since = None if given_up else since
        return given_up

    def _new(self, path: str, now: float) -> _Path:
        if len(self._paths) >= self._prune_at:
            self._prune(now)
        state = self._paths[path] = _Path()
        return state

    def _prune(self, now: float) -> None:
        """Forget idle paths, so that a folder of ever new names does not grow us without end."""
        self._paths = {
            path: state
            for path, state in self._paths.items()
            if state.in_flight or self._agenda.at(path) is not None or not state.is_idle(now)
        }
        self._prune_at = max(_PRUNE_FROM, 2 * len(self._paths))


def _rested(started_at: float, rest_s: float, beat_s: float) -> float:
    """When a path has rested for as many whole beats as `rest_s` takes, counted from the one it is in."""
    if not beat_s:
        return started_at + rest_s
    return (started_at // beat_s + ceil(rest_s / beat_s)) * beat_s


def _delay(state: _Path, torn_s: float) -> float:
    state.retries += 1
    return RETRIES_S[(state.retries - 1) % len(RETRIES_S)] if torn_s < SLOW_AFTER_S else SLOW_RETRY_S
