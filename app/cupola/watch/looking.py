"""The bounded look: is a build that writes none of its files still at work in its project folder?"""

from __future__ import annotations

import os
import time
from collections import deque
from typing import Final

from cupola.sources.base import PROJECT_MARKER

DEPTH: Final = 3
ENTRIES_CAP: Final = 2000
TIME_CAP_S: Final = 0.1


def newest_folder_mtime(directory: str, skipped: frozenset[str]) -> float | None:
    """Newest mtime (wall seconds) of the folders in a project to depth 3, within 2,000 entries and 100 ms.

    Folders in `skipped` are looked at but not entered (design.md, State). The project's own folder tells
    by what lies in it, because its mtime is also that of a checkout; the folder that holds the build's
    files tells nothing, because those are known one by one. None if there is nothing else to go by.
    Follows no link and opens nothing for writing.
    """
    end = time.monotonic() + TIME_CAP_S
    newest: float | None = None
    seen = 0
    waiting = deque([(directory, 0)])
    while waiting and seen < ENTRIES_CAP and time.monotonic() < end:
        folder, depth = waiting.popleft()
        try:
            for entry in _entries(folder, ENTRIES_CAP - seen):
                seen += 1
                is_folder = entry.is_dir(follow_symlinks=False)
                if depth == 0 or is_folder:
                    newest = max(newest or 0.0, entry.stat(follow_symlinks=False).st_mtime)
                if is_folder and depth + 1 < DEPTH and entry.name not in skipped:
                    waiting.append((entry.path, depth + 1))
        except OSError:
            continue  # a folder that vanished or may not be read tells nothing
    return newest


def _entries(folder: str, most: int) -> list[os.DirEntry[str]]:
    found: list[os.DirEntry[str]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if len(found) >= most:
                break
            if entry.name != PROJECT_MARKER:
                found.append(entry)
    return found
