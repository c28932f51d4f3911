"""Where the window and its docks were: state of the machine, apart from settings, in a file of its own."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final, Protocol

from cupola.store.files import write_atomically

NAME: Final = "window.state"
_CAP_BYTES: Final = 1 << 20

log = logging.getLogger(__name__)


class Keeps(Protocol):
    """A window that can say where it is, in a form that carries its own version."""

    def save_state(self) -> bytes: ...

    def restore_state(self, data: bytes) -> bool: ...


class WindowState:
    """Lives in the GUI thread; a file that is missing, broken or of another version means the default."""

    def __init__(self, state_dir: Path) -> None:
        self._path = state_dir / NAME
        self._kept: bytes | None = None

    def save(self, window: Keeps) -> None:
        """Keep where `window` is now, if it moved; a disk that refuses is logged, no more."""
        data = window.save_state()
        if data == self._kept:
            return
        try:
            write_atomically(self._path, data)
            self._kept = data
        except OSError as error:
            log.warning("The window's place is not kept: %s", error)

    def restore(self, window: Keeps) -> bool:
        """Put `window` where it was; False if nothing usable is kept."""
        try:
            with self._path.open("rb") as file:
                data = file.read(_CAP_BYTES)
        except FileNotFoundError:
            return False
        except OSError as error:
            log.warning("The window's place cannot be read: %s", error)
            return False
        return window.restore_state(data)
