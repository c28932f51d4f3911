"""What a window remembers of its layout, as bytes with a version."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QDataStream, QIODevice, QRect
from PySide6.QtGui import QGuiApplication

LAYOUT_VERSION = 1
_MAGIC = 0x43504C41
_LEAST_VISIBLE_PX = 80


@dataclass(frozen=True, slots=True)
class LayoutState:
    """Qt's own opaque states of the window, its docks, and its splitter (empty: never moved)."""

    geometry: bytes
    docks: bytes
    splitter: bytes

    def encoded(self) -> bytes:
        """As bytes for a settings file."""
        data = QByteArray()
        stream = QDataStream(data, QIODevice.OpenModeFlag.WriteOnly)
        stream.writeUInt32(_MAGIC)
        stream.writeUInt32(LAYOUT_VERSION)
        for part in (self.geometry, self.docks, self.splitter):
            stream << QByteArray(part)
        return bytes(data.data())

    @classmethod
    def decoded(cls, data: bytes) -> LayoutState | None:
        """What `encoded` wrote; None for another version or anything else."""
        stream = QDataStream(QByteArray(data), QIODevice.OpenModeFlag.ReadOnly)
        if stream.readUInt32() != _MAGIC or stream.readUInt32() != LAYOUT_VERSION:
            return None
        parts = [QByteArray(), QByteArray(), QByteArray()]
        for part in parts:
            stream >> part
        if stream.status() is not QDataStream.Status.Ok:
            return None
        geometry, docks, splitter = (bytes(part.data()) for part in parts)
        return cls(geometry, docks, splitter)


def is_reachable(frame: QRect) -> bool:
    """Whether enough of a window's top lies on a present screen to be grabbed."""
    top = QRect(frame.left(), frame.top(), frame.width(), 40)
    common = [screen.availableGeometry().intersected(top) for screen in QGuiApplication.screens()]
    return any(part.width() >= _LEAST_VISIBLE_PX and part.height() > 0 for part in common)
