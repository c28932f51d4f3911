"""The pipeline of phases."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from cupola.domain.models import PipelineStep
from cupola.domain.words import PHASES, StepState
from cupola.views.pipeline import PipelineView
from cupola.views.pipeline_layout import fit_name, fit_time
from cupola.views.theme import FontRole, Theme
from support.builds import EIGHT, NOW, steps
from support.stage import PaintCounter, settle


@pytest.fixture
def pipeline(qtbot: QtBot, theme: Theme) -> PipelineView:
    made = PipelineView(theme)
    qtbot.addWidget(made)
    made.resize(700, made.sizeHint().height())
    made.show()
    qtbot.waitExposed(made)
    return made


def test_it_reads_as_one_sentence_per_step(pipeline: PipelineView) -> None:
    pipeline.refresh(NOW)
    pipeline.show_steps(steps(EIGHT, 3, loops=2))
    words = pipeline.accessibleDescription().split("; ")
    assert words[0] == "Codebase Analysis done ≈ 1m 04s"
    assert words[3] == "Builder running 8m 12s ×2"
    assert words[4] == "Test waiting"


@pytest.mark.parametrize("width", [560, 700, 1100])
@pytest.mark.parametrize("count", [8, 10, 11])
def test_names_fit_their_slots_and_never_overlap(
    pipeline: PipelineView, theme: Theme, width: int, count: int
) -> None:
    phases = (*PHASES, "Something of somebody's own")[:count]
    pipeline.resize(width, pipeline.height())
    pipeline.show_steps(steps(phases, 2))
    settle()
    metrics = QFontMetrics(theme.font(FontRole.SMALL))
    for lines in pipeline.drawn_names:
        assert 1 <= len(lines) <= 2
        assert all(metrics.horizontalAdvance(line) <= width / count for line in lines)


def test_a_long_name_wraps_then_shortens_then_loses_its_end(theme: Theme) -> None:
    metrics = QFontMetrics(theme.font(FontRole.SMALL))
    whole = metrics.horizontalAdvance("GitHub Integration")
    assert fit_name("GitHub Integration", metrics, whole + 1) == ("GitHub Integration",)
    assert fit_name("GitHub Integration", metrics, whole - 1) == ("GitHub", "Integration")
    assert fit_name("GitHub Integration", metrics, metrics.horizontalAdvance("GitHub") + 1) == ("GitHub",)
    assert fit_name("Recherche", metrics, metrics.horizontalAdvance("Reche…"))[0].endswith("…")


def test_a_duration_loses_blanks_and_seconds_but_never_digits(theme: Theme) -> None:
    metrics = QFontMetrics(theme.font(FontRole.SMALL))

    def at(text: str) -> str:
        return fit_time("10m 11s", 2, metrics, metrics.horizontalAdvance(text))

    assert at("10m 11s ×2") == "10m 11s ×2"
    assert at("10m11s×2") == "10m11s×2"
    assert at("10m×2") == "10m×2"
    assert at("10") == ""


def test_a_tick_paints_the_running_duration_alone(pipeline: PipelineView, paints: PaintCounter) -> None:
    pipeline.refresh(NOW)
    pipeline.show_steps(steps(EIGHT, 3))
    settle()
    paints.painted.clear()
    assert pipeline.refresh(NOW) == NOW + 1
    settle()
    assert paints.painted == []
    pipeline.refresh(NOW + 1)
    settle()
    assert paints.painted == [pipeline]


def test_equal_steps_paint_nothing(pipeline: PipelineView, paints: PaintCounter) -> None:
    pipeline.show_steps(steps(EIGHT, 3))
    settle()
    paints.painted.clear()
    pipeline.show_steps(steps(EIGHT, 3))
    settle()
    assert paints.painted == []


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_arrow_keys_reach_every_step(pipeline: PipelineView, qtbot: QtBot) -> None:
    pipeline.show_steps((PipelineStep("Scout", StepState.DONE), PipelineStep("x", StepState.WAITING)))
    for key, at in (
        (Qt.Key.Key_Right, 0),
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_Left, 0),
    ):
        QTest.keyClick(pipeline, key)
        assert pipeline._at == at
