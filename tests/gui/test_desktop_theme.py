"""The scheme follows the portal, then Qt's hint, then the palette; no bus is no noise."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

import pytest
import qasync
from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cupola.desktop.portal import KEY, NAMESPACE, follow_portal
from cupola.desktop.theme_follow import SystemScheme
from cupola.views.palette import palette
from cupola.views.tokens import LIGHT, Scheme

INTERFACE: Final = "org.freedesktop.portal.Settings"
PATH: Final = "/org/freedesktop/portal/desktop"


class Hints(QObject):
    """Stands for `QStyleHints`."""

    colorSchemeChanged = Signal(Qt.ColorScheme)  # noqa: N815 - Qt's name

    def __init__(self, scheme: Qt.ColorScheme) -> None:
        super().__init__()
        self._scheme = scheme

    def colorScheme(self) -> Qt.ColorScheme:
        return self._scheme


def made(hint: Qt.ColorScheme) -> tuple[SystemScheme, Hints, list[Scheme]]:
    hints = Hints(hint)
    scheme = SystemScheme(hints)
    told: list[Scheme] = []
    scheme.changed.connect(told.append)
    return scheme, hints, told


@pytest.fixture
def light_palette(qapp: QApplication) -> Iterator[None]:
    """Whatever a theme of an earlier test left."""
    before = QPalette(qapp.palette())
    qapp.setPalette(palette(LIGHT))
    yield
    qapp.setPalette(before)


@pytest.mark.usefixtures("light_palette")
def test_the_portal_counts_more_than_the_hint_and_the_hint_more_than_the_palette(qapp: QObject) -> None:
    scheme, hints, told = made(Qt.ColorScheme.Unknown)
    assert scheme.current is Scheme.LIGHT
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    scheme.on_portal(2)
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    scheme.on_portal(0)
    scheme.on_portal(77)
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Unknown)
    assert told == [Scheme.DARK, Scheme.LIGHT, Scheme.DARK, Scheme.LIGHT]


def test_the_scheme_at_the_start_is_the_hint(qapp: QObject) -> None:
    scheme, _, told = made(Qt.ColorScheme.Dark)
    assert scheme.current is Scheme.DARK
    scheme.on_portal(1)
    assert told == []


class FakePortal:
    """`org.freedesktop.portal.Settings`, old or new."""

    def __init__(self, bus: MessageBus, value: int, *, old: bool) -> None:
        self._bus = bus
        self._value = value
        self._old = old
        bus.add_message_handler(self._answer)

    async def announce(self, namespace: str, key: str, value: int) -> None:
        body = [namespace, key, Variant("u", value)]
        await self._bus.send(Message.new_signal(PATH, INTERFACE, "SettingChanged", "ssv", body))

    def _answer(self, message: Message) -> Message | None:
        if message.interface != INTERFACE or message.message_type is not MessageType.METHOD_CALL:
            return None
        if message.member == "ReadOne" and self._old:
            return Message.new_error(message, "org.freedesktop.DBus.Error.UnknownMethod", "not yet")
        value = Variant("u", self._value)
        return Message.new_method_return(message, "v", [Variant("v", value) if self._old else value])


def run(app: QApplication, work: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(20):
            await work()

    with asyncio.Runner(loop_factory=partial(qasync.QEventLoop, app)) as runner:
        runner.run(bounded())


@pytest.mark.parametrize("old", [False, True])
def test_the_portals_setting_is_read_and_followed(qapp: QApplication, bus: str, old: bool) -> None:
    said: asyncio.Queue[int] = asyncio.Queue()

    async def work() -> None:
        service = await MessageBus(bus_type=BusType.SESSION).connect()
        portal = FakePortal(service, 1, old=old)
        await service.request_name("org.freedesktop.portal.Desktop")
        following = asyncio.create_task(follow_portal(said.put_nowait))
        assert await said.get() == 1
        await portal.announce("org.gnome.other", KEY, 0)
        await portal.announce(NAMESPACE, "accent", 0)
        await portal.announce(NAMESPACE, KEY, 2)
        assert await said.get() == 2
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        service.disconnect()

    run(qapp, work)
    assert said.empty()


def test_a_bus_without_a_portal_says_nothing(qapp: QApplication, bus: str, qtbot: QtBot) -> None:
    said: list[int] = []
    run(qapp, partial(follow_portal, said.append))
    assert said == []


def test_no_bus_says_nothing(qapp: QApplication, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'none'}")
    said: list[int] = []
    run(qapp, partial(follow_portal, said.append))
    assert said == []
