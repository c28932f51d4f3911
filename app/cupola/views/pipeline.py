"""The phases of a build as a row of nodes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from cupola.domain.clock import Instant
from cupola.domain.models import PipelineStep
from cupola.domain.text import plain
from cupola.domain.words import StepState
from cupola.presenters.ages import earliest
from cupola.presenters.overriding import override
from cupola.presenters.texts import step_changes_at, step_duration_text, step_note, step_sentence
from cupola.presenters.tooltips import plain_tooltip
from cupola.views.pipeline_layout import MOST_LINES, NODE, NODE_GAP, Slot, fit_time, slots
from cupola.views.shapes import pen, shows_focus, step_mark
from cupola.views.theme import FontRole, Theme

_NODE_TOKEN = {
    StepState.DONE: "good",
    StepState.CURRENT: "accent",
    StepState.FAILED: "bad",
    StepState.SKIPPED: "rest",
    StepState.WAITING: "rest",
}


class PipelineView(QWidget):
    """Left and right go from step to step; each has a tooltip, and all of them are one accessible text."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._steps: tuple[PipelineStep, ...] = ()
        self._times: list[str] = []
        self._slots: tuple[Slot, ...] = ()
        self._now: Instant = 0.0
        self._at: int | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Pipeline")
        theme.changed.connect(self.update)
        theme.resized.connect(self._on_resized)

    def show_steps(self, steps: tuple[PipelineStep, ...]) -> None:
        """Show these steps; equal ones paint nothing."""
        if steps == self._steps:
            return
        if [s.phase for s in steps] != [s.phase for s in self._steps]:
            self._at = None
        self._steps = steps
        self._times = [step_duration_text(step, self._now) for step in steps]
        self._place()
        self._describe()
        self.update()

    def refresh(self, now: Instant) -> Instant | None:
        """Bring the running duration up to `now`; only its own few pixels are painted."""
        self._now = now
        for at, step in enumerate(self._steps):
            text = step_duration_text(step, now)
            if text != self._times[at]:
                self._times[at] = text
                self.update(self._time_rect(self._slots[at]).toAlignedRect())
        return earliest(*[step_changes_at(step, now) for step in self._steps])

    @property
    def drawn_names(self) -> list[tuple[str, ...]]:
        """The lines drawn under each node."""
        return [slot.lines for slot in self._slots]

    @property
    def _name_px(self) -> QFontMetrics:
        return self._theme.metrics(FontRole.SMALL)

    def _on_resized(self) -> None:
        self._place()
        self.updateGeometry()

    def _place(self) -> None:
        names = tuple(plain(step.phase, 80) for step in self._steps)
        current = next((i for i, s in enumerate(self._steps) if s.state is StepState.CURRENT), None)
        strong = None if current is None else (current, self._theme.metrics(FontRole.SMALL_STRONG))
        self._slots = slots(names, self.width(), self._name_px, strong)

    def _describe(self) -> None:
        self.setAccessibleDescription("; ".join(step_sentence(step, self._now) for step in self._steps))

    def _time_rect(self, slot: Slot) -> QRectF:
        top = 1 + NODE + NODE_GAP + len(slot.lines) * self._name_px.height()
        return QRectF(slot.left, top, slot.width, self._name_px.height())

    def _step_at(self, x: float) -> int | None:
        return next((i for i, s in enumerate(self._slots) if s.left <= x < s.left + s.width), None)

    def _show_note(self, at: int) -> None:
        slot = self._slots[at]
        below = self.mapToGlobal(QPointF(slot.node.left(), slot.node.bottom() + 4).toPoint())
        QToolTip.showText(below, plain_tooltip(step_note(self._steps[at], self._now)), self)

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            at = self._step_at(event.pos().x())
            if at is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(
                    event.globalPos(), plain_tooltip(step_note(self._steps[at], self._now)), self
                )
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None or not self._steps:
            super().keyPressEvent(event)
            return
        self._at = min(max(0, (self._at if self._at is not None else -1) + step), len(self._steps) - 1)
        self._show_note(self._at)
        self.update()

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        self._describe()
        super().focusInEvent(event)
        self.update()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    @override
    def sizeHint(self) -> QSize:
        names = MOST_LINES * self._name_px.height()
        return QSize(560, 2 + NODE + NODE_GAP + names + self._name_px.height())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._theme.color("surface"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for at, slot in enumerate(self._slots):
            self._paint_link(painter, at)
            if QRectF(event.rect()).intersects(QRectF(slot.left, 0, slot.width, self.height())):
                self._paint_step(painter, at, slot)

    def _paint_link(self, painter: QPainter, at: int) -> None:
        if at == 0:
            return
        left, right = self._slots[at - 1].node, self._slots[at].node
        reached = self._steps[at].state not in {StepState.WAITING, StepState.SKIPPED}
        painter.setPen(pen(self._theme.color("good" if reached else "line"), 2.0))
        y = left.center().y()
        painter.drawLine(QPointF(left.right() + 3, y), QPointF(right.left() - 3, y))

    def _paint_step(self, painter: QPainter, at: int, slot: Slot) -> None:
        step = self._steps[at]
        color = self._theme.color(_NODE_TOKEN[step.state])
        step_mark(painter, slot.node, step.state, color, self._theme.color("tick"))
        if shows_focus(self) and at == (self._at or 0):
            painter.setPen(pen(self._theme.color("accent"), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(slot.node.adjusted(-3.5, -0.5, 3.5, 0.5), 6, 6)
        current = step.state is StepState.CURRENT
        waits = step.state in {StepState.WAITING, StepState.SKIPPED}
        painter.setFont(self._theme.font(FontRole.SMALL_STRONG if current else FontRole.SMALL))
        painter.setPen(self._theme.color("text_faint" if waits else "text"))
        self._paint_lines(painter, slot)
        self._paint_time(painter, at, slot)

    def _paint_lines(self, painter: QPainter, slot: Slot) -> None:
        top, high = int(slot.node.bottom()) + NODE_GAP, self._name_px.height()
        for line, text in enumerate(slot.lines):
            room = QRect(int(slot.left), top + line * high, int(slot.width), high)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine, text)

    def _paint_time(self, painter: QPainter, at: int, slot: Slot) -> None:
        painter.setFont(self._theme.font(FontRole.SMALL))
        painter.setPen(self._theme.color("text_faint"))
        fitting = fit_time(self._times[at], self._steps[at].loops, self._name_px, int(slot.width) - 6)
        painter.drawText(self._time_rect(slot), Qt.AlignmentFlag.AlignCenter, fitting)
