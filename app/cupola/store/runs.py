"""Which runs there have been in which directory: what makes an id the same after a restart."""

from __future__ import annotations

import hashlib
import json
import logging
import socket
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from cupola.domain.clock import Instant
from cupola.store.files import write_atomically
from cupola.store.locking import FileLock

log = logging.getLogger(__name__)

SCHEMA: Final = 1
ID_LENGTH: Final = 12


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run. `home` is its directory, or its key without one; `device` and `inode` find it when renamed."""

    id: str
    home: str
    ordinal: int
    first_seen: Instant
    device: int = 0
    inode: int = 0


_TYPES: Final[dict[str, type | tuple[type, ...]]] = {
    "id": str,
    "home": str,
    "ordinal": int,
    "first_seen": (int, float),
    "device": int,
    "inode": int,
}


class _NewerError(Exception):
    """A later version of Cupola wrote the file."""


class _UnusableError(Exception):
    """It is no list of runs; the text says why."""


def build_id(home: str, key: str) -> str:
    """First 12 hex digits of SHA-256 over host, real path and run key (design.md, Run and identity)."""
    text = "\0".join((socket.gethostname(), home, key))
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:ID_LENGTH]


class RunStore:
    """`runs.json` of the state folder. `load` and `save` do file I/O; the rest is memory. Not thread-safe."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._records: dict[str, RunRecord] = {}
        self._latest: dict[str, RunRecord] = {}
        self._homes: dict[tuple[int, int], str] = {}
        self._ids: dict[str, set[str]] = {}
        """The runs of each directory or key."""

    def records(self) -> tuple[RunRecord, ...]:
        """All runs, for another thread to save."""
        return tuple(self._records.values())

    def latest_ids(self) -> frozenset[str]:
        """The newest run of each directory or key."""
        return frozenset(record.id for record in self._latest.values())

    def load(self) -> str | None:
        """Read the file; returns in words what could not be used of it, or None. Sound rows are kept."""
        try:
            self._read()
        except FileNotFoundError:
            return None
        except OSError as error:
            return f"{self._path.name} cannot be read: {error.strerror}"
        except _NewerError:
            return f"{self._path.name} is of a later version of Cupola and is left as it is"
        except _UnusableError as error:
            return f"{self._path.name} cannot be used ({error}) and is kept aside at the next change"
        return None

    def save(self, records: Iterable[RunRecord]) -> None:
        """Write `records`, merged with what another Cupola wrote meanwhile; a later version's file is left.

        Raises OSError, and TimeoutError if the other does not let go of the file for 5 s.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(f"{self._path}.lock", timeout_s=5):
            other = RunStore(self._path)
            try:
                other._read()
            except FileNotFoundError:
                pass
            except _NewerError:
                log.info("%s is of a later version and is left as it is", self._path)
                return
            except _UnusableError:
                self._path.replace(self._path.with_suffix(".unusable"))
            merged = {record.id: _row(record) for record in (*other.records(), *records)}
            # A run to a line: json.dumps with an indent takes ten times as long.
            runs = ",\n".join(map(json.dumps, merged.values()))
            write_atomically(self._path, f'{{"schema": {SCHEMA}, "runs": [\n{runs}\n]}}'.encode())

    def latest(self, home: str) -> RunRecord | None:
        """The newest run known of a directory or key."""
        return self._latest.get(home)

    def home_of(self, identity: tuple[int, int]) -> str | None:
        """Where the directory of this device and inode stood when it was last seen."""
        return self._homes.get(identity)

    def move(self, old: str, home: str) -> None:
        """The directory `old` was renamed to `home`: its runs are that one's now."""
        for build in sorted(self._ids.get(old, ())):
            self.remember(replace(self._records[build], home=home))
        self._latest.pop(old, None)

    def remember(self, record: RunRecord) -> bool:
        """Keep a record; False if it is known already in exactly this form."""
        before = self._records.get(record.id)
        if before == record:
            return False
        if before is not None and self._homes.get((before.device, before.inode)) == before.home:
            del self._homes[before.device, before.inode]
        if before is not None:
            self._ids[before.home].discard(before.id)
        self._ids.setdefault(record.home, set()).add(record.id)
        self._records[record.id] = record
        newest = self._latest.get(record.home)
        if newest is None or newest.ordinal <= record.ordinal:
            self._latest[record.home] = record
        if record.inode:
            self._homes[record.device, record.inode] = record.home
        return True

    def new_id(self, home: str, ordinal: int) -> str:
        """An id that no other run has: a new project may stand where a renamed one stood."""
        key, again = str(ordinal), 0
        while (candidate := build_id(home, key)) in self._records:
            again += 1
            key = f"{ordinal}.{again}"
        return candidate

    def _read(self) -> None:
        """Take in the file as far as it is sound. Raises OSError, _NewerError and _UnusableError."""
        text = self._path.read_bytes()
        try:
            data = json.loads(text)
            newer = data["schema"] > SCHEMA
            rows = [] if newer else data["runs"]
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise _UnusableError(f"{type(error).__name__}: {error}") from None
        if newer:
            raise _NewerError
        records = [_record(row) for row in rows] if isinstance(rows, list) else [None]
        for record in records:
            if record is not None:
                self.remember(record)
        if None in records:
            raise _UnusableError("not all of it are runs")


def _row(record: RunRecord) -> dict[str, Any]:
    return {name: getattr(record, name) for name in _TYPES}


def _record(row: Any) -> RunRecord | None:
    if not isinstance(row, dict):
        return None
    known = {name: row[name] for name in _TYPES if name in row}
    if not all(isinstance(value, _TYPES[name]) for name, value in known.items()):
        return None
    try:
        return RunRecord(**known)
    except TypeError:
        return None
