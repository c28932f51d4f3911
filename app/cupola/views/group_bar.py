"""The filter over the list: one segment per group, its count on top."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QHBoxLayout

from cupola.presenters.builds_filter import Group
from cupola.presenters.overriding import override
from cupola.views.shapes import shows_focus
from cupola.views.theme import FontRole, Theme


class Segment(QAbstractButton):
    """One choice of several; arrow keys go from one to the next."""

    def __init__(self, theme: Theme, group: Group) -> None:
        super().__init__()
        self.choice = group
        self._theme = theme
        self._count = -1
        self.setCheckable(True)
        self.setText(group.value)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.show_count(0)
        theme.changed.connect(self.update)
        theme.resized.connect(self.updateGeometry)

    def show_count(self, count: int) -> None:
        """Show how many builds the group has; an equal count paints nothing."""
        if count != self._count:
            self._count = count
            name = f"{self.choice.value}, {count} build{'s' if count != 1 else ''}"
            self.setAccessibleName(name)
            self.setToolTip(name)
            self.update()

    @override
    def sizeHint(self) -> QSize:
        count = self._theme.metrics(FontRole.STRONG)
        word = self._theme.metrics(FontRole.SMALL)
        # Always room for three digits, so that no count has the bar laid out anew.
        width = max(word.horizontalAdvance(self.text()) + 4, count.horizontalAdvance("000") + 2)
        return QSize(width, count.height() + word.height() + 8)

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @property
    def drawn_count(self) -> str:
        """The count, or its thousands where there is no room for more digits."""
        exact = f"{self._count:,}"
        wide = self._theme.metrics(FontRole.STRONG).horizontalAdvance(exact)
        return exact if self._count < 1000 or wide <= self.width() else f"{self._count / 1000:.0f}k"

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        count_font, word_font = self._theme.font(FontRole.STRONG), self._theme.font(FontRole.SMALL)
        split = 4 + self._theme.metrics(FontRole.STRONG).height()
        painter.setFont(count_font)
        painter.setPen(self._theme.color("text" if self._count else "text_faint"))
        above = QRect(0, 4, self.width(), split - 4)
        painter.drawText(above, Qt.AlignmentFlag.AlignCenter, self.drawn_count)
        painter.setFont(word_font)
        painter.setPen(self._theme.color("text" if self.isChecked() else "text_soft"))
        below = QRect(0, split, self.width(), self.height() - split - 4)
        word = self._theme.metrics(FontRole.SMALL).elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.width()
        )
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, word)

    def _paint_ground(self, painter: QPainter) -> None:
        painter.setPen(self._theme.color("accent") if shows_focus(self) else Qt.PenStyle.NoPen)
        if self.isChecked():
            painter.setBrush(self._theme.color("raised"))
        elif self.underMouse():
            painter.setBrush(self._theme.color("hovered"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)


class GroupBar(QFrame):
    """Exactly one group is chosen."""

    chosen = Signal(object)
    """The `Group` the user chose."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("card", True)
        self._buttons = QButtonGroup(self)
        self._segments: dict[Group, Segment] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(3, 3, 3, 3)
        row.setSpacing(2)
        for group in Group:
            segment = self._segments[group] = Segment(theme, group)
            self._buttons.addButton(segment)
            row.addWidget(segment, 1)
        self._buttons.buttonToggled.connect(self._on_button_toggled)

    def show_group(self, group: Group) -> None:
        """Mark a group as chosen."""
        self._segments[group].setChecked(True)

    def show_counts(self, counts: dict[Group, int]) -> None:
        """Show how many builds each group has."""
        for group, segment in self._segments.items():
            segment.show_count(counts.get(group, 0))

    def _on_button_toggled(self, button: QAbstractButton, checked: bool) -> None:
        # Tab comes to the chosen one; Qt by itself leads it to the first.
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if checked else Qt.FocusPolicy.ClickFocus)
        if checked and isinstance(button, Segment):
            self.chosen.emit(button.choice)
