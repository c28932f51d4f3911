"""Which build is in the centre: the user's choice, the run that followed it, or the top of the list."""

from __future__ import annotations

from typing import Final

from cupola.domain.clock import Clock
from cupola.domain.models import BuildModel
from cupola.presenters.builds_filter import BuildsFilter

SUCCESSOR_S: Final = 5.0
"""How long after a shown run is gone the next run of its directory is shown in its place."""


class Choice:
    """Lives in the GUI thread."""

    def __init__(self, clock: Clock, listed: BuildsFilter) -> None:
        self.shown: str | None = None
        self._clock = clock
        self._listed = listed
        self._by_user = False
        self._settled = False
        self._lost: tuple[str, float] | None = None

    def choose(self, build_id: str) -> None:
        """The user chose a build."""
        self.shown, self._by_user, self._lost = build_id, True, None

    def gone(self, build_id: str, build: BuildModel | None) -> None:
        """A build is no longer there; `build` is what was last known of it."""
        if build_id != self.shown:
            return
        self.shown = None
        if build is not None and build.directory is not None:
            self._lost = build.directory, self._clock.continuous() + SUCCESSOR_S

    def settle(self, *, ready: bool) -> None:
        """Choose where nothing is chosen; until all roots were read (`ready`), follow the top of the list."""
        successor = self._successor()
        if successor is not None:
            self.shown, self._lost = successor, None
        elif self.shown is None or not (self._by_user or self._settled):
            top = self._listed.first()
            self.shown = None if top is None else top.id
            self._settled = ready and top is not None

    def _successor(self) -> str | None:
        if self._lost is None:
            return None
        directory, until = self._lost
        if self._clock.continuous() > until:
            self._lost = None
            return None
        return self._listed.find_directory(directory)
