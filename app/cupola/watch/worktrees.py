"""Folders elsewhere that git keeps for a project: work that is done in them is done for it."""

from __future__ import annotations

import os
from itertools import islice
from typing import Final

from cupola.sources.base import Mode
from cupola.watch.opening import MissingError, RefusedError, read_blob
from cupola.watch.paths import portable

MOST: Final = 100
_KEPT: Final = ".git/worktrees"
_PATH_CAP: Final = 4096


def worktrees_of(directory: str) -> tuple[str, ...]:
    """The worktrees of the project's repository, at most MOST, without links; none where there is no git.

    Does file work in a lane; follows no link within the project and raises nothing.
    """
    try:
        with os.scandir(f"{directory}/{_KEPT}") as entries:
            names = sorted(entry.name for entry in islice(entries, MOST))
    except OSError:
        return ()
    found = (_worktree(directory, name) for name in names)
    return tuple(portable(os.path.realpath(path)) for path in found if path)


def _worktree(directory: str, name: str) -> str:
    """Where one worktree lies: git writes down its `.git` file."""
    try:
        data = read_blob(directory, f"{_KEPT}/{name}/gitdir", _PATH_CAP, Mode.WHOLE).data
    except (MissingError, RefusedError):
        return ""
    path, name = os.path.split(data.decode("utf-8", "replace").strip())
    return path if name == ".git" and os.path.isabs(path) else ""
