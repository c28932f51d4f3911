"""The hot lane's work: keep an inventory of each watched folder, read what is dirty, sweep what is known."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum

from cupola.domain.clock import Clock
from cupola.sources.base import Blob, Interest, Mode, Ownership, Reading, TornError, UnusableError
from cupola.watch.databases import COMPANION, main_of, read_database
from cupola.watch.elsewhere import Elsewhere
from cupola.watch.following import Place, follow
from cupola.watch.inventory import Inventory, mtime_s
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
    """One file as one source sees it. `arrived` is the wall time at which it was read.

    `owner` is the home of the build it tells of, "" for that of the folder it lies in.
    """

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

    `complete` passes saw everything wanted in the folder; the results of one that is `opened` are all there
    is, not only what differs. `read_ns` is the trace time of the end; `cost_s` the processor time of files
    that are to be read the less often the more they cost.
    """

    holder: str
    results: tuple[FileResult, ...]
    complete: bool
    identity: tuple[int, int] | None
    troubles: tuple[tuple[str, str], ...] = ()
    requested: tuple[str, ...] = ()
    read_ns: int = 0
    opened: bool = False
    cost_s: float = 0.0
    unread_bytes: int = 0


@dataclass(slots=True)
class _Holder:
    patterns: Patterns
    inventory: Inventory
    places: dict[tuple[str, str], Place] = field(default_factory=dict)
    ownerships: dict[str, Ownership] = field(default_factory=dict)
    """By relative path, of the files whose source tells whose they are."""
    said: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What a file said for all files of its key."""


WatchFolder = Callable[[str, Patterns], None]
Owner = Callable[[str, Ownership], str]
"""Given a holder: the folder or key of the build that a file in it tells of."""


class Reader:
    """Lane-local: everything here runs in one lane's thread."""

    def __init__(self, clock: Clock, watch: WatchFolder, owner: Owner) -> None:
        self._clock = clock
        self._watch = watch
        self._owner = owner
        self._holders: dict[str, _Holder] = {}
        self._deep: set[str] = set()
        self._behind: dict[tuple[str, str], int] = {}
        """Files that grow and were not read to their end, each with the bytes that are left."""
        self._catching_up = False
        self._elsewhere = Elsewhere()
        self._unread: set[str] = set()

    def open(self, base: str, patterns: Patterns, *, deep: bool = False) -> HolderRead:
        """Watch and read everything wanted below `base`, whether it was known or not."""
        if deep:
            self._deep.add(base)
        self.arm(base, patterns)
        return self.refresh(base)

    def arm(self, base: str, patterns: Patterns) -> None:
        """Watch `base`; the next look at it, whatever asks for that, reads everything in it."""
        holder = self._holders.get(base)
        if holder is None or holder.patterns is not patterns:
            inventory = Inventory(base, patterns, self._watch, lambda: base in self._deep)
            kept = {} if holder is None else holder.places  # what was read and is wanted stays read
            places = {key: place for key, place in kept.items() if patterns.at(key[0]) is not None}
            holder = self._holders[base] = _Holder(patterns, inventory, places=places)
        self._unread.add(base)
        with suppress(OSError):  # whoever reads it meets that again, and tells it
            holder.inventory.arm()

    def finish(self, base: str) -> HolderRead | None:
        """Read everything in a folder that was only armed; None if that was done meanwhile."""
        return self.refresh(base) if base in self._unread else None

    def refresh(self, base: str) -> HolderRead:
        """Read what differs from the last look at `base`."""
        holder = self._holders.get(base)
        if holder is None:
            return HolderRead(base, (), complete=False, identity=_identity(base))
        opened = base in self._unread
        if opened:
            self._unread.discard(base)
            holder.inventory.files.clear()
        delta = holder.inventory.refresh()
        changed, gone = _of_databases(holder, delta.changed, delta.gone)
        results = self._missing(holder, gone) + self._read(base, holder, changed)
        return HolderRead(
            base,
            tuple(results),
            complete=True,
            identity=_identity(base),
            troubles=delta.refused,
            read_ns=time.perf_counter_ns(),
            opened=opened,
        )

    @property
    def holds_any(self) -> bool:
        """True if any folder is open."""
        return bool(self._holders)

    def read_once(self) -> tuple[str, ...]:
        """The open folders that were read at least once."""
        return tuple(base for base in self._holders if base not in self._unread)

    def rests(self, base: str) -> bool:
        """True if the folders of `base` are as they were at the last look: the cheapest look there is."""
        holder = self._holders.get(base)
        return holder is not None and holder.inventory.rests()

    def read(self, base: str, relatives: tuple[str, ...]) -> HolderRead:
        """Read some files of `base` whatever is known of them; all, if nothing of it was read yet."""
        if base in self._unread:
            return replace(self.refresh(base), requested=relatives)
        holder = self._holders.get(base)
        results: list[FileResult] = []
        if holder is not None:
            there = [relative for relative in relatives if _is_there(holder.inventory, relative)]
            _note_companions(holder.inventory, relatives)
            results = self._missing(holder, [relative for relative in relatives if relative not in there])
            results += self._read(base, holder, there)
        return HolderRead(
            base,
            tuple(results),
            complete=False,
            identity=_identity(base),
            requested=relatives,
            read_ns=time.perf_counter_ns(),
        )

    def stale(self, base: str) -> tuple[str, ...]:
        """Files of `base` that are not as they were when they were read last. Safe from any thread."""
        holder = self._holders.get(base)
        return holder.inventory.stale() if holder is not None else ()

    @property
    def unread_bytes(self) -> int:
        """How much is left to read in the files that are behind."""
        return sum(self._behind.values())

    def stop(self) -> None:
        """End what reads elsewhere, whatever it is at. Safe from any thread."""
        self._elsewhere.stop()

    @property
    def is_behind(self) -> bool:
        """True if a file that grows was not yet read to its end."""
        return bool(self._behind)

    def catch_up(self) -> HolderRead:
        """Read on in one of the files that are behind; it gives a result when its end is reached."""
        (base, relative), _ = self._behind.popitem()
        holder = self._holders.get(base)
        self._catching_up = True
        try:
            found = self._read(base, holder, (relative,)) if holder is not None else []
        finally:
            self._catching_up = False
        if not self._behind:
            self._elsewhere.rest()
        # What was there all the time did not change just now.
        results = tuple(replace(each, arrived=min(each.arrived, each.mtime)) for each in found)
        return HolderRead(base, results, complete=False, identity=_identity(base))

    def close(self, base: str) -> list[str]:
        """Forget a folder; returns those below it that may be watched for it."""
        holder = self._holders.pop(base, None)
        self._unread.discard(base)
        return [f"{base}/{name}" for name in sorted(holder.inventory.watched)] if holder else []

    def deepen(self, base: str, *, deep: bool) -> list[str]:
        """Say whether sub-folders deserve watches of their own; returns those that no longer do.

        What happened in those that now do is met by the next `refresh`.
        """
        if deep:
            self._deep.add(base)
            return []
        self._deep.discard(base)
        holder = self._holders.get(base)
        folders = holder.inventory.folders if holder else set[str]()
        return [f"{base}/{name}" for name in folders if "/" in name]

    def _missing(self, holder: _Holder, relatives: Iterable[str]) -> list[FileResult]:
        results = []
        for relative in relatives:
            holder.ownerships.pop(relative, None)
            wanted = holder.inventory.wants(relative)
            for served in wanted.served if wanted else ():
                holder.places.pop((relative, served.source.id), None)
                results.append(FileResult(relative, served.source.id, Trouble.MISSING))
        return results

    def _read(self, base: str, holder: _Holder, relatives: Iterable[str]) -> list[FileResult]:
        """Read files, and with one that says something new of whose they are all others of its key."""
        said = dict(holder.said)
        relatives = tuple(relatives)
        later = set() if self._catching_up else self._put_off(base, holder, relatives)
        now = (relative for relative in relatives if relative not in later)
        results = [result for relative in now for result in self._each(base, holder, relative)]
        moved = {key for key, now in holder.said.items() if said.get(key) != now}
        if moved:
            done = {result.relative for result in results}
            others = [
                name for name, one in holder.ownerships.items() if one.key in moved and name not in done
            ]
            results += [result for relative in others for result in self._each(base, holder, relative)]
        return [self._owned(base, holder, result) for result in results]

    def _owned(self, base: str, holder: _Holder, result: FileResult) -> FileResult:
        ownership = holder.ownerships.get(result.relative)
        if ownership is None:
            return result
        whole = replace(ownership, said=holder.said.get(ownership.key))
        return replace(result, owner=self._owner(base, whole))

    def _each(self, base: str, holder: _Holder, relative: str) -> list[FileResult]:
        wanted = holder.inventory.wants(relative)
        results = (self._one(base, holder, relative, each) for each in (wanted.served if wanted else ()))
        return [result for result in results if result is not None]

    def _one(self, base: str, holder: _Holder, relative: str, served: Served) -> FileResult | None:
        """One file as one source sees it; None if it is one that grows and its end is not yet reached."""
        source = served.source
        try:
            blob, reading = self._taken(base, holder, relative, served)
        except MissingError:
            return FileResult(relative, source.id, Trouble.MISSING)
        except RefusedError as error:
            return FileResult(relative, source.id, Trouble.REFUSED, str(error))
        except TornError as error:
            return FileResult(relative, source.id, Trouble.TORN, str(error), _mtime(holder, relative))
        except UnusableError as error:
            return FileResult(relative, source.id, Trouble.REFUSED, str(error))
        except Exception as error:
            log.exception("source %s cannot read %s", source.id, relative)
            text = f"Cupola itself failed on it ({type(error).__name__}: {error})"
            return FileResult(relative, source.id, Trouble.REFUSED, text)
        if reading is None:
            return None
        if source.owner is not None:
            ownership = holder.ownerships[relative] = source.owner(relative, reading)
            if ownership.said is not None:
                holder.said[ownership.key] = ownership.said
        return FileResult(relative, source.id, reading, "", blob.mtime, self._clock.wall())

    def _taken(
        self, base: str, holder: _Holder, relative: str, served: Served
    ) -> tuple[Blob, Reading | None]:
        source, interest = served.source, served.interest
        if interest.mode is not Mode.APPEND:
            blob = _blob(base, relative, interest)
            return blob, source.read(blob, None)
        key = (relative, source.id)
        place = holder.places.get(key, Place())
        if self._catching_up and source.portable is not None:
            blob, place, at_end = self._elsewhere.follow(base, relative, source, interest, place)
        else:
            blob, place, at_end = follow(base, relative, source, interest, place)
        holder.places[key] = place
        if not at_end:
            self._behind[base, relative] = blob.size_bytes - place.offset
        return blob, place.reading if at_end or source.portable is not None else None

    def _put_off(self, base: str, holder: _Holder, relatives: Iterable[str]) -> set[str]:
        """Those of the files that only grow in which there is much to read: it is done bit by bit."""
        left: dict[str, int] = {}
        much = 0
        for relative in relatives:
            for served in _portable(holder, relative):
                place = holder.places.get((relative, served.source.id), Place())
                left[relative] = max(_size(base, relative) - place.offset, 0)
                much = served.interest.much_bytes
        if sum(left.values()) <= much:
            return set()
        self._behind |= {(base, relative): count for relative, count in left.items()}
        return set(left)


def _portable(holder: _Holder, relative: str) -> Iterator[Served]:
    wanted = holder.inventory.wants(relative)
    return (each for each in (wanted.served if wanted else ()) if each.source.portable is not None)


def _size(base: str, relative: str) -> int:
    try:
        return os.lstat(f"{base}/{relative}").st_size
    except OSError:
        return 0


def _mtime(holder: _Holder, relative: str) -> float:
    signature = holder.inventory.files.get(relative)
    return 0.0 if signature is None else mtime_s(signature)


def _is_there(inventory: Inventory, relative: str) -> bool:
    try:
        return inventory.note(relative)
    except OSError:
        return True  # reading it will tell why it cannot be looked at


def _of_databases(
    holder: _Holder, changed: Iterable[str], gone: Iterable[str]
) -> tuple[Iterable[str], Iterable[str]]:
    """Files to read and files that are gone: where the one beside a database changed, the database did."""
    lost = list(gone)
    beside = {
        name for name in (*changed, *lost) if name != main_of(name) and _is_database(holder.inventory, name)
    }
    read = dict.fromkeys([*(name for name in changed if name not in beside), *map(main_of, beside)])
    return [name for name in read if name not in lost], [name for name in lost if name not in beside]


def _note_companions(inventory: Inventory, relatives: Iterable[str]) -> None:
    for relative in relatives:
        if _is_database(inventory, relative):
            _is_there(inventory, relative + COMPANION)


def _is_database(inventory: Inventory, relative: str) -> bool:
    wanted = inventory.wants(relative)
    return wanted is not None and wanted.is_database


def _blob(base: str, relative: str, interest: Interest) -> Blob:
    if interest.mode is Mode.SQLITE:
        return read_database(base, relative, interest.cap_bytes)
    return read_blob(base, relative, interest.cap_bytes, interest.mode)


def _identity(base: str) -> tuple[int, int] | None:
    """None if there is no such folder; zeros if there may be one that cannot be looked at."""
    try:
        entry = os.stat(base)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        return 0, 0
    return entry.st_dev, entry.st_ino
