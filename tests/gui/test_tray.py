"""The tray with a fake one in its place: icon, menu, closing, and that the window is never out of reach."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QColor, QIcon, QImage
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from cupola.desktop.actions import Act
from cupola.desktop.frame import Frame
from cupola.desktop.tray_place import GUARD_MS, SELDOM_MS, SOON_LOOKS, SOON_MS
from cupola.desktop.window import Desktop
from cupola.domain.words import BuildState, Facet
from cupola.options import Options
from cupola.store.habits import NAME, Habits, OnClose, load_habits, save_habits
from cupola.store.opened import Opened, open_store
from cupola.store.places import Wanted
from cupola.store.surroundings import surroundings
from cupola.views.tokens import DARK, LIGHT, STATE_TOKEN, Tokens
from cupola.views.tray_icon import SIZES, tray_icon
from support.fake_engine import FakeClock, FakeEngine, build
from support.fake_tray import FakeTraySystem
from support.leaks import ExpectedWarnings
from support.stage import PaintCounter, settle


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def system() -> FakeTraySystem:
    return FakeTraySystem()


@pytest.fixture
def opened() -> Opened:
    return open_store(Wanted(), surroundings())


@pytest.fixture
def options() -> Options:
    return Options()


@pytest.fixture
def desktop(
    qapp: QApplication,
    qtbot: QtBot,
    opened: Opened,
    engine: FakeEngine,
    system: FakeTraySystem,
    options: Options,
) -> Iterator[Desktop]:
    font, palette, sheet = qapp.font(), qapp.palette(), qapp.styleSheet()
    frame = Frame(qapp, opened.places.state_dir, options)
    if not frame.starts_hidden:
        frame.show()
    desktop = Desktop(frame, opened, FakeClock(), None, system)
    desktop.start(engine)
    yield desktop
    assert desktop.close()
    desktop.deleteLater()
    qapp.setFont(font)
    qapp.setPalette(palette)
    qapp.setStyleSheet(sheet)


def texts(system: FakeTraySystem) -> list[str]:
    assert system.icon.menu is not None
    return [action.text() for action in system.icon.menu.actions() if not action.isSeparator()]


def choose(system: FakeTraySystem, text: str) -> None:
    assert system.icon.menu is not None
    (action,) = [each for each in system.icon.menu.actions() if each.text() == text]
    action.trigger()


def interval(desktop: Desktop) -> int | None:
    """How often it looks for a tray, None for never."""
    timer = desktop.tray.place._timer
    return timer.interval() if timer.isActive() else None


def strand(desktop: Desktop) -> None:
    """The time for which a hidden window waits for a tray is over."""
    desktop.tray.place._rescue.timeout.emit()


# --- icon and menu ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tokens", [DARK, LIGHT])
@pytest.mark.parametrize("size", SIZES)
def test_every_state_has_its_own_shape_and_its_colour_at_every_size(
    qapp: QApplication, tokens: Tokens, size: int
) -> None:
    pictures = {state: image(tray_icon(state, 0, tokens), size) for state in BuildState}
    shapes = [shape(picture, QColor(tokens.surface)) for picture in pictures.values()]
    assert all(shapes)
    assert len(set(shapes)) == len(shapes)
    for state, picture in pictures.items():
        assert has(picture, QColor(tokens.color(STATE_TOKEN[state])))


def test_the_number_of_running_builds_is_in_the_icon_and_many_are_so(qapp: QApplication) -> None:
    pictures = [image(tray_icon(BuildState.RUNNING, running, DARK), 22) for running in (0, 1, 2, 9, 10, 300)]
    different = [picture for i, picture in enumerate(pictures) if picture not in pictures[:i]]
    assert len(different) == len(pictures) - 1, "10 and 300 look the same, all others do not"


def image(icon: QIcon, size: int) -> QImage:
    return icon.pixmap(size, size).toImage()


def shape(picture: QImage, ground: QColor) -> frozenset[tuple[int, int]]:
    """Where something is drawn on the ground, within its frame."""
    inner = range(picture.width() // 6, picture.width() - picture.width() // 6)
    return frozenset((x, y) for x in inner for y in inner if apart(picture.pixelColor(x, y), ground) > 60)


def has(picture: QImage, color: QColor) -> bool:
    """Whether a pixel has nearly that colour; a thin line has none that has it quite."""
    inner = range(picture.width())
    return any(apart(picture.pixelColor(x, y), color) < 120 for x in inner for y in inner)


def apart(one: QColor, other: QColor) -> int:
    return sum(abs(a - b) for a, b in zip(one.getRgb()[:3], other.getRgb()[:3], strict=True))  # type: ignore[index] # its stub says object


def test_icon_tooltip_and_menu_follow_the_builds(
    qtbot: QtBot, desktop: Desktop, engine: FakeEngine, system: FakeTraySystem
) -> None:
    engine.put(build("aaa", project="a & b"))
    engine.put(build("bbb", project="quiet", state=BuildState.QUIET))
    engine.ready()
    qtbot.waitUntil(lambda: "1 running" in system.icon.tip)
    rows = ["quiet: Quiet · Builder", "a && b: Running · Builder"]
    below = ["&Hide Cupola", "Pause &Watching", "&Mute for an Hour", "Se&ttings…", "&Quit"]
    assert texts(system) == [*rows, *below]
    engine.drop("bbb")
    qtbot.waitUntil(lambda: texts(system)[0] == "a && b: Running · Builder")
    assert len(texts(system)) == 6


def test_a_line_of_the_menu_opens_its_build_in_the_hidden_window(
    qtbot: QtBot, desktop: Desktop, engine: FakeEngine, system: FakeTraySystem
) -> None:
    for name in ("aaa", "bbb"):
        engine.put(build(name, project=name))
    engine.ready()
    qtbot.waitUntil(lambda: len(texts(system)) == 7)
    desktop.window.close()
    choose(system, "bbb: Running · Builder")
    assert desktop.window.isVisible()
    assert desktop.presenter.shown is not None
    assert desktop.presenter.shown.id == "bbb"


def test_more_builds_than_fit_are_a_line_that_shows_the_window(
    qtbot: QtBot, desktop: Desktop, engine: FakeEngine, system: FakeTraySystem
) -> None:
    for number in range(15):
        engine.put(build(f"b{number:02}", project=f"b{number:02}"))
    engine.ready()
    qtbot.waitUntil(lambda: "3 more builds…" in texts(system))
    assert texts(system)[12] == "3 more builds…"
    desktop.window.close()
    choose(system, "3 more builds…")
    assert desktop.window.isVisible()


def test_a_left_click_hides_and_shows_and_the_menu_says_which(
    desktop: Desktop, system: FakeTraySystem
) -> None:
    system.icon.click()
    assert desktop.window.isHidden()
    assert "&Show Cupola" in texts(system)
    system.icon.click()
    assert desktop.window.isVisible()
    desktop.window.showMinimized()
    choose(system, "&Show Cupola")
    assert not desktop.window.isMinimized()
    choose(system, "&Hide Cupola")
    assert desktop.window.isHidden()


def test_muting_says_until_when_in_the_menu_of_the_tray_and_of_the_window(
    desktop: Desktop, system: FakeTraySystem
) -> None:
    desktop.actions[Act.MUTE].trigger()
    assert desktop.tray.mute.muted_until is not None
    assert desktop.actions[Act.MUTE].isChecked()
    assert desktop.actions[Act.MUTE].text().startswith("&Muted until ")
    desktop.actions[Act.MUTE].trigger()
    assert "&Mute for an Hour" in texts(system)


def test_quit_is_in_the_menu(qtbot: QtBot, desktop: Desktop, system: FakeTraySystem) -> None:
    with qtbot.waitSignal(desktop.quit_requested):
        choose(system, "&Quit")


# --- closing ------------------------------------------------------------------------------------------------


def test_closing_goes_to_the_tray_and_that_is_told_once_in_the_life_of_the_state_folder(
    desktop: Desktop, system: FakeTraySystem, opened: Opened
) -> None:
    for _ in range(2):
        desktop.window.close()
        assert desktop.window.isHidden()
        system.icon.click()
    assert system.icon.said == ["Cupola goes on watching"]
    desktop.tray.keeper.stop()
    assert load_habits(opened.places.state_dir).told_of_tray


@pytest.mark.parametrize("answer", [OnClose.MINIMISE, OnClose.QUIT])
def test_without_a_tray_closing_asks_once_and_does_so_from_then_on(
    qtbot: QtBot, desktop: Desktop, system: FakeTraySystem, opened: Opened, answer: OnClose
) -> None:
    system.there = False
    quits: list[None] = []
    desktop.quit_requested.connect(lambda: quits.append(None))
    desktop.window.close()
    desktop.window.close()
    (box,) = desktop.window.findChildren(QMessageBox)
    (button,) = box.findChildren(QPushButton, answer.value)
    button.click()
    assert desktop.window.isMinimized() is (answer is OnClose.MINIMISE)
    desktop.window.showNormal()
    desktop.window.close()
    assert desktop.window.isVisible(), "minimised, or until the server ends it"
    assert len(quits) == (2 if answer is OnClose.QUIT else 0)
    desktop.tray.keeper.stop()
    assert load_habits(opened.places.state_dir).on_close is answer


def test_closing_can_be_thought_better_of_and_is_asked_again(
    qtbot: QtBot, desktop: Desktop, system: FakeTraySystem
) -> None:
    system.there = False
    for _ in range(2):
        desktop.window.close()
        (box,) = desktop.window.findChildren(QMessageBox)
        box.reject()
        qtbot.waitUntil(lambda: not desktop.window.findChildren(QMessageBox))
        assert desktop.window.isVisible()


def test_habits_that_cannot_be_used_begin_anew(opened: Opened, expected_warnings: ExpectedWarnings) -> None:
    expected_warnings.add("begins anew")
    folder = opened.places.state_dir
    save_habits(folder, Habits(told_of_tray=True, on_close=OnClose.QUIT))
    assert load_habits(folder) == Habits(told_of_tray=True, on_close=OnClose.QUIT)
    for text in ("", "[]", '{"schema": 0}', '{"schema": 1, "told_of_tray": true, "on_close": "explode"}'):
        (folder / NAME).write_text(text, encoding="utf-8")
        assert load_habits(folder) == Habits()


# --- a tray that comes, goes, or is missing -----------------------------------------------------------------


def test_it_looks_for_a_tray_only_while_there_is_none_and_ever_more_seldom(
    desktop: Desktop, system: FakeTraySystem
) -> None:
    assert interval(desktop) is None
    system.there = False
    desktop.tray.place.look()
    assert interval(desktop) == SOON_MS
    for _ in range(SOON_LOOKS):
        desktop.tray.place.look()
    assert interval(desktop) == SELDOM_MS


def test_behind_a_hidden_window_it_looks_every_other_minute(desktop: Desktop, system: FakeTraySystem) -> None:
    desktop.window.close()
    assert interval(desktop) == GUARD_MS
    system.icon.click()
    assert interval(desktop) is None


def test_an_xembed_tray_that_goes_is_missed_at_once(
    qtbot: QtBot, desktop: Desktop, system: FakeTraySystem
) -> None:
    system.widget = QWidget()
    qtbot.addWidget(system.widget)
    system.widget.show()
    desktop.tray.place.renew()
    desktop.window.hide()
    system.there = False
    with qtbot.waitSignal(desktop.tray.place.went):
        system.widget.hide()
    desktop.tray.place.stop()
    system.widget.show()
    with qtbot.assertNotEmitted(desktop.tray.place.came, wait=1):
        system.there = True
        system.widget.hide()


def test_a_tray_that_goes_and_comes_gets_a_new_icon_with_all_that_is_known(
    qtbot: QtBot, desktop: Desktop, engine: FakeEngine, system: FakeTraySystem
) -> None:
    engine.put(build("aaa"))
    engine.ready()
    qtbot.waitUntil(lambda: "1 running" in system.icon.tip)
    first, system.there = system.icon, False
    desktop.tray.place.look()
    assert not first.shown
    system.there = True
    desktop.tray.place.look()
    assert system.icon is not first
    assert "1 running" in system.icon.tip
    assert len(texts(system)) == 6


def test_another_tray_in_the_place_of_the_first_gets_a_new_icon(
    desktop: Desktop, system: FakeTraySystem
) -> None:
    first = system.icon
    desktop.tray.place.renew()
    assert system.icon is not first


def test_a_window_that_is_hidden_comes_back_when_the_tray_is_gone_for_long(
    desktop: Desktop, system: FakeTraySystem
) -> None:
    desktop.window.close()
    system.there = False
    desktop.tray.place.look()
    assert desktop.window.isHidden(), "a panel may just be restarting"
    assert desktop.tray.place._rescue.isActive()
    strand(desktop)
    assert desktop.window.isVisible()
    assert not desktop.tray.place._rescue.isActive()


def test_a_window_stays_hidden_when_the_tray_came_back_in_time(
    desktop: Desktop, system: FakeTraySystem
) -> None:
    desktop.window.close()
    system.there = False
    desktop.tray.place.look()
    system.there = True
    strand(desktop)
    assert desktop.window.isHidden()


@pytest.mark.parametrize("options", [Options(minimized=True)])
class TestMinimized:
    """`--minimized`."""

    def test_it_begins_in_the_tray_and_the_window_is_whole_once_it_is_wanted(
        self, qtbot: QtBot, desktop: Desktop, engine: FakeEngine, system: FakeTraySystem
    ) -> None:
        engine.put(build("aaa", project="first"))
        engine.ready()
        qtbot.waitUntil(lambda: "1 running" in system.icon.tip)
        assert desktop.window.isHidden()
        assert {visible for _, visible in engine.shown} == {False}
        system.icon.click()
        assert desktop.window.isVisible()
        assert desktop.window.windowTitle() == "first – Cupola"
        assert engine.shown[-1] == ("aaa", True)

    @pytest.mark.parametrize("system", [FakeTraySystem(there=False)])
    def test_the_window_is_shown_if_no_tray_comes(self, desktop: Desktop, system: FakeTraySystem) -> None:
        assert desktop.window.isHidden()
        strand(desktop)
        assert desktop.window.isVisible()

    def test_a_window_that_was_never_shown_keeps_its_old_place(
        self, desktop: Desktop, system: FakeTraySystem, opened: Opened
    ) -> None:
        desktop.keep_state()
        assert not (opened.places.state_dir / "window.state").exists()


def test_hidden_nothing_is_painted_nothing_ticks_and_the_engine_is_told(
    qtbot: QtBot, desktop: Desktop, engine: FakeEngine, system: FakeTraySystem, paints: PaintCounter
) -> None:
    engine.put(build("aaa"))
    engine.ready()
    qtbot.waitUntil(lambda: engine.shown[-1] == ("aaa", True))
    desktop.window.docks[Facet.TESTS].setFloating(True)
    desktop.window.close()
    settle()
    paints.painted.clear()
    for revision in range(2, 50):
        engine.put(build("aaa", detail=f"Task {revision}", state=BuildState.QUIET), revision)
    qtbot.waitUntil(lambda: "1 quiet" in system.icon.tip)
    settle()
    assert paints.painted == []
    assert engine.shown[-1] == ("aaa", False)
    assert not desktop.presenter.ticker._timer.isActive()


def test_floating_docks_go_with_the_window_and_come_back_and_are_kept_as_open(
    desktop: Desktop, system: FakeTraySystem, opened: Opened, qapp: QApplication
) -> None:
    dock = desktop.window.docks[Facet.TESTS]
    dock.setFloating(True)
    before = desktop.window.save_state()
    desktop.window.close()
    assert dock.isHidden()
    assert desktop.window.save_state() == before
    system.icon.click()
    assert dock.isVisible()
    assert dock.isFloating()
