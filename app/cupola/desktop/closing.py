"""What closing the window means: into the tray where there is one, else what the user said once."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QMessageBox

from cupola.desktop.habits_keeper import HabitsKeeper
from cupola.desktop.tray import Tray
from cupola.store.habits import OnClose
from cupola.views.main_window import MainWindow

TOLD_TITLE: Final = "Cupola goes on watching"
TOLD: Final = "Its window is closed into this icon: a click brings it back, Quit in its menu ends it."
QUESTION: Final = "This desktop has no tray to close the window into. What should closing do?"
REMEMBERED: Final = "The answer is remembered. File > Quit always ends Cupola."


class Closing(QObject):
    """Lives in the GUI thread, as long as its window is held open."""

    quit_requested = Signal()

    def __init__(
        self, window: MainWindow, tray: Tray, keeper: HabitsKeeper, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._window, self._tray, self._keeper = window, tray, keeper
        self._box: QMessageBox | None = None
        window.close_asked.connect(self.close_window)

    @Slot()
    def close_window(self) -> None:
        """The user closes the window; it never goes where there is no way back from."""
        if self._tray.place.is_there():
            self._window.hide()
            self._tell_once()
        else:
            self._close_without_tray()

    def _tell_once(self) -> None:
        habits = self._keeper.habits
        if not habits.told_of_tray:
            self._tray.tell(TOLD_TITLE, TOLD)
            self._keeper.keep(replace(habits, told_of_tray=True))

    def _close_without_tray(self) -> None:
        match self._keeper.habits.on_close:
            case OnClose.MINIMISE:
                self._window.showMinimized()
            case OnClose.QUIT:
                self.quit_requested.emit()
            case OnClose.ASK:
                self._ask()

    def _ask(self) -> None:
        if self._box is not None:
            return
        self._box = box = QMessageBox(self._window)
        box.setObjectName("closing")
        box.setWindowTitle("Close Cupola")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(QUESTION)
        box.setInformativeText(REMEMBERED)
        for text, answer in (("&Minimise", OnClose.MINIMISE), ("&Quit", OnClose.QUIT)):
            box.addButton(text, QMessageBox.ButtonRole.AcceptRole).setObjectName(answer.value)
        cancel = box.addButton(
            "&Cancel", QMessageBox.ButtonRole.RejectRole
        )  # the standard one has a red sign
        box.setEscapeButton(cancel)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.buttonClicked.connect(self._on_answer)
        box.finished.connect(self._on_asked)
        box.open()

    @Slot(QAbstractButton)
    def _on_answer(self, button: QAbstractButton) -> None:
        name = button.objectName()
        if name in OnClose.__members__.values():
            self._keeper.keep(replace(self._keeper.habits, on_close=OnClose(name)))
            self._close_without_tray()

    @Slot()
    def _on_asked(self) -> None:
        self._box = None
