"""The ledger of replies: each counted once, kept when its transcript is deleted (transcripts.md C.5)."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cupola.domain.usage import Reply, Usage

log = logging.getLogger(__name__)

NAME: Final = "ledger.db"
SCHEMA: Final = 1
_WAIT_S: Final = 5.0

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS files (
  path TEXT PRIMARY KEY, inode INTEGER, size INTEGER, offset INTEGER, head BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS replies (
  key BLOB PRIMARY KEY, message BLOB, session TEXT, agent TEXT, directory TEXT, model TEXT, at REAL,
  sidechain INTEGER, final INTEGER,
  input INTEGER, output INTEGER, cache_5m INTEGER, cache_1h INTEGER, cache_read INTEGER) WITHOUT ROWID;
"""
_ADD: Final = """
INSERT INTO replies VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (key) DO UPDATE SET
  session = iif(excluded.sidechain < sidechain, excluded.session, session),
  agent = iif(excluded.sidechain < sidechain, excluded.agent, agent),
  directory = coalesce(iif(excluded.sidechain < sidechain, excluded.directory, directory), directory),
  at = coalesce(min(at, excluded.at), at, excluded.at),
  sidechain = min(sidechain, excluded.sidechain), final = max(final, excluded.final),
  input = max(input, excluded.input), output = max(output, excluded.output),
  cache_5m = max(cache_5m, excluded.cache_5m), cache_1h = max(cache_1h, excluded.cache_1h),
  cache_read = max(cache_read, excluded.cache_read)
"""
_ALL: Final = """
SELECT key, message, session, agent, directory, model, at, sidechain, final,
  input, output, cache_5m, cache_1h, cache_read FROM replies ORDER BY at, key
"""


@dataclass(frozen=True, slots=True)
class FileState:
    """How far a transcript was read: `head` tells whether it is still the same file."""

    inode: int
    size: int
    offset: int
    head: bytes


class Ledger:
    """`ledger.db` of the state folder. Belongs to one thread; raises OSError where it cannot be written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            self._connection = _opened(path)
        except sqlite3.DatabaseError as error:
            log.warning("%s is damaged and made anew from the transcripts: %s", path, error)
            _set_aside(path)
            self._connection = _opened(path)

    def close(self) -> None:
        """End; a second call does nothing."""
        self._connection.close()

    def states(self) -> dict[str, FileState]:
        """How far each known transcript was read, by path."""
        rows = self._connection.execute("SELECT path, inode, size, offset, head FROM files")
        return {path: FileState(*state) for path, *state in rows}

    def take(self, path: str, state: FileState, replies: Iterable[Reply]) -> None:
        """Count what was read of a file and note how far: both or, until `commit`, neither."""
        with self._told():
            self._connection.executemany(_ADD, map(_row, replies))
            self._connection.execute(
                "REPLACE INTO files VALUES (?, ?, ?, ?, ?)",
                (path, state.inode, state.size, state.offset, state.head),
            )

    def commit(self) -> None:
        """Keep what was taken since the last time."""
        with self._told():
            self._connection.commit()

    def replies(self) -> Iterator[Reply]:
        """Every reply once, oldest first. Ids are hashes: they only tell replies apart."""
        for row in self._connection.execute(_ALL):
            key, message, session, agent, directory, model, at, sidechain, final, *usage = row
            yield Reply(
                message.hex() if message else "",
                key.hex() if message else "",
                key.hex(),
                model,
                at,
                session,
                agent,
                directory,
                bool(sidechain),
                bool(final),
                Usage(*usage),
            )

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise OSError(f"{self._path}: {error}") from error


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_WAIT_S)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version not in {0, SCHEMA}:
            raise sqlite3.DatabaseError(f"schema {version}")
        connection.executescript(_TABLES)
        connection.execute(f"PRAGMA user_version = {SCHEMA}")
        connection.execute("SELECT count(*) FROM files").fetchone()
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _set_aside(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.replace(part.with_name(f"{part.name}.damaged"))


def _row(reply: Reply) -> tuple[object, ...]:
    message = _hash(reply.message) if reply.message else None
    who = (reply.session, reply.agent, reply.directory, reply.model, reply.at)
    usage = reply.usage
    counts = (usage.input, usage.output, usage.cache_5m, usage.cache_1h, usage.cache_read)
    return (_hash(reply.key), message, *who, reply.sidechain, reply.final, *counts)


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
