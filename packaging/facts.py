"""What every package of Cupola says of it, in one place: names, ids, versions, folders."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGING: Final = ROOT / "packaging"
sys.path.insert(0, str(ROOT / "app"))  # the checkout's own, whatever else is installed

import cupola  # noqa: E402 - needs the path above
from cupola.program import APP_ID  # noqa: E402 - as above

VERSION: Final = cupola.__version__
BUILD: Final = ROOT / "build"
"""What one step makes for the next."""
DIST: Final = ROOT / "dist"
"""What a release consists of."""

SYSTEM: Final[str] = sys.platform
NAME: Final = "cupola"
GUI_NAME: Final = "cupola-gui"
TITLE: Final = "Cupola"
SHORT: Final = "Window onto autonomous AI builds, as they happen"
"""What software centres and package lists show."""
MAINTAINER: Final = "Cupola contributors <cupola@users.noreply.github.com>"
REPOSITORY: Final = "https://github.com/cupola/Cupola"
"""Where the id says that it lives: io.github.cupola.Cupola."""
PREFIX: Final = f"/opt/{NAME}"
"""Where the bundle lies on Linux."""
ICON_SIZES: Final = (16, 22, 24, 32, 48, 64, 128, 256, 512)

__all__ = ["APP_ID", "VERSION"]


@cache
def project() -> dict[str, Any]:
    """The `[project]` table of pyproject.toml."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        table: dict[str, Any] = tomllib.load(file)["project"]
    return table


def summary() -> str:
    """One line of what it is."""
    return str(project()["description"])


@cache
def commit_time() -> int:
    """Seconds since 1970 of the commit that is built: the only time that goes into a package."""
    ask = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    done = subprocess.run(ask, capture_output=True, text=True, check=False)
    return int(done.stdout) if done.returncode == 0 else 946684800
