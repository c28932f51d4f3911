"""Which runs there have been in which directory: what makes an id the same after a restart."""

from __future__ import annotations

import hashlib
import json
import socket
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from filelock import FileLock

from cupola.domain.facts import Instant
from cupola.store.files import write_atomically

SCHEMA: Final = 1


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run. `home` is its directory, or its key without one; `device` and `inode` find it when renamed."""

    id: str
    home: str
    ordinal: int
    first_seen: Instant
    device: int = 0
    inode: int = 0
    ended_at: Instant | None = None


def build_id(home: str, key: str) -> str:
    """First 12 hex digits of SHA-256 over host, real path and run key (design.md, Run and identity)."""
    text = "\0".join((socket.gethostname(), home, key))
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:12]


class RunStore:
    """`runs.json` of the state folder. `load` and `save` do file I/O; the rest is memory. Not thread-safe."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._records: dict[str, RunRecord] = {}
        self._latest: dict[str, RunRecord] = {}
        self._homes: dict[tuple[int, int], str] = {}

    def rows(self) -> list[dict[str, Any]]:
        """All records as plain values, for another thread to save."""
        return [asdict(record) for _, record in sorted(self._records.items())]

    def load(self) -> str | None:
        """Read the file; returns in words why it could not be used (it is then kept aside), or None."""
        try:
            data = json.loads(self._path.read_text("utf-8"))
            if data["schema"] != SCHEMA:
                return f"{self._path.name} has schema {data['schema']}, which this version does not know"
            for row in data["runs"]:
                self.remember(RunRecord(**row))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError) as error:
            return f"{self._path.name} cannot be used: {error}"
        return None

    def save(self, rows: list[dict[str, Any]]) -> None:
        """Write `rows`, merged with what another Cupola wrote meanwhile.

        Raises OSError, and TimeoutError if the other does not let go of the file for 5 s.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{self._path}.lock", timeout=5):
            other = RunStore(self._path)
            if other.load() is not None:
                self._path.replace(self._path.with_suffix(".unusable"))
            merged = {row["id"]: row for row in (*other.rows(), *rows)}
            text = json.dumps({"schema": SCHEMA, "runs": list(merged.values())}, indent=0)
            write_atomically(self._path, text.encode())

    def latest(self, home: str) -> RunRecord | None:
        """The newest run known of a directory or key."""
        return self._latest.get(home)

    def home_of(self, identity: tuple[int, int]) -> str | None:
        """Where the directory of this device and inode stood when it was last seen."""
        return self._homes.get(identity)

    def move(self, old: str, home: str) -> None:
        """The directory `old` was renamed to `home`: its runs are that one's now."""
        for record in [record for record in self._records.values() if record.home == old]:
            self.remember(replace(record, home=home))
        self._latest.pop(old, None)

    def remember(self, record: RunRecord) -> bool:
        """Keep a record; False if it is known already in exactly this form."""
        if self._records.get(record.id) == record:
            return False
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
