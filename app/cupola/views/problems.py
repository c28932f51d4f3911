"""The list of what could not be read, opened by the problem buttons."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QVBoxLayout, QWidget

from cupola.domain.text import plain, printable_path
from cupola.presenters.contracts import Trouble
from cupola.views.tokens import GAP

_WIDTH = 460
_HIGHEST = 320


def trouble_text(trouble: Trouble) -> str:
    """One problem as lines of plain text: path, message, what was dropped."""
    problem = trouble.problem
    owner = f"{plain(trouble.build, 80)}: " if trouble.build else ""
    lines = [f"{owner}{printable_path(problem.path)}", f"    {plain(problem.message)}"]
    lines += [f"    dropped: {plain(dropped)}" for dropped in problem.dropped]
    return "\n".join(lines)


class ProblemsPopup(QFrame):
    """Text that can be selected and copied; Esc closes it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("card", True)
        self.setAccessibleName("Problems")
        self._troubles: tuple[Trouble, ...] = ()
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setAccessibleName("Problems")
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByKeyboard | Qt.TextInteractionFlag.TextSelectableByMouse
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.addWidget(self._text)

    def show_troubles(self, troubles: tuple[Trouble, ...]) -> None:
        """Show these problems; follows changes while it is open."""
        if troubles != self._troubles:
            self._troubles = troubles
            if self.isVisible():
                self._fill()

    def open_at(self, button: QWidget) -> None:
        """Open below `button`, or above where there is no room."""
        self._fill()
        lines = self._text.document().blockCount() + 1
        height = min(_HIGHEST, lines * self._text.fontMetrics().lineSpacing() + 4 * GAP)
        self.resize(_WIDTH, height)
        self.move(self._place(button))
        self.show()
        self._text.setFocus(Qt.FocusReason.PopupFocusReason)

    def _fill(self) -> None:
        self._text.setPlainText("\n".join(trouble_text(trouble) for trouble in self._troubles))

    def _place(self, button: QWidget) -> QPoint:
        below = button.mapToGlobal(QPoint(0, button.height() + 4))
        room = button.screen().availableGeometry()
        x = max(room.left(), min(below.x(), room.right() - self.width()))
        if below.y() + self.height() > room.bottom():
            return QPoint(x, button.mapToGlobal(QPoint(0, 0)).y() - self.height() - 4)
        return QPoint(x, below.y())
