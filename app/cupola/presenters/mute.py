"""Silence for a while: whoever speaks up asks here first."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Signal, Slot

from cupola.domain.clock import Clock, Instant

MUTE_S: Final = 3600.0


class Mute(QObject):
    """Lives in the GUI thread. No timer runs for its end: it is asked when somebody wants to know."""

    changed = Signal()
    """It was muted, or no longer; that its time is over is not told."""

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._until: Instant | None = None

    @property
    def muted_until(self) -> Instant | None:
        """Until when nothing may speak up; None: it may."""
        if self._until is not None and self._clock.wall() >= self._until:
            self._until = None
        return self._until

    @Slot()
    def toggle(self) -> None:
        """Be silent for an hour from now, or no longer."""
        self._until = None if self.muted_until else self._clock.wall() + MUTE_S
        self.changed.emit()
