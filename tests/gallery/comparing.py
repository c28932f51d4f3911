"""A picture beside the one of the same name in an older folder, pixel by pixel."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from operator import ne
from pathlib import Path

from PySide6.QtGui import QImage


class Mark(StrEnum):
    """How a picture stands to the older set."""

    SAME = "same"
    DIFFERS = "differs"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Compared:
    """`mark` None: there is no older set. `share` of the pixels differs; `note` says it in words."""

    name: str
    newer: Path | None
    older: Path | None = None
    mark: Mark | None = None
    share: float = 0.0
    note: str = ""


def compare(names: Collection[str], folder: Path, against: Path | None) -> list[Compared]:
    """Each picture of that name in one of the folders, in the order of the names."""
    if against is None:
        return [Compared(name, folder / name) for name in names if (folder / name).is_file()]
    pairs = [(name, _there(folder / name), _there(against / name)) for name in names]
    return [_compared(name, newer, older) for name, newer, older in pairs if newer or older]


def _there(file: Path) -> Path | None:
    return file if file.is_file() else None


def _compared(name: str, newer: Path | None, older: Path | None) -> Compared:
    if newer is None or older is None:
        return Compared(name, newer, older, Mark.GONE if newer is None else Mark.NEW)
    one, other = _pixels(newer), _pixels(older)
    if one.isNull() or other.isNull():
        return Compared(name, newer, older, Mark.DIFFERS, 1.0, "one of them is no picture")
    if one.size() != other.size():
        note = f"{other.width()} × {other.height()} before"
        return Compared(name, newer, older, Mark.DIFFERS, 1.0, note)
    count = _count(one, other)
    if count == 0:
        return Compared(name, newer, older, Mark.SAME)
    share = count / (one.width() * one.height())
    return Compared(name, newer, older, Mark.DIFFERS, share, f"{count:,} pixels, {_percent(share)}")


def _percent(share: float) -> str:
    return "under 0.01 %" if share < 0.0001 else f"{share:.2%}".replace("%", " %")


def _pixels(file: Path) -> QImage:
    """The decoded picture, four bytes a pixel, so that no row has padding; null if the file holds none."""
    return QImage(str(file)).convertToFormat(QImage.Format.Format_ARGB32)


def _count(one: QImage, other: QImage) -> int:
    """How many pixels differ. Rows that are equal, nearly all of them, are compared as a whole."""
    count, length = 0, one.bytesPerLine()
    first, second = memoryview(one.constBits()), memoryview(other.constBits())
    for start in range(0, length * one.height(), length):
        row, older = first[start : start + length], second[start : start + length]
        if row != older:
            count += sum(map(ne, row.cast("I"), older.cast("I")))
    return count
