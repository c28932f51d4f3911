"""The patterns of all interests as one tree, so that a name is matched component by component."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from cupola.sources.base import Anchor, Interest, Mode, Source
from cupola.watch.databases import COMPANION


@dataclass(frozen=True, slots=True)
class Served:
    """One source that wants a file, and under which interest."""

    source: Source
    interest: Interest


@dataclass(slots=True)
class _Node:
    literals: dict[str, _Node] = field(default_factory=dict)
    globs: dict[str, _Node] = field(default_factory=dict)
    served: list[Served] = field(default_factory=list)


class Patterns:
    """Immutable once built; safe from any thread. A `Patterns` stands for one folder level."""

    __slots__ = (
        "_cache",
        "_matches",
        "_nodes",
        "has_below",
        "is_database",
        "literals",
        "needs_listing",
        "rest_s",
        "served",
        "since",
    )

    def __init__(self, nodes: tuple[_Node, ...]) -> None:
        self._nodes = nodes
        self._cache: dict[str, Patterns | None] = {}
        self._matches: dict[tuple[int, ...], Patterns] = {}
        self.literals = frozenset(name for node in nodes for name in node.literals)
        """The names below that are spelled out."""
        self.needs_listing = any(node.globs for node in nodes)
        """True if a name below can only be found by listing the folder."""
        self.served = tuple(item for node in nodes for item in node.served)
        """The sources that want a file at this place."""
        self.is_database = any(item.interest.mode is Mode.SQLITE for item in self.served)
        """True for a database, and for the file beside it that changes in its place."""
        self.rest_s = max((item.interest.rest_s for item in self.served), default=0.0)
        """A file at this place that goes on changing is read at most once in this time."""
        self.has_below = any(node.literals or node.globs for node in nodes)
        """True if anything below this place is wanted."""
        self.since = min(map(_since, nodes), default=0.0)
        """What was last written before is wanted neither here nor below (wall seconds)."""

    @classmethod
    def of(cls, sources: Iterable[Source], anchors: frozenset[Anchor]) -> Patterns:
        """The tree of everything that `sources` want below one of `anchors`."""
        root = _Node()
        seen: set[tuple[str, str]] = set()
        for source in sources:
            for interest in source.interests:
                if interest.anchor in anchors and (source.id, interest.pattern) not in seen:
                    seen.add((source.id, interest.pattern))
                    _insert(root, Served(source, interest))
                    if interest.mode is Mode.SQLITE:
                        _insert(root, Served(source, interest), COMPANION)
        return cls((root,))

    @property
    def serves_files(self) -> bool:
        """True if a file directly in this folder is wanted."""
        return any(
            child.served for node in self._nodes for child in (*node.literals.values(), *node.globs.values())
        )

    @property
    def spelled(self) -> dict[str, Patterns]:
        """The names below that are spelled out, each with what is wanted there."""
        return {name: wanted for name in self.literals if (wanted := self.child(name)) is not None}

    def child(self, name: str) -> Patterns | None:
        """What is wanted at `name` below this place; None if nothing is."""
        if name not in self.literals:
            return self._match(name) if self.needs_listing else None
        # Only spelled-out names are kept: they are few, while a folder may hold any number of others.
        if name not in self._cache:
            self._cache[name] = self._match(name)
        return self._cache[name]

    def wants(self, name: str) -> bool:
        """True if anything is wanted at or below `name`."""
        return self.child(name) is not None

    def spells(self, path: str) -> bool:
        """True if the last name of a path is spelled out at this place: it is met however old it is."""
        return path.rpartition("/")[2] in self.literals

    def at(self, relative: str) -> Patterns | None:
        """What is wanted at a `/`-separated path below this place."""
        here: Patterns | None = self
        for name in relative.split("/"):
            if here is None:
                return None
            here = here.child(name)
        return here

    def _match(self, name: str) -> Patterns | None:
        found: list[_Node] = []
        for node in self._nodes:
            if name in node.literals:
                found.append(node.literals[name])
            found.extend(child for glob, child in node.globs.items() if fnmatchcase(name, glob))
        if not found:
            return None
        # By the patterns that match: names are without number, and these are few.
        key = tuple(map(id, found))
        if key not in self._matches:
            self._matches[key] = Patterns(tuple(found))
        return self._matches[key]


def _since(node: _Node) -> float:
    """The earliest time from which on a file at or below a node is wanted."""
    below = (_since(child) for child in (*node.literals.values(), *node.globs.values()))
    return min([item.interest.since for item in node.served] + list(below), default=0.0)


def _insert(root: _Node, served: Served, suffix: str = "") -> None:
    node = root
    for part in (served.interest.pattern + suffix).split("/"):
        level = node.globs if any(ch in part for ch in "*?[") else node.literals
        node = level.setdefault(part, _Node())
    node.served.append(served)
