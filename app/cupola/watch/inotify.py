"""inotify through ctypes: what watching needs, without a thread of its own. Works on Linux only."""

from __future__ import annotations

import ctypes
import errno
import os
import select
import struct
from collections.abc import Iterator
from functools import cache
from typing import Final, Protocol

IN_MODIFY: Final = 0x2
IN_CLOSE_WRITE: Final = 0x8
IN_MOVED_FROM: Final = 0x40
IN_MOVED_TO: Final = 0x80
IN_CREATE: Final = 0x100
IN_DELETE: Final = 0x200
IN_DELETE_SELF: Final = 0x400
IN_MOVE_SELF: Final = 0x800
IN_UNMOUNT: Final = 0x2000
IN_Q_OVERFLOW: Final = 0x4000
IN_IGNORED: Final = 0x8000
IN_ONLYDIR: Final = 0x0100_0000
IN_DONT_FOLLOW: Final = 0x0200_0000
IN_EXCL_UNLINK: Final = 0x0400_0000
IN_MASK_ADD: Final = 0x2000_0000
IN_ISDIR: Final = 0x4000_0000

BUFFER_BYTES: Final = 64 * 1024
_HEADER: Final = struct.Struct("iIII")

RawEvent = tuple[int, int, bytes]
"""Watch descriptor, mask and name ("" for the watched directory itself)."""


class Kernel(Protocol):
    """The calls of `Inotify`, so that tests can refuse them as a kernel at its limits does."""

    def add(self, path: str, mask: int) -> int:
        """See `Inotify.add`."""

    def remove(self, wd: int) -> None:
        """See `Inotify.remove`."""

    def read(self) -> list[RawEvent]:
        """See `Inotify.read`."""

    def wake(self) -> None:
        """See `Inotify.wake`."""

    def close(self) -> None:
        """See `Inotify.close`."""


class Inotify:
    """One inotify instance. `read` belongs to one thread, the rest may be called from any."""

    def __init__(self) -> None:
        """Raise OSError: EMFILE when the user's instances or the process's files are used up."""
        self._fd = _checked(_libc().inotify_init1(os.O_CLOEXEC | os.O_NONBLOCK))
        try:
            self._wake_fd = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        except OSError:
            os.close(self._fd)
            raise
        self._poll = select.poll()
        self._poll.register(self._fd, select.POLLIN)
        self._poll.register(self._wake_fd, select.POLLIN)

    def add(self, path: str, mask: int) -> int:
        """Watch `path` and return its descriptor, which is the same for the same directory.

        Raises OSError: ENOSPC, ENOENT, EACCES, ENOTDIR, EBADF after `close`, ...
        """
        return _checked(_libc().inotify_add_watch(self._fd, os.fsencode(path), mask), path)

    def remove(self, wd: int) -> None:
        """End a watch; one that the kernel has already ended is no error."""
        try:
            _checked(_libc().inotify_rm_watch(self._fd, wd))
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.EBADF):
                raise

    def read(self) -> list[RawEvent]:
        """Block until there are events or `wake` was called (then the list may be empty)."""
        ready = {fd for fd, _ in self._poll.poll()}
        if self._wake_fd in ready:
            os.eventfd_read(self._wake_fd)
        return list(parse(os.read(self._fd, BUFFER_BYTES))) if self._fd in ready else []

    def wake(self) -> None:
        """Make a `read` that blocks, or else the next one, return."""
        if self._wake_fd >= 0:
            os.eventfd_write(self._wake_fd, 1)

    def close(self) -> None:
        """Give the descriptors back; only once no thread reads any more."""
        for fd in (self._fd, self._wake_fd):
            if fd >= 0:
                os.close(fd)
        self._fd = self._wake_fd = -1


def parse(buffer: bytes) -> Iterator[RawEvent]:
    """The events in one read: names are padded with NULs, cookies are of no use here."""
    offset = 0
    while offset < len(buffer):
        wd, mask, _cookie, length = _HEADER.unpack_from(buffer, offset)
        offset += _HEADER.size
        yield wd, mask, buffer[offset : offset + length].rstrip(b"\0")
        offset += length


@cache
def _libc() -> ctypes.CDLL:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.inotify_add_watch.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_uint32)
    return libc


def _checked(result: int, path: str | None = None) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), path)
    return result
