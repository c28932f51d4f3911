"""The only way to a build's bytes: no link is followed, nothing blocks, no trace is left.

Everything here may be called from any thread and may take as long as the disk does.
"""

from __future__ import annotations

import os
import stat
import sys
from typing import Final

from cupola.sources.base import Blob, Mode, TornError
from cupola.watch.refusal import MissingError, RefusedError, from_os, not_a_file, shown_name, too_large

if sys.platform == "win32":
    from cupola.watch.opening_windows import look, open_file
else:
    from cupola.watch.opening_posix import look, open_file

__all__ = [
    "MissingError",
    "RefusedError",
    "look",
    "open_file",
    "parts_of",
    "read_blob",
]

_UNOPENED: Final = frozenset({Mode.STAT, Mode.SQLITE})


def read_blob(base: str, relative: str, cap_bytes: int, mode: Mode, *, offset: int = 0) -> Blob:
    """The bytes of the regular file `relative` (`/`-separated) below the folder `base`.

    WHOLE: all of it, refused if over `cap_bytes`. APPEND: up to `cap_bytes` from `offset` on. TAIL:
    the last `cap_bytes`. STAT and SQLITE: no bytes, only that it is a regular file (`read_database`
    reads a database). Raises MissingError, RefusedError, and TornError if a WHOLE file was written to
    meanwhile.
    """
    parts = parts_of(relative)
    try:
        if mode in _UNOPENED:
            entry = look(base, parts)
            return Blob(relative, b"", entry.st_size, entry.st_mtime)
        descriptor = open_file(base, parts)
    except ValueError:
        raise RefusedError(f"{shown_name(relative)} is no usable name") from None
    try:
        return _read(descriptor, relative, cap_bytes, mode, offset)
    except OSError as error:
        raise from_os(error, parts[-1]) from None
    finally:
        os.close(descriptor)


def parts_of(relative: str) -> list[str]:
    """The components of a path below a folder; raises RefusedError if it might leave it."""
    parts = relative.split("/")
    if any(part in {"", ".", ".."} for part in parts):
        raise RefusedError(f"{shown_name(relative)} is no path below its folder")
    return parts


def _read(descriptor: int, relative: str, cap_bytes: int, mode: Mode, offset: int) -> Blob:
    name = relative.rpartition("/")[2]
    before = os.fstat(descriptor)
    if not stat.S_ISREG(before.st_mode):
        raise not_a_file(name, before.st_mode)
    if mode is Mode.WHOLE and before.st_size > cap_bytes:
        raise too_large(name, before.st_size, cap_bytes)
    start = _start(before.st_size, cap_bytes, mode, offset)
    data = _bytes(descriptor, start, min(cap_bytes, before.st_size - start + 1))
    after = os.fstat(descriptor)
    if mode is Mode.WHOLE and (len(data) != after.st_size or _stamp(before) != _stamp(after)):
        raise TornError("written to while it was read")
    return Blob(relative, data, after.st_size, after.st_mtime, start)


def _start(size_bytes: int, cap_bytes: int, mode: Mode, offset: int) -> int:
    if mode is Mode.TAIL:
        return max(0, size_bytes - cap_bytes)
    return offset if mode is Mode.APPEND else 0


def _bytes(descriptor: int, start: int, limit: int) -> bytes:
    """Up to `limit` bytes from `start` on, to the end of the file."""
    if start:
        os.lseek(descriptor, start, os.SEEK_SET)
    chunks: list[bytes] = []
    left = limit
    while left > 0 and (chunk := os.read(descriptor, left)):
        chunks.append(chunk)
        left -= len(chunk)
    return b"".join(chunks)


def _stamp(entry: os.stat_result) -> tuple[int, int]:
    return entry.st_size, entry.st_mtime_ns
