"""What a window remembers of its layout, as bytes with a version."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication

LAYOUT_VERSION: Final = 1
_MAGIC: Final = 0x43504C41
_LEAST_VISIBLE_PX: Final = 80
_HEAD: Final = struct.Struct(">II")
_LENGTH: Final = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class LayoutState:
    """Qt's own opaque states of the window, its docks, and its splitter (empty: never moved)."""

    geometry: bytes
    docks: bytes
    splitter: bytes

    def encoded(self) -> bytes:
        """As bytes for a settings file."""
        parts = (self.geometry, self.docks, self.splitter)
        return _HEAD.pack(_MAGIC, LAYOUT_VERSION) + b"".join(_LENGTH.pack(len(p)) + p for p in parts)

    @classmethod
    def decoded(cls, data: bytes) -> LayoutState | None:
        """What `encoded` wrote; None for another version or anything else."""
        try:
            if _HEAD.unpack_from(data) != (_MAGIC, LAYOUT_VERSION):
                return None
            parts, at = [], _HEAD.size
            for _ in range(3):
                length = int(_LENGTH.unpack_from(data, at)[0])
                at += _LENGTH.size
                parts.append(data[at : at + length])
                at += length
        except struct.error:
            return None
        return cls(*parts) if at == len(data) else None


def is_reachable(frame: QRect) -> bool:
    """Whether enough of a window's top lies on a present screen to be grabbed."""
    top = QRect(frame.left(), frame.top(), frame.width(), 40)
    common = [screen.availableGeometry().intersected(top) for screen in QGuiApplication.screens()]
    return any(part.width() >= _LEAST_VISIBLE_PX and part.height() > 0 for part in common)
