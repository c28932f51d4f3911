"""What is wrong with Cupola's own watching, for the status bar and the list of problems."""

from __future__ import annotations

from typing import Final

from cupola.domain.clock import Clock
from cupola.domain.problems import Problem
from cupola.domain.text import plain, printable_path
from cupola.engine.timers import Timers

KEPT_S: Final = 600.0
"""How long something that has healed by itself stays listed."""


class Troubles:
    """Belongs to the control thread."""

    def __init__(self, clock: Clock, timers: Timers) -> None:
        self._clock = clock
        self._timers = timers
        self._lasting: dict[str, Problem] = {}
        self._passing: dict[str, tuple[float, Problem]] = {}
        self._blinding: set[str] = set()

    def set(self, about: str, text: str, *, blinds: bool = False) -> bool:
        """Name what is wrong until it is taken back with an empty text; False if that is as it was.

        `blinds`: changes may be missed or seen late because of it.
        """
        (self._blinding.add if blinds and text else self._blinding.discard)(printable_path(about))
        known = self._lasting.get(about)
        if (known.message if known else "") == plain(text):
            return False
        if text:
            self._lasting[about] = self._problem(about, text)
        else:
            del self._lasting[about]
        return True

    def note(self, about: str, text: str) -> None:
        """Name something that is over: it is listed for ten minutes."""
        until = self._clock.continuous() + KEPT_S
        self._passing[about] = until, self._problem(about, text)
        self._timers.set(("trouble", about), until)

    def problems(self) -> tuple[Problem, ...]:
        """All that is named now."""
        now = self._clock.continuous()
        self._passing = {about: kept for about, kept in self._passing.items() if kept[0] > now}
        return (*self._lasting.values(), *(problem for _, problem in self._passing.values()))

    @property
    def blinding(self) -> frozenset[str]:
        """The paths of the problems that blind."""
        return frozenset(self._blinding)

    def _problem(self, about: str, text: str) -> Problem:
        return Problem(printable_path(about), plain(text), since=self._clock.wall())
