"""Bounded, tolerant reading of a database that is wholly in memory; whatever it holds, it cannot hang."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, Final

from cupola.domain.text import plain
from cupola.sources import values
from cupola.sources.base import TornError, UnusableError
from cupola.sources.json_text import kind
from cupola.sources.values import NAME_LIMIT, Dropped, T

ROWS_CAP: Final = 200_000
"""Of each table only so many rows are looked at, the newest ones."""
GROUPS_CAP: Final = 20_000
"""Rows that come of them: more than this no person reads."""
DEADLINE_S: Final = 1.5
_CHECK_EVERY: Final = 20_000
"""Steps of SQLite's machine between two looks at the clock: about a millisecond."""
_TEXT_LIMIT: Final = 1000
_MOST_WHOLE: Final = 10**15
_LAST: Final = f"ORDER BY rowid DESC LIMIT {ROWS_CAP}"
_FEW: Final = f"LIMIT {GROUPS_CAP}"
_TABLES: Final = "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0"
"""Not views and virtual tables: to read them may run anything."""


class Row:
    """One row. A value that is not what it should be is noted, once for each column, and counts as absent."""

    def __init__(self, table: str, held: dict[str, object], notes: Notes) -> None:
        self._table = table
        self._held = held
        self._notes = notes

    def text(self, name: str, limit: int = NAME_LIMIT) -> str | None:
        """A text fit to be shown; a number as it is written."""
        value = self._held.get(name)
        found = values.number_text(value) if isinstance(value, int | float) else values.shown(value, limit)
        return self._noted(name, found or None, "a text")

    def phase(self, name: str) -> str | None:
        """A normalised phase name; one that is not known verbatim."""
        return self._noted(name, values.phase(self._held.get(name)), "a text")

    def whole(self, name: str) -> int | None:
        """A whole number from 0 on."""
        return self._noted(name, values.whole(self._held.get(name), _MOST_WHOLE), "a whole number")

    def number(self, name: str, least: float = 0.0, most: float = 1e12) -> float | None:
        """A number within bounds."""
        value = self._held.get(name)
        sound = isinstance(value, int | float) and least <= value <= most
        found = float(value) if sound and isinstance(value, int | float) else None
        return self._noted(name, found, f"a number from {least:g} to {most:g}")

    def flag(self, name: str) -> bool:
        """True for any number but 0, which is how SQLite keeps a truth."""
        value = self._held.get(name)
        found = value != 0 if isinstance(value, int | float) else None
        return self._noted(name, found, "a truth") or False

    def raw(self, name: str) -> object:
        """The value as it is."""
        return self._held.get(name)

    def _noted(self, name: str, found: T | None, expected: str) -> T | None:
        value = self._held.get(name)
        if found is None and value is not None and value != "":
            self._notes.wrong(f"{self._table}.{name}", expected, value)
        return found


class Notes:
    """What had to be left out: each column once."""

    def __init__(self) -> None:
        self._dropped = Dropped()
        self._known: set[str] = set()

    def wrong(self, column: str, expected: str, value: object) -> None:
        """A value of a column is not what it should be."""
        if column not in self._known:
            self._known.add(column)
            found = "raw bytes" if isinstance(value, bytes) else kind(value)
            self._dropped.note(f"{column}: expected {expected}, found {found}")

    def note(self, line: str) -> None:
        """Anything else that was left out, in words."""
        self._dropped.note(line)

    def lines(self) -> tuple[str, ...]:
        """All notes."""
        return self._dropped.lines()


class Image:
    """The tables of a database in memory; raises UnusableError where SQLite cannot read it."""

    def __init__(self, connection: sqlite3.Connection, notes: Notes) -> None:
        self._connection = connection
        self._notes = notes
        self.tables = frozenset(str(name) for (name,) in self._all(_TABLES))

    def rows(self, table: str, columns: Sequence[str], key: Sequence[str] = ()) -> Iterator[Row]:
        """The rows of a table in their order; with a key one for each, the newest, at the place of the first.

        None if there is no such table. Missing columns are absent from every row. Long texts are cut.
        """
        present = self._columns(table, columns)
        if not present:
            return
        grouped = [name for name in key if name in present]
        self._count(table)
        for held in self._all(_newest(table, present, grouped)):
            yield Row(table, dict(zip(present, held, strict=True)), self._notes)

    def sums(self, table: str, key: str, columns: Sequence[str]) -> Iterator[Row]:
        """Sums of the numbers in some columns, for each value of `key`."""
        return self._folded("sum", table, key, columns)

    def highest(self, table: str, key: str, column: str) -> Iterator[Row]:
        """The highest number in a column, for each value of `key`."""
        return self._folded("max", table, key, (column,))

    def _folded(self, how: str, table: str, key: str, columns: Sequence[str]) -> Iterator[Row]:
        present = self._columns(table, columns)
        if not self._columns(table, (key,)):
            return
        self._count(table)
        for held in self._all(_fold(how, table, key, present)):
            yield Row(table, dict(zip((key, *present), held, strict=True)), self._notes)

    def _columns(self, table: str, wanted: Sequence[str]) -> list[str]:
        """Those that are there and are kept, not computed."""
        if table not in self.tables:
            return []
        there = {str(row[1]) for row in self._all(f"PRAGMA table_xinfo({_quoted(table)})") if row[6] == 0}
        return [name for name in wanted if name in there]

    def _count(self, table: str) -> None:
        sql = f"SELECT count(*) FROM (SELECT 1 FROM {_quoted(table)} LIMIT {ROWS_CAP + 1})"
        for (count,) in self._all(sql):
            if count > ROWS_CAP:
                self._notes.note(f"{plain(table)}: only the newest {ROWS_CAP:,} rows are read")

    def _all(self, sql: str) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(sql).fetchall()
        except (sqlite3.Error, UnicodeDecodeError, MemoryError) as error:
            raise _unusable(error) from None


@contextmanager
def opened(data: bytes, notes: Notes) -> Iterator[Image]:
    """The database that `data` is; raises TornError if it is empty, UnusableError if it is none."""
    if not data:
        raise TornError("empty")
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        try:
            connection.deserialize(data)
            connection.text_factory = _decoded
            deadline = time.monotonic() + DEADLINE_S
            connection.set_progress_handler(lambda: time.monotonic() > deadline, _CHECK_EVERY)
            for setting in ("trusted_schema=OFF", "query_only=ON", "temp_store=MEMORY"):
                connection.execute(f"PRAGMA {setting}")
        except sqlite3.Error as error:
            raise _unusable(error) from None
        yield Image(connection, notes)


def _newest(table: str, columns: Sequence[str], key: Sequence[str]) -> str:
    """The last row of each group, cut to what is shown, in the order of the groups' first rows."""
    names = [f"held.{_quoted(name)}" for name in columns]
    cut = ", ".join(f"iif(typeof({one}) = 'text', substr({one}, 1, {_TEXT_LIMIT}), {one})" for one in names)
    keys = ", ".join(map(_quoted, key)) or "place"
    source = f"SELECT {', '.join(['rowid AS place', *map(_quoted, key)])} FROM {_quoted(table)} {_LAST}"
    ends = "min(place) AS first, max(place) AS last"
    groups = f"SELECT {ends} FROM ({source}) GROUP BY {keys} ORDER BY last DESC {_FEW}"
    join = f"({groups}) AS groups JOIN {_quoted(table)} AS held ON held.rowid = groups.last"
    return f"SELECT {cut} FROM {join} ORDER BY groups.first"


def _fold(how: str, table: str, key: str, columns: Sequence[str]) -> str:
    names = [_quoted(name) for name in (key, *columns)]
    numbers = (
        f"{how}(iif(typeof({one}) IN ('integer', 'real') AND {one} >= 0, {one}, NULL))" for one in names[1:]
    )
    source = f"SELECT {', '.join(names)} FROM {_quoted(table)} {_LAST}"
    return f"SELECT {', '.join((names[0], *numbers))} FROM ({source}) GROUP BY 1 {_FEW}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _unusable(error: Exception) -> UnusableError:
    """In SQLite's own words, which may be damaged themselves."""
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
        return UnusableError(f"takes longer than {DEADLINE_S:g} s to read")
    words = plain(str(error), NAME_LIMIT) if isinstance(error, sqlite3.Error) else "it is damaged"
    return UnusableError(f"cannot be read as a database: {words}")
