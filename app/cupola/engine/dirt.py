"""Dirty files: which folder wants them, and when each is read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Final

from cupola.watch.coalesce import Coalescer
from cupola.watch.databases import main_of
from cupola.watch.events import OF_CONTENT, Dirty, Hint
from cupola.watch.patterns import Patterns
from cupola.watch.reader import HolderRead, Trouble

CLIMB: Final = 8
"""How many folders above a dirty path may want it: more than any pattern has components."""

SHARE: Final = 0.01
"""At most this part of a core for reading one file over and over that costs much to read."""

UNSEEN: Final = 3
"""So many times longer is the rest of a file that goes on changing while nobody looks."""

Read = Callable[[str, tuple[str, ...]], None]
"""Have some files of a folder read: holder, relative paths."""


class Dirt:
    """Belongs to the control thread."""

    def __init__(self, coalescer: Coalescer, read: Read) -> None:
        self.unseen = False
        """True while a window that shows what is read is hidden."""
        self._coalescer = coalescer
        self._read = read
        self._holders: dict[str, Patterns] = {}
        self._seen_ns: dict[str, int] = {}
        self._resting: set[str] = set()
        """Dirty files whose next reading is planned and can be no sooner."""

    def add(self, holder: str, patterns: Patterns) -> None:
        """From now on `holder` wants the files of `patterns`."""
        self._holders[holder] = patterns

    def remove(self, holder: str) -> None:
        """`holder` is gone."""
        self._holders.pop(holder, None)

    def wanted_in(self, holder: str) -> Patterns | None:
        """What a folder wants, None if it is none of them."""
        return self._holders.get(holder)

    def __contains__(self, holder: str) -> bool:
        return holder in self._holders

    @property
    def holders(self) -> frozenset[str]:
        """All folders that want files."""
        return frozenset(self._holders)

    def touched(self, dirty: Dirty, now: float) -> None:
        """A path is dirty: plan its reading if anybody wants it."""
        found = self.holder_of(dirty.path)
        if found is not None and found[2].served:
            path = main_of(dirty.path) if found[2].is_database else dirty.path
            self._seen_ns.setdefault(path, dirty.seen_ns)
            self._coalescer.touched(path, dirty.hint, now)
            if found[2].rest_s and self._coalescer.rests(path, now):
                self._resting.add(path)

    def is_news(self, dirty: Dirty) -> bool:
        """False if `touched` would change nothing: the file is read later anyway. Safe from any thread.

        A session writes many rows a second; the control thread need not wake up for each.
        """
        return dirty.path not in self._resting or dirty.hint not in OF_CONTENT

    def forget_times(self) -> None:
        """What is read from now on was not held up since its event: nobody wanted it meanwhile."""
        self._seen_ns.clear()

    def again(self, holder: str, relative: str, now: float) -> None:
        """Read a file once more soon: a sweep found it unfinished."""
        self._coalescer.touched(f"{holder}/{relative}", Hint.CLOSED, now)

    def holder_of(self, path: str) -> tuple[str, str, Patterns] | None:
        """Who wants a path: the folder, the path below it, and what is wanted there."""
        folder = path
        for _ in range(CLIMB):
            folder, _, _ = folder.rpartition("/")
            patterns = self._holders.get(folder)
            if patterns is not None:
                relative = path[len(folder) + 1 :]
                wanted = patterns.at(relative)
                if wanted is not None:
                    return folder, relative, wanted
            if not folder:
                return None
        return None

    def _beat_s(self, path: str) -> float:
        found = self.holder_of(path)
        rest_s = found[2].rest_s if found is not None else 0.0
        return UNSEEN * rest_s if self.unseen else rest_s

    def hand_out(self, now: float) -> float | None:
        """Have what is due read; returns when something will be due next (continuous seconds)."""
        batches: dict[str, list[str]] = defaultdict(list)
        due = self._coalescer.due(now)
        self._resting.difference_update(due)  # before they are read: what comes from now on is news again
        for path in due:
            found = self.holder_of(path)
            if found is None:
                self._coalescer.forget(path)
            else:
                batches[found[0]].append(found[1])
        for holder, relatives in batches.items():
            self._read(holder, tuple(relatives))
        return self._coalescer.next_due()

    def done(self, seen: HolderRead, now: float) -> tuple[int, list[tuple[str, str]]]:
        """Note the results of a reading.

        Returns the earliest trace time of the events behind it (0 for none), and the files that have
        been unfinished for so long that it has to be named, each with the last message.
        """
        torn = {item.relative: item.message for item in seen.results if item.outcome is Trouble.TORN}
        missing = {item.relative for item in seen.results if item.outcome is Trouble.MISSING}
        seen_ns: list[int] = []
        stuck: list[tuple[str, str]] = []
        for relative in seen.requested:
            path = f"{seen.holder}/{relative}"
            if relative not in torn and path in self._seen_ns:
                seen_ns.append(self._seen_ns.pop(path))
            rests = {"rest_s": seen.cost_s / SHARE, "beat_s": self._beat_s(path)}
            if self._coalescer.done(path, relative not in torn, now, missing=relative in missing, **rests):
                stuck.append((relative, torn[relative]))
                self._seen_ns.pop(path, None)
        if seen.complete:
            for relative in torn:
                self.again(seen.holder, relative, now)
        return min(seen_ns, default=0), stuck
