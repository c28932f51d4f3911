"""Files of one JSON object a line that only grow (formats.md rule 7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cupola.sources.base import Blob, Ownership, Reading, TornError, UnusableError
from cupola.sources.checkpoint import STAMP
from cupola.sources.json_text import json_object
from cupola.sources.values import DROPPED_LIMIT, Dropped

_RALPH: Final = "ralph_"
_MORE: Final = "and more below"


def objects(blob: Blob, dropped: Dropped) -> Iterator[tuple[str, dict[str, object]]]:
    """Each whole line's object with its place; blank lines count nowhere, a line of something else is named.

    Only what follows the last line's end is no line yet; bytes without any end are a piece of a line that
    is longer than what is read at once.
    """
    at = blob.offset
    if blob.data and b"\n" not in blob.data:
        dropped.note(f"byte {at:,}: a line that is too long")
        return
    for line in blob.data.splitlines(keepends=True):
        place, at = f"byte {at:,}", at + len(line)
        if not line.strip() or not line.endswith((b"\n", b"\r")):
            continue
        try:
            yield place, json_object(line)
        except (TornError, UnusableError) as error:
            dropped.note(f"{place}: {error}")


def carried(previous: Reading | None, dropped: Dropped) -> tuple[str, ...]:
    """What was left out so far and now; after DROPPED_LIMIT lines, that there is more."""
    lines = (*(previous.dropped if previous is not None else ()), *dropped.lines())
    return lines if len(lines) <= DROPPED_LIMIT else (*lines[:DROPPED_LIMIT], _MORE)


def owner(path: str, reading: Reading) -> Ownership:
    """The build whose session names the folder of a log: the same that its checkpoint is of (design.md)."""
    del reading
    key = path.rpartition("/")[0].rpartition("/")[2].removeprefix(_RALPH)
    return Ownership(key, (*dict.fromkeys((key, STAMP.sub("", key))), "."))
