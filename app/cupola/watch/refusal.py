"""Why a file gives no bytes, in words for a person."""

from __future__ import annotations

import errno
import os
import stat
from typing import Final

from cupola.domain.text import printable_path

_NAME_LIMIT: Final = 100
_KINDS: Final = (
    (stat.S_ISLNK, "a link, and links are not followed"),
    (stat.S_ISDIR, "a folder, not a file"),
    (stat.S_ISFIFO, "a named pipe, not a file"),
    (stat.S_ISSOCK, "a socket, not a file"),
    (stat.S_ISCHR, "a device, not a file"),
    (stat.S_ISBLK, "a device, not a file"),
)
_REASONS: Final = {
    errno.EACCES: "no permission to read {}",
    errno.EPERM: "no permission to read {}",
    errno.ENAMETOOLONG: "the name {} is too long",
    errno.ELOOP: "{} is a link, and links are not followed",
    errno.EWOULDBLOCK: "{} is locked by another program",
    errno.EMFILE: "too many open files to read {}",
    errno.ENFILE: "too many open files to read {}",
}
_UNITS: Final = ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")


class MissingError(Exception):
    """There is nothing of that name."""


class RefusedError(Exception):
    """There is something that Cupola does not read; the text says what and why."""


def shown_name(name: str) -> str:
    """A file name fit to be shown, whatever bytes it has."""
    return printable_path(name, _NAME_LIMIT)


def not_a_file(name: str, mode: int) -> RefusedError:
    """The refusal of what is no regular file, by its `st_mode`."""
    what = next((words for test, words in _KINDS if test(mode)), "no ordinary file")
    return RefusedError(f"{shown_name(name)} is {what}")


def not_a_folder(name: str, mode: int) -> RefusedError:
    """The refusal of what stands where a folder should be."""
    what = "a link, and links are not followed" if stat.S_ISLNK(mode) else "not a folder"
    return RefusedError(f"{shown_name(name)} is {what}")


def too_large(name: str, size_bytes: int, cap_bytes: int) -> RefusedError:
    """The refusal of a file over its cap."""
    sizes = f"{size_words(size_bytes)}, and at most {size_words(cap_bytes)} are read"
    return RefusedError(f"{shown_name(name)} is too large: {sizes}")


def from_os(error: OSError, name: str) -> MissingError | RefusedError:
    """What an error of the system means for the file or folder `name`."""
    if error.errno in {errno.ENOENT, errno.ESTALE}:
        return MissingError(shown_name(name))
    reason = _REASONS.get(error.errno or 0)
    if reason is None:
        system = error.strerror or os.strerror(error.errno or errno.EIO)
        return RefusedError(f"{shown_name(name)} cannot be read: {system}")
    return RefusedError(reason.format(shown_name(name)))


def size_words(size_bytes: int) -> str:
    """A size as a person reads it: "412 bytes", "1 MiB", "2.5 GiB"."""
    size, unit = float(size_bytes), 0
    while size >= 1024 and unit < len(_UNITS) - 1:
        size, unit = size / 1024, unit + 1
    return f"{size:.1f}".removesuffix(".0") + f" {_UNITS[unit]}"
