"""What a start is asked for by its own command line, and later by those of others."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from cupola.desktop.hand_over import Wish
from cupola.presenters.bridge import FeedBridge
from cupola.presenters.window import WindowPresenter


class Granting(QObject):
    """Lives in the GUI thread. A folder is opened as soon as a build in it is known."""

    reveal_requested = Signal()

    def __init__(
        self,
        bridge: FeedBridge,
        presenter: WindowPresenter,
        roots: tuple[Path, ...],
        parent: QObject | None = None,
    ) -> None:
        """`roots` are watched from the start."""
        super().__init__(parent)
        self._bridge, self._presenter, self._roots = bridge, presenter, roots
        self._folder: str | None = None
        bridge.after_paint.passed.connect(self._on_arrived)
        presenter.shown_changed.connect(self._on_arrived)

    @Slot(object)
    def grant(self, wish: Wish) -> None:
        """Watch what is to be watched, for as long as this start runs, and show the window."""
        for root in wish.roots:
            self._bridge.watch(root)
        if wish.token is not None:
            os.environ["XDG_ACTIVATION_TOKEN"] = wish.token  # where Qt looks for it on Wayland, once
        if wish.folder is not None:
            self.open_folder(wish.folder)
        if wish.show:
            self.reveal_requested.emit()

    def open_folder(self, folder: str) -> None:
        """Show the build in `folder`, and watch that if it lies below no root."""
        roots = (*self._roots, *map(Path, self._presenter.roots))
        if not any(Path(folder).is_relative_to(root) for root in roots):
            self._bridge.watch(folder)
        self._folder = folder
        self._on_arrived()

    @Slot()
    def _on_arrived(self) -> None:
        if self._folder is not None and self._presenter.select_directory(self._folder):
            self._folder = None
