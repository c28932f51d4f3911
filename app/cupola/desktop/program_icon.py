"""The program's own icon, for desktops that find none by the desktop file's name."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QIcon

from cupola.program import APP_ID
from cupola.resources import ICONS, resource


def program_icon() -> QIcon:
    """Drawn from the SVG at whatever size is asked for. GUI thread."""
    return QIcon(str(resource(f"{ICONS}/{APP_ID}.svg")))


def icon_files() -> list[Path]:
    """Every icon that Cupola ships as a file."""
    return sorted(resource(ICONS).glob("*.svg"))
