"""Every ink can be read and every shape be seen on each ground it is painted on (WCAG 2.2: 1.4.3, 1.4.11)."""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPalette
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

import cupola.views
from cupola.views.line_ink import ZONE_TOKEN, LineInk
from cupola.views.palette import palette, style_sheet
from cupola.views.theme import Theme
from cupola.views.tokens import CHIP_TOKENS, DARK, DOT_TOKEN, LIGHT, STATE_TOKEN, Scheme, Tokens

TEXT: Final = 4.5
SHAPE: Final = 3.0

TEXTS: Final = {
    # Tooltips, pressed buttons, the chosen segment, menu titles and tabs under the pointer or in focus.
    "raised": {"text", "text_soft", "text_faint"},
    # Rows of lists under the pointer, and the chosen ones.
    "hovered": {"text", "text_soft", "text_faint"},
    "selected": {"text", "text_soft", "text_faint"},
    # Cards and fields; in red why what was typed is not applied.
    "surface": {"text", "text_soft", "text_faint", "bad"},
    # Title bars of docks, menu bar, status bar.
    "window": {"text", "text_soft", "text_faint"},
    **{fill: {ink} for fill, ink in CHIP_TOKENS.values()},
}
"""Per ground, the tokens in which text is painted on it. The shape on a chip has its text's colour."""

STATES: Final = set(STATE_TOKEN.values())
SHAPES: Final = {
    # States of builds, agents and tests; the trend; rings of focus; waiting phases and scroll bars at rest.
    "surface": STATES | {"rest"},
    "hovered": STATES,
    "selected": STATES,
    # Freshness, the underline of tabs, the sign of problems, rings of focus.
    "window": set(DOT_TOKEN.values()) | {"accent"},
    "raised": {"accent", "warn"},
    # Bars, gauges and ratings, of which the empty part is the ground.
    "track": STATES | set(ZONE_TOKEN.values()),
    # What stands in the filled nodes of the pipeline.
    "good": {"tick"},
    "bad": {"tick"},
}
"""Per ground, the tokens of shapes and bars that say something."""

DECORATION: Final = {"line"}
"""Says nothing alone: borders of cards and fields, and links between phases that have nodes."""

BOTH: Final = pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=["dark", "light"])


def pairs(table: dict[str, set[str]]) -> list[tuple[str, str]]:
    return [(ink, ground) for ground, inks in table.items() for ink in sorted(inks)]


def contrast(first: str, second: str) -> float:
    """WCAG contrast ratio (1..21) of two #rrggbb colours."""
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(color: str) -> float:
    channels = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_that_the_measure_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@BOTH
@pytest.mark.parametrize(("ink", "ground"), pairs(TEXTS))
def test_text_can_be_read_on_its_ground(tokens: Tokens, ink: str, ground: str) -> None:
    assert contrast(tokens.color(ink), tokens.color(ground)) >= TEXT


@BOTH
@pytest.mark.parametrize(("ink", "ground"), pairs(SHAPES))
def test_a_shape_stands_out_from_its_ground(tokens: Tokens, ink: str, ground: str) -> None:
    assert contrast(tokens.color(ink), tokens.color(ground)) >= SHAPE


def test_that_every_token_is_rated_or_decoration() -> None:
    rated = set(TEXTS) | set(SHAPES) | {ink for ink, _ in (*pairs(TEXTS), *pairs(SHAPES))}
    assert {field.name for field in dataclasses.fields(Tokens)} - {"scheme"} == rated | DECORATION


def labels() -> Iterator[tuple[str, str]]:
    """Ink and ground of every label that a view makes."""
    for path in Path(cupola.views.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"DataLabel", "Words", "Chip"}:
                named = {k.arg: k.value.value for k in node.keywords if isinstance(k.value, ast.Constant)}
                yield str(named.get("ink", "text")), str(named.get("ground", "surface"))


def test_that_every_label_is_of_a_rated_pair() -> None:
    assert len(set(labels())) > 3
    assert set(labels()) <= set(pairs(TEXTS))


@BOTH
def test_that_every_rule_of_the_style_sheet_can_be_read(tokens: Tokens) -> None:
    rules = re.findall(r"\{([^}]*)\}", style_sheet(tokens))
    for rule in rules:
        grounds = re.findall(r"\bbackground(?:-color)?: (#\w+)", rule) or [tokens.window, tokens.surface]
        for ink in re.findall(r"(?<!-)(?:placeholder-text-|selection-)?\bcolor: (#\w+)", rule):
            assert all(contrast(ink, ground) >= TEXT for ground in grounds), rule


@BOTH
@pytest.mark.parametrize("group", [QPalette.ColorGroup.Active, QPalette.ColorGroup.Disabled])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("WindowText", "Window"),
        ("Text", "Base"),
        ("Text", "AlternateBase"),
        ("PlaceholderText", "Base"),
        ("ButtonText", "Button"),
        ("HighlightedText", "Highlight"),
        ("ToolTipText", "ToolTipBase"),
        ("Link", "Base"),
    ],
)
def test_that_stock_widgets_can_be_read_disabled_or_not(
    tokens: Tokens, group: QPalette.ColorGroup, ink: str, ground: str
) -> None:
    colors = palette(tokens)
    over, under = (colors.color(group, QPalette.ColorRole[name]).name() for name in (ink, ground))
    assert contrast(over, under) >= TEXT


@pytest.mark.parametrize("scheme", list(Scheme))
def test_the_words_in_the_empty_search_field_can_be_read(qtbot: QtBot, theme: Theme, scheme: Scheme) -> None:
    field = QLineEdit()
    qtbot.addWidget(field)
    # Blocks, so that no pixel is a mixture.
    field.setPlaceholderText("\N{FULL BLOCK}" * 3)
    theme.apply(scheme)
    try:
        image = field.grab().toImage()
    finally:
        theme.apply(Scheme.DARK)
    middle = [image.pixelColor(x, image.height() // 2).name() for x in range(4, image.width() // 3)]
    ground = image.pixelColor(image.width() // 2, image.height() // 2).name()
    assert max(contrast(color, ground) for color in middle) >= TEXT


@pytest.mark.parametrize("share", [0.05, 0.3, 0.7, 0.95])
def test_passed_and_failed_are_apart_for_those_who_see_no_colours(theme: Theme, share: float) -> None:
    image = QImage(300, 4, QImage.Format.Format_RGB32)
    image.fill(QColor(theme.tokens.surface))
    painter = QPainter(image)
    LineInk(theme).bar(painter, QRectF(-10, -10, 320, 24), share, "good", "bad")
    painter.end()
    row = [image.pixelColor(x, 2).name() for x in range(300)]
    order = list(dict.fromkeys(row))
    assert order == [theme.tokens.good, theme.tokens.surface, theme.tokens.bad]


def test_a_bar_with_an_empty_rest_has_no_gap(theme: Theme) -> None:
    image = QImage(300, 4, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    LineInk(theme).bar(painter, QRectF(-10, -10, 320, 24), 0.5, "good")
    painter.end()
    row = [image.pixelColor(x, 2).name() for x in range(300)]
    assert list(dict.fromkeys(row)) == [theme.tokens.good, theme.tokens.track]
