"""Where the window and its docks were: state of the machine, apart from settings, in a file of its own."""

from __future__ import annotations

import json
import logging
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QMainWindow

from cupola.store.files import write_atomically

NAME: Final = "window.json"
SCHEMA: Final = 1
LAYOUT: Final = 1
"""Goes up when docks change so that an old layout no longer fits."""

log = logging.getLogger(__name__)


class WindowState:
    """Lives in the GUI thread; a file that is missing, broken or of another layout means the default."""

    def __init__(self, state_dir: Path) -> None:
        self._path = state_dir / NAME

    def save(self, window: QMainWindow) -> None:
        """Keep where `window` is now; a disk that refuses is logged, no more."""
        document = {
            "schema": SCHEMA,
            "layout": LAYOUT,
            "geometry": _text(window.saveGeometry()),
            "state": _text(window.saveState(LAYOUT)),
        }
        try:
            write_atomically(self._path, json.dumps(document).encode())
        except OSError as error:
            log.warning("The window's place is not kept: %s", error)

    def restore(self, window: QMainWindow) -> bool:
        """Put `window` where it was; False, and nothing moved, if nothing usable is kept."""
        try:
            document = json.loads(self._path.read_bytes())
            if (document["schema"], document["layout"]) != (SCHEMA, LAYOUT):
                return False
            geometry, state = _bytes(document["geometry"]), _bytes(document["state"])
        except FileNotFoundError:
            return False
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            log.warning("The window's place cannot be read: %s", error)
            return False
        return window.restoreGeometry(geometry) and window.restoreState(state, LAYOUT)


def _text(data: QByteArray) -> str:
    return b64encode(data.data()).decode("ascii")


def _bytes(written: str) -> QByteArray:
    return QByteArray(b64decode(written, validate=True))
