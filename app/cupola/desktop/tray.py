"""The icon in the tray and its menu, made from the model of the tray and made anew with every tray."""

from __future__ import annotations

import time
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from cupola.desktop.actions import Act, Actions
from cupola.desktop.tray_place import Icon, TrayPlace
from cupola.presenters.mute import Mute
from cupola.presenters.tray import TrayModel, more_text
from cupola.views.theme import Theme
from cupola.views.tray_icon import mark_icon, tray_icon

_Reason = QSystemTrayIcon.ActivationReason
SHOW: Final = "&Show Cupola"
HIDE: Final = "&Hide Cupola"
_BELOW: Final = (Act.PAUSE, Act.MUTE, Act.SETTINGS, Act.QUIT)


class Tray(QObject):
    """Lives in the GUI thread. Without a tray it has no icon, and everything else goes on."""

    open_requested = Signal(str)
    """The id of a build to show."""
    toggle_requested = Signal()
    """Show the window, or hide it."""
    show_requested = Signal()
    message_clicked = Signal()
    """What was said beside the icon: Qt does not say which of it."""

    def __init__(
        self, place: TrayPlace, theme: Theme, actions: Actions, mute: Mute, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.place = place
        self.menu = QMenu()
        self._theme, self._mute, self._mute_action = theme, mute, actions[Act.MUTE]
        self._icon: Icon | None = None
        self._model = TrayModel()
        self._builds: list[QAction] = []
        self._more = QAction(self)
        self._separator = self.menu.addSeparator()
        self._toggle = self.menu.addAction(HIDE)
        self.menu.addActions([actions[act] for act in _BELOW])
        self._connect()

    def set_window_shown(self, *, shown: bool) -> None:
        """What a click on the icon would do from now on."""
        self._toggle.setText(HIDE if shown else SHOW)

    @Slot(object)
    def show_model(self, model: TrayModel) -> None:
        """Bring icon, tooltip and menu up to `model`."""
        self._model = model
        self._fill_menu()
        self._dress()

    def tell(self, title: str, text: str) -> None:
        """Say something beside the icon, if there is one; some panels show its sign in the icon's place."""
        if self._icon is not None:
            self._icon.showMessage(title, text, self._picture())

    def stop(self) -> None:
        """Take the icon away for good."""
        self.place.stop()
        self._drop()
        self.menu.deleteLater()

    def _connect(self) -> None:
        self.place.came.connect(self._make)
        self.place.went.connect(self._drop)
        self._theme.changed.connect(self._on_theme_changed)
        self._mute.changed.connect(self._show_mute)
        self._toggle.triggered.connect(self.toggle_requested)
        self._more.triggered.connect(self.show_requested)
        self.menu.aboutToShow.connect(self._show_mute)
        self.menu.triggered.connect(self._on_triggered)

    @Slot()
    def _make(self) -> None:
        self._drop()
        self._icon = self.place.make_icon()
        self._icon.activated.connect(self._on_activated)
        self._icon.messageClicked.connect(self.message_clicked)
        self._dress()
        self._icon.setContextMenu(self.menu)
        self._icon.show()
        self.place.guard()

    @Slot()
    def _drop(self) -> None:
        icon, self._icon = self._icon, None
        if icon is not None:
            icon.hide()
            icon.deleteLater()

    def _dress(self) -> None:
        if self._icon is not None:
            self._icon.setIcon(self._picture())
            self._icon.setToolTip(self._model.tooltip)

    def _picture(self) -> QIcon:
        model = self._model
        return tray_icon(model.mark, model.running, self._theme.tokens, paused=model.paused)

    def _fill_menu(self) -> None:
        rows = self._model.rows
        while len(self._builds) < len(rows):
            self._builds.append(QAction(self))
        for action, row in zip(self._builds, rows, strict=False):
            action.setText(row.text.replace("&", "&&"))
            action.setIcon(mark_icon(row.mark, self._theme.tokens))
            action.setData(row.build)
        self._more.setText(f"{more_text(self._model.more)}…")
        wanted = [*self._builds[: len(rows)], *([self._more] if self._model.more else [])]
        self._list(wanted)

    def _list(self, wanted: list[QAction]) -> None:
        """Above the separator stand these, and nothing moves that stands there already."""
        there = self.menu.actions()
        for action in there[: there.index(self._separator)]:
            if action not in wanted:
                self.menu.removeAction(action)
        for action in wanted:
            if action not in there or action is self._more:
                self.menu.insertAction(self._separator, action)

    @Slot()
    def _show_mute(self) -> None:
        until = self._mute.muted_until
        self._mute_action.setChecked(until is not None)
        self._mute_action.setText(muted_text(until))

    @Slot()
    def _on_theme_changed(self) -> None:
        self.show_model(self._model)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        if action in self._builds:
            self.open_requested.emit(action.data())

    @Slot(_Reason)
    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is _Reason.Trigger:
            self.toggle_requested.emit()


def muted_text(until: float | None) -> str:
    """What the command reads as: until when it is silent, in the local time."""
    if until is None:
        return "&Mute for an Hour"
    return time.strftime("&Muted until %H:%M", time.localtime(until))
