"""Help > Diagnostics…: gathered in a lane of its own, since the disk that is asked may be what is wrong."""

from __future__ import annotations

import logging
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from cupola.domain.clock import Instant
from cupola.domain.diagnosis import Diagnostics, WindowFacts
from cupola.domain.diagnosis_text import diagnosis_lines
from cupola.domain.models import BuildModel, HealthModel
from cupola.domain.text import printable_path
from cupola.engine.diagnosing import diagnose
from cupola.presenters.window import WindowPresenter
from cupola.store.opened import Opened
from cupola.store.surroundings import surroundings
from cupola.views.diagnostics import ReportDialog
from cupola.views.theme import Theme
from cupola.watch.lanes import Lane

TITLE: Final = "Diagnostics"
STOP_S: Final = 0.3

log = logging.getLogger(__name__)


class DiagnosticsErrand(QObject):
    """Lives in the GUI thread; at most one dialog at a time."""

    copied = Signal(str)

    _told = Signal(object)

    def __init__(self, theme: Theme, presenter: WindowPresenter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._presenter = presenter
        self._lane = Lane("diagnosing")
        self._lane.start()
        self._dialog: ReportDialog | None = None
        self._told.connect(self._on_told)

    def open(self, over: QWidget, opened: Opened) -> None:
        """Show the dialog over a window, or bring the one that is there to the front, and look around."""
        if self._dialog is None:
            self._dialog = ReportDialog(self._theme, TITLE, over)
            self._dialog.copied.connect(self.copied)
            self._dialog.finished.connect(self._on_finished)
        self._dialog.show()
        self._dialog.activateWindow()
        health, builds = self._presenter.health, tuple(self._presenter.builds.builds())
        now, window = self._presenter.ticker.now(), self._window_facts(over)
        self._lane.submit(partial(self._gather, opened, health, builds, now, window))

    def stop(self) -> None:
        """Wait shortly for what is under way."""
        self._lane.stop()
        if not self._lane.join(STOP_S):
            log.warning("The diagnostics hang on a disk and are left to themselves")

    def _gather(
        self,
        opened: Opened,
        health: HealthModel,
        builds: tuple[BuildModel, ...],
        now: Instant,
        window: WindowFacts,
    ) -> None:
        """Runs in the lane."""
        told = diagnose(opened, surroundings(), health, builds, at=now, window=window)
        self._told.emit(told)

    def _window_facts(self, over: QWidget) -> WindowFacts:
        screen, size = over.screen(), over.screen().size()
        name = printable_path(screen.name(), 80) or "unnamed"
        return WindowFacts(
            qt_platform=QGuiApplication.platformName(),
            qt_version=qVersion(),
            screen=f"{name}, {size.width():,} × {size.height():,} at {screen.devicePixelRatio():.0%}",
            gates=self._presenter.gate_counts(),
        )

    @Slot(object)
    def _on_told(self, told: Diagnostics) -> None:
        if self._dialog is not None:
            self._dialog.show_lines(diagnosis_lines(told))

    @Slot()
    def _on_finished(self) -> None:
        self._dialog = None
