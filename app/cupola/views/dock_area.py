"""Where the four docks stand: one above the other, or as tabs where the window is narrow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMainWindow, QTabWidget

from cupola.domain.words import PANELS, Facet
from cupola.views.dock import PanelDock
from cupola.views.theme import Theme

NARROW_PX: Final = 1100
WIDTH_PX: Final = 380
NARROW_WIDTH_PX: Final = 280
MOST_SHARE: Final = 0.33
"""Of the window, however large the text is."""
_RIGHT: Final = Qt.DockWidgetArea.RightDockWidgetArea


class DockArea(QObject):
    """Arranges docks by width only as long as the user has not arranged them otherwise."""

    def __init__(self, window: QMainWindow, theme: Theme, docks: Mapping[Facet, PanelDock]) -> None:
        super().__init__(window)
        self._window, self._theme = window, theme
        self._docks = [docks[facet] for facet in PANELS]
        self._narrow: bool | None = None
        window.setTabPosition(_RIGHT, QTabWidget.TabPosition.North)
        window.setDockOptions(
            QMainWindow.DockOption.AllowNestedDocks
            | QMainWindow.DockOption.AllowTabbedDocks
            | QMainWindow.DockOption.GroupedDragging
        )
        window.setCorner(Qt.Corner.TopRightCorner, _RIGHT)
        window.setCorner(Qt.Corner.BottomRightCorner, _RIGHT)
        theme.resized.connect(self._on_resized)

    def reset(self) -> None:
        """Back to the order of `PANELS` at the right."""
        self._narrow = self._is_narrow()
        for dock in self._docks:
            self._window.removeDockWidget(dock)
            dock.setFloating(False)
            self._window.addDockWidget(_RIGHT, dock)
            dock.show()
        self._arrange(narrow=self._narrow)

    def forget(self) -> None:
        """A layout was restored: the next change of width decides anew."""
        self._narrow = self._is_narrow()

    def fit_width(self) -> None:
        """Tab or untab where the window became narrow or wide, if the docks stand as `_arrange` left them."""
        narrow = self._is_narrow()
        if self._narrow is None or narrow == self._narrow:
            return
        was, self._narrow = self._narrow, narrow
        if self._stands_as_arranged(narrow=was):
            self._arrange(narrow=narrow)

    def _is_narrow(self) -> bool:
        return self._window.width() < NARROW_PX * self._theme.zoom

    def _stands_as_arranged(self, *, narrow: bool) -> bool:
        first, *others = self._docks
        at_right = all(
            self._window.dockWidgetArea(d) is _RIGHT and not d.isFloating() and not d.isHidden()
            for d in self._docks
        )
        tabbed = set(self._window.tabifiedDockWidgets(first))
        return at_right and (tabbed == set(others) if narrow else not tabbed)

    def _arrange(self, *, narrow: bool) -> None:
        first, *others = self._docks
        if narrow:
            for dock in others:
                self._window.tabifyDockWidget(first, dock)
            first.raise_()
        else:
            for dock in self._docks:
                self._window.addDockWidget(_RIGHT, dock)
            for above, below in zip(self._docks, others, strict=False):
                self._window.splitDockWidget(above, below, Qt.Orientation.Vertical)
            self._window.resizeDocks(self._docks, [1] * len(self._docks), Qt.Orientation.Vertical)
        self._window.resizeDocks([first], [self._width(narrow=narrow)], Qt.Orientation.Horizontal)

    def _width(self, *, narrow: bool) -> int:
        usual = NARROW_WIDTH_PX if narrow else WIDTH_PX
        return max(usual, min(round(usual * self._theme.zoom), round(self._window.width() * MOST_SHARE)))

    def _on_resized(self) -> None:
        """Text of another size: more room for it, but none is taken away that the user gave."""
        self.fit_width()
        first, narrow = self._docks[0], self._is_narrow()
        if self._stands_as_arranged(narrow=narrow):
            width = max(first.width(), self._width(narrow=narrow))
            self._window.resizeDocks([first], [width], Qt.Orientation.Horizontal)
