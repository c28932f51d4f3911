"""Builds whose files are gone: they stay a while and say so, unless another run takes their place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from cupola.domain.clock import Instant
from cupola.domain.figures import Figure
from cupola.domain.models import BuildModel
from cupola.domain.words import BuildState
from cupola.presenters.ages import earliest
from cupola.presenters.builds_model import BuildsModel

STAYS_S: Final = 60.0
GONE: Final = "gone: its files are not there any more"


@dataclass(frozen=True, slots=True)
class _Gone:
    directory: str | None
    until: Instant


class Departed:
    """Lives in the GUI thread."""

    def __init__(self) -> None:
        self._gone: dict[str, _Gone] = {}

    def __contains__(self, build_id: str) -> bool:
        return build_id in self._gone

    def note(self, build: BuildModel, now: Instant) -> BuildModel:
        """A build is gone; how it is shown from now on."""
        self._gone[build.id] = _Gone(build.directory, now + STAYS_S)
        nothing = Figure.none("gone")
        return replace(build, state=BuildState.UNKNOWN, state_reason=GONE, progress=nothing, problems=())

    def back(self, build_id: str) -> None:
        """A build is there again."""
        self._gone.pop(build_id, None)

    def take_succeeded(self, builds: BuildsModel) -> list[str]:
        """Take out those whose directory has another run now."""
        if not self._gone:
            return []
        there = {build.directory for build in builds.builds() if build.id not in self._gone}
        there.discard(None)
        return self._take(one for one, gone in self._gone.items() if gone.directory in there)

    def take_due(self, now: Instant) -> list[str]:
        """Take out those whose time is over."""
        return self._take(one for one, gone in self._gone.items() if gone.until <= now)

    def due(self) -> Instant | None:
        """When the next one's time is over."""
        return earliest(*[gone.until for gone in self._gone.values()])

    def _take(self, ids: Iterable[str]) -> list[str]:
        taken = list(ids)
        for one in taken:
            del self._gone[one]
        return taken
