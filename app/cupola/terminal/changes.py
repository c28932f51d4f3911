"""The feed put in the order in which it is printed: all there is sorted by id, then ready, then changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cupola.domain.models import BuildModel
from cupola.domain.problems import Problem
from cupola.domain.words import PANELS, Facet
from cupola.engine.feed import Change, FeedEvent, Gone, HealthChange, Ready

Printed = Change | Gone | Problem | Ready


class Changes:
    """Gives each change once: a digest that was given last for its facet is not given again."""

    def __init__(self, problems: Iterable[Problem] = ()) -> None:
        self._held: dict[str, dict[Facet, Change]] = {}
        self._given: dict[str, dict[Facet, str]] = {}
        self._own = self._problems = tuple(problems)
        self._given_problems: frozenset[Problem] = frozenset()
        self._ready = False

    def take(self, events: Iterable[FeedEvent]) -> Iterator[Printed]:
        """What is to be printed now that `events` came."""
        for event in events:
            match event:
                case Change():
                    yield from self._change(event)
                case Gone(build=build):
                    yield from self._gone(build)
                case HealthChange(model=model):
                    yield from self._health(model.problems)
                case Ready():
                    yield from self._all(event)
                case _:
                    pass

    def build(self, build: str) -> BuildModel | None:
        """The newest header of a build."""
        held = self._held.get(build, {}).get(Facet.BUILD)
        return held.model if held is not None and isinstance(held.model, BuildModel) else None

    def _change(self, change: Change) -> Iterator[Change]:
        self._held.setdefault(change.build, {})[change.facet] = change
        if self._ready:
            yield from self._news(change.build)

    def _news(self, build: str) -> Iterator[Change]:
        """What of a build was not given yet; its header always first, as nothing stands without it."""
        held = self._held[build]
        if Facet.BUILD not in held:
            return
        given = self._given.setdefault(build, {})
        for facet in (Facet.BUILD, *PANELS):
            change = held.get(facet)
            if change is not None and given.get(facet) != change.digest:
                given[facet] = change.digest
                yield change

    def _gone(self, build: str) -> Iterator[Gone]:
        self._held.pop(build, None)
        if self._given.pop(build, None) is not None:
            yield Gone(build)

    def _health(self, problems: tuple[Problem, ...]) -> Iterator[Problem]:
        self._problems = self._own + problems
        if self._ready:
            yield from self._new_problems()

    def _new_problems(self) -> Iterator[Problem]:
        before, self._given_problems = self._given_problems, frozenset(self._problems)
        for problem in self._problems:
            if problem not in before:
                yield problem

    def _all(self, ready: Ready) -> Iterator[Printed]:
        self._ready = True
        for build in sorted(self._held):
            yield from self._news(build)
        yield from self._new_problems()
        yield ready
