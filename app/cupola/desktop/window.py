"""The shown frame filled with views, and everything behind it. Owns what it makes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QSessionManager
from PySide6.QtWidgets import QApplication

from cupola.desktop.actions import Act, Actions
from cupola.desktop.alerted import Alerted
from cupola.desktop.alerts import Alerts
from cupola.desktop.delivery import Delivery
from cupola.desktop.errands import Errands
from cupola.desktop.frame import Frame
from cupola.desktop.granting import Granting
from cupola.desktop.log_tab import LogTab
from cupola.desktop.marks_keeper import MarksKeeper
from cupola.desktop.menus import fill_menu_bar
from cupola.desktop.onlooker import Onlooker
from cupola.desktop.pausing import Pausing
from cupola.desktop.settings_keeper import SettingsKeeper
from cupola.desktop.tray_desk import TrayDesk
from cupola.desktop.tray_place import TraySystem
from cupola.domain.clock import Clock
from cupola.domain.models import BuildModel
from cupola.domain.text import plain
from cupola.domain.words import Facet
from cupola.presenters.bridge import FeedBridge, RunsEngine
from cupola.presenters.window import WindowPresenter
from cupola.program import this_program
from cupola.store.crashes import Report
from cupola.store.opened import Opened
from cupola.store.settings import Settings
from cupola.store.trace import Trace
from cupola.views.build_list import BuildList
from cupola.views.build_page import BuildPage
from cupola.views.status_bar import StatusBar
from cupola.views.tokens import Scheme

if TYPE_CHECKING:
    from cupola.desktop.diagnostics import DiagnosticsErrand
    from cupola.desktop.settings_errand import SettingsErrand


class Desktop(QObject):
    """Lives in the GUI thread from the first paint until `close`."""

    quit_requested = Signal()

    def __init__(
        self,
        frame: Frame,
        opened: Opened,
        clock: Clock,
        trace: Trace | None = None,
        tray_system: TraySystem | None = None,
    ) -> None:
        super().__init__()
        self._opened = opened
        self._diagnostics: DiagnosticsErrand | None = None
        self._settings: SettingsErrand | None = None
        self._frame = frame
        self.scheme, self.theme, self.window = frame.scheme, frame.theme, frame.window
        self.actions = Actions(self)
        self.presenter = WindowPresenter(clock, trace.write if trace else None, self)
        self.window.furnish(
            BuildList(self.theme, self.presenter.filter, self.actions.of_a_build()),
            BuildPage(self.theme, self.presenter.activity),
            StatusBar(self.theme),
        )
        self.bridge = FeedBridge(opened.problems, self)
        self.keeper = SettingsKeeper(opened.settings, self.bridge, self)
        self.pausing = Pausing(self.bridge, self.actions[Act.PAUSE], self)
        self.granting = Granting(self.bridge, self.presenter, opened.places.roots, self)
        self.errands = Errands(QGuiApplication.clipboard(), self)
        self.marks = MarksKeeper(opened.places.state_dir, opened.marks, self)
        self.presenter.filter.set_marks(opened.marks)
        self.log_tab = LogTab(self.window.page.log, self)
        self.tray = TrayDesk(frame, self.actions, opened, clock, tray_system, self)
        self.onlooker = Onlooker(self.window, clock, self)
        self.alerts = Alerts(opened.settings.alerts, clock, self.onlooker.attention, parent=self)
        self.delivery = Delivery(opened.settings.alerts, self)
        self.alerted = Alerted(self.window, self.presenter, self.tray.reveal, self)
        self._shown: str | None = None
        self._visible = False
        self.actions[Act.DEMO].setEnabled(not frame.is_demo)
        fill_menu_bar(self.window, self.actions)
        self._connect()
        if not frame.is_picture:
            self._connect_alerts()
        self.presenter.attach(self.window.views())
        self.window.paints.report_to(self.presenter.painted)
        self.window.tell_shown()

    def start(self, engine: RunsEngine, folder: str | None = None) -> None:
        """Let `engine` feed the window, and show the build in `folder` once it is known."""
        self.bridge.start(engine)
        self._tell_engine()
        self.tray.start()
        if folder is not None:
            self.granting.open_folder(folder)

    def offer(self, report: Report) -> None:
        """Offer what an earlier session crashed on, as soon as the window can be seen."""
        from cupola.desktop.crash_offer import CrashOffer  # rare, it is to be hoped

        CrashOffer(self.window, self.theme, report).copied.connect(self.errands.copy)

    def keep_state(self) -> None:
        """Keep where the window is."""
        self._frame.keep_state()

    def close(self) -> bool:
        """End the engine, keep the window's place, take the window down; False if the engine hangs."""
        self.tray.stop()
        self.log_tab.stop()
        self.alerts.stop()
        self.marks.stop()
        if self._diagnostics is not None:
            self._diagnostics.stop()
        if self._settings is not None:
            self._settings.stop()
        ended = self.bridge.stop()
        self.keep_state()
        self.window.close()
        self.window.deleteLater()
        return ended

    @Slot(QSessionManager)
    def let_session_end(self, _manager: QSessionManager) -> None:
        """The desktop session ends: a window that stayed open would be asked for its reasons."""
        self.window.hold_open(held=False)

    def _connect(self) -> None:
        self.bridge.arrived.connect(self.presenter.on_events)
        self.pausing.told.connect(self.log_tab.set_paused)
        self.bridge.after_paint.passed.connect(self.tray.presenter.on_events)
        self.granting.reveal_requested.connect(self.tray.reveal)
        self.tray.build_requested.connect(self.presenter.select)
        self.tray.closing.quit_requested.connect(self.quit_requested)
        self.window.build_chosen.connect(self.presenter.select)
        self.window.open_requested.connect(self.errands.open_file)
        self.window.folder_dropped.connect(self.bridge.add_root)
        self.window.page.empty.add_requested.connect(self._on_add_folder)
        self.window.page.empty.demo_requested.connect(self._on_demo)
        self.window.shown_changed.connect(self._on_window_shown_changed)
        self.window.panel_shown_changed.connect(self._on_panel_shown_changed)
        self.presenter.shown_changed.connect(self._on_shown_changed)
        self.presenter.shown_changed.connect(self.errands.on_shown_changed)
        self.presenter.shown_changed.connect(self.marks.on_shown_changed)
        self.presenter.shown_changed.connect(self._on_marks_changed)
        self.marks.changed.connect(self.presenter.filter.set_marks)
        self.marks.changed.connect(self.tray.presenter.set_marks)
        self.marks.changed.connect(self._on_marks_changed)
        self.actions[Act.PUT_AWAY].toggled.connect(self._on_put_away_toggled)
        self.scheme.changed.connect(self._on_scheme_changed)
        self.keeper.changed.connect(self._on_settings_changed)
        self.actions.connect(
            {
                Act.ADD_FOLDER: self._on_add_folder,
                Act.DEMO: self._on_demo,
                Act.OPEN_FOLDER: self.errands.open_folder,
                Act.COPY_PATH: self.errands.copy_path,
                Act.COPY_SESSION: self.errands.copy_session_id,
                Act.PIN: self.marks.pin,
                Act.HIDE: self.marks.hide,
                Act.ARCHIVE: self.marks.archive,
                Act.QUIT: self.quit_requested.emit,
                Act.FIND: self.window.builds.focus_search,
                Act.REFRESH: self.bridge.refresh,
                Act.SETTINGS: self._on_settings,
                Act.DIAGNOSTICS: self._on_diagnostics,
                Act.ABOUT: self._on_about,
                Act.ABOUT_QT: QApplication.aboutQt,
            }
        )

    def _connect_alerts(self) -> None:
        self.bridge.after_paint.passed.connect(self.alerts.on_events)
        self.bridge.failed.connect(self.alerts.on_engine_failed)
        self.presenter.shown_changed.connect(self.onlooker.on_shown_changed)
        self.alerts.raised.connect(self.delivery.deliver)
        self.delivery.opened.connect(self.alerted.open)
        self.delivery.set_balloon(self.tray.tray.tell)
        self.tray.tray.message_clicked.connect(self.delivery.open_last)
        self.tray.mute.changed.connect(self._on_mute_changed)

    @Slot()
    def _on_mute_changed(self) -> None:
        self.alerts.mute(self.tray.mute.muted_until)

    def _tell_engine(self) -> None:
        self.bridge.show_build(self._shown, self._visible)

    @Slot(bool)
    def _on_window_shown_changed(self, shown: bool) -> None:
        self._visible = shown
        self.presenter.set_window_shown(shown=shown)
        self.log_tab.set_window_shown(shown=shown)
        self._tell_engine()

    @Slot(object, bool)
    def _on_panel_shown_changed(self, facet: Facet, shown: bool) -> None:
        self.presenter.set_panel_shown(facet, shown=shown)

    @Slot(object)
    def _on_shown_changed(self, build: BuildModel | None) -> None:
        shown = build.id if build is not None else None
        if shown != self._shown:
            self._shown = shown
            self._tell_engine()
        self.log_tab.show_build(build, self.presenter.roots)
        self.window.show_title(plain(build.project) if build is not None else None)
        self.actions.enable(
            build=build is not None,
            directory=build is not None and build.directory is not None,
            session=build is not None and build.session_id is not None,
        )

    @Slot()
    def _on_marks_changed(self) -> None:
        self.actions.check(self.marks.has)

    @Slot(bool)
    def _on_put_away_toggled(self, shown: bool) -> None:
        self.presenter.filter.show_put_away(shown=shown)

    @Slot(object)
    def _on_scheme_changed(self, scheme: Scheme) -> None:
        self.theme.apply(scheme)

    @Slot(object)
    def _on_settings_changed(self, settings: Settings) -> None:
        self._frame.dress(settings)
        self.alerts.set_settings(settings.alerts)
        self.delivery.set_settings(settings.alerts)

    @Slot()
    def _on_settings(self) -> None:
        if self._settings is None:
            from cupola.desktop.settings_errand import SettingsErrand  # with the dialog: seldom wanted

            errand = SettingsErrand(self.theme, self.keeper, self._opened, self.tray.keeper, self)
            errand.copied.connect(self.errands.copy)
            errand.open_requested.connect(self.errands.open_place)
            self.bridge.arrived.connect(errand.on_events)
            self._settings = errand
        self._settings.open(self.window, self.presenter.health)

    @Slot()
    def _on_add_folder(self) -> None:
        from PySide6.QtWidgets import QFileDialog  # seldom wanted

        dialog = QFileDialog(self.window, "Watch another folder")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self.bridge.add_root)
        dialog.open()

    @Slot()
    def _on_demo(self) -> None:
        program, *arguments = [*this_program(), "--demo"]
        QProcess.startDetached(program, arguments)

    @Slot()
    def _on_diagnostics(self) -> None:
        if self._diagnostics is None:
            from cupola.desktop.diagnostics import DiagnosticsErrand  # seldom wanted

            self._diagnostics = DiagnosticsErrand(self.theme, self.presenter, self)
            self._diagnostics.copied.connect(self.errands.copy)
        self._diagnostics.open(self.window, replace(self._opened, settings=self.keeper.settings))

    @Slot()
    def _on_about(self) -> None:
        from cupola.desktop.about import about_dialog  # seldom wanted, and not needed for the first paint

        dialog = about_dialog(self.theme, self.window, self._opened.places)
        dialog.copied.connect(self.errands.copy)
        dialog.open()
