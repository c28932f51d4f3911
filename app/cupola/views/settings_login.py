"""Start at login: a switch that shows what is really there."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cupola.domain.diagnosis import AtLogin
from cupola.views.labels import Words
from cupola.views.settings_row import INDENT
from cupola.views.switch import Switch
from cupola.views.theme import FontRole, Theme


class LoginField(QWidget):
    """It is no setting of Cupola's but a file or key of the system, which others may change as well."""

    switched = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.switch = Switch(theme, "Start at &login")
        self.switch.setAccessibleName("Start at login")
        self.switch.setEnabled(False)
        self.switch.clicked.connect(self.switched)
        self.words = Words(theme, "Looking at what is set up…", role=FontRole.SMALL)
        self.note = Words(theme, role=FontRole.SMALL, ink="text")
        self.trouble = Words(theme, role=FontRole.SMALL, ink="bad")
        below = QVBoxLayout()
        below.setContentsMargins(INDENT, 0, 0, 0)
        below.setSpacing(2)
        for each in (self.trouble, self.note, self.words):
            below.addWidget(each)
        self.note.hide()
        self.trouble.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.switch)
        column.addLayout(below)

    def show_state(self, state: AtLogin, trouble: str = "") -> None:
        """Show what is there now; `trouble` says why it could not be changed."""
        self.switch.setEnabled(True)
        self.switch.setChecked(state.on)
        self.words.setText(
            f"Cupola then begins in the tray. Default: off. It is told by {state.place or 'the system'}."
        )
        self.note.setText(f"As it is now: {state.note}." if state.note else "")
        self.note.setVisible(bool(state.note))
        self.trouble.setText(f"Not changed: {trouble}." if trouble else "")
        self.trouble.setVisible(bool(trouble))
        said = (self.trouble.text(), self.note.text(), self.words.text())
        self.switch.setAccessibleDescription(" ".join(filter(None, said)))
