"""Whose build a file tells of: the folder it lies in, or the first candidate its source names."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable

from cupola.sources.base import PROJECT_MARKER, Ownership
from cupola.watch.paths import portable

KEY_PREFIX = "checkpoint:"
"""Marks the home of a build that has no directory."""


def owner_of(roots: Callable[[], frozenset[str]], holder: str, ownership: Ownership) -> str:
    """The directory that files belong to, else a key with KEY_PREFIX (design.md, Live before checkpoint).

    Runs in a lane: it stats the candidates. None of them is ever opened.
    """
    for written in (*(ownership.said or ()), *ownership.candidates):
        path = _real(os.path.normpath(os.path.join(holder, written)))
        if path is not None and _is_owner(path, holder, roots()):
            return path
    return f"{KEY_PREFIX}{holder}/{ownership.key}"


def _real(path: str) -> str | None:
    """The path as projects are known by: without links above, for a person may write one with links."""
    try:
        return portable(os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path)))
    except (OSError, ValueError):
        return None


def _is_owner(path: str, holder: str, roots: frozenset[str]) -> bool:
    if path == holder:
        return _is_folder(f"{path}/{PROJECT_MARKER}")
    return _is_inside(path, roots) and _is_folder(path)


def _is_inside(path: str, roots: frozenset[str]) -> bool:
    return any(path == root or path.startswith(root.rstrip("/") + "/") for root in roots)


def _is_folder(path: str) -> bool:
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except (OSError, ValueError):
        return False
