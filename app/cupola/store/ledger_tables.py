"""The tables of the ledger, and how those of older versions become today's."""

from __future__ import annotations

import sqlite3
from typing import Final

SCHEMA: Final = 2

_TABLES: Final = """
CREATE TABLE files (
  path TEXT PRIMARY KEY, inode INTEGER, size INTEGER, offset INTEGER, head BLOB, mtime_ns INTEGER
) WITHOUT ROWID;
CREATE TABLE tellers (id INTEGER PRIMARY KEY, session TEXT, agent TEXT, directory TEXT, model TEXT);
CREATE TABLE replies (
  message BLOB, key BLOB, teller INTEGER, at REAL, sidechain INTEGER, final INTEGER,
  input INTEGER, output INTEGER, cache_5m INTEGER, cache_1h INTEGER, cache_read INTEGER,
  PRIMARY KEY (message, key)) WITHOUT ROWID;
CREATE TABLE portions (
  session TEXT, agent TEXT, directory TEXT, model TEXT, since REAL, above INTEGER, first REAL, lower INTEGER,
  input INTEGER, output INTEGER, cache_5m INTEGER, cache_1h INTEGER, cache_read INTEGER);
CREATE TABLE portions_by (bands TEXT);
"""
# Version 1 kept the teller's texts with each reply, and no time of a file.
_FROM_1: Final = """
ALTER TABLE files ADD COLUMN mtime_ns INTEGER NOT NULL DEFAULT 0;
ALTER TABLE replies RENAME TO replies_1;
{tables}
INSERT INTO tellers (session, agent, directory, model)
  SELECT DISTINCT session, agent, directory, model FROM replies_1;
INSERT INTO replies SELECT coalesce(message, key), key, tellers.id, at, sidechain, final,
    input, output, cache_5m, cache_1h, cache_read
  FROM replies_1 JOIN tellers ON tellers.session IS replies_1.session AND tellers.agent IS replies_1.agent
    AND tellers.directory IS replies_1.directory AND tellers.model IS replies_1.model;
DROP TABLE replies_1;
"""


def bring_to_date(connection: sqlite3.Connection) -> None:
    """Make the tables, or turn those of an older version into today's; nothing that was counted is lost.

    Raises sqlite3.DatabaseError for what is no ledger, and OperationalError for one of a later version, which
    is left as it is.
    """
    version = _version(connection)
    if version == SCHEMA:
        return
    if version > SCHEMA:
        raise sqlite3.OperationalError(f"a newer Cupola wrote it (schema {version}); it is left as it is")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN IMMEDIATE")
    version = _version(connection)  # another process may have been faster
    if version not in {0, 1, SCHEMA}:
        raise sqlite3.DatabaseError(f"schema {version}")
    for statement in _steps(version):
        connection.execute(statement)
    connection.commit()


def _version(connection: sqlite3.Connection) -> int:
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return found


def _steps(version: int) -> list[str]:
    if version == SCHEMA:
        return []
    files = _TABLES.index("CREATE TABLE tellers")
    script = _TABLES if version == 0 else _FROM_1.format(tables=_TABLES[files:])
    return [*script.split(";"), f"PRAGMA user_version = {SCHEMA}"]
