"""The theme of the application: tokens, fonts, and a signal when they change."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

from cupola.views.palette import palette, style_sheet
from cupola.views.tokens import TABLES, Scheme, Tokens


class FontRole(Enum):
    """Size relative to the system's font, and weight."""

    BODY = (1.0, QFont.Weight.Normal)
    STRONG = (1.04, QFont.Weight.DemiBold)
    SMALL = (0.88, QFont.Weight.Normal)
    SMALL_STRONG = (0.88, QFont.Weight.DemiBold)
    FIGURE = (1.25, QFont.Weight.DemiBold)
    TITLE = (1.6, QFont.Weight.DemiBold)
    MONO = (0.96, QFont.Weight.Normal)


STYLE: Final = "fusion"
"""Qt's own style: it takes every colour from the palette. Whoever makes the application asks for it by
`-style`; `setStyle` would wrap the style with all its enumerations, which costs a start 5 ms."""


class Theme(QObject):
    """One per application; views read it while painting and repaint at `changed`. Lives in the GUI thread."""

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._base = QFont(app.font())
        self._tokens = TABLES[Scheme.DARK]
        self._fonts: dict[FontRole, QFont] = {}

    @property
    def tokens(self) -> Tokens:
        """The tokens of the scheme in use."""
        return self._tokens

    @property
    def scheme(self) -> Scheme:
        """The scheme in use."""
        return self._tokens.scheme

    def apply(self, scheme: Scheme) -> None:
        """Palette, style sheet and then every view, without rebuilding any."""
        self._tokens = TABLES[scheme]
        self._app.setPalette(palette(self._tokens))
        self._app.setStyleSheet(style_sheet(self._tokens))
        self.changed.emit()

    def color(self, name: str) -> QColor:
        """The colour of a token."""
        return _color(self._tokens.color(name))

    def font(self, role: FontRole) -> QFont:
        """A font for a role, with digits of equal width."""
        font = self._fonts.get(role)
        if font is None:
            font = self._fonts[role] = self._made(role)
        return font

    def _made(self, role: FontRole) -> QFont:
        scale, weight = role.value
        mono = role is FontRole.MONO
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont) if mono else QFont(self._base)
        if self._base.pixelSize() > 0:
            font.setPixelSize(round(self._base.pixelSize() * scale))
        else:
            font.setPointSizeF(self._base.pointSizeF() * scale)
        font.setWeight(weight)
        font.setFeature(QFont.Tag("tnum"), 1)
        return font


@lru_cache(maxsize=64)
def _color(name: str) -> QColor:
    return QColor(name)
