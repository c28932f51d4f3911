"""The files of a run: kept by source and path, and looked up by the kind of what they say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, ItemsView, Iterable, Iterator, Mapping, Sequence, ValuesView
from functools import cached_property
from typing import Any, Final, TypeVar

from cupola.domain.facts import CheckpointFact, CompleteFact, MetricsFact, Observation, TaskProgressFact
from cupola.domain.sessions import SessionsFact

CHECKPOINT_FACTS: Final = (CheckpointFact, TaskProgressFact, CompleteFact)

ATTACHED_FACTS: Final = (MetricsFact, SessionsFact)
"""What a file far from the build tells of it: neither a sign of its life nor a file of its run."""

A = TypeVar("A")

Key = tuple[str, str]
"""Source id and path of an observation."""


class Batch(tuple[Observation, ...]):  # noqa: SLOT001 - it keeps its groups
    """Observations that are grouped by the kind of their facts at the first question, once.

    With one of them replaced, what is known of all other kinds stays: a build's phase file says something new
    all the time, and its thirty others next to never.
    """

    def of_kind(self, kind: type[Any]) -> Sequence[Observation]:
        """Those whose fact is of exactly this kind, in their order."""
        return self._groups.get(kind, ())

    def answer(self, question: Callable[[Batch], A], *kinds: type[Any]) -> A:
        """What `question` says of those of these kinds, which is all that it gets to see."""
        kept = self._answers.get(question)
        if kept is None:
            asked = question(Batch(seen for seen in self if isinstance(seen.fact, kinds)))
            kept = self._answers[question] = frozenset(kinds), asked
        answer: A = kept[1]
        return answer

    def replacing(self, old: Observation, new: Observation) -> Batch:
        """These with `new` in the place of `old`, a fact of the same kind; these if `old` is none of them."""
        kind = type(new.fact)
        group = self._groups.get(kind, [])
        if not any(seen is old for seen in group):
            return self
        batch = Batch(new if seen is old else seen for seen in self)
        batch._groups = {**self._groups, kind: [new if seen is old else seen for seen in group]}
        batch._answers = {one: kept for one, kept in self._answers.items() if kind not in kept[0]}
        return batch

    @cached_property
    def _groups(self) -> dict[type[Any], list[Observation]]:
        groups: dict[type[Any], list[Observation]] = defaultdict(list)
        for seen in self:
            groups[type(seen.fact)].append(seen)
        return dict(groups)

    @cached_property
    def _answers(self) -> dict[Callable[..., object], tuple[frozenset[type[Any]], Any]]:
        """By question, with the kinds it was asked of."""
        return {}


class Files(Mapping[Key, Observation]):
    """Immutable. Its parts are told apart at the first question, once: a run is asked many times."""

    def __init__(self, held: Mapping[Key, Observation] | None = None) -> None:
        self._held = dict(held or {})

    @classmethod
    def of(cls, observations: Iterable[Observation]) -> Files:
        """Files of these observations; of two of one file the later."""
        return cls({(seen.source, seen.path): seen for seen in observations})

    def with_file(self, seen: Observation) -> Files:
        """These with one more, or with one in place of what the same file said before."""
        key = seen.source, seen.path
        files, held = Files({**self._held, key: seen}), self._held.get(key)
        if held is not None and type(held.fact) is type(seen.fact):
            files.project = self.project.replacing(held, seen)
            files.own = self.own.replacing(held, seen)
            files.checkpoints = self.checkpoints.replacing(held, seen)
        return files

    @cached_property
    def project(self) -> Batch:
        """All but those of checkpoints."""
        return Batch(seen for seen in self._held.values() if not isinstance(seen.fact, CHECKPOINT_FACTS))

    @cached_property
    def own(self) -> Batch:
        """Those of the project without what is only attached to it."""
        return Batch(seen for seen in self.project if not isinstance(seen.fact, ATTACHED_FACTS))

    @cached_property
    def checkpoints(self) -> Batch:
        """Those of all checkpoints."""
        return Batch(seen for seen in self._held.values() if isinstance(seen.fact, CHECKPOINT_FACTS))

    def __reduce__(self) -> tuple[Callable[..., Files], tuple[tuple[Observation, ...]]]:
        """Pickled without what follows from the observations."""
        return Files.of, (tuple(self._held.values()),)

    def __getitem__(self, key: Key) -> Observation:
        return self._held[key]

    def __contains__(self, key: object) -> bool:
        return key in self._held

    def __iter__(self) -> Iterator[Key]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def values(self) -> ValuesView[Observation]:
        """All observations, in the order in which their files came."""
        return self._held.values()

    def items(self) -> ItemsView[Key, Observation]:
        """All observations with their keys."""
        return self._held.items()
