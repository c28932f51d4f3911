"""The names by which desktops know Cupola."""

from __future__ import annotations

from typing import Final

from cupola.program import APP_ID

APP_NAME: Final = "Cupola"

__all__ = ["APP_ID", "APP_NAME"]
