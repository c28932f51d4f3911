"""The one label that shows data, and the chip made of it."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolTip

from cupola.domain.models import WorkState
from cupola.domain.text import plain
from cupola.domain.words import BuildState
from cupola.presenters.overriding import override
from cupola.presenters.tooltips import plain_tooltip
from cupola.views.shapes import state_mark
from cupola.views.theme import FontRole, Theme
from cupola.views.tokens import CHIP_TOKENS, WORK_MARK, WORK_TOKENS

LONGEST = 10_000
_LEAST_CHARS = 3


class Fit(Enum):
    """How much room a label takes: what it is given, as little as it needs, or exactly what it needs."""

    GIVEN = QSizePolicy.Policy.Ignored
    SNUG = QSizePolicy.Policy.Maximum
    RIGID = QSizePolicy.Policy.Fixed


class DataLabel(QLabel):
    """Plain text on one line, elided, with the full text in the tooltip; paints only when the text differs.

    It covers its ground by itself, so that a change of its text paints nothing around it. What it needs is
    the room of its text, or of `reserve` if that is wider. It keeps the text itself: `QLabel.setText` has
    the whole window laid out anew, even where the room that is needed stays the same.
    """

    def __init__(
        self,
        theme: Theme,
        *,
        role: FontRole = FontRole.BODY,
        ink: str = "text",
        ground: str = "surface",
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        fit: Fit = Fit.GIVEN,
        reserve: str = "",
        elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        super().__init__()
        self._elide = elide
        self._theme = theme
        self._role = role
        self._ink = ink
        self._ground = ground
        self._align = align
        self._fit = fit
        self._reserve = reserve
        self._text = ""
        self._note = ""
        self._elided: tuple[str, int] | None = None
        self._drawn = ""
        self._metrics = theme.metrics(role)
        self._needs = QSize()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(fit.value, QSizePolicy.Policy.Fixed)
        self.setFont(theme.font(role))
        self._measure()
        theme.changed.connect(self.update)
        theme.resized.connect(self._on_resized)

    @override
    def text(self) -> str:
        return self._text

    @override
    def toolTip(self) -> str:
        return plain_tooltip(self._text, self._note)

    def show_text(self, text: str, note: str = "") -> None:
        """Show `text`; `note` is a second part of the tooltip. Equal text and note do nothing."""
        if note != self._note:
            self._note = note
            self.setAccessibleDescription(note)
        shown = plain(text, LONGEST)
        if shown != self._text:
            self._text = shown
            self.setAccessibleName(shown)
            self._measure()
            self.update()

    def set_ink(self, ink: str) -> None:
        """Paint the text in another token from now on."""
        if ink != self._ink:
            self._ink = ink
            self.update()

    @property
    def drawn(self) -> str:
        """What fits: the text, or its beginning and an ellipsis."""
        key = (self._text, self._room().width())
        if key != self._elided:
            self._elided = key
            self._drawn = self._metrics.elidedText(key[0], self._elide, key[1])
        return self._drawn

    def _on_resized(self) -> None:
        self.setFont(self._theme.font(self._role))

    def _room(self) -> QRect:
        return self.rect()

    def _measure(self) -> None:
        """Ask for another room if another one is needed now."""
        if self._fit is Fit.GIVEN and self._needs.isValid():
            return
        needs = self._needed()
        if needs != self._needs:
            self._needs = needs
            self.updateGeometry()

    def _needed(self) -> QSize:
        text, reserve = (self._metrics.horizontalAdvance(each) for each in (self._text, self._reserve))
        return QSize(max(text, reserve) + 1, self._high())

    def _high(self) -> int:
        """A line, and above and below it room for the accents and tails of scripts that reach over it."""
        high = self._metrics.height()
        return high + 2 * max(1, high // 16)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._metrics = QFontMetrics(self.font())
            self._elided = None
            self._needs = QSize()
            self._measure()

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            if self._note or self.drawn != self._text:
                QToolTip.showText(event.globalPos(), self.toolTip(), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    @override
    def sizeHint(self) -> QSize:
        return self._needs

    @override
    def minimumSizeHint(self) -> QSize:
        if self._fit is Fit.RIGID:
            return self._needs
        return QSize(self._metrics.averageCharWidth() * _LEAST_CHARS, self._high())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._theme.color(self._ground))
        self._paint_text(painter, self._room())

    def _paint_text(self, painter: QPainter, room: QRect) -> None:
        painter.setPen(self._theme.color(self._ink))
        flags = self._align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        painter.drawText(room, flags, self.drawn)


class Chip(DataLabel):
    """A short word on a pill; with a state, also that state's shape and colour."""

    _state: BuildState | None = None

    def __init__(self, theme: Theme, *, ground: str = "surface") -> None:
        super().__init__(theme, role=FontRole.SMALL_STRONG, ink="text_soft", ground=ground, fit=Fit.RIGID)
        self._fill = "chip"

    def show_state(self, state: BuildState, text: str, note: str = "") -> None:
        """Show a state; equal content paints nothing."""
        self._show_mark(state, CHIP_TOKENS[state])
        self.show_text(text, note)

    def show_work(self, work: WorkState, text: str, note: str = "") -> None:
        """Show what sessions do; equal content paints nothing."""
        self._show_mark(WORK_MARK[work], WORK_TOKENS[work])
        self.show_text(text, note)

    def _show_mark(self, mark: BuildState, tokens: tuple[str, str]) -> None:
        if (mark, tokens[0]) != (self._state, self._fill):
            self._state = mark
            self._fill, ink = tokens
            self.set_ink(ink)
            self._measure()
            self.update()

    def _mark_px(self) -> int:
        return 0 if self._state is None else 13

    @override
    def _room(self) -> QRect:
        return self.rect().adjusted(9 + self._mark_px(), 0, -8, 0)

    @override
    def _needed(self) -> QSize:
        base = super()._needed()
        return QSize(base.width() + 18 + self._mark_px(), base.height() + 3)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), self._theme.color(self._ground))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color(self._fill))
        painter.drawRoundedRect(QRectF(self.rect()), self.height() / 2, self.height() / 2)
        if self._state is not None:
            box = QRectF(9, self.height() / 2 - 4, 8, 8)
            state_mark(painter, box, self._state, self._theme.color(self._ink))
        self._paint_text(painter, self._room())


class Words(QLabel):
    """Words of Cupola's own, wrapped over lines: empty states and captions. Never data of a build."""

    def __init__(
        self, theme: Theme, text: str = "", *, role: FontRole = FontRole.BODY, ink: str = "text_soft"
    ) -> None:
        super().__init__()
        self._theme = theme
        self._role = role
        self._ink = ink
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setFont(theme.font(role))
        self.setText(text)
        theme.changed.connect(self._on_theme_changed)
        theme.resized.connect(self._on_resized)
        self._on_theme_changed()

    def set_ink(self, ink: str) -> None:
        """Paint the text in another token from now on."""
        self._ink = ink
        self._on_theme_changed()

    def _on_resized(self) -> None:
        self.setFont(self._theme.font(self._role))

    def _on_theme_changed(self) -> None:
        colors = self.palette()
        colors.setColor(self.foregroundRole(), self._theme.color(self._ink))
        self.setPalette(colors)
