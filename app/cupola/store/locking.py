"""A lock between processes, which the system takes back from one that dies.

Of our own, for filelock 4 loads decimal, platform and secrets besides: 2 MB in a window that stays for weeks.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        os.lseek(file, 0, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


_STEP_S: Final = 0.02
_FLAGS: Final = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
_TAKEN: Final = (BlockingIOError, PermissionError)
"""What the systems say of a lock that somebody else has."""


class FileLock:
    """Held by one process at a time, and by one of these objects within it. Not for several threads."""

    def __init__(self, path: str | Path, timeout_s: float = 0.0) -> None:
        """`timeout_s` is what `with` waits."""
        self._path = path
        self._timeout_s = timeout_s
        self._file: int | None = None

    def __enter__(self) -> Self:
        self.acquire(self._timeout_s)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.release()

    def acquire(self, timeout_s: float = 0.0) -> None:
        """Hold it; held already it stays so. Raises TimeoutError if another one does so long, and OSError."""
        if self._file is not None:
            return
        file = os.open(self._path, _FLAGS, 0o600)
        try:
            _lock_within(file, timeout_s)
        except BaseException:
            os.close(file)
            raise
        self._file = file

    def release(self) -> None:
        """Let it go, if it is held. Its file stays: another one may be waiting for it."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)


def _lock_within(file: int, timeout_s: float) -> None:
    until = time.monotonic() + timeout_s
    while True:
        try:
            return _lock(file)
        except _TAKEN:
            if time.monotonic() >= until:
                raise TimeoutError(f"another process holds the lock for {timeout_s:.0f} s") from None
        time.sleep(_STEP_S)
