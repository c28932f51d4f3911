"""The one `async main` of the desktop: it waits for the end, and its `finally` is the orderly shutdown."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial

import qasync
from PySide6.QtWidgets import QApplication

from cupola.desktop.session_bus import has_session_bus
from cupola.desktop.window import Desktop

log = logging.getLogger(__name__)


class Server:
    """Lives in the GUI thread; may be asked to quit before it serves."""

    def __init__(self, app: QApplication, desktop: Desktop) -> None:
        self._app = app
        self._desktop = desktop
        self._quit = False
        self._ended: bool | None = None
        self._wake: Callable[[], None] | None = None

    @property
    def ended(self) -> bool:
        """Whether the engine ended in time."""
        return self._ended is not False

    def request_quit(self) -> None:
        """End soon; safe from any slot, and more than once."""
        self._quit = True
        if self._wake is not None:
            self._wake()

    def serve(self) -> None:
        """Run until the end was requested, or until the desktop session ends."""
        with asyncio.Runner(loop_factory=partial(qasync.QEventLoop, self._app)) as runner:
            try:
                runner.run(self._main())
            except RuntimeError:
                if not self._quit:  # the session ended the event loop under us
                    log.exception("The event loop ended by itself")
        self._close()

    async def _main(self) -> None:
        end = asyncio.Event()
        self._wake = end.set
        tasks = [asyncio.create_task(work) for work in (self._follow_portal(), self._deliver_alerts())]
        try:
            if not self._quit:
                await end.wait()
        finally:
            self._close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _follow_portal(self) -> None:
        if not has_session_bus():
            return
        from cupola.desktop.portal import follow_portal

        try:
            await follow_portal(self._desktop.scheme.on_portal)
        except Exception:
            log.warning("Following the desktop's colour scheme failed", exc_info=True)

    async def _deliver_alerts(self) -> None:
        try:
            await self._desktop.delivery.serve()
        except Exception:
            log.exception("Alerts are not delivered any more")

    def _close(self) -> None:
        if self._ended is None:
            self._ended = self._desktop.close()
