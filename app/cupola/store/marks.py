"""What the user marked: projects that stand on top, projects that are not shown, runs that were put away."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Final

from cupola.store.files import write_atomically

log = logging.getLogger(__name__)

NAME: Final = "marks.json"
SCHEMA: Final = 1
_CAP_BYTES: Final = 1 << 22


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
    path = state_dir / NAME
    try:
        with path.open("rb") as file:
            document = json.loads(file.read(_CAP_BYTES))
        if document["schema"] != SCHEMA:
            raise ValueError(f"schema {document['schema']}")
        return Marks(*(frozenset(filter(_is_text, document[mark.value])) for mark in Mark))
    except FileNotFoundError:
        return Marks()
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        log.warning("%s cannot be used and begins anew: %s", path, error)
        return Marks()


def save_marks(state_dir: Path, marks: Marks) -> None:
    """Write them in one step. Raises OSError."""
    document = {"schema": SCHEMA} | {mark.value: sorted(marks.of(mark)) for mark in Mark}
    write_atomically(state_dir / NAME, json.dumps(document, indent=0).encode("utf-8", "backslashreplace"))


def _is_text(value: object) -> bool:
    return isinstance(value, str)
