"""Writing Cupola's own files so that a reader, or a power cut, never meets half of one."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

_NEW_FILE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def write_atomically(path: Path, data: bytes) -> None:
    """Replace `path` by `data` in one step, making its folder if need be; any thread.

    Raises OSError and then leaves the old file as it was. The new file is readable by its owner only.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = path.with_name(f".{path.name}.{os.urandom(6).hex()}.new")
    try:
        with os.fdopen(os.open(new, _NEW_FILE, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except BaseException:
        with suppress(OSError):
            new.unlink()
        raise
