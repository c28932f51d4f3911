"""The window and its tray: what one of them is told, the other one knows."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from cupola.desktop.actions import Act, Actions
from cupola.desktop.closing import Closing
from cupola.desktop.frame import Frame
from cupola.desktop.habits_keeper import HabitsKeeper
from cupola.desktop.session_bus import has_session_bus
from cupola.desktop.tray import Tray
from cupola.desktop.tray_place import TrayPlace, TraySystem
from cupola.domain.clock import Clock
from cupola.presenters.mute import Mute
from cupola.presenters.tray import TrayPresenter
from cupola.store.opened import Opened

SETTLES_MS: Final = 500
"""After the owner of the tray's name changed: the new one's first thoughts are for itself."""


class TrayDesk(QObject):
    """Lives in the GUI thread, from the first paint until `stop`."""

    build_requested = Signal(str)
    """The id of a build that is to be shown; the window is."""

    def __init__(
        self,
        frame: Frame,
        actions: Actions,
        opened: Opened,
        clock: Clock,
        system: TraySystem | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._frame, self._window = frame, frame.window
        self.mute = Mute(clock, self)
        self.presenter = TrayPresenter(opened.marks, self)
        self.place = TrayPlace(system or TraySystem(), self)
        self.tray = Tray(self.place, frame.theme, actions, self.mute, self)
        self.keeper = HabitsKeeper(opened.places.state_dir)
        self.closing = Closing(self._window, self.tray, self.keeper, self)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLES_MS)
        actions[Act.MUTE].triggered.connect(self.mute.toggle)
        self._connect()

    def start(self) -> None:
        """Look for a tray from now on."""
        self._window.hold_open(held=True)
        self.on_window_shown_changed(self._window.isVisible() and not self._window.isMinimized())
        self.tray.show_model(self.presenter.model)
        self.place.look()
        if has_session_bus():
            from cupola.desktop.tray_bus import TrayBus  # with Qt's D-Bus, where there is a bus

            TrayBus(self).changed.connect(self._settle.start)

    def stop(self) -> None:
        """Take the icon away, and let the window close."""
        self._settle.stop()
        self._window.hold_open(held=False)
        self.tray.stop()
        self.keeper.stop()

    @Slot()
    def reveal(self) -> None:
        """Show the window in front of all others."""
        self._frame.place()
        state = self._window.windowState() & ~Qt.WindowState.WindowMinimized
        self._window.setWindowState(state | Qt.WindowState.WindowActive)
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()

    @Slot(bool)
    def on_window_shown_changed(self, shown: bool) -> None:
        """The window can be seen, or no longer."""
        self.tray.set_window_shown(shown=shown)
        self.place.set_hidden(hidden=not self._window.isVisible())

    def _connect(self) -> None:
        self._settle.timeout.connect(self.place.renew)
        self.presenter.changed.connect(self.tray.show_model)
        self.place.stranded.connect(self._on_stranded)
        self.tray.show_requested.connect(self.reveal)
        self.tray.message_clicked.connect(self.reveal)
        self.tray.toggle_requested.connect(self._on_toggle)
        self.tray.open_requested.connect(self._on_open)
        self._window.shown_changed.connect(self.on_window_shown_changed)
        self._window.attention_changed.connect(self.presenter.set_looked_at)

    @Slot()
    def _on_toggle(self) -> None:
        if self._window.isVisible() and not self._window.isMinimized():
            self._window.hide()
        else:
            self.reveal()

    @Slot(str)
    def _on_open(self, build: str) -> None:
        self.reveal()
        self.build_requested.emit(build)

    @Slot()
    def _on_stranded(self) -> None:
        """The user asked for nothing, so the window comes back without taking the keyboard."""
        self._frame.place()
        self._window.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self._window.show()
        self._window.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, False)
