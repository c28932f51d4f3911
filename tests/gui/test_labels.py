"""The label that shows data."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from cupola.domain.words import BuildState
from cupola.views.labels import Chip, DataLabel, Fit
from cupola.views.theme import FontRole, Theme
from support.stage import PaintCounter, settle

HOSTILE = ["<b>x</b>", "a & b", "<img src=x>", "tab\there", "\u202egnp.exe", "x" * 10_000, "&File", "שלום"]


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_a_build_writes_is_text_and_never_markup(qtbot: QtBot, theme: Theme, text: str) -> None:
    label = DataLabel(theme)
    qtbot.addWidget(label)
    label.show_text(text)
    assert "<b>" not in label.toolTip()
    assert "<img" not in label.toolTip()
    assert label.text().isprintable()
    assert label.accessibleName() == label.text()


def test_a_long_text_is_elided_and_the_tooltip_has_it_whole(qtbot: QtBot, theme: Theme) -> None:
    label = DataLabel(theme)
    qtbot.addWidget(label)
    label.resize(120, 20)
    label.show_text("Implementing forecast cards and the API client (task 4 of 9)")
    assert label.drawn.endswith("…")
    assert "(task 4 of 9)" in label.toolTip()


def test_a_note_is_in_the_tooltip_and_told_to_a_screen_reader_also_when_it_alone_is_new(
    qtbot: QtBot, theme: Theme
) -> None:
    label = DataLabel(theme)
    qtbot.addWidget(label)
    for note in ("from one.json", "from two.json", ""):
        label.show_text("12 k", note)
        assert label.accessibleDescription() == note
        assert "12 k" in label.toolTip()
        assert note in label.toolTip()


def test_equal_text_paints_nothing(qtbot: QtBot, theme: Theme, paints: PaintCounter) -> None:
    label = DataLabel(theme)
    qtbot.addWidget(label)
    label.show_text("2 s")
    label.show()
    qtbot.waitExposed(label)
    settle()
    paints.painted.clear()
    label.show_text("2 s")
    settle()
    assert paints.painted == []
    label.show_text("3 s")
    settle()
    assert paints.painted == [label]


def test_a_running_duration_keeps_its_width(qtbot: QtBot, theme: Theme) -> None:
    label = DataLabel(theme, fit=Fit.RIGID, reserve="00m 00s")
    qtbot.addWidget(label)
    widths = set()
    for text in ("1m 11s", "24m 18s", "8m 08s", "00m 00s"):
        label.show_text(text)
        widths.add(label.sizeHint().width())
    assert len(widths) == 1


def test_digits_are_equally_wide(theme: Theme) -> None:
    from PySide6.QtGui import QFontMetrics

    from cupola.views.theme import FontRole

    for role in FontRole:
        metrics = QFontMetrics(theme.font(role))
        assert len({metrics.horizontalAdvance(digit * 4) for digit in "0123456789"}) == 1, role


def test_a_state_is_told_by_word_and_by_shape(qtbot: QtBot, theme: Theme) -> None:
    pictures = set()
    for state in BuildState:
        chip = Chip(theme)
        qtbot.addWidget(chip)
        chip.show_state(state, "same word", "the reason")
        chip.set_ink("text")
        chip._fill = "chip"
        chip.resize(chip.sizeHint())
        image = chip.grab().toImage()
        pictures.add(bytes(image.constBits()))
        assert "the reason" in chip.toolTip()
    assert len(pictures) == len(BuildState)


@pytest.mark.parametrize("role", list(FontRole))
@pytest.mark.parametrize("text", ["مشروع-الطقس", "Ágjpqy", "תחזית"])
def test_accents_and_tails_of_other_scripts_are_not_cut_off(
    qtbot: QtBot, theme: Theme, role: FontRole, text: str
) -> None:
    label = DataLabel(theme, role=role, fit=Fit.RIGID)
    qtbot.addWidget(label)
    label.show_text(text)
    label.resize(label.sizeHint())
    whole = ink_of(label)
    label.resize(label.width(), 3 * label.height())
    assert whole == ink_of(label)


def ink_of(label: DataLabel) -> int:
    """How many pixels are not ground."""
    image = label.grab().toImage()
    ground = image.pixelColor(image.width() - 1, 0)
    places = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return sum(image.pixelColor(x, y) != ground for x, y in places)
