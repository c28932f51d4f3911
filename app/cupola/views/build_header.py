"""The head of the shown build: what it is, what it does, how long and how far."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from cupola.domain.clock import Instant
from cupola.domain.models import BuildModel, Work, WorkState
from cupola.domain.text import plain
from cupola.domain.work_words import why, work_of
from cupola.presenters.ages import duration_changes_in_s, earliest
from cupola.presenters.overriding import override
from cupola.presenters.status import counted
from cupola.presenters.texts import (
    ORIGIN_NOTE,
    ORIGIN_WORD,
    STATE_WORD,
    elapsed_s,
    elapsed_text,
    figure_note,
    percent_text,
    since_text,
)
from cupola.views.buttons import FlatButton, Glyph
from cupola.views.labels import Chip, DataLabel, Fit
from cupola.views.pipeline import PipelineView
from cupola.views.theme import FontRole, Theme
from cupola.views.tokens import GAP

_BESIDE: Final = 20
"""Between the words and each figure."""
_MARGIN: Final = 16
_LEAST_WORDS_PX: Final = 130
"""With less room for the words beside the figures, the figures stand below them."""


class BuildHeader(QFrame):
    """Renders a `BuildModel`; each part paints only if its own text changed."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("card", True)
        self._model: BuildModel | None = None
        self.name = DataLabel(theme, role=FontRole.TITLE, fit=Fit.SNUG)
        self.origin = Chip(theme)
        self.state = Chip(theme)
        self.detail = DataLabel(theme, ink="text_soft")
        self.work = Chip(theme)
        self.why = DataLabel(theme, role=FontRole.SMALL, ink="text_soft", fit=Fit.SNUG)
        self.reason = DataLabel(theme, role=FontRole.SMALL, ink="text_faint")
        self.elapsed = self._figure(theme, reserve="00m 00s")
        self.progress = self._figure(theme, reserve="≈ 100%")
        self.problems = FlatButton(theme, "No problems", glyph=Glyph.WARNING, words=True)
        self.pipeline = PipelineView(theme)
        self._title = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._theme, self._column_of_all = theme, QVBoxLayout(self)
        for part in (self.problems, self.work, self.why):
            part.hide()
        self._lay_out(theme)
        theme.resized.connect(self._on_resized)

    def show_model(self, model: BuildModel) -> None:
        """Show `model`. Durations follow with the next `refresh`."""
        self._model = model
        reason = plain(model.state_reason)
        self.name.show_text(model.project, model.directory or "")
        self.origin.show_text(ORIGIN_WORD[model.source], ORIGIN_NOTE[model.source])
        self.state.show_state(model.state, STATE_WORD[model.state], reason)
        self.detail.show_text(_detail(model))
        self.detail.setVisible(bool(self.detail.text()))
        self.reason.show_text(reason)
        self._render_work(work_of(model))
        self.progress.show_text(percent_text(model.progress), figure_note(model.progress))
        self.pipeline.show_steps(model.pipeline)
        self._render_problems(model)
        self._fit_title()

    def refresh(self, now: Instant) -> Instant | None:
        """A `TickSource`: elapsed time and the running phase."""
        model = self._model
        if model is None:
            return None
        self.elapsed.show_text(elapsed_text(model.elapsed, now), figure_note(model.elapsed.of_start))
        running_s = elapsed_s(model.elapsed, now) if model.elapsed.ended_at is None else None
        due = None if running_s is None else now + duration_changes_in_s(running_s)
        return earliest(due, self.pipeline.refresh(now))

    def _render_work(self, work: Work) -> None:
        """What the sessions do and why, before the reason of the build's own state."""
        told, reason = work.state is not WorkState.NONE, why(work)
        self.work.setVisible(told)
        self.why.setVisible(told and bool(reason))
        if told:
            since = since_text(work.since)
            self.work.show_work(work.state, work.state.value.capitalize(), f"{reason}\n{since}".strip())
            self.work.setAccessibleDescription(reason)
            self.why.show_text(reason, since)

    def _render_problems(self, model: BuildModel) -> None:
        count = len(model.problems)
        if count:
            self.problems.show_name(counted(count, "problem"))
        if bool(count) != self.problems.isVisibleTo(self):
            self.problems.setVisible(bool(count))

    @staticmethod
    def _figure(theme: Theme, reserve: str) -> DataLabel:
        right = Qt.AlignmentFlag.AlignRight
        return DataLabel(theme, role=FontRole.FIGURE, align=right, fit=Fit.RIGID, reserve=reserve)

    def _lay_out(self, theme: Theme) -> None:
        chips = QHBoxLayout()
        chips.setSpacing(GAP)
        for widget in self._chips():
            chips.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        chips.addStretch(1)
        self._title.setSpacing(GAP)
        self._title.addWidget(self.name)
        self._title.addLayout(chips, 1)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addLayout(self._title)
        words.addWidget(self.detail)
        words.addLayout(self._reasons())
        figures = QHBoxLayout()
        figures.setSpacing(_BESIDE)
        figures.addStretch(1)
        for caption, figure in (("Elapsed", self.elapsed), ("Progress", self.progress)):
            figures.addLayout(self._column(theme, caption, figure))
        self._top.setSpacing(_BESIDE)
        self._top.addLayout(words, 1)
        self._top.addLayout(figures)
        self._column_of_all.addLayout(self._top)
        self._column_of_all.addWidget(self.pipeline)
        self._space()

    def _space(self) -> None:
        above, below, between = self._theme.spacing.header
        self._column_of_all.setContentsMargins(_MARGIN, above, _MARGIN, below)
        self._column_of_all.setSpacing(between)

    def _on_resized(self) -> None:
        self._space()
        self._fit_title()

    def _reasons(self) -> QHBoxLayout:
        """What the sessions do and why; then why the build is in its state, with what is left of the room."""
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.setContentsMargins(0, 2, 0, 0)
        row.addWidget(self.work)
        row.addWidget(self.why)
        row.addWidget(self.reason)
        return row

    @staticmethod
    def _column(theme: Theme, caption: str, figure: DataLabel) -> QVBoxLayout:
        label = DataLabel(
            theme, role=FontRole.SMALL, ink="text_soft", align=Qt.AlignmentFlag.AlignRight, fit=Fit.RIGID
        )
        label.show_text(caption)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(label, 0, Qt.AlignmentFlag.AlignRight)
        column.addWidget(figure, 0, Qt.AlignmentFlag.AlignRight)
        column.addStretch(1)
        return column

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_title()

    def _fit_title(self) -> None:
        """Put the figures under the words and the chips under the name where they do not fit beside them."""
        chips = [each.sizeHint().width() for each in self._chips() if not each.isHidden()]
        figures = sum(_BESIDE + each.sizeHint().width() for each in (self.elapsed, self.progress))
        room = self.width() - 2 * _MARGIN
        least = max(_LEAST_WORDS_PX, sum(chips) + GAP * (len(chips) - 1))
        _set_side_by_side(self._top, beside=room - figures >= least, gaps=(_BESIDE, GAP))
        if self._top.direction() is QBoxLayout.Direction.LeftToRight:
            room -= figures
        needs = self.name.sizeHint().width() + sum(GAP + width for width in chips)
        _set_side_by_side(self._title, beside=needs <= room, gaps=(GAP, 3))

    def _chips(self) -> tuple[QWidget, ...]:
        return self.origin, self.state, self.problems


def _set_side_by_side(layout: QBoxLayout, *, beside: bool, gaps: tuple[int, int]) -> None:
    """Let the parts stand in a row, or in a column; `gaps`: the space between them in each."""
    direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
    if direction is not layout.direction():
        layout.setDirection(direction)
        layout.setSpacing(gaps[0] if beside else gaps[1])


def _detail(model: BuildModel) -> str:
    """The build's own words, else its phase."""
    return model.detail or (plain(model.phase) if model.phase else "")
