"""Something that is on or off: a check box that looks like a switch."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QSizePolicy

from cupola.presenters.overriding import override
from cupola.views.shapes import shows_focus
from cupola.views.theme import FontRole, Theme

PILL: Final = QSize(34, 18)
SPACE: Final = 10
"""Between the pill and the words."""


class Switch(QCheckBox):
    """On is told by the place of the knob as well as by colour."""

    def __init__(self, theme: Theme, text: str) -> None:
        super().__init__(text)
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.changed.connect(self.update)
        theme.resized.connect(self.updateGeometry)

    @override
    def sizeHint(self) -> QSize:
        metrics = self._theme.metrics(FontRole.STRONG)
        wide = PILL.width() + SPACE + metrics.horizontalAdvance(self.text().replace("&", "")) + 4
        return QSize(wide, max(PILL.height(), metrics.height()) + 6)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(PILL.width() + 4, self.sizeHint().height())

    @override
    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pill = QRectF(2, (self.height() - PILL.height()) / 2, PILL.width(), PILL.height())
        on, enabled = self.isChecked(), self.isEnabled()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("accent" if on and enabled else "rest"))
        painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
        knob = QRectF(0, 0, pill.height() - 6, pill.height() - 6)
        knob.moveCenter(pill.center())
        knob.moveLeft(pill.right() - 3 - knob.width() if on else pill.left() + 3)
        painter.setBrush(self._theme.color("surface"))
        painter.drawEllipse(knob)
        if shows_focus(self):
            painter.setPen(self._theme.color("text"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(pill.adjusted(-1.5, -1.5, 1.5, 1.5), 10, 10)
        self._paint_words(painter, enabled=enabled)

    def _paint_words(self, painter: QPainter, *, enabled: bool) -> None:
        painter.setFont(self._theme.font(FontRole.STRONG))
        painter.setPen(self._theme.color("text" if enabled else "text_faint"))
        room = QRect(2 + PILL.width() + SPACE, 0, self.width() - PILL.width() - SPACE - 2, self.height())
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextShowMnemonic | Qt.TextFlag.TextSingleLine
        metrics = self._theme.metrics(FontRole.STRONG)
        text = metrics.elidedText(
            self.text(), Qt.TextElideMode.ElideRight, room.width(), Qt.TextFlag.TextShowMnemonic
        )
        painter.drawText(room, flags, text)
