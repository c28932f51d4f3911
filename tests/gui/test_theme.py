"""Tokens, palette and the change from one scheme to the other."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

import cupola.views
from cupola.views.theme import Theme
from cupola.views.tokens import DARK, LIGHT, Scheme
from support.stage import Stage, settle


def test_every_role_of_the_palette_is_ours(qapp: QApplication, theme: Theme) -> None:
    ours = {QColor(v).name() for v in dataclasses.astuple(theme.tokens) if str(v).startswith("#")}
    for role in QPalette.ColorRole:
        if role not in {QPalette.ColorRole.NColorRoles, QPalette.ColorRole.NoRole}:
            assert qapp.palette().color(role).name() in ours, role


def test_a_change_of_scheme_repaints_the_same_widgets(stage: Stage, theme: Theme) -> None:
    widgets = stage.window.findChildren(QObject)
    dark = stage.window.grab().toImage()
    try:
        theme.apply(Scheme.LIGHT)
        settle()
        light = stage.window.grab().toImage()
    finally:
        theme.apply(Scheme.DARK)
    assert stage.window.findChildren(QObject) == widgets
    assert dark.pixelColor(4, dark.height() // 2).name() == DARK.window
    assert light.pixelColor(4, light.height() // 2).name() == LIGHT.window
    at = stage.window.page.header.mapTo(stage.window, stage.window.page.header.rect().center())
    assert dark.pixelColor(at) != light.pixelColor(at)


def test_colours_come_from_tokens_alone() -> None:
    folder = Path(cupola.views.__file__).parent
    for path in folder.glob("*.py"):
        if path.name != "tokens.py":
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"[\"' ]#[0-9a-fA-F]{3,8}\b|GlobalColor|QColor\(\d", text), path.name
