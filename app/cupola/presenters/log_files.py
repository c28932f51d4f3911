"""Where a build's logs are (formats.md A1.2 to A1.7, A0)."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path
from typing import Final

MOST_FILES: Final = 200
MOST_ENTRIES: Final = 2000

_OF_A_PROJECT: Final = (
    (".context-foundry/builder-logs", "*.log"),
    (".context-foundry/test-logs", "*.log"),
    (".context-foundry", "build-log.md"),
    (".context-foundry", "build-output-*.txt"),
)


@dataclass(frozen=True, slots=True)
class LogPlace:
    """Whose logs: the project's folder, the id that its sessions bear, and the watched roots."""

    directory: str | None
    session_id: str | None = None
    roots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LogFile:
    """A log: `relative` to the folder `base`, `/`-separated."""

    base: str
    relative: str
    mtime: float = 0.0

    @property
    def name(self) -> str:
        """How it is called in the list of logs."""
        return self.relative.removeprefix(".context-foundry/")

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same file."""
        return self.base, self.relative


def log_files(place: LogPlace) -> tuple[LogFile, ...]:
    """The logs of a build, newest first, at most 200; follows no link. Does file work: never in the GUI."""
    found = {file.key: file for file in _all(place)}
    return tuple(sorted(found.values(), key=lambda file: (-file.mtime, file.relative))[:MOST_FILES])


def _all(place: LogPlace) -> Iterator[LogFile]:
    for folder, pattern in _OF_A_PROJECT if place.directory else ():
        yield from _matching(place.directory or "", folder, pattern)
    for base in dict.fromkeys((*((place.directory,) if place.directory else ()), *place.roots)):
        session = place.session_id
        if session and session not in {".", ".."} and not set("/\\\0") & set(session):
            yield from _matching(base, f"logs/ralph_{session.removeprefix('ralph_')}", "*")
            yield from _matching(base, "logs", f"overnight_{session[-15:]}.log", exactly=True)
    if place.directory:
        yield from _matching(place.directory, "logs", "overnight_*.log")


def _matching(base: str, folder: str, pattern: str, *, exactly: bool = False) -> Iterator[LogFile]:
    if not _is_plain_folder(base, folder):
        return
    try:
        with os.scandir(f"{base}/{folder}") as entries:
            for entry in islice(entries, MOST_ENTRIES):
                fits = entry.name == pattern if exactly else fnmatchcase(entry.name, pattern)
                if fits and entry.is_file(follow_symlinks=False):
                    at = entry.stat(follow_symlinks=False).st_mtime
                    yield LogFile(base, f"{folder}/{entry.name}", at)
    except OSError:
        return  # it vanished, or may not be read: then it has no logs to show


def _is_plain_folder(base: str, folder: str) -> bool:
    path = Path(base)
    try:
        for part in folder.split("/"):
            path /= part
            if not stat.S_ISDIR(path.lstat().st_mode):
                return False
    except (OSError, ValueError):
        return False
    return True
