"""A run of which no more is expected, in as few bytes as it can be brought back from.

What was read of 300 ended builds of 30 files each takes 7 MB, and hardly one of them is asked for again.
"""

from __future__ import annotations

import pickle
import zlib
from dataclasses import dataclass, replace
from typing import Final

from cupola.domain.models import ActivityEntry
from cupola.domain.record import Run

_FASTEST: Final = 1


@dataclass(frozen=True, slots=True)
class Resting:
    """Its activity is kept as it is: the snapshot that is shown holds it as well."""

    packed: bytes
    activity: tuple[ActivityEntry, ...]

    @classmethod
    def of(cls, run: Run) -> Resting:
        """A run at rest."""
        return cls(zlib.compress(pickle.dumps(replace(run, activity=())), _FASTEST), run.activity)

    def woken(self) -> Run:
        """The run as it was."""
        run: Run = pickle.loads(zlib.decompress(self.packed))  # noqa: S301 - it never left this process
        return replace(run, activity=self.activity)
