"""`--screenshot`: wait until everything is painted as it is to be seen, take the picture, and end."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from cupola.desktop.window import Desktop
from cupola.options import Picture
from cupola.presenters.overriding import override

LONGEST_MS: Final = 20_000
_TOLD_WITHIN_MS: Final = 500
"""How long it takes at most until what is read for a shown build alone is shown."""
LOOK_MS: Final = 50

FINE: Final = 0
FAILED: Final = 1


class PictureTaker(QObject):
    """Lives in the GUI thread, from before the engine starts until `done`."""

    done = Signal()

    def __init__(self, desktop: Desktop, picture: Picture, after_s: float) -> None:
        super().__init__(desktop)
        self.code = FAILED
        self._desktop = desktop
        self._picture = picture
        self._longest_ms = LONGEST_MS + 1000 * after_s
        self._left_ms = 1000 * after_s
        self._painted: set[QWidget] = set()
        self._asked = False
        self._selected = False
        self._waited_ms = 0
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """Look from now on whether it can be taken."""
        self._timer.start()

    @Slot()
    def _look(self) -> None:
        self._waited_ms += LOOK_MS
        missing = self._missing()
        if not missing:
            self._take()
        elif self._waited_ms >= self._longest_ms:
            self._end(f"no picture after {self._waited_ms // 1000} s: {missing}")

    def _missing(self) -> str:
        """What is not there yet, in words; "" when the picture can be taken."""
        presenter = self._desktop.presenter
        if not presenter.ready:
            return "not everything was read"
        if self._left_ms > 0:
            self._left_ms -= LOOK_MS
            return "its moment has not come"
        name = self._picture.select
        if name is not None and not presenter.select_project(name):
            return f"there is no build called {name}"
        if name is not None and not self._selected:
            self._selected, self._left_ms = True, _TOLD_WITHIN_MS
            self._longest_ms += _TOLD_WITHIN_MS
            return "what only a shown build tells is being read"
        if not presenter.up_to_date:
            return "something waits to be shown"
        return self._unpainted()

    def _unpainted(self) -> str:
        """The first round asks everything to be painted, the next ones see that it was."""
        # A dock that is tabbed away is visible to Qt, and yet nothing of it can be seen.
        panels = [each for each in self._desktop.window.panels.values() if not each.visibleRegion().isEmpty()]
        if not self._asked:
            self._asked = True
            for part in (part for panel in panels for part in (panel, *panel.findChildren(QWidget))):
                part.installEventFilter(self)
                part.update()
            return "the docks are about to be painted"
        left = [panel for panel in panels if not any(_within(panel, part) for part in self._painted)]
        return f"{left[0].accessibleName()} was not painted" if left else ""

    def _take(self) -> None:
        file = Path(self._picture.file)
        if self._desktop.window.grab().save(str(file)):
            self.code = FINE
            self._end("")
        else:
            self._end(f"the picture cannot be written to {file}: is it a .png in a folder that is there?")

    def _end(self, trouble: str) -> None:
        self._timer.stop()
        if trouble and sys.stderr is not None:
            sys.stderr.write(f"cupola: {trouble}\n")
        self.done.emit()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and isinstance(watched, QWidget):
            self._painted.add(watched)
        return False


def _within(panel: QWidget, part: QWidget) -> bool:
    return part is panel or panel.isAncestorOf(part)
