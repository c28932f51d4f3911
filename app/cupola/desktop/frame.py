"""What a start shows first: the window's frame and docks, in the system's colours, where they were."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication

from cupola.desktop.theme_follow import SystemScheme
from cupola.desktop.window_state import WindowState
from cupola.views.main_window import MainWindow
from cupola.views.theme import Theme


class Frame:
    """Lives in the GUI thread. Imports and makes only what the first paint needs; `Desktop` does the rest."""

    def __init__(self, app: QApplication, state_dir: Path) -> None:
        self.scheme = SystemScheme(parent=app)
        self.theme = Theme(app)
        self.theme.apply(self.scheme.current)
        self.window = MainWindow(self.theme)
        self._state = WindowState(state_dir)

    def show(self) -> None:
        """Show the window where it was the last time."""
        self._state.restore(self.window)
        self.window.show()

    def keep_state(self) -> None:
        """Keep where the window is."""
        self._state.save(self.window)
