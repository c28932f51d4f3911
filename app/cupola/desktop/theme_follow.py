"""Which scheme the system wants: the portal where there is one, else Qt's hint, else the palette's own."""

from __future__ import annotations

from enum import IntEnum
from typing import Final, Protocol

from PySide6.QtCore import QObject, Qt, Signal, SignalInstance, Slot
from PySide6.QtGui import QGuiApplication, QPalette

from cupola.views.tokens import Scheme


class PortalScheme(IntEnum):
    """`color-scheme` of `org.freedesktop.appearance`."""

    NO_PREFERENCE = 0
    DARK = 1
    LIGHT = 2


_OF_PORTAL: Final = {PortalScheme.DARK: Scheme.DARK, PortalScheme.LIGHT: Scheme.LIGHT}
_OF_QT: Final = {Qt.ColorScheme.Dark: Scheme.DARK, Qt.ColorScheme.Light: Scheme.LIGHT}


class Hints(Protocol):
    """What is needed of `QStyleHints`."""

    @property
    def colorSchemeChanged(self) -> SignalInstance:
        """With the new `Qt.ColorScheme`."""

    def colorScheme(self) -> Qt.ColorScheme:
        """The scheme now."""


class SystemScheme(QObject):
    """Lives in the GUI thread. Make it before the application's palette is replaced by Cupola's."""

    changed = Signal(object)
    """The `Scheme` now wanted; only when it is another one than before."""

    def __init__(
        self, hints: Hints | None = None, parent: QObject | None = None, *, fixed: Scheme | None = None
    ) -> None:
        """`fixed`: this one, whatever the system wants."""
        super().__init__(parent)
        self._fixed = fixed
        self._hints: Hints = hints or QGuiApplication.styleHints()
        self._of_palette = _scheme_of(QGuiApplication.palette())
        self._chosen: Scheme | None = None
        self._of_portal: Scheme | None = None
        self._of_qt = _OF_QT.get(self._hints.colorScheme())
        self._hints.colorSchemeChanged.connect(self._on_hint)

    @property
    def current(self) -> Scheme:
        """What the system wants now, as far as anybody says."""
        return self._fixed or self._chosen or self._of_portal or self._of_qt or self._of_palette

    def choose(self, scheme: Scheme | None) -> None:
        """What the user set counts more than what the system wants; None follows it."""
        before = self.current
        self._chosen = scheme
        self._tell(before)

    @Slot(int)
    def on_portal(self, value: int) -> None:
        """The desktop portal said `color-scheme`; a number it has no meaning for is no preference."""
        before = self.current
        known = value in PortalScheme.__members__.values()
        self._of_portal = _OF_PORTAL.get(PortalScheme(value)) if known else None
        self._tell(before)

    @Slot(Qt.ColorScheme)
    def _on_hint(self, hint: Qt.ColorScheme) -> None:
        before = self.current
        self._of_qt = _OF_QT.get(hint)
        self._tell(before)

    def _tell(self, before: Scheme) -> None:
        if self.current is not before:
            self.changed.emit(self.current)


def _scheme_of(palette: QPalette) -> Scheme:
    ground = palette.color(QPalette.ColorRole.Window).lightness()
    ink = palette.color(QPalette.ColorRole.WindowText).lightness()
    return Scheme.DARK if ink > ground else Scheme.LIGHT
