"""SIGINT, SIGTERM and SIGHUP as a Qt signal, at once, however deep in C++ the main thread is."""

from __future__ import annotations

import os
import signal
from types import FrameType
from typing import Final

from PySide6.QtCore import QObject, QSocketNotifier, Signal, Slot

_NAMES: Final = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
SIGNALS: Final = tuple(number for name in _NAMES if (number := getattr(signal, name, None)) is not None)


class _Pipe:
    """What the interpreter writes into and the event loop watches."""

    def __init__(self) -> None:
        self.near, self.far = os.pipe()
        os.set_blocking(self.near, False)
        os.set_blocking(self.far, False)

    def read(self) -> bytes:
        return os.read(self.near, 4096)

    def close(self) -> None:
        os.close(self.near)
        os.close(self.far)


class _Sockets:
    """The same for Windows, where only sockets can be watched."""

    def __init__(self) -> None:
        import socket

        self._near, self._far = socket.socketpair()
        self._near.setblocking(False)
        self._far.setblocking(False)
        self.near, self.far = self._near.fileno(), self._far.fileno()

    def read(self) -> bytes:
        return self._near.recv(4096)

    def close(self) -> None:
        self._near.close()
        self._far.close()


class Interrupts(QObject):
    """Lives in the main thread. Python's own handlers run only between two lines of Python, which an
    event loop may be far from; so the interpreter writes the number where the loop sees it.
    """

    requested = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.came = False
        self._channel = _Pipe() if os.name == "posix" else _Sockets()
        self._notifier = QSocketNotifier(self._channel.near, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_written)
        self._wakeup_before = signal.set_wakeup_fd(self._channel.far, warn_on_full_buffer=False)
        self._before = {number: signal.signal(number, _on_signal) for number in SIGNALS}

    def close(self) -> None:
        """Give the signals back to whoever had them."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._wakeup_before)
        self._channel.close()

    @Slot()
    def _on_written(self) -> None:
        try:
            numbers = self._channel.read()
        except BlockingIOError:
            return
        if any(number in SIGNALS for number in numbers):
            self.came = True
            self.requested.emit()


def _on_signal(_number: int, _frame: FrameType | None) -> None:
    """The byte in the socket is what counts; without a handler of its own Python would end the process."""
