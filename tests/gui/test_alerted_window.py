"""The whole window, an engine of the tests and a notification service: from a failure to the opened dock."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from functools import partial

import pytest
import qasync
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cupola.desktop.frame import Frame
from cupola.desktop.window import Desktop
from cupola.domain.episodes import GATHER_S, HOLD_S
from cupola.domain.words import BuildState, Facet
from cupola.options import parse
from cupola.store.opened import open_store
from cupola.store.places import Wanted
from cupola.store.surroundings import surroundings
from cupola.views.build_page import Tab
from support.clock import FakeClock
from support.fake_engine import FakeEngine, build
from support.notifications import FakeNotifications

Make = Callable[..., Desktop]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def make(qapp: QApplication, qtbot: QtBot, clock: FakeClock) -> Iterator[Make]:
    """Makes the whole window, with arguments as on the command line."""
    font, palette, sheet = qapp.font(), qapp.palette(), qapp.styleSheet()
    made: list[Desktop] = []

    def make_one(*arguments: str) -> Desktop:
        opened = open_store(Wanted(), surroundings())
        frame = Frame(qapp, opened.places.state_dir, parse(arguments))
        frame.show()
        made.append(Desktop(frame, opened, clock))
        qtbot.addWidget(made[-1].window)
        return made[-1]

    yield make_one
    for desktop in made:
        assert desktop.close()
        desktop.deleteLater()
    qapp.setFont(font)
    qapp.setPalette(palette)
    qapp.setStyleSheet(sheet)


def fail_one_of_two(desktop: Desktop, engine: FakeEngine, clock: FakeClock, qtbot: QtBot) -> None:
    """Two builds that were seen at work, of which the one that is not shown fails; it is due to be said."""
    desktop.alerts._awake = clock.continuous  # nobody sleeps on this clock
    desktop.alerts._asleep_s = 0.0
    desktop.start(engine)
    for revision in (1, 2):
        for name in ("aaa", "bbb"):
            engine.put(build(name, project=name, changed_at=clock.wall()), revision)
        engine.ready()
        wait_for(qtbot, desktop, "bbb", BuildState.RUNNING, clock.wall())
        clock.advance(HOLD_S + 1)
    desktop.presenter.select("aaa")
    engine.put(build("bbb", project="bbb", state=BuildState.FAILED, changed_at=clock.wall()), 3)
    wait_for(qtbot, desktop, "bbb", BuildState.FAILED, clock.wall())
    clock.advance(GATHER_S)
    desktop.alerts._on_due()


def wait_for(qtbot: QtBot, desktop: Desktop, name: str, state: BuildState, changed_at: float) -> None:
    def there() -> bool:
        known = {model.id: (model.state, model.changed_at) for model in desktop.presenter.builds.builds()}
        return known.get(name) == (state, changed_at) and desktop.presenter.ready

    qtbot.waitUntil(there)


def run(app: QApplication, desktop: Desktop, work: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        served = asyncio.create_task(desktop.delivery.serve())
        try:
            async with asyncio.timeout(20):
                await work()
        finally:
            served.cancel()
            await asyncio.gather(served, return_exceptions=True)

    with asyncio.Runner(loop_factory=partial(qasync.QEventLoop, app)) as runner:
        runner.run(bounded())


async def until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0.005)


def test_a_click_on_a_notification_shows_window_build_and_dock(
    qapp: QApplication, qtbot: QtBot, bus: str, make: Make, clock: FakeClock
) -> None:
    desktop = make()
    fail_one_of_two(desktop, FakeEngine(), clock, qtbot)
    desktop.window.docks[Facet.TESTS].close()
    desktop.window.showMinimized()
    shown = desktop.presenter.shown
    assert shown is not None
    assert shown.id == "aaa"

    async def work() -> None:
        service = await FakeNotifications.started()
        notice = await service.calls.get()
        assert notice.title == "bbb failed"
        await service.click(notice.number)
        await until(lambda: desktop.presenter.shown is not None and desktop.presenter.shown.id == "bbb")
        await service.kill()

    run(qapp, desktop, work)
    assert not desktop.window.docks[Facet.TESTS].isHidden()
    assert not desktop.window.isMinimized()
    assert desktop.window.isVisible()


def test_an_alert_of_cupola_itself_opens_the_problems(make: Make) -> None:
    desktop = make()
    desktop.window.hide()
    desktop.delivery.opened.emit("", None)
    assert desktop.window.isVisible()
    assert desktop.window.page.tabs.currentIndex() == Tab.PROBLEMS


def test_a_click_on_a_build_that_is_gone_opens_the_window(make: Make) -> None:
    desktop = make()
    desktop.window.hide()
    desktop.delivery.opened.emit("gone", Facet.TOKENS)
    assert desktop.window.isVisible()


def test_a_picture_raises_no_alerts(make: Make, qtbot: QtBot, clock: FakeClock) -> None:
    desktop = make("--screenshot", "out.png")
    raised: list[object] = []
    desktop.alerts.raised.connect(raised.append)
    fail_one_of_two(desktop, FakeEngine(), clock, qtbot)
    assert raised == []
