"""SIGINT, SIGTERM and SIGHUP as a Qt signal, at once, however deep in C++ the main thread is."""

from __future__ import annotations

import signal
import socket
from types import FrameType
from typing import Final

from PySide6.QtCore import QObject, QSocketNotifier, Signal, Slot

_NAMES: Final = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
SIGNALS: Final = tuple(number for name in _NAMES if (number := getattr(signal, name, None)) is not None)


class Interrupts(QObject):
    """Lives in the main thread. Python's own handlers run only between two lines of Python, which an
    event loop may be far from; so the interpreter writes the number into a socket that the loop watches.
    """

    requested = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.came = False
        self._near, self._far = socket.socketpair()
        self._near.setblocking(False)
        self._far.setblocking(False)
        self._notifier = QSocketNotifier(self._near.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_written)
        self._wakeup_before = signal.set_wakeup_fd(self._far.fileno(), warn_on_full_buffer=False)
        self._before = {number: signal.signal(number, _on_signal) for number in SIGNALS}

    def close(self) -> None:
        """Give the signals back to whoever had them."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._wakeup_before)
        self._near.close()
        self._far.close()

    @Slot()
    def _on_written(self) -> None:
        try:
            numbers = self._near.recv(4096)
        except BlockingIOError:
            return
        if any(number in SIGNALS for number in numbers):
            self.came = True
            self.requested.emit()


def _on_signal(_number: int, _frame: FrameType | None) -> None:
    """The byte in the socket is what counts; without a handler of its own Python would end the process."""
