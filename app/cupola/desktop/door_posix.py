"""Where later starts knock: a socket of Python's own, for Qt's brings its network library: 3 MB for good."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QSocketNotifier, Slot

from cupola.desktop.hand_over import ANSWER, MOST_BYTES

MOST_VISITORS: Final = 8
"""With one more, the one that has been silent for longest is turned away."""

Hear = Callable[[bytes], bool]
"""Called with the line that somebody said; whether it is answered."""


class Door(QObject):
    """Lives in the GUI thread. Each visitor says one line, gets an answer or none, and is let go."""

    def __init__(self, hear: Hear, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hear = hear
        self._path: Path | None = None
        self._socket: socket.socket | None = None
        self._visitors: list[_Visitor] = []

    def open(self, path: str) -> None:
        """Listen there from now on, in the place of one who left the path behind. Raises OSError."""
        Path(path).unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.setblocking(False)
        self._socket.bind(path)
        self._path = Path(path)
        self._socket.listen(MOST_VISITORS)
        self._notifier = QSocketNotifier(self._socket.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_knock)

    def close(self) -> None:
        """Listen no more."""
        while self._visitors:
            self._visitors[0].leave()
        if self._path is not None:
            self._notifier.setEnabled(False)
            self._path.unlink(missing_ok=True)
            self._path = None
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    @Slot()
    def _on_knock(self) -> None:
        with suppress(OSError):  # it went away before it was let in
            while self._socket is not None:
                self._let_in(self._socket.accept()[0])

    def _let_in(self, visitor: socket.socket) -> None:
        if len(self._visitors) == MOST_VISITORS:
            self._visitors[0].leave()
        self._visitors.append(_Visitor(visitor, self._hear, self._visitors, self))


class _Visitor(QObject):
    """One connection, until it said a line or too much."""

    def __init__(self, end: socket.socket, hear: Hear, present: list[_Visitor], parent: QObject) -> None:
        super().__init__(parent)
        self._end, self._hear, self._present = end, hear, present
        self._said = b""
        end.setblocking(False)
        self._notifier = QSocketNotifier(end.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_said)

    def leave(self) -> None:
        """Let it go, unless what it said already led to that."""
        if self not in self._present:
            return
        self._present.remove(self)
        self._notifier.setEnabled(False)
        self._end.close()
        self.deleteLater()

    @Slot()
    def _on_said(self) -> None:
        try:
            said = self._end.recv(MOST_BYTES)
        except BlockingIOError:
            return
        except OSError:
            said = b""
        self._said += said
        line, end, _ = self._said.partition(b"\n")
        if end and len(line) < MOST_BYTES and self._hear(line):
            with suppress(OSError):  # it did not wait for the answer
                self._end.send(ANSWER)
        if end or not said or len(self._said) >= MOST_BYTES:
            self.leave()
