"""What the user marked: projects that stand on top, projects that are not shown, runs that were put away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any, Final

from cupola.store.kept import Kept

NAME: Final = "marks.json"


class Mark(Enum):
    """`PINNED` and `HIDDEN` are of a project, by its directory; `ARCHIVED` is of one run, by its id."""

    PINNED = "pinned"
    HIDDEN = "hidden"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class Marks:
    """A change is a new value."""

    pinned: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    archived: frozenset[str] = frozenset()

    def of(self, mark: Mark) -> frozenset[str]:
        """What bears a mark."""
        return {Mark.PINNED: self.pinned, Mark.HIDDEN: self.hidden, Mark.ARCHIVED: self.archived}[mark]

    def toggled(self, mark: Mark, key: str) -> Marks:
        """With the mark on `key` if it had none, else without."""
        return replace(self, **{mark.value: self.of(mark) ^ {key}})


def load_marks(state_dir: Path) -> Marks:
    """The marks of earlier sessions as far as they can be used; never raises, what is wrong is logged."""
    return _KEPT.load(state_dir, Marks())


def save_marks(state_dir: Path, marks: Marks) -> None:
    """Write them in one step. Raises OSError."""
    _KEPT.save(state_dir, marks)


def _decode(document: Mapping[str, Any]) -> Marks:
    return Marks(*(frozenset(filter(_is_text, document[mark.value])) for mark in Mark))


def _encode(marks: Marks) -> Mapping[str, Any]:
    return {mark.value: sorted(marks.of(mark)) for mark in Mark}


def _is_text(value: object) -> bool:
    return isinstance(value, str)


_KEPT: Final = Kept(NAME, 1, _decode, _encode)
