"""The user's settings: one frozen value, handed down; a change is a new value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SKIPPED_FOLDERS: Final = (
    ".cache",
    ".cargo",
    ".git",
    ".gradle",
    ".hg",
    ".idea",
    ".mypy_cache",
    ".next",
    ".nox",
    ".pytest_cache",
    ".ruff_cache",
    ".svn",
    ".terraform",
    ".tox",
    ".venv",
    "__pycache__",
    "bower_components",
    "dist",
    "node_modules",
    "site-packages",
    "target",
    "vendor",
    "venv",
)
"""Folders with much in them and no project of a build. `build` is not among them: people name projects so."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user may choose. `roots` is empty until the user chose some: then the default one counts."""

    roots: tuple[str, ...] = ()
    depth: int = 3
    skipped_folders: tuple[str, ...] = SKIPPED_FOLDERS
    quiet_limit_s: float = 900.0
