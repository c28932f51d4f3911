"""Transcripts on disk: where they are, and what was added to each since it was read (C.1, C.7)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from cupola.sources.base import MIB, Mode
from cupola.store.ledger import FileState
from cupola.watch.opening import read_blob

PROJECTS: Final = "projects"
CHUNK_BYTES: Final = 4 * MIB
LONGEST_LINE_BYTES: Final = 64 * MIB
"""A longer line is passed over: no reply is of that length, but snapshots of files are."""
MOST_FILES: Final = 200_000
_HEAD_BYTES: Final = 1024
_SUFFIX: Final = ".jsonl"


@dataclass(frozen=True, slots=True)
class Transcript:
    """One file below the folder `base`. `agent` is "" for the main session."""

    base: str
    relative: str
    session: str
    agent: str

    @property
    def path(self) -> str:
        """Its full path."""
        return f"{self.base}/{self.relative}"


@dataclass(frozen=True, slots=True)
class Added:
    """Whole lines that were added, and how far the file was read with them."""

    lines: tuple[bytes, ...]
    state: FileState


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
                        yield _named(base, path)
        except OSError:
            continue  # it vanished or may not be read: nothing is counted of it


def _named(base: str, relative: str) -> Transcript:
    """`<slug>/<session>.jsonl`, `<slug>/<session>/subagents/…/agent-<id>.jsonl`, `<slug>/agent-<id>…`."""
    parts = relative.removesuffix(_SUFFIX).split("/")
    agent = parts[-1].removeprefix("agent-") if parts[-1].startswith("agent-") else ""
    session = parts[1] if agent and len(parts) > 2 else "" if agent else parts[-1]
    return Transcript(base, relative, session, agent)


def added(transcript: Transcript, before: FileState | None) -> Iterator[Added]:
    """What was added since `before`, in chunks of whole lines; nothing where nothing was.

    A file that is another one, or shorter, is read from its beginning. Raises MissingError, RefusedError.
    """
    entry = os.stat(transcript.path, follow_symlinks=False)
    head = _head(transcript)
    same = before is not None and before.inode == entry.st_ino and _continues(before, head, entry.st_size)
    offset = before.offset if before is not None and same else 0
    if before is not None and same and entry.st_size == before.size:
        return
    rest = b""
    while True:
        data = _chunk(transcript, offset + len(rest))
        rest += data
        whole = rest.rfind(b"\n") + 1
        if len(rest) - whole > LONGEST_LINE_BYTES:
            offset, rest = offset + len(rest), b""
            continue
        offset, lines, rest = offset + whole, rest[:whole], rest[whole:]
        if lines or not data:
            state = FileState(entry.st_ino, offset + len(rest), offset, head)
            yield Added(tuple(lines.splitlines()), state)
        if not data:
            return


def _chunk(transcript: Transcript, offset: int) -> bytes:
    return read_blob(transcript.base, transcript.relative, CHUNK_BYTES, Mode.APPEND, offset=offset).data


def _head(transcript: Transcript) -> bytes:
    data = read_blob(transcript.base, transcript.relative, _HEAD_BYTES, Mode.APPEND).data
    return _hashed(data)


def _hashed(data: bytes) -> bytes:
    return len(data).to_bytes(2, "big") + blake2b(data, digest_size=8).digest()


def _continues(before: FileState, head: bytes, size: int) -> bool:
    """The same beginning; one that was shorter than the head then cannot be compared, only its length."""
    if size < before.offset:
        return False
    return before.head == head or before.head[:2] != _HEAD_BYTES.to_bytes(2, "big")
