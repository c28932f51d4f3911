"""The names by which desktops know Cupola; the desktop file and the metainfo carry the same id."""

from __future__ import annotations

from typing import Final

APP_NAME: Final = "Cupola"
APP_ID: Final = "io.github.cupola.Cupola"
