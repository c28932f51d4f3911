"""Where later starts knock: a named pipe, by Qt's local server."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from cupola.desktop.hand_over import ANSWER, MOST_BYTES


class Door(QObject):
    """Lives in the GUI thread. Each visitor says one line, gets an answer or none, and is let go."""

    def __init__(self, hear: Callable[[bytes], bool], parent: QObject | None = None) -> None:
        """`hear` is called with the line that somebody said, and says whether it is answered."""
        super().__init__(parent)
        self._hear = hear
        self._server = QLocalServer(self)
        self._server.setMaxPendingConnections(8)
        self._server.newConnection.connect(self._on_knock)

    def open(self, path: str) -> None:
        """Listen there from now on, in the place of one who left the path behind. Raises OSError."""
        QLocalServer.removeServer(path)
        if not self._server.listen(path):
            raise OSError(self._server.errorString())

    def close(self) -> None:
        """Listen no more."""
        self._server.close()

    @Slot()
    def _on_knock(self) -> None:
        while (visitor := self._server.nextPendingConnection()) is not None:
            visitor.setParent(self)
            visitor.setReadBufferSize(MOST_BYTES)
            visitor.readyRead.connect(self._on_said)
            visitor.disconnected.connect(visitor.deleteLater)
            self._listen_to(visitor)

    @Slot()
    def _on_said(self) -> None:
        visitor = self.sender()
        if isinstance(visitor, QLocalSocket):
            self._listen_to(visitor)

    def _listen_to(self, visitor: QLocalSocket) -> None:
        if not visitor.canReadLine():
            if visitor.bytesAvailable() >= MOST_BYTES:
                visitor.abort()
        elif self._hear(bytes(visitor.readLine(MOST_BYTES).data())):
            visitor.write(ANSWER)
            visitor.disconnectFromServer()
        else:
            visitor.abort()
