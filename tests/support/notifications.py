"""A notification service on a bus of the tests: it keeps what is shown, and clicks when told to."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from dbus_fast import BusType, Message, MessageType
from dbus_fast.aio import MessageBus

SERVICE: Final = "org.freedesktop.Notifications"
PATH: Final = "/org/freedesktop/Notifications"
USUAL: Final = ("body", "body-markup", "actions")


@dataclass(frozen=True, slots=True)
class Shown:
    """One call of Notify."""

    number: int
    replaced: int
    title: str
    body: str
    actions: tuple[str, ...]


class FakeNotifications:
    """`org.freedesktop.Notifications`, as much of it as is used."""

    def __init__(self, bus: MessageBus, capabilities: tuple[str, ...], first: int) -> None:
        self._bus = bus
        self._capabilities = capabilities
        self._next = first
        self.shown: list[Shown] = []
        self.calls: asyncio.Queue[Shown] = asyncio.Queue()
        bus.add_message_handler(self._answer)

    @classmethod
    async def started(cls, capabilities: tuple[str, ...] = USUAL, first: int = 7) -> FakeNotifications:
        bus = await MessageBus(bus_type=BusType.SESSION).connect()
        service = cls(bus, capabilities, first)
        await bus.request_name(SERVICE)
        return service

    async def kill(self) -> None:
        """Leave the bus without a word."""
        self._bus.disconnect()
        await self._bus.wait_for_disconnect()  # type: ignore[no-untyped-call] # dbus-fast left it untyped

    async def click(self, number: int) -> None:
        """The user clicks, and the notification goes."""
        await self._signal("ActivationToken", "us", [number, "token"])
        await self._signal("ActionInvoked", "us", [number, "default"])
        await self._signal("NotificationClosed", "uu", [number, 2])

    async def _signal(self, member: str, signature: str, body: list[object]) -> None:
        await self._bus.send(Message.new_signal(PATH, SERVICE, member, signature, body))

    def _answer(self, message: Message) -> Message | None:
        if message.interface != SERVICE or message.message_type is not MessageType.METHOD_CALL:
            return None
        match message.member:
            case "GetCapabilities":
                return Message.new_method_return(message, "as", [list(self._capabilities)])
            case "Notify":
                return Message.new_method_return(message, "u", [self._take(message.body)])
            case _:
                return None

    def _take(self, body: list[object]) -> int:
        _, replaced, _, title, text, actions, *_ = body
        assert isinstance(replaced, int)
        assert isinstance(actions, list)
        number = replaced or self._next
        self._next += 0 if replaced else 1
        shown = Shown(number, replaced, str(title), str(text), tuple(actions))
        self.shown.append(shown)
        self.calls.put_nowait(shown)
        return number
