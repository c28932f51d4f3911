"""Pin, hide and archive: what the user marks is shown at once and written in a lane of its own."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot

from cupola.domain.models import BuildModel
from cupola.presenters.builds_filter import key_of
from cupola.store.marks import Mark, Marks, save_marks
from cupola.watch.lanes import Lane

log = logging.getLogger(__name__)

STOP_S: Final = 0.5


class MarksKeeper(QObject):
    """Lives in the GUI thread. Marks are put on the build in the centre."""

    changed = Signal(object)
    """The `Marks` that now hold."""

    def __init__(self, state_dir: Path, marks: Marks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.marks = marks
        self._state_dir = state_dir
        self._lane: Lane | None = None
        self._build: BuildModel | None = None

    def has(self, mark: Mark) -> bool:
        """Whether the build in the centre bears a mark."""
        return self._build is not None and key_of(self._build, mark) in self.marks.of(mark)

    @Slot(object)
    def on_shown_changed(self, build: BuildModel | None) -> None:
        """From now on marks are put on this build."""
        self._build = build

    @Slot()
    def pin(self) -> None:
        """Let the project stand on top of the list, or no longer."""
        self._toggle(Mark.PINNED)

    @Slot()
    def hide(self) -> None:
        """Let the project not be listed, or again."""
        self._toggle(Mark.HIDDEN)

    @Slot()
    def archive(self) -> None:
        """Put this run away, or take it out again; the next one of the project is listed as ever."""
        self._toggle(Mark.ARCHIVED)

    def stop(self) -> None:
        """Wait shortly until all is written."""
        lane, self._lane = self._lane, None
        if lane is not None:
            lane.submit(lane.stop)
            if not lane.join(STOP_S):
                log.warning("Marks are still being written and left to themselves")

    def _toggle(self, mark: Mark) -> None:
        if self._build is None:
            return
        self.marks = self.marks.toggled(mark, key_of(self._build, mark))
        if self._lane is None:
            self._lane = Lane("marks")
            self._lane.start()
        self._lane.submit(partial(_save, self._state_dir, self.marks))
        self.changed.emit(self.marks)


def _save(state_dir: Path, marks: Marks) -> None:
    try:
        save_marks(state_dir, marks)
    except OSError as error:
        log.warning("What was pinned, hidden or archived cannot be kept: %s", error)
