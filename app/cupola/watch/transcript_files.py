"""Transcripts on disk: where they are and whose they are, and which were written to (C.1, C.7)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from cupola.store.ledger import FileState

PROJECTS: Final = "projects"
MOST_FILES: Final = 200_000
_SUFFIX: Final = ".jsonl"


@dataclass(frozen=True, slots=True)
class Transcript:
    """One file below the folder `base`. `agent` is "" for the main session.

    `stamp`: inode, size in bytes and time in ns of the last write, as they were when it was found.
    """

    base: str
    relative: str
    session: str
    agent: str
    stamp: tuple[int, int, int] = field(default=(0, 0, 0), compare=False)

    @property
    def path(self) -> str:
        """Its full path."""
        return f"{self.base}/{self.relative}"

    def untouched(self, before: FileState | None) -> bool:
        """True if nothing was written since; what is not has to be looked into (C.7)."""
        return before is not None and self.stamp == (before.inode, before.size, before.mtime_ns)


def find(folder: str) -> Iterator[Transcript]:
    """All transcripts of one of Claude's folders, or of its `projects`; follows no link, raises nothing."""
    base = folder if os.path.basename(folder) == PROJECTS else f"{folder}/{PROJECTS}"
    waiting, count = [""], 0
    while waiting and count < MOST_FILES:
        relative = waiting.pop()
        try:
            with os.scandir(f"{base}/{relative}") as entries:
                for entry in sorted(entries, key=lambda one: one.name):
                    path = f"{relative}/{entry.name}" if relative else entry.name
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(path)
                    elif entry.name.endswith(_SUFFIX) and entry.is_file(follow_symlinks=False):
                        count += 1
                        yield _named(base, path, entry)
        except OSError:
            continue  # it vanished or may not be read: nothing is counted of it


def _named(base: str, relative: str, entry: os.DirEntry[str]) -> Transcript:
    """`<slug>/<session>.jsonl`, `<slug>/<session>/subagents/…/agent-<id>.jsonl`, `<slug>/agent-<id>…`."""
    parts = relative.removesuffix(_SUFFIX).split("/")
    agent = parts[-1].removeprefix("agent-") if parts[-1].startswith("agent-") else ""
    session = parts[1] if agent and len(parts) > 2 else "" if agent else parts[-1]
    return Transcript(base, relative, session, agent, _stamp(entry))


def _stamp(entry: os.DirEntry[str]) -> tuple[int, int, int]:
    try:
        found = entry.stat(follow_symlinks=False)
    except OSError:
        return 0, 0, 0  # of no file: whoever reads it will see that it vanished
    return found.st_ino or entry.inode(), found.st_size, found.st_mtime_ns  # Windows tells it only so
