"""What lies in one watched folder: which wanted files there are, and whether they changed since."""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from cupola.watch.patterns import Patterns

Signature = int
"""mtime_ns, size, inode and file type in one number, for there is one of each file of thousands of builds.

It differs after any write, rename or replacement.
"""

NAMES_CAP: Final = 5000
"""Entries listed of one folder; of one with more, only names that are spelled out are sure to be found."""
DATED_CAP: Final = 100_000
"""The same of a folder in which only what was written since some time is wanted: most of it may be older."""

_BEFORE_1970_NS: Final = 2**63
"""Added to every mtime: it may be negative, and a part of a number may not."""

_SETTLED_NS: Final = 50_000_000
"""A folder changed less than this ago may change again within one tick of its mtime: list it again."""


@dataclass(frozen=True, slots=True)
class Delta:
    """Relative paths, `/`-separated: new or changed files, files that are gone, folders not to be read."""

    changed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Entries:
    """Names in a folder, and at the same places what is wanted of each."""

    names: tuple[str, ...]
    wanted: tuple[Patterns, ...]

    @classmethod
    def of(cls, found: Mapping[str, Patterns]) -> _Entries:
        return cls(tuple(map(sys.intern, found)), tuple(found.values()))


@dataclass(slots=True)
class _Folder:
    mtime_ns: int
    settled: bool
    entries: _Entries


@dataclass(slots=True)
class _Met:
    """What a walk met, by relative path."""

    files: dict[str, Signature] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    refused: dict[str, str] = field(default_factory=dict)


Watch = Callable[[str, Patterns], None]
"""Called with a folder's full path before it is first read; raises OSError."""


class Inventory:
    """Lane-local: belongs to the thread of its lane. `base` is the anchor folder."""

    def __init__(self, base: str, patterns: Patterns, watch: Watch, deep: Callable[[], bool]) -> None:
        self.base = base
        self.files: dict[str, Signature] = {}
        self.folders: set[str] = set()
        self._patterns = patterns
        self._watch = watch
        self._deep = deep
        self._listed: dict[str, _Folder] = {}
        self._refused = False

    def arm(self) -> None:
        """Have the folders watched that every build has; much sooner done than all is looked at."""
        for name, wanted in self._patterns.spelled.items():
            entry = _lstat(self._full(name)) if wanted.has_below else None
            if entry is not None and stat.S_ISDIR(entry.st_mode):
                self._watch(self._full(name), wanted)

    @property
    def watched(self) -> set[str]:
        """The folders below this one that may be watched for it."""
        armed = {name for name, wanted in self._patterns.spelled.items() if wanted.has_below}
        return (armed | self.folders) - {""}

    def refresh(self) -> Delta:
        """Stat all that is wanted (listing only folders whose mtime changed) and tell what differs."""
        met = _Met()
        self._walk("", self._patterns, met)
        # What lies in a folder that may not be read now is not gone for that.
        found = {name: kept for name, kept in self.files.items() if _lies_in(name, met.refused)} | met.files
        self._listed = {name: kept for name, kept in self._listed.items() if name in met.folders}
        self.folders = met.folders
        self._refused = bool(met.refused)
        changed = tuple(name for name, now in found.items() if self.files.get(name) != now)
        gone = tuple(name for name in self.files if name not in found)
        self.files = found
        return Delta(changed, gone, tuple(sorted(met.refused.items())))

    def rests(self) -> bool:
        """True if nothing came, went or was replaced since `refresh`, by the mtimes of the folders alone.

        A file that was written in place does not show in them: that is told by events.
        """
        try:
            return (
                bool(self._listed)
                and not self._refused
                and all(
                    kept.settled and kept.mtime_ns == self._mtime_ns(relative)
                    for relative, kept in self._listed.items()
                )
            )
        except OSError:
            return False

    def note(self, relative: str) -> bool:
        """Take down the present signature of one file before it is read; False if it is not there.

        Raises OSError if it cannot be told.
        """
        entry = _lstat(self._full(relative))
        if entry is None:
            self.files.pop(relative, None)
            return False
        self.files[relative] = _signature(entry)
        return True

    def stale(self) -> tuple[str, ...]:
        """Wanted files, spelled out or known, that are not as they were taken down. Safe from any thread."""
        spelled = (name for name in self._patterns.literals if self._serves(name))
        return tuple(name for name in {*spelled, *list(self.files)} if self._differs(name))

    def wants(self, relative: str) -> Patterns | None:
        """What is wanted at a path of this folder."""
        return self._patterns.at(relative)

    def _serves(self, name: str) -> bool:
        wanted = self._patterns.child(name)
        return wanted is not None and bool(wanted.served)

    def _differs(self, relative: str) -> bool:
        try:
            entry = _lstat(self._full(relative))
        except OSError:
            return False  # it cannot be told
        return self.files.get(relative) != (None if entry is None else _signature(entry))

    def _full(self, relative: str) -> str:
        return f"{self.base}/{relative}" if relative else self.base

    def _walk(self, relative: str, patterns: Patterns, met: _Met) -> None:
        met.folders.add(relative)
        for path, wanted, entry in self._met_in(relative, patterns, met):
            if entry.st_mtime < wanted.since and not patterns.spells(path):
                continue
            if wanted.served:
                met.files[path] = _signature(entry)
            if wanted.has_below and stat.S_ISDIR(entry.st_mode):
                self._walk(path, wanted, met)
            elif wanted.has_below and stat.S_ISLNK(entry.st_mode):
                met.refused[path] = "is a link, and links are not followed"

    def _met_in(
        self, relative: str, patterns: Patterns, met: _Met
    ) -> Iterator[tuple[str, Patterns, os.stat_result]]:
        try:
            entries = self._entries(relative, patterns)
            for name, wanted in zip(entries.names, entries.wanted, strict=True):
                # Every build has files of the same names: one text serves them all.
                path = sys.intern(f"{relative}/{name}") if relative else name
                entry = _lstat(self._full(path))
                if entry is not None:
                    yield path, wanted, entry
        except OSError as error:
            met.refused[relative] = f"cannot be read: {error.strerror}"

    def _entries(self, relative: str, patterns: Patterns) -> _Entries:
        """The wanted names in a folder: those that may be there, or, where it has to be listed, that are."""
        full = self._full(relative)
        if relative and (relative.count("/") == 0 or self._deep()):
            self._watch(full, patterns)
        try:
            mtime_ns = self._mtime_ns(relative)
        except (FileNotFoundError, NotADirectoryError):
            if patterns.needs_listing:
                raise
            return _Entries.of(patterns.spelled)  # none of which will be found: no folder, no trouble
        kept = self._listed.get(relative)
        if kept is not None and kept.settled and kept.mtime_ns == mtime_ns:
            return kept.entries
        entries = _Entries.of(_listed(full, patterns) if patterns.needs_listing else patterns.spelled)
        self._listed[relative] = _Folder(mtime_ns, time.time_ns() - mtime_ns > _SETTLED_NS, entries)
        return entries

    def _mtime_ns(self, relative: str) -> int:
        return os.stat(self._full(relative), follow_symlinks=not relative).st_mtime_ns


def _listed(full: str, patterns: Patterns) -> Mapping[str, Patterns]:
    cap = DATED_CAP if patterns.since else NAMES_CAP
    names = list(_list(full, cap))
    found = {name: wanted for name in names if (wanted := patterns.child(name)) is not None}
    return {**found, **patterns.spelled} if len(names) >= cap else found


def _lies_in(relative: str, folders: Iterable[str]) -> bool:
    return any(not folder or relative.startswith(folder + "/") for folder in folders)


def _list(full: str, cap: int) -> Iterator[str]:
    with os.scandir(full) as entries:
        for entry in islice(entries, cap):
            yield entry.name


def _lstat(full: str) -> os.stat_result | None:
    try:
        return os.lstat(full)
    except (FileNotFoundError, NotADirectoryError):
        return None


def _signature(entry: os.stat_result) -> Signature:
    """The inode comes first, because that of some systems has more than 64 bits."""
    mtime = entry.st_mtime_ns + _BEFORE_1970_NS
    return ((entry.st_ino << 64 | mtime) << 64 | entry.st_size) << 16 | stat.S_IFMT(entry.st_mode)


def mtime_s(signature: Signature) -> float:
    """The mtime in it, in wall seconds."""
    return ((signature >> 80) % 2**64 - _BEFORE_1970_NS) / 1e9
