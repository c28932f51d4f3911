"""Desktop notifications over D-Bus (org.freedesktop.Notifications), which can be replaced and clicked."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from dbus_fast import BusType, DBusError, Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.errors import AuthError, InvalidAddressError

from cupola.desktop.identity import APP_ID, APP_NAME

SERVICE: Final = "org.freedesktop.Notifications"
PATH: Final = "/org/freedesktop/Notifications"
_BUS: Final = "org.freedesktop.DBus"
_ANSWER_S: Final = 5.0
_RULES: Final = (
    f"type='signal',interface='{SERVICE}',path='{PATH}'",
    f"type='signal',sender='{_BUS}',interface='{_BUS}',member='NameOwnerChanged',arg0='{SERVICE}'",
)
_UNREACHABLE: Final = (OSError, EOFError, DBusError, AuthError, InvalidAddressError, TimeoutError)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Notice:
    """One notification. What has the same `slot` as an earlier one takes its place."""

    slot: str
    title: str
    body: str


Clicked = Callable[[str], None]
"""Called with the slot of a notification that was clicked."""


class Notices:
    """Belongs to the loop. Connects with the first notification, and again after the bus or service went."""

    def __init__(self, clicked: Clicked) -> None:
        self._clicked = clicked
        self._bus: MessageBus | None = None
        self._capabilities: frozenset[str] | None = None
        self._slots: dict[int, str] = {}
        self._signals: list[Message] = []
        self._showing = False

    async def show(self, notice: Notice) -> bool:
        """Show it; False if no service answered. One at a time."""
        self._showing = True
        shown = await self._show(notice)
        self._showing = False
        signals, self._signals = self._signals, []
        for message in signals:
            self._on_signal(message)
        return shown

    async def _show(self, notice: Notice) -> bool:
        try:
            bus = await self._connected()
            if self._capabilities is None:
                (told,) = await _call(bus, SERVICE, PATH, SERVICE, "GetCapabilities")
                self._capabilities = frozenset(map(str, told if isinstance(told, list) else ()))
            (number,) = await _call(
                bus, SERVICE, PATH, SERVICE, "Notify", "susssasa{sv}i", self._body(notice)
            )
        except _UNREACHABLE as error:
            log.debug("No notification service: %s", error)
            await self.close()
            return False
        self._slots = {old: slot for old, slot in self._slots.items() if slot != notice.slot}
        if isinstance(number, int):
            self._slots[number] = notice.slot
        return True

    async def close(self) -> None:
        """Leave the bus; what is on screen stays."""
        bus, self._bus = self._bus, None
        self._forget_service()
        if bus is not None:
            bus.disconnect()
            with suppress(*_UNREACHABLE):
                async with asyncio.timeout(_ANSWER_S):
                    await bus.wait_for_disconnect()  # type: ignore[no-untyped-call] # dbus-fast left it untyped

    async def _connected(self) -> MessageBus:
        if self._bus is None or not self._bus.connected:
            self._forget_service()
            bus = await MessageBus(bus_type=BusType.SESSION).connect()
            self._bus = bus
            bus.add_message_handler(self._on_message)
            for rule in _RULES:
                await _call(bus, _BUS, "/org/freedesktop/DBus", _BUS, "AddMatch", "s", [rule])
        return self._bus

    def _forget_service(self) -> None:
        """Another service knows none of our numbers, or takes them for somebody else's."""
        self._capabilities = None
        self._slots = {}

    def _body(self, notice: Notice) -> list[object]:
        can = self._capabilities or frozenset()
        replaced = next((number for number, slot in self._slots.items() if slot == notice.slot), 0)
        title, body = notice.title, notice.body
        if "body" not in can:
            title, body = " – ".join(filter(None, (title, body.replace("\n", "; ")))), ""
        if "body-markup" in can:
            import html  # with its table of entities, seldom wanted

            body = html.escape(body, quote=False)
        actions = ["default", "Open"] if "actions" in can else []
        hints = {"desktop-entry": Variant("s", APP_ID), "urgency": Variant("y", 1)}
        return [APP_NAME, replaced, "", title, body, actions, hints, -1]

    def _on_message(self, message: Message) -> None:
        """While a number is on its way to us, a click on it may have overtaken it; its service has not."""
        if message.message_type is not MessageType.SIGNAL:
            return
        if self._showing and message.member != "NameOwnerChanged":
            self._signals.append(message)
        else:
            self._on_signal(message)

    def _on_signal(self, message: Message) -> None:
        match message.member, message.body:
            case "NameOwnerChanged", [str(name), _, _] if name == SERVICE:
                self._forget_service()
            case "ActivationToken", [int(number), str(token)] if number in self._slots:
                os.environ["XDG_ACTIVATION_TOKEN"] = token  # Qt raises a window on Wayland with it
            case "ActionInvoked", [int(number), "default"] if number in self._slots:
                self._clicked(self._slots[number])
            case "NotificationClosed", [int(number), *_]:
                self._slots.pop(number, None)


async def _call(
    bus: MessageBus,
    service: str,
    path: str,
    interface: str,
    member: str,
    signature: str = "",
    body: list[object] | None = None,
) -> list[object]:
    call = Message(
        destination=service,
        path=path,
        interface=interface,
        member=member,
        signature=signature,
        body=body or [],
    )
    async with asyncio.timeout(_ANSWER_S):
        reply = await bus.call(call)
    if reply.message_type is MessageType.ERROR:
        raise DBusError(reply.error_name or "", str(reply.body), reply)
    return list(reply.body)
