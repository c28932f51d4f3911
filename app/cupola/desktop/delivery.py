"""Brings alerts to the user: a notification where a service answers, else the balloon; runs commands."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal, Slot

from cupola.desktop.alert_commands import run_command
from cupola.desktop.alerts import dock_of
from cupola.domain.alert_words import body_of, title_of
from cupola.domain.alerts import Alert, Occasion
from cupola.domain.words import Facet
from cupola.store.settings import AlertSettings

if TYPE_CHECKING:
    from cupola.desktop.notices import Notices

SEVERAL: Final = "several"
WAIT_AT_MOST: Final = 100
"""Alerts that are kept while no loop runs or a command takes its time."""

Balloon = Callable[[str, str], None]

log = logging.getLogger(__name__)


class Delivery(QObject):
    """Lives in the GUI thread: takes alerts at any time, and delivers them while `serve` runs."""

    opened = Signal(str, object)
    """The user clicked: the build to show ("" for Cupola itself) and the Facet of the dock, or None."""

    def __init__(self, settings: AlertSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._balloon: Balloon | None = None
        self._alerts: deque[Alert] = deque(maxlen=WAIT_AT_MOST)
        self._occasions: deque[Occasion] = deque(maxlen=WAIT_AT_MOST)
        self._targets: dict[str, tuple[str, Facet | None]] = {}
        self._last: str | None = None
        self._notices: Notices | None = None
        self._wake: asyncio.Event | None = None
        self._commands_wake: asyncio.Event | None = None

    def set_settings(self, settings: AlertSettings) -> None:
        """From now on these commands are run."""
        self._settings = settings

    def set_balloon(self, balloon: Balloon | None) -> None:
        """What shows title and text where no notification service answers; None while there is no tray."""
        self._balloon = balloon

    @Slot(object)
    def deliver(self, alert: Alert) -> None:
        """Bring an alert to the user soon."""
        self._alerts.append(alert)
        self._occasions.extend(alert.occasions)
        for event in (self._wake, self._commands_wake):
            if event is not None:
                event.set()

    @Slot()
    def open_last(self) -> None:
        """The balloon was clicked: it cannot say which alert it was, and shows the last one."""
        if self._last is not None:
            self._clicked(self._last)

    async def serve(self) -> None:
        """Deliver until cancelled."""
        # A task group would keep its frames, and with them the window, until some thread collects garbage.
        commands = asyncio.create_task(self._serve_commands())
        try:
            await self._serve_alerts()
        finally:
            commands.cancel()
            await asyncio.gather(commands, return_exceptions=True)

    async def _serve_alerts(self) -> None:
        self._wake = asyncio.Event()
        try:
            while True:
                while self._alerts:
                    await self._show(self._alerts.popleft())
                self._wake.clear()
                await self._wake.wait()
        finally:
            self._wake = None
            if self._notices is not None:
                await self._notices.close()

    async def _show(self, alert: Alert) -> None:
        slot = SEVERAL if len(alert.occasions) > 1 else alert.first.build
        self._targets[slot], self._last = dock_of(alert), slot
        title, body = title_of(alert), body_of(alert)
        if await self._notify(slot, title, body):
            return
        if self._balloon is not None:
            self._balloon(title, body)
        else:
            log.info("Nothing shows notifications here: %s", title)

    async def _notify(self, slot: str, title: str, body: str) -> bool:
        if sys.platform != "linux":
            return False  # there the tray's message is the platform's own
        from cupola.desktop.notices import Notice, Notices  # D-Bus: not before there is something to say

        if self._notices is None:
            self._notices = Notices(self._clicked)
        return await self._notices.show(Notice(slot, title, body))

    def _clicked(self, slot: str) -> None:
        self.opened.emit(*self._targets[slot])

    async def _serve_commands(self) -> None:
        self._commands_wake = asyncio.Event()
        try:
            while True:
                while self._occasions:
                    said = self._occasions.popleft()
                    command = self._settings.command(said.kind)
                    if command:
                        await run_command(command, said)
                self._commands_wake.clear()
                await self._commands_wake.wait()
        finally:
            self._commands_wake = None
