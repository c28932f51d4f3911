"""The main window: builds at the left, one build in the centre, docks at the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray, QEvent, QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QSplitter, QWidget

from cupola.domain.words import PANELS, Facet
from cupola.options import LEAST_SIZE
from cupola.presenters.overriding import override
from cupola.views.dock import PanelDock
from cupola.views.dock_area import DockArea
from cupola.views.layout_state import LAYOUT_VERSION, LayoutState, is_reachable
from cupola.views.menu_key import MenuKey
from cupola.views.panels import Panel
from cupola.views.panes import Pane, Panes
from cupola.views.theme import Theme
from cupola.views.tokens import GAP, MARGIN
from cupola.views.tracing import PaintProbe

if TYPE_CHECKING:
    from cupola.presenters.contracts import WindowViews
    from cupola.views.build_list import BuildList
    from cupola.views.build_page import BuildPage
    from cupola.views.status_bar import StatusBar

FIRST_SIZE: Final = QSize(1440, 900)
LIST_PX: Final = 290
LEAST_LIST_PX: Final = 236
LIST_SHARE: Final = 0.22
MOST_LIST_SHARE: Final = 0.3


class MainWindow(QMainWindow):
    """Assembles the views; knows neither feed nor engine.

    It can be shown before `furnish`: frame and docks, so that a start has something to look at soon.
    """

    builds: BuildList
    page: BuildPage
    status: StatusBar

    build_chosen = Signal(str)
    shown_changed = Signal(bool)
    """Whether anything of the window can be seen."""
    panel_shown_changed = Signal(object, bool)
    """A `Facet`, and whether its dock can be seen."""
    open_requested = Signal(str)
    """The full path of a file that lies behind a figure."""

    close_asked = Signal()
    """The user wants the window gone, but it is held open: whoever holds it says what happens."""
    attention_changed = Signal(bool)
    """Whether the window has the user's attention: it is the active one."""
    folder_dropped = Signal(str)
    """The full path of what was dropped; it may turn out to be no folder."""

    def __init__(self, theme: Theme, note: str = "", parent: QWidget | None = None) -> None:
        """`note` stands in the title as well."""
        super().__init__(parent)
        self._theme, self._note = theme, note
        self.setObjectName("main-window")
        self.show_title(None)
        self.setMinimumSize(*LEAST_SIZE)
        self.setAcceptDrops(True)
        self.paints = PaintProbe(self)
        self.panels = {facet: Panel(theme, facet) for facet in PANELS}
        self.docks = {facet: PanelDock(theme, facet, panel) for facet, panel in self.panels.items()}
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter_state = QByteArray()
        self._list_is_fitted = True
        self._held = False
        self._afloat: list[PanelDock] = []
        self._docks_before = QByteArray()
        self._area = DockArea(self, theme, self.docks)
        self._lay_out()
        self.view_menu = self._made_view_menu()
        self.menuBar().addMenu(self.view_menu)
        self.resize(FIRST_SIZE)
        self._area.reset()

    def furnish(self, builds: BuildList, page: BuildPage, status: StatusBar) -> None:
        """Put the views into the frame, once."""
        self.builds, self.page, self.status = builds, page, status
        self._widen_list()
        page.setMinimumWidth(260)
        self._splitter.addWidget(builds)
        self._splitter.addWidget(page)
        self._splitter.setStretchFactor(1, 1)
        self.setStatusBar(status)
        self._order_tab_stops()
        self._connect()
        self._splitter.restoreState(self._splitter_state)
        self._fit_list()

    def views(self) -> WindowViews:
        """The views as the presenter needs them."""
        from cupola.presenters.contracts import WindowViews  # with all models: not for the first paint

        heads = {facet: dock.head for facet, dock in self.docks.items()}
        return WindowViews(
            builds=self.builds,
            page=self.page,
            header=self.page.header,
            panels=self.panels,
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
        docks = self._docks_before if self._afloat else self.saveState(LAYOUT_VERSION)
        return LayoutState(
            bytes(self.saveGeometry().data()),
            bytes(docks.data()),
            b"" if self._list_is_fitted else bytes(self._splitter.saveState().data()),
        ).encoded()

    def restore_state(self, data: bytes) -> bool:
        """Take a saved layout; False, and the default layout, if it is of another version or broken."""
        state = LayoutState.decoded(data)
        if state is None or not self.restoreState(QByteArray(state.docks), LAYOUT_VERSION):
            self.reset_layout()
            return False
        self._list_is_fitted = not state.splitter
        self._splitter_state = QByteArray(state.splitter)
        self._splitter.restoreState(self._splitter_state)
        self.restoreGeometry(QByteArray(state.geometry))
        if not is_reachable(self.frameGeometry()):
            self.resize(FIRST_SIZE)
            self.move(self.screen().availableGeometry().topLeft())
        self._area.forget()
        return True

    def reset_layout(self) -> None:
        """Docks, list and page as on the first day."""
        self._area.reset()
        self._list_is_fitted = True
        self._fit_list()

    def fit_screen(self) -> None:
        """Grow no larger than the screen it is on."""
        self.resize(self.size().boundedTo(self.screen().availableGeometry().size()))

    def show_title(self, name: str | None) -> None:
        """Name the shown build in the window's title."""
        title = " – ".join(filter(None, (name, self._note, "Cupola")))
        if title != self.windowTitle():
            self.setWindowTitle(title)

    def hold_open(self, *, held: bool) -> None:
        """Whether `close` only asks."""
        self._held = held

    def tell_shown(self) -> None:
        """Say again whether anything of the window can be seen."""
        self.shown_changed.emit(self.isVisible() and not self.isMinimized())

    def _lay_out(self) -> None:
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(GAP)
        self._splitter.splitterMoved.connect(self._on_splitter_moved)
        self._splitter.setContentsMargins(0, GAP, 0, 0)
        self.setCentralWidget(self._splitter)
        self.setContentsMargins(MARGIN, 0, MARGIN, 0)

    def _fit_list(self) -> None:
        """A share of the window for the list, until the user chooses another."""
        if self._list_is_fitted and self._splitter.count():
            most = round(LIST_PX * self._theme.zoom)
            width = min(most, max(LEAST_LIST_PX, round(self.width() * LIST_SHARE)))
            self._splitter.setSizes([width, max(1, self._splitter.width() - width)])

    def _widen_list(self) -> None:
        """Room for the groups, as far as large letters leave some for the build itself."""
        needed = self.builds.groups.minimumSizeHint().width()
        if self._theme.zoom > 1:
            needed = min(needed, round(self.width() * MOST_LIST_SHARE))
        self.builds.setMinimumWidth(max(LEAST_LIST_PX, needed))

    def _on_resized(self) -> None:
        least = QSize(*LEAST_SIZE) * self._theme.zoom
        self.setMinimumSize(least.boundedTo(self.screen().availableGeometry().size()))
        self._widen_list()
        self._fit_list()

    def _made_view_menu(self) -> QMenu:
        menu = QMenu("&View", self)
        for dock in self.docks.values():
            menu.addAction(dock.toggleViewAction())
        menu.addSeparator()
        self.reset_action = menu.addAction("Reset &Layout")
        self.reset_action.triggered.connect(self.reset_layout)
        return menu

    def _take_floating_docks(self) -> None:
        """Docks that float are windows of their own, which Qt leaves behind when this one is hidden."""
        self._docks_before = self.saveState(LAYOUT_VERSION)
        self._afloat = [dock for dock in self.docks.values() if dock.isFloating() and dock.isVisible()]
        for dock in self._afloat:
            dock.hide()

    def _give_floating_docks_back(self) -> None:
        afloat, self._afloat = self._afloat, []
        for dock in afloat:
            dock.show()

    def _order_tab_stops(self) -> None:
        """Builds, page, docks, status: as they stand, not as they were made or floated."""
        before = self.page.problems.find_entrance()
        for dock in self.docks.values():
            for stop in () if dock.isFloating() else dock.tab_stops:
                self.setTabOrder(before, stop)
                before = stop

    def _connect(self) -> None:
        self._theme.resized.connect(self._on_resized)
        self.builds.chosen.connect(self.build_chosen)
        for panel in self.panels.values():
            panel.open_requested.connect(self.open_requested)
        self.status.problems.clicked.connect(self.page.open_problems)
        for facet, dock in self.docks.items():
            dock.visibilityChanged.connect(self._on_dock_visibility_changed)
            dock.topLevelChanged.connect(self._order_tab_stops)
            self.paints.add(facet.value, dock)
        self.paints.add(Facet.BUILD.value, self.page.header)
        self.paints.add(Facet.ACTIVITY.value, self.page.activity)
        docks = [Pane(dock, self.panels[facet].find_entrance) for facet, dock in self.docks.items()]
        mains = [Pane(self.builds, self.builds.find_entrance), Pane(self.page, self.page.find_entrance)]
        self.panes = Panes(self, [*mains, *docks])
        self.menu_key = MenuKey(self)

    def _on_dock_visibility_changed(self, visible: bool) -> None:
        dock = self.sender()
        if isinstance(dock, PanelDock):
            self.panel_shown_changed.emit(dock.facet, visible)

    def _on_splitter_moved(self) -> None:
        self._list_is_fitted = False

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_paths(event.mimeData()):
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        for path in local_paths(event.mimeData()):
            self.folder_dropped.emit(path)
        event.acceptProposedAction()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._area.fit_width()
        if self._splitter.count():
            self._widen_list()
        self._fit_list()

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        if self._held:
            event.ignore()
            self.close_asked.emit()
        else:
            super().closeEvent(event)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._give_floating_docks_back()
        if not event.spontaneous() and self.focusWidget() is None:
            self.setFocus(Qt.FocusReason.OtherFocusReason)  # no list, so that its order moves from the start
        self.tell_shown()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            self._take_floating_docks()
        self.tell_shown()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.WindowStateChange:
            self.tell_shown()
        elif event.type() is QEvent.Type.ActivationChange:
            self.attention_changed.emit(self.isActiveWindow())


def local_paths(data: QMimeData) -> list[str]:
    """The paths of what is dragged, as far as it lies on this machine; no disk is asked."""
    return [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
