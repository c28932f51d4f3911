"""Density and size of the text: applied to the same widgets, at once, and taken back without a trace."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QWidget

from cupola.domain.words import Facet
from cupola.options import LEAST_SIZE
from cupola.store.settings import Density
from cupola.store.settings_values import FONT_POINTS
from cupola.views.labels import DataLabel
from cupola.views.lines_view import LinesView
from cupola.views.theme import Theme
from support.dock_models import shown_with
from support.stage import Stage, settle


@pytest.fixture
def full(stage: Stage, theme: Theme) -> Iterator[Stage]:
    """A window with all its docks filled; afterwards the theme is as it was."""
    stage.presenter.on_events(shown_with("full"))
    assert stage.presenter.select_project("weather-web")
    settle()
    yield stage
    theme.set_sizes(Density.COMFORTABLE, None)


def resize(theme: Theme, density: Density = Density.COMFORTABLE, points: int | None = None) -> None:
    theme.set_sizes(density, points)
    settle()


def heights(stage: Stage) -> dict[str, int]:
    """Of a row of each list, and of what stands around them."""
    window = stage.window
    tests = window.panels[Facet.TESTS].lines
    assert isinstance(tests, LinesView)
    return {
        "builds": window.builds.list.visualRect(window.builds.list.model().index(0, 0)).height(),
        "activity": window.page.activity.sizeHintForRow(0),
        "tests": tests.visualRect(tests.model().index(1, 0)).height(),
        "title": window.docks[Facet.TESTS].title.height(),
        "header": window.page.header.height(),
    }


def test_compact_makes_every_row_lower_at_once(full: Stage, theme: Theme) -> None:
    before = heights(full)
    resize(theme, Density.COMPACT)
    after = heights(full)
    assert all(after[name] < before[name] for name in before), (before, after)


def test_larger_text_makes_every_row_higher_at_once(full: Stage, theme: Theme) -> None:
    before = heights(full)
    resize(theme, points=16)
    after = heights(full)
    assert all(after[name] > before[name] for name in before), (before, after)
    wide = {widget.font().pointSize() for widget in (full.window.builds.search, full.window.menuBar())}
    assert wide == {16}, "Qt's own widgets follow"


@pytest.mark.parametrize("points", [FONT_POINTS[0], 16, FONT_POINTS[-1]])
@pytest.mark.parametrize("density", list(Density))
def test_what_was_changed_and_taken_back_looks_as_before(
    full: Stage, theme: Theme, density: Density, points: int
) -> None:
    labels, before = set(full.window.findChildren(DataLabel)), full.window.grab().toImage()
    size = full.window.size()
    resize(theme, density, points)
    assert full.window.grab().toImage() != before
    resize(theme)
    full.window.resize(size)
    full.window.reset_layout()
    settle()
    assert full.window.grab().toImage() == before
    assert set(full.window.findChildren(DataLabel)) == labels


def test_equal_sizes_have_nothing_laid_out_anew(theme: Theme, full: Stage) -> None:
    told: list[None] = []
    theme.resized.connect(lambda: told.append(None))
    resize(theme)
    assert told == []
    resize(theme, Density.COMPACT)
    resize(theme, Density.COMPACT)
    assert len(told) == 1


@pytest.mark.parametrize("points", [FONT_POINTS[0], 9, 12, 16, 20, FONT_POINTS[-1]])
@pytest.mark.parametrize("density", list(Density))
def test_no_text_is_higher_than_what_it_stands_in(
    full: Stage, theme: Theme, density: Density, points: int
) -> None:
    resize(theme, density, points)
    for label in full.window.findChildren(DataLabel):
        if label.isVisible() and label.text():
            assert label.height() >= QFontMetrics(label.font()).height(), label.text()


def test_the_groups_are_read_in_full_with_large_text(full: Stage, theme: Theme) -> None:
    resize(theme, points=16)
    for segment in full.window.builds.groups.findChildren(QWidget):
        assert segment.width() >= segment.sizeHint().width()


def test_the_least_window_grows_with_the_text_but_not_over_the_screen(full: Stage, theme: Theme) -> None:
    resize(theme, points=FONT_POINTS[-1])
    least, screen = full.window.minimumSize(), full.window.screen().availableGeometry()
    assert LEAST_SIZE[0] < least.width() <= screen.width()
    resize(theme)
    assert (full.window.minimumWidth(), full.window.minimumHeight()) == LEAST_SIZE
