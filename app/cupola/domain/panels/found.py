"""The facts of a run by their kind, looked up once for all panels; and figures that name their file."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from cupola.domain.clock import Instant
from cupola.domain.facts import Fact, Observation, PhaseFact
from cupola.domain.figures import Figure
from cupola.domain.record import Run, of_other_checkpoint
from cupola.domain.text import file_name
from cupola.domain.words import Bound, Provenance

F = TypeVar("F", bound=Fact)
F_co = TypeVar("F_co", bound=Fact, covariant=True)


@dataclass(frozen=True, slots=True)
class Told(Generic[F_co]):
    """One fact with the full path of its file, when that changed, and when it was last written at all."""

    fact: F_co
    path: str
    at: Instant
    touched_at: Instant

    @property
    def file(self) -> str:
        """The file's name, fit to be shown."""
        return file_name(self.path)

    def figure(
        self,
        value: float | None,
        provenance: Provenance,
        note: str = "",
        *,
        missing: str = "",
        bound: Bound = Bound.EXACT,
    ) -> Figure:
        """A number of this file; a dash for None, with `missing` as the reason."""
        if value is None:
            return Figure(note=sys.intern(missing or f"{self.file} does not say"), file=self.path)
        # Files of the same names are in every build: one text serves them all.
        return Figure(value, provenance, bound, sys.intern(note or f"from {self.file}"), self.path)


class Found:
    """The facts of a run, of each kind the oldest change first. Logs of another checkpoint are left out."""

    def __init__(self, run: Run) -> None:
        self._files = run.observations.project
        self._checkpoint = run.checkpoint_id

    def besides_phase(self) -> tuple[object, ...]:
        """All that is told but by the phase file: it alone is written again and again."""
        files = tuple(seen for seen in self._files if not isinstance(seen.fact, PhaseFact))
        return self._checkpoint, files

    def all(self, kind: type[F]) -> list[Told[F]]:
        """All facts of a kind; equal runs give equal orders."""
        return [
            Told(one.fact, one.path, one.changed_at, one.touched_at)
            for one in sorted(self._files.of_kind(kind), key=_order)
            if isinstance(one.fact, kind) and not of_other_checkpoint(one, self._checkpoint)
        ]

    def newest(self, kind: type[F]) -> Told[F] | None:
        """The fact of a kind that changed last."""
        told = self.all(kind)
        return told[-1] if told else None


def total(values: Iterable[int | float | None]) -> int | float | None:
    """The sum of those that are known; None if none is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _order(seen: Observation) -> tuple[Instant, str, str]:
    return seen.changed_at, seen.path, seen.source
