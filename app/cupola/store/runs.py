"""Which runs there have been in which directory: what makes an id the same after a restart."""

from __future__ import annotations

import hashlib
import json
import logging
import socket
from collections.abc import Container
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from cupola.domain.facts import Instant
from cupola.store.files import write_atomically

log = logging.getLogger(__name__)

SCHEMA: Final = 1


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run. `home` is its directory or, without one, its key; `device` and `inode` find it after a rename."""

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

    def copy(self) -> RunStore:
        """The records as they are now, for another thread to save."""
        twin = RunStore(self._path)
        twin._records = dict(self._records)
        return twin

    def load(self) -> str | None:
        """Read the file; returns in words why it could not be used (it is then kept aside), or None."""
        try:
            data = json.loads(self._path.read_text("utf-8"))
            if data["schema"] != SCHEMA:
                return f"{self._path.name} has schema {data['schema']}, which this version does not know"
            self._records = {row["id"]: RunRecord(**row) for row in data["runs"]}
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError) as error:
            return f"{self._path.name} cannot be used: {error}"
        return None

    def save(self) -> None:
        """Write all records, merged with what another Cupola wrote meanwhile. Raises OSError."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(f"{self._path}.lock", timeout=1):
                other = RunStore(self._path)
                if other.load() is not None:
                    self._path.replace(self._path.with_suffix(".unusable"))
                merged = other._records | self._records
                rows: list[dict[str, Any]] = [asdict(record) for _, record in sorted(merged.items())]
                text = json.dumps({"schema": SCHEMA, "runs": rows}, indent=0)
                write_atomically(self._path, text.encode("utf-8", "surrogatepass"))
        except Timeout:
            log.info("another Cupola is writing %s; the next save will merge", self._path)

    def latest(self, home: str) -> RunRecord | None:
        """The newest run known of a directory or key."""
        runs = [record for record in self._records.values() if record.home == home]
        return max(runs, key=lambda record: record.ordinal, default=None)

    def moved_here(
        self, home: str, identity: tuple[int, int], exists: Container[str]
    ) -> tuple[str, RunRecord] | None:
        """Take over the runs of a directory that was renamed to `home`: its old place and its newest run.

        The directory is known by device and inode, and its old place is none of `exists`. None if there
        is none.
        """
        old = next((record.home for record in self._records.values() if _is_at(record, identity, exists)), None)
        if old is None:
            return None
        for record in [record for record in self._records.values() if record.home == old]:
            self.remember(replace(record, home=home))
        newest = self.latest(home)
        return (old, newest) if newest else None

    def remember(self, record: RunRecord) -> bool:
        """Keep a record; False if it is known already in exactly this form."""
        if self._records.get(record.id) == record:
            return False
        self._records[record.id] = record
        return True

    def new_id(self, home: str, ordinal: int) -> str:
        """An id that no other run has: a new project may stand where a renamed one stood."""
        key, again = str(ordinal), 0
        while (candidate := build_id(home, key)) in self._records:
            again += 1
            key = f"{ordinal}.{again}"
        return candidate


def _is_at(record: RunRecord, identity: tuple[int, int], exists: Container[str]) -> bool:
    return (record.device, record.inode) == identity and record.home not in exists
