"""The theme of the application: tokens, fonts, and a signal when they change."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics
from PySide6.QtWidgets import QApplication

from cupola.store.settings import Density
from cupola.views.palette import palette, style_sheet
from cupola.views.tokens import SPACINGS, TABLES, Scheme, Spacing, Tokens


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
    resized = Signal()
    """Fonts or distances are others: what was measured is to be measured anew. `changed` follows."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._base = QFont(app.font())
        self._tokens = TABLES[Scheme.DARK]
        self._density = Density.COMFORTABLE
        self._points: int | None = None
        self._fonts: dict[FontRole, QFont] = {}
        self._metrics: dict[FontRole, QFontMetrics] = {}

    @property
    def spacing(self) -> Spacing:
        """The distances of the density in use."""
        return SPACINGS[self._density]

    @property
    def system_points(self) -> float:
        """The size of the system's font, of which 0 says that it is one in pixels."""
        return max(0.0, self._base.pointSizeF())

    @property
    def zoom(self) -> float:
        """How many times as wide as usual things have to be for the size of the text; never under 1."""
        if self._points is None or not self.system_points:
            return 1.0
        return max(1.0, self._points / self.system_points)

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

    def set_sizes(self, density: Density, points: int | None) -> None:
        """How close rows lie, and how large the text is: None as the system has it. Equal ones do nothing."""
        if (density, points) == (self._density, self._points):
            return
        self._density = density
        if points != self._points:
            self._points = points
            self._fonts.clear()
            self._metrics.clear()
            self._app.setFont(self._sized(QFont(self._base), 1.0))
            # Or widgets of Qt's own keep the font they had.
            self._app.setStyleSheet(style_sheet(self._tokens))
        self.resized.emit()
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

    def metrics(self, role: FontRole) -> QFontMetrics:
        """The measures of a role's font; ask for them anew after `resized`."""
        metrics = self._metrics.get(role)
        if metrics is None:
            metrics = self._metrics[role] = QFontMetrics(self.font(role))
        return metrics

    def _made(self, role: FontRole) -> QFont:
        scale, weight = role.value
        mono = role is FontRole.MONO
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont) if mono else QFont(self._base)
        font = self._sized(font, scale)
        font.setWeight(weight)
        font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def _sized(self, font: QFont, scale: float) -> QFont:
        if self._points is not None:
            font.setPointSizeF(self._points * scale)
        elif self._base.pixelSize() > 0:
            font.setPixelSize(round(self._base.pixelSize() * scale))
        else:
            font.setPointSizeF(self._base.pointSizeF() * scale)
        return font


@lru_cache(maxsize=64)
def _color(name: str) -> QColor:
    return QColor(name)
