"""What runs here: versions by their metadata alone, so that Qt need not be loaded to be named."""

from __future__ import annotations

import platform
import sqlite3
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from cupola import __version__

_PACKAGES: Final = {
    "PySide6": "PySide6-Essentials",
    "qasync": "qasync",
    "msgspec": "msgspec",
    "watchdog": "watchdog",
    "rich": "rich",
}


def versions() -> Iterator[tuple[str, str]]:
    """Name and version of Cupola, of what it stands on, and of the system."""
    yield "Cupola", __version__
    yield "Python", f"{platform.python_version()} ({platform.python_implementation()})"
    yield "system", platform.platform()
    for name, package in _PACKAGES.items():
        try:
            yield name, version(package)
        except PackageNotFoundError:
            yield name, "not installed"
    yield "SQLite", sqlite3.sqlite_version
