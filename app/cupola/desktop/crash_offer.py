"""What an earlier session crashed on, offered once: to read, to copy, to delete."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QPushButton

from cupola.domain.text import printable_path
from cupola.store.crashes import Report, delete, keep_as_seen
from cupola.views.diagnostics import ReportDialog
from cupola.views.main_window import MainWindow
from cupola.views.theme import Theme

TITLE: Final = "Crash report"

log = logging.getLogger(__name__)


class CrashOffer(QObject):
    """Lives in the GUI thread. Waits until the window can be seen: a start may be one into the tray."""

    copied = Signal(str)

    def __init__(self, window: MainWindow, theme: Theme, report: Report) -> None:
        super().__init__(window)
        self._window = window
        self._theme = theme
        self._report = report
        self._then: Callable[[Report], None] = keep_as_seen
        """Whoever closes the dialog has seen it: the file stays, and is not offered again."""
        self.dialog: ReportDialog | None = None
        window.shown_changed.connect(self._on_shown_changed)
        self._on_shown_changed(window.isVisible())

    @Slot(bool)
    def _on_shown_changed(self, shown: bool) -> None:
        if not shown:
            return
        self._window.shown_changed.disconnect(self._on_shown_changed)
        self.dialog = ReportDialog(self._theme, TITLE, self._window, _words(self._report))
        self.dialog.show_lines(self._report.text.splitlines())
        button = QPushButton("&Delete")
        button.setToolTip("Remove the report from this computer")
        button.clicked.connect(self._on_delete)
        self.dialog.add_button(button)
        self.dialog.copied.connect(self.copied)
        self.dialog.finished.connect(self._on_finished)
        self.dialog.show()

    @Slot()
    def _on_delete(self) -> None:
        self._then = delete
        if self.dialog is not None:
            self.dialog.accept()

    @Slot()
    def _on_finished(self) -> None:
        self.dialog = None
        try:
            self._then(self._report)
        except OSError as error:
            log.warning("A crash report stays as it is: %s", error)


def _words(report: Report) -> str:
    count = len(report.paths)
    what = "An earlier session failed" if count == 1 else f"Earlier sessions failed {count} times"
    where = printable_path(str(report.paths[0].parent))
    return f"{what}. The report below was sent to nobody; it lies in {where}, secrets masked."
