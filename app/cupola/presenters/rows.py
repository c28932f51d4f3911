"""One row of the list of builds: the build and the texts made of it."""

from __future__ import annotations

from dataclasses import dataclass

from cupola.domain.clock import Instant
from cupola.domain.formatting import age
from cupola.domain.models import BuildModel
from cupola.domain.text import plain
from cupola.domain.work_words import call_of
from cupola.presenters.ages import age_changes_in_s
from cupola.presenters.texts import doing_text


@dataclass(slots=True)
class Row:
    """`age` is valid until `age_until`; None: it does not change. `call`: what somebody has to act upon."""

    build: BuildModel
    name: str
    doing: str
    call: str = ""
    age: str = ""
    age_until: Instant | None = None

    @classmethod
    def of(cls, build: BuildModel, now: Instant) -> Row:
        """The row of a build as it reads at `now`."""
        row = cls(build, plain(build.project), doing_text(build), call_of(build).capitalize())
        row.grow_older(now)
        return row

    def grow_older(self, now: Instant) -> bool:
        """Bring the age up to `now`; True if it reads differently."""
        changed = self.build.changed_at
        if changed is None:
            text, self.age_until = "", None
        else:
            text, self.age_until = age(now - changed), now + age_changes_in_s(now - changed)
        differs, self.age = text != self.age, text
        return differs


def ranges(changed: dict[int, set[int]]) -> list[tuple[int, int, set[int]]]:
    """Neighbouring rows with the same roles as (first, last, roles)."""
    ranges: list[tuple[int, int, set[int]]] = []
    for row in sorted(changed):
        if ranges and ranges[-1][1] == row - 1 and ranges[-1][2] == changed[row]:
            ranges[-1] = (ranges[-1][0], row, changed[row])
        else:
            ranges.append((row, row, changed[row]))
    return ranges
