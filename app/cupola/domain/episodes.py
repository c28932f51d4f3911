"""Which episodes begin: once each, only where Cupola saw something change, and several as one alert.

What stands at first sight is no episode, nor what stands ten seconds after a start, after sleep or after a
pause: until then Cupola only catches up with what it missed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from cupola.domain.alerts import (
    KINDS,
    Alert,
    AlertKind,
    AlertPolicy,
    Attention,
    Occasion,
    Sight,
    impairments,
    occasion,
    recovered,
    since,
    standing,
)
from cupola.domain.clock import Instant
from cupola.domain.models import HealthModel

HOLD_S: Final = 10.0
"""How long after a start or sleep nothing is an episode."""
GATHER_S: Final = 2.0
"""How long an alert waits for others; what is over by then was none."""
FINISHED_S: Final = 60.0
"""How long a build stays finished before it is said: a later write reopens it."""
IMPAIRED_S: Final = 10.0
"""How long Cupola has to be impaired: most of it heals by itself."""

Key = tuple[str, AlertKind]
"""An episode: of which build (or folder, for IMPAIRED), and of which kind."""


@dataclass(frozen=True, slots=True)
class Course:
    """What is kept of a build: the last sight, whether it was seen to change, and what may begin."""

    sight: Sight
    first_life: Instant | None
    changed: bool = False
    armed: frozenset[AlertKind] = frozenset()


@dataclass(frozen=True, slots=True)
class Episodes:
    """What is kept between two decisions. `begun` has when each episode that waits is due."""

    awake_since: Instant
    ready: bool = False
    courses: Mapping[str, Course] = field(default_factory=dict)
    begun: Mapping[Key, Instant] = field(default_factory=dict)
    troubles: Mapping[str, str] = field(default_factory=dict)
    roots: frozenset[str] = frozenset()
    paused: bool = False
    """Nothing is watched: what may have gone on meanwhile is said when that is known again."""


@dataclass(frozen=True, slots=True)
class News:
    """What changed since the last decision; `woke` when the machine was found to have slept."""

    sights: tuple[Sight, ...] = ()
    gone: tuple[str, ...] = ()
    health: HealthModel | None = None
    ready: bool = False
    woke: Instant | None = None
    attention: Attention = field(default_factory=Attention)


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be said, what to keep, and until when both hold by time alone."""

    alert: Alert | None
    episodes: Episodes
    valid_until: Instant | None


def decide(old: Episodes, news: News, now: Instant, policy: AlertPolicy) -> Decision:
    """What follows from `news` at `now`. Pure; what is kept of a build that has no news stays as it is."""
    paused = old.paused if news.health is None else news.health.paused
    woke = now if old.paused and not paused else news.woke
    # A clock that was set back must not hold everything until that time comes again.
    awake_since = min(old.awake_since if woke is None else woke, now)
    ready = old.ready or news.ready
    holds = paused or not ready or now < awake_since + HOLD_S
    taking = _Taking(old, now, awake_since, holds=holds)
    for gone in news.gone:
        taking.forget(gone)
    for sight in news.sights:
        taking.see(sight)
    if news.health is not None:
        taking.see_health(news.health)
    said = taking.take_due()
    return Decision(
        _alert(said, news.attention, now, policy),
        Episodes(awake_since, ready, taking.courses, taking.begun, taking.troubles, taking.roots, paused),
        None if paused else taking.valid_until(),
    )


def _alert(said: list[Occasion], attention: Attention, now: Instant, policy: AlertPolicy) -> Alert | None:
    """One alert of all that may be said now: what may not, was not lost, but is not wanted."""
    if policy.silent(now):
        return None
    wanted = [
        each for each in said if each.kind not in policy.switched_off and not attention.on(each.build, now)
    ]
    return Alert(tuple(sorted(wanted, key=_order))) if wanted else None


def _order(said: Occasion) -> tuple[int, str, str]:
    return KINDS.index(said.kind), said.project, said.build


def _waits_s(kind: AlertKind) -> float:
    return {AlertKind.FINISHED: FINISHED_S, AlertKind.IMPAIRED: IMPAIRED_S}.get(kind, GATHER_S)


class _Taking:
    """One decision while it is made, on copies of what was kept."""

    def __init__(self, old: Episodes, now: Instant, awake_since: Instant, *, holds: bool) -> None:
        self.courses = dict(old.courses)
        self.begun = {key: min(due, now + _waits_s(key[1])) for key, due in old.begun.items()}
        self.troubles = dict(old.troubles)
        self.roots = old.roots
        self._now = now
        self._awake_since = awake_since
        self._holds = holds

    def forget(self, build: str) -> None:
        """A build is gone: so is what was to be said of it."""
        self.courses.pop(build, None)
        for kind in KINDS:
            self.begun.pop((build, kind), None)

    def see(self, sight: Sight) -> None:
        """A build looks like this from now on."""
        build, stand = sight.build.id, standing(sight)
        course = self._moved(sight)
        cancelled = [kind for kind in KINDS if (build, kind) in self.begun and kind not in stand]
        for kind in cancelled:
            del self.begun[build, kind]
        armed = course.armed.union(cancelled, recovered(sight))
        for kind in stand & armed:
            if self._is_news(kind, course):
                self.begun[build, kind] = self._now + _waits_s(kind)
        self.courses[build] = replace(course, armed=armed - stand)

    def see_health(self, health: HealthModel) -> None:
        """Cupola itself sees as well as this from now on. A root's first sight tells of no change."""
        found = impairments(health)
        for about in self.troubles.keys() - found.keys():
            self.begun.pop((about, AlertKind.IMPAIRED), None)
        roots = frozenset(root.path for root in health.roots)
        for about in found.keys() - self.troubles.keys() - (roots - self.roots):
            if not self._holds:
                self.begun[about, AlertKind.IMPAIRED] = self._now + IMPAIRED_S
        self.troubles, self.roots = found, roots

    def take_due(self) -> list[Occasion]:
        """What is to be said now; with it goes what only waits for company."""
        if self._holds or not any(due <= self._now for due in self.begun.values()):
            return []
        taken = [key for key, due in self.begun.items() if due <= self._now or _waits_s(key[1]) == GATHER_S]
        for key in taken:
            del self.begun[key]
        return [self._occasion(*key) for key in taken]

    def valid_until(self) -> Instant | None:
        """When the next one is due; nothing is while Cupola catches up."""
        if not self.begun:
            return None
        return max(min(self.begun.values()), self._awake_since + HOLD_S)

    def _moved(self, sight: Sight) -> Course:
        old = self.courses.get(sight.build.id)
        if old is None:
            return Course(sight, sight.life, armed=frozenset(KINDS) - standing(sight))
        if self._holds:
            return Course(sight, sight.life, old.changed, old.armed)
        return replace(old, sight=sight, changed=old.changed or self._changes(sight, old.first_life))

    def _changes(self, sight: Sight, first_life: Instant | None) -> bool:
        """What is read late may be newer than the first sight, and yet old."""
        return sight.life != first_life and self._is_fresh(sight.life)

    def _is_news(self, kind: AlertKind, course: Course) -> bool:
        """Silence that the machine slept through is none; what was never seen to change is nobody's news."""
        return not self._holds and course.changed and self._is_fresh(since(kind, course.sight))

    def _is_fresh(self, at: Instant | None) -> bool:
        """A few seconds pass until sleep is noticed, in which something may have happened already."""
        return at is not None and at >= self._awake_since - HOLD_S

    def _occasion(self, about: str, kind: AlertKind) -> Occasion:
        if kind is AlertKind.IMPAIRED:
            return Occasion(kind, "", about, None, self.troubles[about])
        return occasion(kind, self.courses[about].sight)
