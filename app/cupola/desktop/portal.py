"""The desktop portal's settings over D-Bus: how Linux desktops say whether they are dark."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from dbus_fast import BusType, DBusError, Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.errors import AuthError, InvalidAddressError

NAMESPACE: Final = "org.freedesktop.appearance"
KEY: Final = "color-scheme"
_SERVICE: Final = "org.freedesktop.portal.Desktop"
_PATH: Final = "/org/freedesktop/portal/desktop"
_INTERFACE: Final = "org.freedesktop.portal.Settings"
_ANSWER_S: Final = 5.0
_RULE: Final = (
    f"type='signal',interface='{_INTERFACE}',member='SettingChanged',path='{_PATH}',arg0='{NAMESPACE}'"
)

log = logging.getLogger(__name__)

Said = Callable[[int], None]


async def follow_portal(said: Said) -> None:
    """Call `said` with the scheme now and at each change, until cancelled or until the bus goes away.

    Where no bus, no portal or no such setting exists it returns, and only the log's debug level knows.
    """
    try:
        bus = await MessageBus(bus_type=BusType.SESSION).connect()
    except (OSError, EOFError, AuthError, InvalidAddressError, DBusError) as error:
        log.debug("No session bus: %s", error)
        return
    try:
        await _follow(bus, said)
    except (OSError, EOFError, DBusError, TimeoutError) as error:
        log.debug("No portal: %s", error)
    finally:
        bus.disconnect()


async def _follow(bus: MessageBus, said: Said) -> None:
    def on_message(message: Message) -> None:
        if message.member == "SettingChanged" and message.body[:2] == [NAMESPACE, KEY]:
            _say(message.body[2], said)

    bus.add_message_handler(on_message)
    await _call(
        bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "AddMatch", [_RULE]
    )
    try:
        body = await _call(bus, _SERVICE, _PATH, _INTERFACE, "ReadOne", [NAMESPACE, KEY])
    except DBusError:  # a portal of before 2023 knows only Read, which wraps the value once more
        body = await _call(bus, _SERVICE, _PATH, _INTERFACE, "Read", [NAMESPACE, KEY])
    _say(body[0], said)
    await bus.wait_for_disconnect()  # type: ignore[no-untyped-call] # dbus-fast left it untyped


async def _call(
    bus: MessageBus, service: str, path: str, interface: str, member: str, body: list[str]
) -> list[object]:
    call = Message(
        destination=service,
        path=path,
        interface=interface,
        member=member,
        signature="s" * len(body),
        body=body,
    )
    async with asyncio.timeout(_ANSWER_S):
        reply = await bus.call(call)
    if reply.message_type is MessageType.ERROR:
        raise DBusError(reply.error_name or "", str(reply.body), reply)
    return list(reply.body)


def _say(value: object, said: Said) -> None:
    while isinstance(value, Variant):
        value = value.value
    if isinstance(value, int):
        said(value)
