"""The ledger of replies: each counted once, kept when its transcript is deleted (transcripts.md C.5)."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cupola.domain.clock import Instant
from cupola.domain.portions import Bands, Portion, joined, portions
from cupola.domain.usage import Reply, counted
from cupola.store.ledger_tables import bring_to_date

if TYPE_CHECKING:
    from cupola.store.ledger_taking import Prepared, Taking

NAME: Final = "ledger.db"
_WAIT_S: Final = 5.0
_CACHE_KIB: Final = 16 * 1024

_REPLIES: Final = """
SELECT message, key, model, at, session, agent, directory, sidechain, final,
  input, output, cache_5m, cache_1h, cache_read
FROM replies JOIN tellers ON tellers.id = teller
"""
_IN: Final = """
(directory = ? OR (directory >= ? AND directory < ?)) AND at >= ? AND (? IS NULL OR at < ?)
"""
# A message under several requests: some of them are replays, and `counted` knows which.
_REPEATED: Final = "SELECT message FROM replies GROUP BY message HAVING count(*) > 1"
_PORTIONS: Final = """
SELECT session, agent, directory, model, since, above, first, agent <> '' AND lower,
  input, output, cache_5m, cache_1h, cache_read
FROM (
  SELECT teller, {since} AS since, {above} AS above, min(at) AS first, min(final) = 0 AS lower,
    sum(input) AS input, sum(output) AS output, sum(cache_5m) AS cache_5m, sum(cache_1h) AS cache_1h,
    sum(cache_read) AS cache_read
  FROM replies WHERE message NOT IN ({repeated}) GROUP BY teller, since, above)
JOIN tellers ON tellers.id = teller
"""
_KEEP: Final = "INSERT INTO portions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class FileState:
    """How far a transcript was read: `head` tells whether it is still the same file.

    `mtime_ns`: when it was written to last, as it was before it was read.
    """

    inode: int
    size: int
    offset: int
    head: bytes
    mtime_ns: int = 0


class DamagedError(OSError):
    """What stands in the ledger's file is no ledger."""


class Ledger:
    """`ledger.db` of the state folder. Belongs to one thread.

    Raises OSError where it cannot be read or written, and DamagedError where `set_aside` would help.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._taken: Taking | None = None
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            self._connection = _opened(path)
        except DamagedError as error:
            set_aside(path, error)
            self._connection = _opened(path)

    def close(self) -> None:
        """End; what was taken since the last `commit` is forgotten. A second call does nothing."""
        self._connection.close()

    def states(self) -> dict[str, FileState]:
        """How far each known transcript was read, by path."""
        with _said(self._path):
            rows = self._connection.execute("SELECT path, inode, size, offset, head, mtime_ns FROM files")
            return {path: FileState(*state) for path, *state in rows}

    def take(self, path: str, state: FileState, replies: Iterable[Reply]) -> None:
        """Count what was read of a file and note how far: both or, until `commit`, neither."""
        from cupola.store.ledger_taking import prepared

        self.take_prepared(path, state, prepared(replies))

    def take_prepared(self, path: str, state: FileState, rows: Iterable[Prepared]) -> None:
        """The same of what `ledger_taking.prepared` made of replies."""
        from cupola.store.ledger_taking import Taking  # mostly nothing is taken, and OpenSSL loads slowly

        where = (path, state.inode, state.size, state.offset, state.head, state.mtime_ns)
        with self._all_or_nothing():
            self._taken = self._taken or Taking(self._connection)
            self._taken.add(rows)
            self._connection.execute("REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?)", where)

    def commit(self) -> None:
        """Keep what was taken since the last time."""
        with self._all_or_nothing():
            self._put_in()
            self._connection.commit()

    def replies(self) -> Iterator[Reply]:
        """Every reply once, oldest first. Ids are hashes: they only tell replies apart."""
        return self._replies(f"{_REPLIES} ORDER BY at, key")

    def replies_in(self, directory: str, since: Instant, until: Instant | None) -> list[Reply]:
        """What was made in a directory or below, from `since` and before `until`, each reply once."""
        below = directory.rstrip("/\\") + os.sep
        query = f"{_REPLIES} WHERE {_IN}"
        given = (directory, below, below[:-1] + chr(ord(os.sep) + 1), since, until, until)
        return counted(self._replies(query, given))

    def portions(self, bands: Bands) -> list[Portion]:
        """All replies added up as `portions.portions` does: kept, and made anew after something was taken.

        Keeps what was taken as well.
        """
        with self._all_or_nothing():
            self._put_in()
            self._connection.commit()
            if self._connection.execute("SELECT bands FROM portions_by").fetchall() != [(repr(bands),)]:
                self._add_up(bands)
            rows = self._connection.execute("SELECT * FROM portions ORDER BY rowid").fetchall()
        return [Portion._make((*row[:7], bool(row[7]), *row[8:])) for row in rows]

    def _add_up(self, bands: Bands) -> None:
        """What several requests tell of one message is for `counted` to judge, all else for the database."""
        self._connection.execute("BEGIN IMMEDIATE")  # or another process adds what these sums then lack
        repeated = counted(self._replies(f"{_REPLIES} WHERE message IN ({_REPEATED})"))
        once = map(Portion._make, self._connection.execute(_adding_up(bands)))
        parts = joined((*once, *portions(repeated, bands)))
        self._connection.execute("DELETE FROM portions")
        self._connection.executemany(_KEEP, parts)
        self._connection.execute("DELETE FROM portions_by")
        self._connection.execute("INSERT INTO portions_by VALUES (?)", (repr(bands),))
        self._connection.commit()

    def _replies(self, query: str, given: tuple[object, ...] = ()) -> Iterator[Reply]:
        with _said(self._path):
            self._put_in()
            for row in self._connection.execute(query, given):
                message, key, model, at, session, agent, directory, sidechain, final, *usage = row
                nameless = message == key
                yield Reply(
                    "" if nameless else message.hex(),
                    "" if nameless else key.hex(),
                    key.hex(),
                    model,
                    at,
                    session,
                    agent,
                    directory,
                    bool(sidechain),
                    bool(final),
                    *usage,
                )

    def _put_in(self) -> None:
        if self._taken is not None:
            self._taken.put_in()

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        try:
            with _said(self._path):
                yield
        except OSError:
            self._taken = None
            self._connection.rollback()
            raise


def set_aside(path: Path, error: OSError) -> None:
    """Let a ledger that cannot be read be made anew from the transcripts; it is kept beside the new one."""
    import logging  # not worth its time where all is well

    logging.getLogger(__name__).warning("%s; it is made anew from the transcripts", error)
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.replace(part.with_name(f"{part.name}.damaged"))


def _opened(path: Path) -> sqlite3.Connection:
    with _said(path):
        connection = sqlite3.connect(path, timeout=_WAIT_S)
        try:
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(f"PRAGMA cache_size = {-_CACHE_KIB}")
            bring_to_date(connection)
            connection.execute("SELECT count(*) FROM files").fetchone()
        except sqlite3.Error:
            connection.close()
            raise
    return connection


@contextmanager
def _said(path: Path) -> Iterator[None]:
    """Errors of the database as those of a file: a full disk and a lock are no damage, the rest is."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise OSError(f"{path}: {error}") from error
    except sqlite3.DatabaseError as error:
        raise DamagedError(f"{path} is damaged: {error}") from error


def _adding_up(bands: Bands) -> str:
    """`Bands.since` and `Bands.above` in the database's words."""
    context = "input + cache_5m + cache_1h + cache_read"
    instants = "".join(f" WHEN at >= {one!r} THEN {one!r}" for one in reversed(bands.instants))
    contexts = "".join(f" WHEN {context} > {one} THEN {one}" for one in reversed(bands.contexts))
    return _PORTIONS.format(
        since=f"CASE WHEN at IS NULL THEN NULL{instants} ELSE -9e999 END",
        above=f"CASE WHEN 0 THEN 0{contexts} ELSE -1 END",
        repeated=_REPEATED,
    )
