"""What a process finds around itself, asked once at its start."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from cupola.store.places import Surroundings


def surroundings() -> Surroundings:
    """What this process finds around itself now."""
    home, cwd = Path.home(), _cwd()
    return Surroundings(
        environment=dict(os.environ),
        home=home,
        cwd=cwd or home,
        from_terminal=cwd is not None and _at_terminal(),
        program=_program_folders(),
    )


def _at_terminal() -> bool:
    """True if a terminal is at either end; a window started from a menu has none."""
    return any(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def _cwd() -> Path | None:
    try:
        return Path.cwd()
    except OSError:
        return None


def _program_folders() -> tuple[Path, ...]:
    if getattr(sys, "frozen", False):
        return (Path(sys.executable).resolve().parent,)
    package = Path(__file__).resolve().parents[1]
    checkout = package.parents[1]
    from_checkout = package.parent.name == "app" and (checkout / "pyproject.toml").is_file()
    return (checkout,) if from_checkout else (package,)
