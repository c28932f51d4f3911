"""`.context-foundry/builder-logs/*`: what parallel builders leave behind (formats.md A1.6).

That a `.done` or `.error` is there is all it says: it is meant to be empty and holds prose. A `.log` ends
in one JSON object once its builder is done, and is empty until then. Names are matched to tasks elsewhere.
"""

from __future__ import annotations

import json
import re
from typing import Final

from cupola.domain.facts import MarkKind, TaskMarkFact
from cupola.domain.text import plain
from cupola.sources import values
from cupola.sources.base import KIB, Anchor, Blob, Interest, Mode, Reading, Source, UnusableError
from cupola.sources.values import NAME_LIMIT, Fields

_FOLDER: Final = ".context-foundry/builder-logs/*."
_MOST_FILES: Final = 100_000
_OBJECT: Final = re.compile(r"^\{", re.MULTILINE)
_MOST_TRIES: Final = 8
_AFTER: Final = re.compile(r"\s*(?:```\s*)?")
_MADE: Final = ("files_created", "files_modified")
_DECODER: Final = json.JSONDecoder()


def read(blob: Blob, previous: Reading | None) -> Reading:
    """The mark, and of a log what its closing object says; raises UnusableError for another name."""
    del previous
    stem, _, suffix = blob.path.rpartition("/")[2].rpartition(".")
    if suffix not in set(MarkKind) or not stem:
        raise UnusableError("not a mark of a task")
    name, kind = plain(stem, NAME_LIMIT), MarkKind(suffix)
    closing = _closing(blob.data.decode("utf-8", errors="replace")) if kind is MarkKind.LOG else None
    if closing is None:
        return Reading((TaskMarkFact(name, kind),))
    fields = Fields(closing)
    fact = TaskMarkFact(name, kind, fields.text("status"), _files(fields))
    return Reading((fact,), fields.dropped.lines())


def _closing(text: str) -> dict[str, object] | None:
    """The object that a log ends in, fenced or not; the outermost that begins a line."""
    starts = [match.start() for match in _OBJECT.finditer(text)]
    for start in starts[-_MOST_TRIES:]:
        try:
            value, end = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict) and _AFTER.fullmatch(text, end):
            return value
    return None


def _files(fields: Fields) -> int | None:
    """How many files were created or modified, each once if they are named; None if neither is told."""
    told = [fields.pick((name,), _made, "a list") for name in _MADE]
    if all(each is None for each in told):
        return None
    named = {name for each in told if isinstance(each, frozenset) for name in each}
    return min(len(named) + sum(each for each in told if isinstance(each, int)), _MOST_FILES)


def _made(value: object) -> frozenset[str] | int | None:
    """The files a list names, or a count that stands in its place."""
    if isinstance(value, list):
        return frozenset(filter(None, map(values.inner_text, value)))
    return values.whole(value, _MOST_FILES)


SOURCE: Final = Source(
    "task marks",
    (
        Interest(Anchor.PROJECT, _FOLDER + "done", mode=Mode.STAT),
        Interest(Anchor.PROJECT, _FOLDER + "error", mode=Mode.STAT),
        Interest(Anchor.PROJECT, _FOLDER + "log", mode=Mode.TAIL, cap_bytes=64 * KIB),
    ),
    read,
)
