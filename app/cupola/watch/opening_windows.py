"""Opening below a folder without following a link, on Windows. Untested here: no Windows at hand.

All share flags are given, or the build's own replace of the file fails while Cupola has it open.
"""

from __future__ import annotations

import ctypes
import msvcrt
import os
import stat
import sys
from collections.abc import Sequence
from ctypes import wintypes
from pathlib import Path
from typing import Final

from cupola.watch.refusal import from_os, not_a_file, not_a_folder

assert sys.platform == "win32"  # noqa: S101 - tells mypy to skip the rest elsewhere

_GENERIC_READ: Final = 0x80000000
_SHARE_ALL: Final = 0x1 | 0x2 | 0x4
_OPEN_EXISTING: Final = 3
_OPEN_REPARSE_POINT: Final = 0x00200000
_LINK_TAGS: Final = frozenset({stat.IO_REPARSE_TAG_SYMLINK, stat.IO_REPARSE_TAG_MOUNT_POINT})

_create_file = ctypes.WinDLL("kernel32", use_last_error=True).CreateFileW
_create_file.restype = wintypes.HANDLE
_create_file.argtypes = (
    wintypes.LPCWSTR,
    wintypes.DWORD,
    wintypes.DWORD,
    wintypes.LPVOID,
    wintypes.DWORD,
    wintypes.DWORD,
    wintypes.HANDLE,
)


def look(base: str, parts: Sequence[str]) -> os.stat_result:
    """The regular file at `parts` below `base`, unopened; raises MissingError and RefusedError."""
    path = Path(base)
    for name in parts[:-1]:
        path /= name
        mode = _mode(_entry(path))
        if not stat.S_ISDIR(mode):
            raise not_a_folder(name, mode)
    entry = _entry(path / parts[-1])
    if not stat.S_ISREG(_mode(entry)):
        raise not_a_file(parts[-1], _mode(entry))
    return entry


def open_file(base: str, parts: Sequence[str]) -> int:
    """A descriptor of the regular file at `parts` below `base`, for the caller to close."""
    look(base, parts)
    path = str(Path(base, *parts))
    handle = _create_file(path, _GENERIC_READ, _SHARE_ALL, None, _OPEN_EXISTING, _OPEN_REPARSE_POINT, None)
    if handle in {None, wintypes.HANDLE(-1).value}:
        raise from_os(ctypes.WinError(ctypes.get_last_error()), parts[-1])
    return msvcrt.open_osfhandle(handle, os.O_RDONLY | os.O_BINARY)


def _entry(path: Path) -> os.stat_result:
    try:
        return path.lstat()
    except OSError as error:
        raise from_os(error, path.name) from None


def _mode(entry: os.stat_result) -> int:
    """The mode, with a junction called a link; other reparse points, such as cloud files, are files."""
    return stat.S_IFLNK if entry.st_reparse_tag in _LINK_TAGS else entry.st_mode
