"""The main window: builds at the left, one build in the centre, docks at the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction, QHideEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QSplitter, QWidget

from cupola.domain.words import PANELS, Facet
from cupola.presenters.activity_model import ActivityRows
from cupola.presenters.builds_filter import BuildsFilter
from cupola.presenters.contracts import WindowViews
from cupola.presenters.overriding import override
from cupola.views.build_list import BuildList
from cupola.views.build_page import BuildPage
from cupola.views.dock import PanelDock
from cupola.views.dock_area import DockArea
from cupola.views.layout_state import LayoutState, is_reachable
from cupola.views.panels import EmptyPanel
from cupola.views.status_bar import StatusBar
from cupola.views.theme import Theme
from cupola.views.tokens import GAP, MARGIN
from cupola.views.tracing import PaintProbe

FIRST_SIZE: Final = QSize(1440, 900)
LEAST_SIZE: Final = QSize(640, 420)
LIST_PX: Final = 290


class MainWindow(QMainWindow):
    """Assembles the views; knows neither feed nor engine."""

    build_chosen = Signal(str)
    shown_changed = Signal(bool)
    """Whether anything of the window can be seen."""
    panel_shown_changed = Signal(object, bool)
    """A `Facet`, and whether its dock can be seen."""

    def __init__(
        self,
        theme: Theme,
        builds: BuildsFilter,
        activity: ActivityRows,
        build_actions: Sequence[QAction] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("main-window")
        self.setWindowTitle("Cupola")
        self.setMinimumSize(LEAST_SIZE)
        self.builds = BuildList(theme, builds, build_actions)
        self.page = BuildPage(theme, activity)
        self.status = StatusBar(theme)
        self.paints = PaintProbe(self)
        self.docks: dict[Facet, PanelDock] = {f: PanelDock(theme, f, EmptyPanel(theme, f)) for f in PANELS}
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._area = DockArea(self, self.docks)
        self._lay_out()
        self.view_menu = self._made_view_menu()
        self._connect()
        self.resize(FIRST_SIZE)
        self._area.reset()

    def views(self) -> WindowViews:
        """The views as the presenter needs them."""
        panels = {facet: self._panel(facet) for facet in PANELS}
        heads = {facet: dock.head for facet, dock in self.docks.items()}
        return WindowViews(
            builds=self.builds,
            page=self.page,
            header=self.page.header,
            panels=panels,
            heads=heads,
            status=self.status,
            paints=self.paints,
        )

    def set_menus(self, before: Sequence[QMenu], after: Sequence[QMenu]) -> None:
        """Fill the menu bar: `before`, View, `after`."""
        bar = self.menuBar()
        bar.clear()
        for menu in (*before, self.view_menu, *after):
            bar.addMenu(menu)

    def save_state(self) -> bytes:
        """Geometry, docks and splitter for `restore_state`."""
        return LayoutState(
            bytes(self.saveGeometry().data()),
            bytes(self.saveState().data()),
            bytes(self._splitter.saveState().data()),
        ).encoded()

    def restore_state(self, data: bytes) -> bool:
        """Take a saved layout; False, and the default layout, if it is of another version or broken."""
        state = LayoutState.decoded(data)
        if state is None or not self.restoreState(QByteArray(state.docks)):
            self.reset_layout()
            return False
        self._splitter.restoreState(QByteArray(state.splitter))
        self.restoreGeometry(QByteArray(state.geometry))
        if not is_reachable(self.frameGeometry()):
            self.resize(FIRST_SIZE)
            self.move(self.screen().availableGeometry().topLeft())
        self._area.forget()
        return True

    def reset_layout(self) -> None:
        """Docks, list and page as on the first day."""
        self._area.reset()
        self._splitter.setSizes([LIST_PX, max(LIST_PX, self.width() - LIST_PX)])

    def show_title(self, name: str | None) -> None:
        """Name the shown build in the window's title."""
        title = f"{name} – Cupola" if name else "Cupola"
        if title != self.windowTitle():
            self.setWindowTitle(title)

    def next_pane(self, *, back: bool = False) -> None:
        """Move the focus to the next pane: builds, build, each dock that can be seen."""
        panes = self._panes()
        focus: QWidget | None = self.focusWidget()
        holds = [focus is not None and (pane is focus or pane.isAncestorOf(focus)) for pane in panes]
        at = holds.index(True) if True in holds else -1
        pane = panes[(at + (-1 if back else 1)) % len(panes)]
        target = _entrance(pane)
        target.setFocus(Qt.FocusReason.BacktabFocusReason if back else Qt.FocusReason.TabFocusReason)

    def _panel(self, facet: Facet) -> EmptyPanel:
        content = self.docks[facet].widget()
        if not isinstance(content, EmptyPanel):
            raise TypeError(facet)
        return content

    def _panes(self) -> list[QWidget]:
        docks = [dock for dock in self.docks.values() if not dock.visibleRegion().isEmpty()]
        return [self.builds, self.page, *docks]

    def _lay_out(self) -> None:
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(GAP)
        self._splitter.addWidget(self.builds)
        self._splitter.addWidget(self.page)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes([LIST_PX, FIRST_SIZE.width() - LIST_PX])
        self.builds.setMinimumWidth(200)
        self.page.setMinimumWidth(260)
        self._splitter.setContentsMargins(MARGIN, MARGIN, 0, GAP)
        self.setCentralWidget(self._splitter)
        self.setContentsMargins(0, 0, 0, 0)
        self.setStatusBar(self.status)

    def _made_view_menu(self) -> QMenu:
        menu = QMenu("&View", self)
        for dock in self.docks.values():
            menu.addAction(dock.toggleViewAction())
        menu.addSeparator()
        self.reset_action = menu.addAction("&Reset layout")
        self.reset_action.triggered.connect(self.reset_layout)
        return menu

    def _connect(self) -> None:
        self.builds.chosen.connect(self.build_chosen)
        for facet, dock in self.docks.items():
            dock.visibilityChanged.connect(self._on_dock_visibility_changed)
            self.paints.add(facet.value, dock)
        self.paints.add(Facet.BUILD.value, self.page.header)
        self.paints.add(Facet.ACTIVITY.value, self.page.activity)
        for keys, slot in (("F6", self._on_next_pane), ("Shift+F6", self._on_previous_pane)):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)

    def _tell_shown(self) -> None:
        self.shown_changed.emit(self.isVisible() and not self.isMinimized())

    def _on_dock_visibility_changed(self, visible: bool) -> None:  # noqa: FBT001 - Qt's signature
        dock = self.sender()
        if isinstance(dock, PanelDock):
            self.panel_shown_changed.emit(dock.facet, visible)

    def _on_next_pane(self) -> None:
        self.next_pane()

    def _on_previous_pane(self) -> None:
        self.next_pane(back=True)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._area.fit_width()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tell_shown()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._tell_shown()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.WindowStateChange:
            self._tell_shown()


def _entrance(pane: QWidget) -> QWidget:
    """The widget of a pane that takes the focus first."""
    if isinstance(pane, BuildList):
        return pane.list
    if isinstance(pane, BuildPage):
        return pane.activity
    content = pane.widget() if isinstance(pane, PanelDock) else None
    return content or pane
