"""A build in words, for a table and for plain lines alike. Pure: `now` is an argument."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cupola.domain.clock import Instant
from cupola.domain.formatting import DASH, age, duration, figure, progress
from cupola.domain.models import BuildModel
from cupola.domain.shape import elapsed_s
from cupola.domain.text import plain
from cupola.domain.words import BuildState
from cupola.domain.work_words import call_of, work_of, work_words

SHAPES: Final = {
    BuildState.RUNNING: "●",
    BuildState.QUIET: "○",
    BuildState.COMPLETED: "✓",
    BuildState.FAILED: "✗",
    BuildState.UNKNOWN: "–",
}
_ORDER: Final = tuple(SHAPES)


@dataclass(frozen=True, slots=True)
class Row:
    """What is shown of one build; every text is safe to print. `call`: `work` if somebody has to act."""

    state: BuildState
    project: str
    phase: str
    work: str
    call: str
    progress: str
    elapsed: str
    updated: str
    detail: str
    id: str

    @property
    def work_word(self) -> str:
        """What sessions do without the reason, which begins behind a space or a colon."""
        return self.work.partition(" ")[0].rstrip(":")

    @property
    def state_text(self) -> str:
        """Shape and word."""
        return f"{SHAPES[self.state]} {self.state.value}"


def row(build: BuildModel, now: Instant) -> Row:
    """The texts of one build as they read at `now`."""
    work = work_words(work_of(build))
    return Row(
        state=build.state,
        project=plain(build.project) or DASH,
        phase=plain(build.phase or "") or DASH,
        work=work,
        call=work if call_of(build) else "",
        progress=progress(build.progress),
        elapsed=figure(elapsed_s(build.elapsed, now), duration),
        updated=DASH if build.changed_at is None else age(now - build.changed_at),
        detail=plain(build.detail or "") or plain(build.state_reason),
        id=build.id,
    )


def in_order(builds: list[BuildModel]) -> list[BuildModel]:
    """Running first, then quiet and the ended ones; in each group the one that changed last comes first."""
    return sorted(builds, key=_place)


def _place(build: BuildModel) -> tuple[int, float, str]:
    return _ORDER.index(build.state), -(build.changed_at or 0.0), build.id
