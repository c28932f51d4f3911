"""What may be worth interrupting a person for, how it looks while it stands, and when it is over."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cupola.domain.clock import Instant
from cupola.domain.models import BuildModel, HealthModel, Meaning, TokensModel, Watching, WorkState, Zone
from cupola.domain.words import BuildState, Facet

ATTENTION_S: Final = 60.0
"""How long after the last input somebody is taken to look at the window."""


class AlertKind(StrEnum):
    """What alerts are about, the worst first."""

    FAILED = "failed"
    IMPAIRED = "impaired"
    LIMITED = "limited"
    WAITING = "waiting"
    QUIET = "quiet"
    CRITICAL = "critical"
    FINISHED = "finished"


KINDS: Final = tuple(AlertKind)

_DOCKS: Final[Mapping[AlertKind, Facet]] = {
    AlertKind.FAILED: Facet.TESTS,
    AlertKind.LIMITED: Facet.TOKENS,
    AlertKind.WAITING: Facet.AGENTS,
    AlertKind.QUIET: Facet.AGENTS,
    AlertKind.CRITICAL: Facet.TOKENS,
    AlertKind.FINISHED: Facet.TESTS,
}


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one minute of the local day to another, over midnight if `until` is the smaller one."""

    since: int
    until: int

    def cover(self, minute: int) -> bool:
        """Whether a minute of the day lies in them; `until` does not."""
        if self.since <= self.until:
            return self.since <= minute < self.until
        return minute >= self.since or minute < self.until


@dataclass(frozen=True, slots=True)
class AlertPolicy:
    """When the user wants no alert."""

    switched_off: frozenset[AlertKind] = frozenset()
    quiet_hours: QuietHours | None = None
    muted_until: Instant | None = None

    def silent(self, now: Instant) -> bool:
        """Whether nothing may be said at `now`, whatever it is."""
        if self.muted_until is not None and now < self.muted_until:
            return True
        return self.quiet_hours is not None and self.quiet_hours.cover(_minute_of_day(now))


@dataclass(frozen=True, slots=True)
class Attention:
    """The build in the window, whether that has the focus, and when it last got input."""

    build: str | None = None
    focused: bool = False
    input_at: Instant | None = None

    def on(self, build: str, now: Instant) -> bool:
        """Whether somebody looks at `build`."""
        if not self.focused or self.build != build or self.input_at is None:
            return False
        return now - self.input_at < ATTENTION_S


@dataclass(frozen=True, slots=True)
class Sight:
    """What alerts go by of a build: its header, and how full its context is, or its budget, of when."""

    build: BuildModel
    zone: Zone = Zone.NONE
    zone_at: Instant | None = None
    over_budget: bool = False
    """The critical zone is that of the budget."""

    @classmethod
    def of(cls, build: BuildModel, tokens: TokensModel) -> Sight:
        """A sum that is small shows no recovery of a context that is not shown with it."""
        over_budget = tokens.budget_zone is Zone.CRITICAL
        if over_budget:
            return cls(build, Zone.CRITICAL, tokens.changed_at, over_budget)
        zone = tokens.zone if tokens.meaning is Meaning.CONTEXT else Zone.NONE
        return cls(build, zone, tokens.changed_at)

    @property
    def life(self) -> Instant | None:
        """When anything of the build changed last."""
        instants = (self.build.changed_at, self.build.work.since, self.zone_at)
        return max((at for at in instants if at is not None), default=None)


@dataclass(frozen=True, slots=True)
class Occasion:
    """One episode that began. `build` is empty for one of Cupola itself; `dock` tells more of it."""

    kind: AlertKind
    build: str
    project: str
    phase: str | None
    reason: str
    directory: str | None = None

    @property
    def dock(self) -> Facet | None:
        """The dock that tells more of it."""
        return _DOCKS.get(self.kind)


@dataclass(frozen=True, slots=True)
class Alert:
    """All that is to be said at one moment, the worst first; never empty."""

    occasions: tuple[Occasion, ...]

    @property
    def first(self) -> Occasion:
        """The one that a click opens."""
        return self.occasions[0]


def standing(sight: Sight) -> frozenset[AlertKind]:
    """The kinds of which an episode stands in what is seen.

    Silence whose reason is known (a question, a limit, a model at work) is no quiet.
    """
    build, work = sight.build, sight.build.work.state
    match build.state:
        case BuildState.COMPLETED:
            return frozenset({AlertKind.FINISHED})
        case BuildState.FAILED:
            return frozenset({AlertKind.FAILED})
    silent = build.state is BuildState.QUIET and work in {WorkState.NONE, WorkState.ENDED}
    found = {
        AlertKind.QUIET: silent or work is WorkState.STUCK,
        AlertKind.WAITING: work is WorkState.WAITING,
        AlertKind.LIMITED: work is WorkState.LIMITED,
        AlertKind.CRITICAL: sight.zone is Zone.CRITICAL,
    }
    return frozenset(kind for kind, stands in found.items() if stands)


def recovered(sight: Sight) -> frozenset[AlertKind]:
    """The kinds of which an earlier episode is really over: it works again, or there is room again.

    That something cannot be told any more, or turned into something else, is no recovery.
    """
    running, work = sight.build.state is BuildState.RUNNING, sight.build.work.state
    at_work = work is WorkState.WORKING and not sight.build.state.ended
    alive = running and work in {WorkState.NONE, WorkState.ENDED}
    found = {
        AlertKind.FAILED: running,
        AlertKind.FINISHED: running,
        AlertKind.QUIET: alive or at_work,
        AlertKind.WAITING: at_work,
        AlertKind.LIMITED: at_work,
        AlertKind.CRITICAL: sight.zone is Zone.SAFE,
    }
    return frozenset(kind for kind, over in found.items() if over)


def since(kind: AlertKind, sight: Sight) -> Instant | None:
    """The last sign of life before something that may be derived from silence alone; else of anything."""
    match kind:
        case AlertKind.QUIET if sight.build.work.state is not WorkState.STUCK:
            return sight.build.changed_at
        case AlertKind.QUIET | AlertKind.WAITING | AlertKind.LIMITED:
            return sight.build.work.since
        case AlertKind.CRITICAL:
            return sight.zone_at or sight.life
        case _:
            return sight.life


def occasion(kind: AlertKind, sight: Sight) -> Occasion:
    """What is to be said of an episode that stands in what is seen."""
    build = sight.build
    match kind:
        case AlertKind.WAITING | AlertKind.LIMITED:
            reason = build.work.reason
        case AlertKind.QUIET if build.work.state is WorkState.STUCK:
            reason = build.work.reason
        case AlertKind.CRITICAL:
            of = "what was spent of the token budget" if sight.over_budget else "the context in use"
            reason = f"{of} is in the critical zone"
        case _:
            reason = build.state_reason
    return Occasion(kind, build.id, build.project, build.phase, reason, build.directory)


def impairments(health: HealthModel) -> dict[str, str]:
    """Because of what changes may be missed or seen late: by folder or disk, each with its reason."""
    roots = {root.path: root.note or "cannot be read" for root in health.roots if not root.readable}
    off = {root.path: root.note or "not watched" for root in health.roots if root.watching is Watching.OFF}
    blind = {
        problem.path: problem.message for problem in health.problems if problem.path in health.blinded_by
    }
    return {**off, **roots, **blind}


def _minute_of_day(now: Instant) -> int:
    local = time.localtime(now)
    return local.tm_hour * 60 + local.tm_min
