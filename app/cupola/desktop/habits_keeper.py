"""Habits in hand, written in a lane of their own whenever they change."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path

from cupola.store.habits import Habits, load_habits, save_habits
from cupola.watch.lanes import Lane

log = logging.getLogger(__name__)

STOP_S: float = 0.5


class HabitsKeeper:
    """Lives in the GUI thread; they change twice in the life of a state folder, so the lane is made then."""

    def __init__(self, state_dir: Path) -> None:
        self._state_dir = state_dir
        self._lane: Lane | None = None
        self.habits = load_habits(state_dir)

    def keep(self, habits: Habits) -> None:
        """From now on these; a disk that refuses is logged, no more."""
        self.habits = habits
        if self._lane is None:
            self._lane = Lane("habits")
            self._lane.start()
        self._lane.submit(partial(_save, self._state_dir, habits))

    def stop(self) -> None:
        """Wait shortly until all is written."""
        lane, self._lane = self._lane, None
        if lane is not None:
            lane.submit(lane.stop)
            if not lane.join(STOP_S):
                log.warning("What was told or asked once is still being written and left to itself")


def _save(state_dir: Path, habits: Habits) -> None:
    try:
        save_habits(state_dir, habits)
    except OSError as error:
        log.warning("What was told or asked once cannot be kept: %s", error)
