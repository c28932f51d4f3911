"""The hot lane's work: keep an inventory of each watched folder, read what is dirty, sweep what is known."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from cupola.domain.clock import Clock
from cupola.sources.base import Blob, Mode, Reading, TornError, UnusableError
from cupola.watch.inventory import Inventory
from cupola.watch.opening import MissingError, RefusedError, read_blob
from cupola.watch.patterns import Patterns, Served

log = logging.getLogger(__name__)


class Trouble(StrEnum):
    """Why a file gave nothing."""

    TORN = "torn"
    MISSING = "missing"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class FileResult:
    """One file as one source sees it. `arrived` is the wall time at which it was read."""

    relative: str
    source: str
    outcome: Reading | Trouble
    message: str = ""
    mtime: float = 0.0
    arrived: float = 0.0
    owner: str = ""


@dataclass(frozen=True, slots=True)
class HolderRead:
    """What a pass over one folder gave. `identity` is None when the folder itself is not there.

    `complete` passes saw everything wanted in the folder; `read_ns` is the trace time of the end.
    """

    holder: str
    results: tuple[FileResult, ...]
    complete: bool
    identity: tuple[int, int] | None
    troubles: tuple[tuple[str, str], ...] = ()
    requested: tuple[str, ...] = ()
    read_ns: int = 0


@dataclass(slots=True)
class _Holder:
    patterns: Patterns
    inventory: Inventory
    deep: bool = False
    readings: dict[tuple[str, str], Reading] = field(default_factory=dict)


WatchFolder = Callable[[str, Patterns], None]
Owner = Callable[[str, str, Served, Reading], str]
"""Given holder, relative path, served source and reading: the folder or key of the build it tells of."""


class Reader:
    """Lane-local: everything here runs in one lane's thread."""

    def __init__(self, clock: Clock, watch: WatchFolder, owner: Owner) -> None:
        self._clock = clock
        self._watch = watch
        self._owner = owner
        self._holders: dict[str, _Holder] = {}

    def open(self, base: str, patterns: Patterns) -> HolderRead:
        """Watch and read everything wanted below `base`, whether it was known or not."""
        holder = self._holders.get(base)
        if holder is None or holder.patterns is not patterns:
            inventory = Inventory(base, patterns, self._watch, lambda: self._is_deep(base))
            holder = self._holders[base] = _Holder(patterns, inventory)
        holder.inventory.files.clear()
        return self.refresh(base)

    def refresh(self, base: str) -> HolderRead:
        """Read what differs from the last look at `base`."""
        holder = self._holders.get(base)
        if holder is None:
            return HolderRead(base, (), complete=False, identity=_identity(base))
        delta = holder.inventory.refresh()
        results = [result for relative in delta.changed for result in self._read(base, holder, relative)]
        results += self._missing(holder, delta.gone)
        return HolderRead(
            base,
            tuple(results),
            complete=True,
            identity=_identity(base),
            troubles=delta.refused,
            read_ns=time.perf_counter_ns(),
        )

    def read(self, base: str, relatives: tuple[str, ...]) -> HolderRead:
        """Read some files of `base` whatever is known of them."""
        holder = self._holders.get(base)
        results: list[FileResult] = []
        if holder is not None:
            for relative in relatives:
                results += self._touch(base, holder, relative)
        return HolderRead(
            base,
            tuple(results),
            complete=False,
            identity=_identity(base),
            requested=relatives,
            read_ns=time.perf_counter_ns(),
        )

    def close(self, base: str) -> None:
        """Forget a folder."""
        self._holders.pop(base, None)

    def deepen(self, base: str, *, deep: bool) -> list[str]:
        """Say whether sub-folders deserve watches of their own; returns those that no longer do.

        What happened in those that now do is met by the next `refresh`.
        """
        holder = self._holders.get(base)
        if holder is None or holder.deep == deep:
            return []
        holder.deep = deep
        folders = [] if deep else holder.inventory.folders
        return [f"{base}/{name}" for name in folders if "/" in name]

    def _is_deep(self, base: str) -> bool:
        holder = self._holders.get(base)
        return holder is not None and holder.deep

    def _touch(self, base: str, holder: _Holder, relative: str) -> list[FileResult]:
        try:
            there = holder.inventory.note(relative)
        except OSError:
            there = True
        return self._read(base, holder, relative) if there else self._missing(holder, (relative,))

    def _missing(self, holder: _Holder, relatives: Iterable[str]) -> list[FileResult]:
        results = []
        for relative in relatives:
            wanted = holder.inventory.wants(relative)
            for served in wanted.served if wanted else ():
                holder.readings.pop((relative, served.source.id), None)
                results.append(FileResult(relative, served.source.id, Trouble.MISSING))
        return results

    def _read(self, base: str, holder: _Holder, relative: str) -> list[FileResult]:
        wanted = holder.inventory.wants(relative)
        return [self._one(base, holder, relative, served) for served in (wanted.served if wanted else ())]

    def _one(self, base: str, holder: _Holder, relative: str, served: Served) -> FileResult:
        source, interest = served.source, served.interest
        key = (relative, source.id)
        try:
            blob = read_blob(base, relative, interest.cap_bytes, interest.mode)
            reading = source.read(blob, holder.readings.get(key))
        except MissingError:
            return FileResult(relative, source.id, Trouble.MISSING)
        except RefusedError as error:
            return FileResult(relative, source.id, Trouble.REFUSED, str(error))
        except TornError as error:
            return FileResult(relative, source.id, Trouble.TORN, str(error))
        except UnusableError as error:
            return FileResult(relative, source.id, Trouble.REFUSED, str(error))
        except Exception as error:
            log.exception("source %s cannot read %s", source.id, relative)
            text = f"Cupola itself failed on it ({type(error).__name__}: {error})"
            return FileResult(relative, source.id, Trouble.REFUSED, text)
        if interest.mode in {Mode.APPEND, Mode.TAIL}:
            holder.readings[key] = reading
        return self._result(base, relative, served, blob, reading)

    def _result(self, base: str, relative: str, served: Served, blob: Blob, reading: Reading) -> FileResult:
        owner = self._owner(base, relative, served, reading)
        return FileResult(relative, served.source.id, reading, "", blob.mtime, self._clock.wall(), owner)


def _identity(base: str) -> tuple[int, int] | None:
    try:
        entry = os.stat(base)
    except OSError:
        return None
    return entry.st_dev, entry.st_ino
