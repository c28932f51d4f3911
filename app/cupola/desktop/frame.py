"""What a start shows first: the window's frame and docks, in their colours and where they were."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from cupola.desktop.theme_follow import SystemScheme
from cupola.desktop.window_state import WindowState
from cupola.options import Options
from cupola.store.settings import Settings, ThemeChoice
from cupola.views.main_window import MainWindow
from cupola.views.theme import Theme
from cupola.views.tokens import Scheme

PICTURE_SIZE: Final = (1280, 800)


class Frame:
    """Lives in the GUI thread. Imports and makes only what the first paint needs; `Desktop` does the rest."""

    def __init__(
        self,
        app: QApplication,
        state_dir: Path,
        options: Options | None = None,
        settings: Settings | None = None,
    ) -> None:
        options = options or Options()
        self.is_demo = options.demo
        self.is_picture = options.picture is not None
        self._picture = options.picture
        self.scheme = SystemScheme(parent=app, fixed=Scheme(options.theme) if options.theme else None)
        self.theme = Theme(app)
        self.dress(settings or Settings())
        self.theme.apply(self.scheme.current)
        self.window = MainWindow(self.theme, "Demo" if options.demo else "")
        self._state = WindowState(state_dir)
        self._placed = False
        self.starts_hidden = options.minimized and options.picture is None

    def dress(self, settings: Settings) -> None:
        """Colours, distances and size of the text as they are set; the command line's theme goes over it."""
        choice = settings.theme
        self.scheme.choose(None if choice is ThemeChoice.SYSTEM else Scheme(choice.value))
        self.theme.set_sizes(settings.density, settings.font_points)

    def show(self) -> None:
        """Show the window where it was the last time; for a picture as on the first day."""
        self.place()
        self.window.show()

    def place(self) -> None:
        """Put the window where it is to be shown, the first time that it is."""
        if self._placed:
            return
        self._placed = True
        if self._picture is None:
            self._state.restore(self.window)
            self.window.fit_screen()
        else:
            self.window.resize(QSize(*(self._picture.size or PICTURE_SIZE)))

    def keep_state(self) -> None:
        """Keep where the window is, if it ever was anywhere."""
        if self._picture is None and self._placed:
            self._state.save(self.window)
