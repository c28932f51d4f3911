"""SQLite's write-ahead log as bytes: how much of it is committed, and what it changes in the database.

Formats: https://www.sqlite.org/fileformat2.html (the log) and https://www.sqlite.org/walformat.html
(its index). Nothing here touches a disk.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from cupola.sources.base import TornError

_VERSION: Final = 3007000
_COPY: Final = struct.Struct("=III BBH II 8s 8s 8s")
"""One of two copies: version, -, changes, ready, -, page size, frames, pages, checksum, salts, own sum."""
_SUMMED: Final = struct.Struct("=10I")
_OWN_SUM: Final = struct.Struct("=II")
INDEX_BYTES: Final = 2 * _COPY.size
_LOG_HEADER_BYTES: Final = 32
_FRAME_HEADER_BYTES: Final = 24
_FRAME_HEADER: Final = ">I4x8s8x"
"""Page number and salts."""
_PAGE_BYTES: Final = frozenset(2**power for power in range(9, 17))
_MISFIT: Final = "its write-ahead log does not fit its index"


@dataclass(frozen=True, slots=True)
class Index:
    """What the index says of the last commit in the log, if it has frames.

    `salts` change whenever the log begins anew.
    """

    page_bytes: int
    frames: int
    pages: int
    checksum: tuple[int, int]
    salts: bytes

    @property
    def size_bytes(self) -> int:
        """The size of the database after the last commit."""
        return self.pages * self.page_bytes

    @property
    def log_bytes(self) -> int:
        """How much of the log is committed."""
        return _LOG_HEADER_BYTES + self.frames * (_FRAME_HEADER_BYTES + self.page_bytes)


def index_of(data: bytes) -> Index | None:
    """What the first INDEX_BYTES of an index say; None while it is written to."""
    if len(data) < INDEX_BYTES or data[: _COPY.size] != data[_COPY.size :]:
        return None
    version, _, _, ready, _, page_bytes, frames, pages, checksum, salts, own = _COPY.unpack_from(data)
    if version != _VERSION or not ready or _OWN_SUM.unpack(own) != _sum(data):
        return None
    size = 65536 if page_bytes == 1 else page_bytes
    return Index(size, frames, pages, _OWN_SUM.unpack(checksum), salts)


def overlaid(image: bytearray, log: bytes, index: Index) -> bytearray:
    """`image` with the newest committed version of each page; raises TornError if the log does not fit."""
    if not index.frames:
        return image
    size, had = index.page_bytes, len(image)
    if size not in _PAGE_BYTES:
        raise TornError(_MISFIT)
    newest = _newest(log, index)
    image.extend(bytes(max(0, index.size_bytes - had)))
    if any(page not in newest for page in range(had // size + 1, index.pages + 1)):
        raise TornError(_MISFIT)
    frames = memoryview(log)
    for page, at in newest.items():
        image[(page - 1) * size : page * size] = frames[at : at + size]
    del image[index.size_bytes :]
    return image


def _newest(log: bytes, index: Index) -> dict[int, int]:
    """Where the newest version of each page begins in the log."""
    step = _FRAME_HEADER_BYTES + index.page_bytes
    _check(log, index, len(log) - step)
    newest: dict[int, int] = {}
    at = _LOG_HEADER_BYTES + _FRAME_HEADER_BYTES
    frames = struct.iter_unpack(f"{_FRAME_HEADER}{index.page_bytes}x", memoryview(log)[_LOG_HEADER_BYTES:])
    for page, salts in frames:
        if salts != index.salts or page == 0:
            raise TornError(_MISFIT)
        if page <= index.pages:
            newest[page] = at
        at += step
    return newest


def _check(log: bytes, index: Index, last: int) -> None:
    """The last frame ends the commit that the index tells of."""
    if len(log) != index.log_bytes or log[16:24] != index.salts:
        raise TornError(_MISFIT)
    pages = int.from_bytes(log[last + 4 : last + 8], "big")
    checksum = struct.unpack_from(">II", log, last + 16)
    if pages != index.pages or checksum != index.checksum:
        raise TornError(_MISFIT)


def _sum(data: bytes) -> tuple[int, int]:
    """SQLite's checksum of the first copy of the index."""
    first = second = 0
    words = _SUMMED.unpack_from(data)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = (first + even + second) & 0xFFFFFFFF
        second = (second + odd + first) & 0xFFFFFFFF
    return first, second
