"""Every size and form of the icon, made from the two SVG files. Needs Qt, no display."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from facts import APP_ID, ICON_SIZES, NAME, ROOT

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

SOURCES = ROOT / "resources" / "icons"


def hicolor(icons: Path) -> None:
    """The tree that desktops look into: sizes as PNG, the SVG, and the symbolic one."""
    for size in ICON_SIZES:
        _png(size, icons / "hicolor" / f"{size}x{size}" / "apps" / f"{APP_ID}.png")
    for name, folder in ((APP_ID, "scalable"), (f"{APP_ID}-symbolic", "symbolic")):
        place = icons / "hicolor" / folder / "apps"
        place.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(SOURCES / f"{name}.svg", place / f"{name}.svg")


def for_system(folder: Path) -> None:
    """`cupola.ico` with all sizes that Windows asks for, and `cupola.icns` for macOS."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = [(size, _png_bytes(size)) for size in (16, 24, 32, 48, 64, 128, 256)]
    (folder / f"{NAME}.ico").write_bytes(ico(pictures))
    _painted(512).save(str(folder / f"{NAME}.icns"))


def ico(pictures: Iterable[tuple[int, bytes]]) -> bytes:
    """Several PNG pictures as one icon of Windows: Qt writes one size only."""
    pictures = list(pictures)
    offset = 6 + 16 * len(pictures)
    head, body = b"\0\0\1\0" + len(pictures).to_bytes(2, "little"), b""
    for size, data in pictures:
        side = bytes((size % 256, size % 256, 0, 0, 1, 0, 32, 0))
        head += side + len(data).to_bytes(4, "little") + (offset + len(body)).to_bytes(4, "little")
        body += data
    return head + body


def _png(size: int, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(_png_bytes(size))


def _png_bytes(size: int) -> bytes:
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice
    from PySide6.QtGui import QImageWriter

    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(_painted(size))
    return bytes(buffer.data().data())


def _painted(size: int) -> QImage:
    """Needs no application: there is no text in the icon."""
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(str(SOURCES / f"{APP_ID}.svg")).render(painter)
    painter.end()
    return image
