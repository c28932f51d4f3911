"""Opening below a folder without following a link, on Linux and macOS (design.md, Reading safely)."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from cupola.watch.refusal import from_os, not_a_file, not_a_folder

assert sys.platform != "win32"  # noqa: S101 - tells mypy to skip the rest there

# With O_PATH (Linux) a folder on the way needs no read permission and nothing of it is touched.
_ENTER: Final = os.O_DIRECTORY | os.O_CLOEXEC | getattr(os, "O_PATH", os.O_RDONLY | os.O_NONBLOCK)
_OPEN: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_NO_ATIME: Final = getattr(os, "O_NOATIME", 0)


def look(base: str, parts: Sequence[str]) -> os.stat_result:
    """The regular file at `parts` below `base`, unopened; raises MissingError and RefusedError."""
    with _folder(base, parts[:-1]) as folder:
        return _regular(folder, parts[-1])


def open_file(base: str, parts: Sequence[str]) -> int:
    """A descriptor of the regular file at `parts` below `base`, for the caller to close.

    It is looked at before it is opened, since to open a pipe or a device is felt on its other side;
    the flags cover what may happen in between. Raises MissingError and RefusedError.
    """
    name = parts[-1]
    with _folder(base, parts[:-1]) as folder:
        _regular(folder, name)
        try:
            return _open_quietly(name, folder)
        except OSError as error:
            raise from_os(error, name) from None


def _open_quietly(name: str, folder: int) -> int:
    """Without a trace in the access time, which only the owner may ask for."""
    try:
        return os.open(name, _OPEN | _NO_ATIME, dir_fd=folder)
    except PermissionError:
        return os.open(name, _OPEN, dir_fd=folder)


def _regular(folder: int, name: str) -> os.stat_result:
    try:
        entry = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except OSError as error:
        raise from_os(error, name) from None
    if not stat.S_ISREG(entry.st_mode):
        raise not_a_file(name, entry.st_mode)
    return entry


@contextmanager
def _folder(base: str, parts: Sequence[str]) -> Iterator[int]:
    """The folder at `parts`; `base` itself may be reached through a link, what is below may not."""
    try:
        folder = os.open(base, _ENTER)
    except OSError as error:
        raise from_os(error, Path(base).name or base) from None
    try:
        for name in parts:
            below = _enter(folder, name)
            os.close(folder)
            folder = below
        yield folder
    finally:
        os.close(folder)


def _enter(folder: int, name: str) -> int:
    try:
        return os.open(name, _ENTER | os.O_NOFOLLOW, dir_fd=folder)
    except OSError as error:
        raise _why_not(folder, name, error) from None


def _why_not(folder: int, name: str, error: OSError) -> Exception:
    """A link and a file in place of a folder fail alike, so look at what is there."""
    try:
        mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    except OSError:
        return from_os(error, name)
    return from_os(error, name) if stat.S_ISDIR(mode) else not_a_folder(name, mode)
