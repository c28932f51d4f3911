"""Where the first start of a user and state folder listens for the next ones; found before Qt is loaded."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import Final

LONGEST: Final = 100
"""Bytes that the path of a socket may have; systems allow 104 to 108."""


def instance_path(state_dir: Path) -> str | None:
    """The socket (a pipe on Windows) for a state folder as it is on disk, None if there is no such folder.

    The folder is known by device and number, whatever it is called. None as well where nobody but this user
    could be kept from listening.
    """
    try:
        folder = state_dir.stat()
    except OSError:
        return None
    name = f"cupola-{folder.st_dev:x}-{folder.st_ino:x}"
    if sys.platform == "win32":
        return rf"\\.\pipe\{name}-{os.environ.get('USERNAME', '')}"
    for place in _places():
        path = str(place / name)
        if len(os.fsencode(path)) <= LONGEST and _is_ours(place):
            return path
    return None


def _places() -> list[Path]:
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    own = Path(os.environ.get("TMPDIR") or "/tmp", f"cupola-{os.getuid()}")  # noqa: S108 - checked by _is_ours
    return [*([Path(runtime)] if runtime else []), own]


def _is_ours(place: Path) -> bool:
    """Whether only this user can do anything there; it is made if it is not there."""
    try:
        place.mkdir(mode=0o700, exist_ok=True)
        found = place.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077
