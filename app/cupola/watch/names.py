"""Which names in a watched folder matter."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

MOST_TESTS: Final = 8
"""More tests on one folder cost more than the events they keep out: then every name passes."""

NameTest = Callable[[str], bool]
Names = frozenset[str] | NameTest | None
"""Exact names, a test (cheap, pure, called in the emitter's thread), or None for every name."""


@dataclass(frozen=True, slots=True)
class NameFilter:
    """A sum of exact names and tests; empty, it wants no file at all."""

    exact: frozenset[bytes] = frozenset()
    tests: tuple[NameTest, ...] = ()
    everything: bool = False

    @classmethod
    def of(cls, names: Names) -> NameFilter:
        """The filter that wants `names`."""
        if names is None:
            return cls(everything=True)
        if isinstance(names, frozenset):
            return cls(frozenset(os.fsencode(name) for name in names))
        return cls(tests=(names,))

    def wants(self, name: bytes) -> bool:
        """Whether a file of this name matters."""
        if self.everything or name in self.exact:
            return True
        return bool(self.tests) and any(test(os.fsdecode(name)) for test in self.tests)

    def union(self, other: NameFilter) -> NameFilter:
        """A filter that wants what either wants."""
        tests = self.tests + tuple(test for test in other.tests if test not in self.tests)
        everything = self.everything or other.everything or len(tests) > MOST_TESTS
        return NameFilter(everything=True) if everything else NameFilter(self.exact | other.exact, tests)
