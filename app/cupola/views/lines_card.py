"""A card that shows lines, or words that say what would appear in it and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from cupola.presenters.overriding import override
from cupola.views.theme import FontRole, Theme

if TYPE_CHECKING:
    from cupola.presenters.lines import Line
    from cupola.views.lines_view import LinesView

_WRAP: Final = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


class LinesCard(QFrame):
    """The list of lines is made when there is a first line: a start shows none."""

    open_requested = Signal(str)
    """The full path of the file behind a figure."""

    def __init__(self, theme: Theme, title: str, words: tuple[str, ...]) -> None:
        super().__init__()
        self._theme = theme
        self._title = title
        self._words: tuple[str, ...] = words
        self.lines: LinesView | None = None
        self.setProperty("card", True)
        self.setAccessibleName(title)
        self.setAccessibleDescription(" ".join(words))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumHeight(60)
        theme.changed.connect(self.update)

    @property
    def words(self) -> tuple[str, ...]:
        """What an empty card says."""
        return self._words

    def find_entrance(self) -> QWidget:
        """What takes the focus: the lines, or the card while it has none."""
        return self.lines if self.lines is not None and self.lines.isVisibleTo(self) else self

    def show_lines(self, lines: tuple[Line, ...], words: tuple[str, ...]) -> None:
        """Show lines; where there are none, words."""
        if lines:
            self._list().rows.show_lines(lines)
        else:
            self._show_words(words)
        self._switch(to_lines=bool(lines))

    def copy_all(self) -> None:
        """Put all lines on the clipboard, as tab-separated text; an empty card copies nothing."""
        if self.lines is not None and self.lines.rows.lines:
            self.lines.copy_all()

    def _show_words(self, words: tuple[str, ...]) -> None:
        if self.lines is not None:
            self.lines.rows.show_lines(())
        if words != self._words:
            self._words = words
            self.setAccessibleDescription(" ".join(word for word in words if word))
            self.update()

    def _list(self) -> LinesView:
        if self.lines is None:
            from cupola.views.lines_view import LinesView

            self.lines = LinesView(self._theme, self._title)
            self.lines.open_requested.connect(self.open_requested)
            column = QVBoxLayout(self)
            column.setContentsMargins(6, 6, 6, 6)
            column.addWidget(self.lines)
        return self.lines

    def _switch(self, *, to_lines: bool) -> None:
        if self.lines is None or to_lines == self.lines.isVisibleTo(self):
            return
        focused = self.hasFocus() or self.lines.hasFocus()
        self.lines.setVisible(to_lines)
        # Tab comes to the one where it came to the other; Qt orders only what takes the focus.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if to_lines:
            self.setTabOrder(self, self.lines)
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        else:
            self.setTabOrder(self.lines, self)
        if focused:
            self.find_entrance().setFocus(Qt.FocusReason.OtherFocusReason)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.lines is not None and self.lines.isVisibleTo(self):
            return
        painter = QPainter(self)
        room = self.rect().adjusted(16, 12, -16, -12)
        for at, words in enumerate(self._words):
            role, ink = (FontRole.SMALL, "text_soft") if at else (FontRole.BODY, "text")
            painter.setFont(self._theme.font(role))
            painter.setPen(self._theme.color(ink))
            painter.drawText(room, _WRAP, words)
            high = QFontMetrics(painter.font()).boundingRect(room, _WRAP, words).height() if words else 0
            room = QRect(room.left(), room.top() + high + 4, room.width(), max(0, room.height() - high - 4))
