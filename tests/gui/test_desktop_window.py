"""The whole window with an engine of the tests: wired, fed, and ended cleanly however it ends."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cupola.desktop import main as desktop_main
from cupola.desktop.actions import Act
from cupola.desktop.frame import Frame
from cupola.desktop.main import run_window
from cupola.desktop.window import Desktop
from cupola.domain.clock import Clock
from cupola.domain.models import HealthModel
from cupola.domain.problems import Problem
from cupola.domain.words import Facet
from cupola.options import parse
from cupola.store.habits import Habits, OnClose, save_habits
from cupola.store.marks import Marks, load_marks
from cupola.store.opened import Opened, open_store
from cupola.store.places import Wanted
from cupola.store.surroundings import surroundings
from cupola.store.trace import Trace
from cupola.views.diagnostics import ReportDialog
from cupola.views.main_window import FIRST_SIZE
from cupola.views.tokens import Scheme
from support.fake_engine import FakeClock, FakeEngine, build
from support.leaks import ExpectedWarnings


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def opened() -> Opened:
    places = open_store(Wanted(), surroundings())
    return Opened(places.places, places.settings, (Problem("settings.json", "not usable"),))


@pytest.fixture
def desktop(qapp: QApplication, qtbot: QtBot, opened: Opened, engine: FakeEngine) -> Iterator[Desktop]:
    font, palette, sheet = qapp.font(), qapp.palette(), qapp.styleSheet()
    frame = Frame(qapp, opened.places.state_dir)
    frame.show()
    desktop = Desktop(frame, opened, FakeClock())
    qtbot.addWidget(desktop.window)
    desktop.start(engine)
    yield desktop
    assert desktop.close()
    desktop.deleteLater()
    qapp.setFont(font)
    qapp.setPalette(palette)
    qapp.setStyleSheet(sheet)


def test_a_change_of_the_engine_is_in_the_windows_title(
    qtbot: QtBot, desktop: Desktop, engine: FakeEngine
) -> None:
    engine.put(build("aaa", project="first\x1b name"))
    engine.ready()
    qtbot.waitUntil(lambda: desktop.window.windowTitle() == "first\\x1b name – Cupola")
    qtbot.waitUntil(lambda: engine.shown[-1] == ("aaa", True))


def test_the_engine_hears_when_nobody_can_see_the_window(
    qtbot: QtBot, desktop: Desktop, engine: FakeEngine
) -> None:
    engine.put(build("aaa"))
    engine.ready()
    qtbot.waitUntil(lambda: engine.shown[-1] == ("aaa", True))
    desktop.window.hide()
    assert engine.shown[-1] == ("aaa", False)
    desktop.window.show()
    assert engine.shown[-1] == ("aaa", True)


def test_what_a_build_has_decides_what_can_be_done_with_it(
    qtbot: QtBot, desktop: Desktop, engine: FakeEngine
) -> None:
    acts = (Act.OPEN_FOLDER, Act.COPY_PATH, Act.COPY_SESSION)

    def enabled() -> list[bool]:
        return [desktop.actions[act].isEnabled() for act in acts]

    assert enabled() == [False, False, False]
    engine.put(build("aaa", directory="/x/y", session_id=None))
    engine.ready()
    qtbot.waitUntil(lambda: enabled() == [True, True, False])
    desktop.actions[Act.COPY_PATH].trigger()
    assert QGuiApplication.clipboard().text() == "/x/y"


def test_what_is_pinned_is_on_top_and_what_is_archived_is_away_in_the_next_session_too(
    qtbot: QtBot, desktop: Desktop, engine: FakeEngine, opened: Opened
) -> None:
    rows, actions = desktop.presenter.filter, desktop.actions
    for name in ("aaa", "bbb", "ccc"):
        engine.put(build(name, project=name, directory=f"/x/{name}"))
    engine.ready()
    qtbot.waitUntil(lambda: rows.rowCount() == 3 and desktop.presenter.shown is not None)
    desktop.presenter.select("ccc")
    actions[Act.PIN].trigger()
    assert rows.build(0).project == "ccc"
    assert actions[Act.PIN].isChecked()
    desktop.presenter.select("aaa")
    assert not actions[Act.PIN].isChecked()
    actions[Act.ARCHIVE].trigger()
    assert [rows.build(row).project for row in range(rows.rowCount())] == ["ccc", "bbb"]
    assert desktop.presenter.shown is not None
    assert desktop.presenter.shown.project == "aaa", "what is in the centre stays there"
    actions[Act.PUT_AWAY].trigger()
    assert rows.rowCount() == 3
    assert desktop.close()
    kept = Marks(pinned=frozenset({"/x/ccc"}), archived=frozenset({"aaa"}))
    assert load_marks(opened.places.state_dir) == kept


def test_problems_of_the_settings_stand_beside_those_of_the_engine(
    qtbot: QtBot, desktop: Desktop, engine: FakeEngine
) -> None:
    engine.health(HealthModel(problems=(Problem("/r", "hangs"),), watches=3))
    qtbot.waitUntil(lambda: desktop.window.status.problems.text() == "2 problems")


def test_refresh_and_find_reach_their_ends(qtbot: QtBot, desktop: Desktop, engine: FakeEngine) -> None:
    qtbot.waitUntil(lambda: engine.thread is not None)
    desktop.actions[Act.REFRESH].trigger()
    assert engine.refreshed == 1
    QTest.keyClick(desktop.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert desktop.window.builds.isAncestorOf(desktop.window.focusWidget())


def test_every_action_is_in_a_menu_and_every_shortcut_works_once(desktop: Desktop) -> None:
    bar = desktop.window.menuBar()
    menus = [action.menu() for action in bar.actions()]
    listed = [action for menu in menus for action in menu.actions() if not action.isSeparator()]  # type: ignore[attr-defined] # PySide types menu() as object
    names = {action.objectName() for action in listed}
    assert {act.value for act in Act} <= names
    keys = [key.toString() for action in listed for key in action.shortcuts()]
    keys += [each.key().toString() for each in desktop.window.findChildren(QShortcut)]
    assert len(keys) == len(set(keys))


def test_the_window_follows_the_scheme(desktop: Desktop) -> None:
    for value, scheme in ((1, Scheme.DARK), (2, Scheme.LIGHT)):
        desktop.scheme.on_portal(value)
        assert desktop.theme.scheme is scheme


def test_about_shows_versions_as_plain_text(qtbot: QtBot, desktop: Desktop) -> None:
    desktop.actions[Act.ABOUT].trigger()
    (dialog,) = desktop.window.findChildren(ReportDialog)
    assert dialog.words.textFormat() is Qt.TextFormat.PlainText
    assert "Qt 6" in dialog.words.text()
    dialog.close()


def test_about_names_the_licence_of_everything_and_all_of_it_can_be_copied(
    qtbot: QtBot, desktop: Desktop
) -> None:
    desktop.actions[Act.ABOUT].trigger()
    (dialog,) = desktop.window.findChildren(ReportDialog)
    text = dialog.text.toPlainText()
    for name in ("PySide6", "watchdog", "qasync", "msgspec", "platformdirs", "rich", "psutil"):
        line = next(line for line in text.splitlines() if line.strip().lower().startswith(name.lower()))
        assert any(licence in line for licence in ("MIT", "BSD", "Apache", "LGPL")), line
    assert "Lesser General Public License" in text
    dialog.copy_button.click()
    assert QGuiApplication.clipboard().text() == text
    dialog.close()


def test_the_layout_survives_a_restart(
    qapp: QApplication, qtbot: QtBot, opened: Opened, desktop: Desktop
) -> None:
    desktop.window.docks[Facet.TESTS].close()
    desktop.keep_state()
    frame = Frame(qapp, opened.places.state_dir)
    frame.show()
    other = Desktop(frame, opened, FakeClock())
    qtbot.addWidget(other.window)
    hidden = [facet for facet, dock in other.window.docks.items() if dock.isHidden()]
    assert hidden == [Facet.TESTS]
    assert other.close()
    other.deleteLater()


def test_a_first_window_is_no_larger_than_its_screen(desktop: Desktop, qapp: QApplication) -> None:
    room = qapp.primaryScreen().availableGeometry()
    assert room.width() < FIRST_SIZE.width()
    assert desktop.window.width() == room.width()
    assert desktop.window.height() == min(room.height(), FIRST_SIZE.height())


class Start:
    """`run_window` with a fake engine, in this process."""

    def __init__(self, engine: FakeEngine) -> None:
        self.engine = engine
        self.left_at_once = 0
        self.before: Callable[[], None] = _nothing

    def __call__(self, *arguments: str) -> int:
        options = parse(arguments)
        return run_window(options, open_store(options.wanted, surroundings()), make_engine=self._make)

    def _make(self, _opened: Opened, _clock: Clock, _trace: Trace | None) -> FakeEngine:
        self.before()
        return self.engine

    def leave(self, code: int) -> None:
        self.left_at_once += 1


@pytest.fixture
def start(qapp: QApplication, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> Start:
    start = Start(engine)
    monkeypatch.setattr(desktop_main, "_leave_at_once", start.leave)
    return start


def _nothing() -> None:
    pass


def _terminate() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def _close_windows() -> None:
    for window in QApplication.topLevelWidgets():
        if window.isVisible():
            window.close()


class Doer(QObject):
    """Has something done in the GUI thread, asked for by the engine's thread."""

    def __init__(self, what: Callable[[], None]) -> None:
        super().__init__()
        self._what = what

    def customEvent(self, _event: object) -> None:
        self._what()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_zero_in_the_middle_of_a_storm(
    start: Start, engine: FakeEngine, number: int
) -> None:
    calm = threading.Event()

    def storm() -> None:
        for revision in range(2, 2_000):
            if revision == 500:
                os.kill(os.getpid(), number)
            engine.put(build(detail=str(revision)), revision)
            calm.wait(0.0001)

    thread = threading.Thread(target=storm)
    engine.do(thread.start)
    assert start() == 0
    thread.join()
    assert start.left_at_once == 0


def test_a_signal_before_anything_is_served_ends_it_too(start: Start, engine: FakeEngine) -> None:
    start.before = _terminate
    assert start() == 0


def test_closing_the_window_ends_it_where_the_user_once_said_so(start: Start, engine: FakeEngine) -> None:
    from PySide6.QtCore import QCoreApplication, QEvent

    state_dir = open_store(Wanted(), surroundings()).places.state_dir
    save_habits(state_dir, Habits(on_close=OnClose.QUIT))
    doer = Doer(_close_windows)
    engine.do(lambda: QCoreApplication.postEvent(doer, QEvent(QEvent.Type.User)))
    assert start() == 0


def test_the_end_of_the_session_ends_it_in_order(start: Start, engine: FakeEngine) -> None:
    from PySide6.QtCore import QCoreApplication, QEvent

    doer = Doer(QApplication.exit)
    engine.do(lambda: QCoreApplication.postEvent(doer, QEvent(QEvent.Type.User)))
    assert start() == 0
    assert engine.thread is not None


def test_an_engine_that_hangs_is_left_behind(
    start: Start, engine: FakeEngine, expected_warnings: ExpectedWarnings
) -> None:
    expected_warnings.add("did not end within 1000 ms")
    engine._deaf = True
    engine.do(_terminate)
    assert start() == 0
    assert start.left_at_once == 1
    _let_go(engine)


def test_a_log_a_trace_and_the_windows_place_are_left(
    start: Start, engine: FakeEngine, tmp_path: Path
) -> None:
    engine.do(_terminate)
    assert start("--state-dir", str(tmp_path / "state"), "--trace", str(tmp_path / "trace")) == 0
    assert "starts, watching" in (tmp_path / "state" / "cupola.log").read_text(encoding="utf-8")
    assert (tmp_path / "state" / "window.state").stat().st_size
    assert (tmp_path / "trace").exists()


def test_a_trace_that_cannot_be_written_is_wrong_use(start: Start, tmp_path: Path) -> None:
    assert start("--trace", str(tmp_path / "no" / "trace")) == 2


def _let_go(engine: FakeEngine) -> None:
    from PySide6.QtCore import QThread

    from cupola.presenters import bridge

    engine.released.set()
    for thing in bridge._abandoned:
        if isinstance(thing, QThread):
            assert thing.wait(5_000)
    bridge._abandoned.clear()
