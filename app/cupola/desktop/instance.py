"""Being the one Cupola of a user and state folder: later starts come here with what they were asked for."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cupola.desktop.hand_over import wish_of
from cupola.desktop.instance_place import instance_path
from cupola.store.locking import FileLock

if sys.platform == "win32":
    from cupola.desktop.door_windows import Door
else:
    from cupola.desktop.door_posix import Door

log = logging.getLogger(__name__)


class Instance(QObject):
    """Lives in the GUI thread from the first paint until `stop`.

    Whoever holds the lock is the first, also after a `kill -9`, for the system takes it back; so a socket
    that was left behind is removed by nobody else, and never that of one who lives.
    """

    wished = Signal(object)
    """A `Wish` of a later start, which waits for the answer until the slots are through."""

    def __init__(self, state_dir: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = instance_path(state_dir)
        self._lock: FileLock | None = None
        self._door = Door(self._hear, self)

    def claim(self, wait_s: float = 0.0) -> bool:
        """Listen from now on; False if another one does, and will for longer than `wait_s`.

        Where nobody can listen everybody is the first.
        """
        if self._path is None:
            log.warning("No place to listen for later starts: each of them opens a window of its own")
            return True
        if not self._locked(self._path, wait_s):
            return False
        try:
            self._door.open(self._path)
        except OSError as error:
            log.warning("Later starts are not heard: %s", error)
        return True

    def stop(self) -> None:
        """Listen no more; the next start is the first."""
        self._door.close()
        if self._lock is not None:
            self._lock.release()

    def _locked(self, path: str, wait_s: float) -> bool:
        if sys.platform == "win32":  # a pipe goes with its process
            return True
        lock = FileLock(f"{path}.lock")
        try:
            lock.acquire(wait_s)
        except TimeoutError:
            return False
        except OSError as error:
            log.warning("Whether another Cupola runs cannot be known: %s", error)
            return True
        self._lock = lock
        return True

    def _hear(self, line: bytes) -> bool:
        wish = wish_of(line)
        if wish is None:
            return False
        log.info("A later start hands over to this one")
        self.wished.emit(wish)
        return True
