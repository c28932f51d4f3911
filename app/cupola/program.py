"""What this program is to a desktop, and how it is started again, by itself."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

APP_ID: Final = "io.github.cupola.Cupola"
"""By which desktops know Cupola; the desktop file and the metainfo carry the same id."""


def this_program() -> Sequence[str]:
    """The beginning of a command line: frozen it is the executable itself."""
    return (sys.executable,) if getattr(sys, "frozen", False) else (sys.executable, "-m", "cupola")
