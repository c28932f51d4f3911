"""Every sequence of five states, in three rhythms: no alert too many, and none too few.

Two builds go through each sequence together, so that whatever happens comes several times at once. The way is
walked as a tree: what two sequences begin with is decided once.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest

from cupola.domain.alerts import Alert, AlertKind, AlertPolicy, Sight
from cupola.domain.episodes import FINISHED_S, HOLD_S, Episodes, News, decide
from cupola.domain.models import WorkState, Zone
from cupola.domain.words import BuildState
from support.alerting import seen
from support.fake_engine import NOW

LENGTH = 5
BUILDS = ("a", "b")
POLICY = AlertPolicy()
Said = tuple[tuple[float, Alert], ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """A state, of which kinds an episode stands in it, and which it ends."""

    name: str
    state: BuildState = BuildState.RUNNING
    work: WorkState = WorkState.NONE
    zone: Zone = Zone.NONE
    stands: frozenset[AlertKind] = frozenset()
    ends: frozenset[AlertKind] = frozenset()


OVER = frozenset({AlertKind.FINISHED, AlertKind.FAILED})
CALLS = frozenset({AlertKind.WAITING, AlertKind.LIMITED})
QUIET, CRITICAL = frozenset({AlertKind.QUIET}), frozenset({AlertKind.CRITICAL})
GONE = Letter("gone")
LETTERS = (
    Letter("safe", zone=Zone.SAFE, ends=OVER | QUIET | CRITICAL),
    Letter("working", work=WorkState.WORKING, ends=OVER | QUIET | CALLS),
    Letter("waiting", work=WorkState.WAITING, stands=frozenset({AlertKind.WAITING}), ends=OVER),
    Letter("limited", work=WorkState.LIMITED, stands=frozenset({AlertKind.LIMITED}), ends=OVER),
    Letter("stuck", work=WorkState.STUCK, stands=QUIET, ends=OVER),
    Letter("quiet", BuildState.QUIET, stands=QUIET),
    Letter("completed", BuildState.COMPLETED, stands=frozenset({AlertKind.FINISHED})),
    Letter("failed", BuildState.FAILED, stands=frozenset({AlertKind.FAILED})),
    Letter("unknown", BuildState.UNKNOWN),
    Letter("critical", zone=Zone.CRITICAL, stands=CRITICAL, ends=OVER | QUIET),
    GONE,
)


@dataclass(frozen=True, slots=True)
class Node:
    """The end of a sequence: what led to it, what was kept and said, and until when it waits."""

    letters: tuple[Letter, ...] = ()
    episodes: Episodes = field(default_factory=lambda: Episodes(NOW, ready=True))
    due: float | None = None
    said: Said = ()


Looks = Callable[[str, Letter, float], Sight]


def as_it_changes(build_id: str, letter: Letter, now: float) -> Sight:
    return seen(now, letter.state, letter.work, letter.zone, id_=build_id, project=build_id)


def as_it_was(build_id: str, letter: Letter, _now: float) -> Sight:
    """The same without a change: all of it is older than Cupola's start."""
    return as_it_changes(build_id, letter, NOW - 100)


def walk(gap_s: float, looks: Looks, node: Node | None = None) -> Iterator[Node]:
    """The end of every sequence, each with time to say what it has to say."""
    node = node or Node()
    if len(node.letters) == LENGTH:
        yield until(node, NOW + LENGTH * gap_s + 2 * FINISHED_S)
        return
    now = NOW + len(node.letters) * gap_s
    waited = until(node, now)
    for letter in LETTERS:
        sights = () if letter is GONE else tuple(looks(each, letter, now) for each in BUILDS)
        news = News(sights, BUILDS if letter is GONE else ())
        yield from walk(gap_s, looks, decided(replace(waited, letters=(*waited.letters, letter)), news, now))


def until(node: Node, now: float) -> Node:
    while node.due is not None and node.due <= now:
        node = decided(node, News(), node.due)
    return node


def decided(node: Node, news: News, now: float) -> Node:
    decision = decide(node.episodes, news, now, POLICY)
    said = node.said if decision.alert is None else (*node.said, (now, decision.alert))
    return replace(node, episodes=decision.episodes, due=decision.valid_until, said=said)


def expected(letters: tuple[Letter, ...], gap_s: float) -> list[AlertKind]:
    """What has to be said, by going over the sequence with nothing but the rules."""
    said: list[AlertKind] = []
    told: set[AlertKind] | None = None
    for number, letter in enumerate(letters):
        if letter is GONE:
            told = None
        elif told is None or number * gap_s < HOLD_S:
            told = ((told or set()) - letter.ends) | letter.stands
        else:
            told -= letter.ends
            lasting = next(
                (later for later, other in enumerate(letters[number:]) if other.stands != letter.stands), 99
            )
            new = {
                kind
                for kind in letter.stands - told
                if kind is not AlertKind.FINISHED or lasting * gap_s >= FINISHED_S
            }
            said.extend(new)
            told |= new
    return said


def recovered_between(letters: tuple[Letter, ...], gap_s: float, kind: AlertKind, times: list[float]) -> bool:
    """Whether between each two of `times` the sequence came by a recovery, or by a build that is new."""
    at = [NOW + number * gap_s for number in range(len(letters))]
    return all(
        any(
            first < when <= second and (kind in letter.ends or letter is GONE)
            for when, letter in zip(at, letters, strict=True)
        )
        for first, second in itertools.pairwise(times)
    )


@pytest.mark.slow
@pytest.mark.parametrize("gap_s", [3.0, 25.0, 70.0])
def test_of_every_sequence_exactly_what_has_to_be_said_is_said(gap_s: float) -> None:
    sequences = 0
    for node in walk(gap_s, as_it_changes):
        sequences += 1
        kinds = [kind for _, alert in node.said for kind in kinds_of(alert)]
        assert sorted(kinds) == sorted(expected(node.letters, gap_s)), names(node)
        for at, alert in node.said:
            assert at >= NOW + HOLD_S, names(node)
            assert len(alert.occasions) == len(BUILDS) * len(set(kinds_of(alert))), names(node)
        for kind in {kind for kind in kinds if kinds.count(kind) > 1}:
            times = [at for at, alert in node.said if kind in kinds_of(alert)]
            assert recovered_between(node.letters, gap_s, kind, times), names(node)
    assert sequences == len(LETTERS) ** LENGTH


@pytest.mark.slow
def test_no_sequence_says_anything_of_builds_that_were_not_seen_to_change() -> None:
    assert [names(node) for node in walk(70.0, as_it_was) if node.said] == []


def kinds_of(alert: Alert) -> list[AlertKind]:
    """Each kind once for each time it was said of the first build."""
    return [each.kind for each in alert.occasions if each.build == BUILDS[0]]


def names(node: Node) -> list[str]:
    return [letter.name for letter in node.letters]
