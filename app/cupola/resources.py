"""Where the files lie that Cupola ships beside its code."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).parent
ICONS: Final = "icons"


def resource(name: str) -> Path:
    """In the package when installed or bundled, else in the checkout's `resources`; it may be missing."""
    packaged = _HERE / "resources" / name
    return packaged if packaged.exists() else _HERE.parents[1] / "resources" / name
