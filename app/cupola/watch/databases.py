"""An SQLite database as bytes, with no lock, no file beside it and no wait (design.md, Reading safely).

Everything here may be called from any thread and may take as long as the disk does. SQLite itself never
opens the file: even `mode=ro` makes `-wal` and `-shm` outlive a writer that closes meanwhile.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from cupola.sources.base import Blob, TornError
from cupola.watch.opening import look, open_file, parts_of
from cupola.watch.refusal import (
    MissingError,
    RefusedError,
    from_os,
    not_a_file,
    shown_name,
    too_large,
)
from cupola.watch.write_ahead import INDEX_BYTES, Index, index_of, overlaid

COMPANION: Final = "-wal"
"""What the file beside a database is called whose changes are changes of the database."""

_JOURNAL: Final = "-journal"
_INDEX: Final = "-shm"
_HEADER_BYTES: Final = 100
_MAGIC: Final = b"SQLite format 3\0"
_VERSIONS: Final = slice(18, 20)
"""Header bytes that say whether there is a write-ahead log: an image in memory has none."""


def main_of(relative: str) -> str:
    """The database that a file is, or is the write-ahead log of."""
    return relative.removesuffix(COMPANION)


def read_database(base: str, relative: str, cap_bytes: int) -> Blob:
    """The database `relative` (`/`-separated) below the folder `base`, as after its last commit.

    Raises MissingError, RefusedError, and TornError while it is written to: read it again soon.
    """
    parts = parts_of(relative)
    name = parts[-1]
    try:
        with _opened(base, parts, "") as database:
            _not_over(database.entry.st_size, cap_bytes, name)
            image, mtime = _consistent(base, parts, database, cap_bytes)
            _still_there(base, parts, database)
    except ValueError:
        raise RefusedError(f"{shown_name(relative)} is no usable name") from None
    except OSError as error:
        raise from_os(error, name) from None
    return Blob(relative, _for_memory(image), len(image), mtime)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A file that is open, and how it was found."""

    descriptor: int
    suffix: str
    entry: os.stat_result

    def at(self, offset: int, size: int) -> bytes:
        """Up to `size` bytes from `offset` on, to the end of the file."""
        os.lseek(self.descriptor, offset, os.SEEK_SET)
        chunks: list[bytes] = []
        left = size
        while left > 0 and (chunk := os.read(self.descriptor, left)):
            chunks.append(chunk)
            left -= len(chunk)
        return b"".join(chunks)


@contextmanager
def _opened(base: str, parts: Sequence[str], suffix: str) -> Iterator[_Opened]:
    descriptor = open_file(base, _beside(parts, suffix))
    try:
        entry = os.fstat(descriptor)
        if not stat.S_ISREG(entry.st_mode):
            raise not_a_file(parts[-1] + suffix, entry.st_mode)
        yield _Opened(descriptor, suffix, entry)
    finally:
        os.close(descriptor)


def _beside(parts: Sequence[str], suffix: str) -> list[str]:
    return [*parts[:-1], parts[-1] + suffix]


def _size(base: str, parts: Sequence[str], suffix: str) -> int | None:
    try:
        return look(base, _beside(parts, suffix)).st_size
    except MissingError:
        return None


def _consistent(
    base: str, parts: Sequence[str], database: _Opened, cap_bytes: int
) -> tuple[bytes | bytearray, float]:
    """The image, and when it changed."""
    if not _has_log(base, parts):
        return _plain(base, parts, database), database.entry.st_mtime
    with _opened(base, parts, COMPANION) as log, _opened(base, parts, _INDEX) as index:
        _no_hot_journal(base, parts)
        image = _with_log(database, log, index, cap_bytes, parts[-1])
        _still_there(base, parts, log)
        _still_there(base, parts, index)
        return image, max(database.entry.st_mtime, log.entry.st_mtime)


def _has_log(base: str, parts: Sequence[str]) -> bool:
    """True if there is a write-ahead log with an index, which says how much of it is committed."""
    log, index = _size(base, parts, COMPANION), _size(base, parts, _INDEX)
    if not log and index is None:
        return False
    if index is None:
        raise RefusedError(
            f"{shown_name(parts[-1])} has a write-ahead log without an index (-shm): "
            "it cannot be read without leaving a trace"
        )
    return log is not None


def _plain(base: str, parts: Sequence[str], database: _Opened) -> bytes:
    """All of a database without a write-ahead log.

    A transaction writes its journal, then the first page with a new change counter at the latest when
    it ends, and then the journal goes. So one that falls between the two looks at the counter is seen
    by it, and one that goes on across the first or the last of them by its journal.
    """
    header = database.at(0, _HEADER_BYTES)
    _no_hot_journal(base, parts)
    data = database.at(0, database.entry.st_size + 1)
    _no_hot_journal(base, parts)
    if _has_log(base, parts) or database.at(0, _HEADER_BYTES) != header or data[:_HEADER_BYTES] != header:
        raise TornError("written to while it was read")
    after = os.fstat(database.descriptor)
    if len(data) != after.st_size or after.st_mtime_ns != database.entry.st_mtime_ns:
        raise TornError("written to while it was read")
    return data


def _with_log(database: _Opened, log: _Opened, index: _Opened, cap_bytes: int, name: str) -> bytearray:
    """All of a database as it is with what its write-ahead log holds.

    What is committed is only appended to the log until the log begins anew, with other salts. A
    checkpoint meanwhile writes nothing into the database that the log does not hold too.
    """
    before = _index(index)
    data = bytearray(database.at(0, database.entry.st_size))
    now = _index(index)
    _not_over(now.size_bytes, cap_bytes, name)
    _not_over(now.log_bytes, cap_bytes, name + COMPANION)
    frames = log.at(0, now.log_bytes) if now.frames else b""
    after = _index(index)
    if not before.salts == now.salts == after.salts:
        raise TornError("its write-ahead log began anew while it was read")
    return overlaid(data, frames, now)


def _index(index: _Opened) -> Index:
    found = index_of(index.at(0, INDEX_BYTES))
    if found is None:
        raise TornError("its write-ahead log is being written to")
    return found


def _no_hot_journal(base: str, parts: Sequence[str]) -> None:
    """A journal that begins with anything but a zero byte is that of a transaction that goes on.

    SQLite fills in that byte before it writes to the database, and a journal that it keeps is emptied.
    """
    if not _size(base, parts, _JOURNAL):
        return
    try:
        with _opened(base, parts, _JOURNAL) as journal:
            hot = journal.at(0, 1) not in {b"", b"\0"}
    except MissingError:
        return
    if hot:
        raise TornError("it is being written to, or its writer ended in the middle (-journal is there)")


def _still_there(base: str, parts: Sequence[str], opened: _Opened) -> None:
    """The file that is open is still the one of that name."""
    try:
        entry = look(base, _beside(parts, opened.suffix))
    except MissingError:
        entry = None
    if entry is None or (entry.st_dev, entry.st_ino) != (opened.entry.st_dev, opened.entry.st_ino):
        raise TornError("replaced while it was read")


def _not_over(size_bytes: int, cap_bytes: int, name: str) -> None:
    if size_bytes > cap_bytes:
        raise too_large(name, size_bytes, cap_bytes)


def _for_memory(image: bytes | bytearray) -> bytes:
    if not image.startswith(_MAGIC) or image[_VERSIONS] == b"\1\1":
        return bytes(image)
    changed = bytearray(image)
    changed[_VERSIONS] = b"\1\1"
    return bytes(changed)
