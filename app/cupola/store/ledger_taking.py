"""How replies get into the ledger: many at a time, each once, told by the row that is to be believed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from hashlib import blake2b
from operator import itemgetter
from typing import Any, Final

from cupola.domain.clock import Instant
from cupola.domain.usage import Reply, rank

_HELD_ROWS: Final = 10_000
"""Rows that are put in together, sorted: each page of the table is then changed once for many of them."""

_ADD: Final = """
INSERT INTO replies VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (message, key) DO UPDATE SET
  teller = iif(tells(excluded.teller, excluded.at, excluded.sidechain, teller, at, sidechain),
    excluded.teller, teller),
  at = iif(tells(excluded.teller, excluded.at, excluded.sidechain, teller, at, sidechain), excluded.at, at),
  sidechain = min(sidechain, excluded.sidechain), final = max(final, excluded.final),
  input = max(input, excluded.input), output = max(output, excluded.output),
  cache_5m = max(cache_5m, excluded.cache_5m), cache_1h = max(cache_1h, excluded.cache_1h),
  cache_read = max(cache_read, excluded.cache_read)
"""
_NEW_TELLER: Final = "INSERT INTO tellers (session, agent, directory, model) VALUES (?, ?, ?, ?)"

Teller = tuple[str, str, str | None, str]
"""Session, agent, directory and model of a reply."""


Prepared = tuple[bytes, bytes, Teller, float | None, bool, bool, int, int, int, int, int]
"""A row of `replies`, but for the number of its teller."""


def prepared(rows: Iterable[Reply]) -> list[Prepared]:
    """Replies ready to be taken, each once, ids hashed. It needs no database: another process can do it."""
    merged: dict[str, Reply] = {}
    for one in rows:
        held = merged.get(one.key)
        merged[one.key] = one if held is None else held.merged(one)
    return [_prepared(key, one) for key, one in merged.items()]


def _prepared(key: str, one: Reply) -> Prepared:
    """A row without ids is a message of its own."""
    hashed = _hash(key)
    message = _hash(one.message) if one.message else hashed
    teller = (one.session, one.agent, one.directory, one.model)
    return (message, hashed, teller, one.at, one.sidechain, one.final, *one[10:])


class Taking:
    """What was taken for the ledger's tables; `put_in` brings the rest of it there. Commits nothing."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._rows: list[tuple[object, ...]] = []
        known = connection.execute("SELECT session, agent, directory, model, id FROM tellers")
        self._ids: dict[Teller, int] = {(session, *who): id_ for session, *who, id_ in known}
        self._tellers: dict[int, Teller] = {id_: teller for teller, id_ in self._ids.items()}
        connection.create_function("tells", 6, self._tells, deterministic=True)

    def add(self, rows: Iterable[Prepared]) -> None:
        """Take some rows; those of one reply may be among them, or in the tables already."""
        self._rows += [(message, key, self._id(teller), *rest) for message, key, teller, *rest in rows]
        if len(self._rows) >= _HELD_ROWS:
            self.put_in()

    def put_in(self) -> None:
        """Everything that was taken stands in the tables then; sums of them are those of before."""
        if not self._rows:
            return
        self._connection.execute("DELETE FROM portions_by")
        self._rows.sort(key=itemgetter(0))
        self._connection.executemany(_ADD, self._rows)
        self._rows.clear()

    def _id(self, teller: Teller) -> int:
        found = self._ids.get(teller)
        if found is None:
            found = self._connection.execute(_NEW_TELLER, teller).lastrowid or 0
            self._ids[teller], self._tellers[found] = found, teller
        return found

    def _tells(self, *both: Any) -> bool:
        """Whether the first of two rows (teller, time, sidechain) of a reply is the one to believe."""
        return self._rank(*both[:3]) < self._rank(*both[3:])

    def _rank(self, id_: int, at: Instant | None, sidechain: int) -> tuple[Any, ...]:
        if id_ not in self._tellers:  # another process came upon it meanwhile
            query = "SELECT session, agent, directory, model FROM tellers WHERE id = ?"
            self._tellers[id_] = self._connection.execute(query, (id_,)).fetchone()
        return rank(at, *self._tellers[id_], sidechain=bool(sidechain))


def _hash(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
