"""A transcript that is followed while it grows: every row that tells of tokens, turns or tools."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, Final

from cupola.domain.transcript import TranscriptFact
from cupola.sources.base import KIB, MIB, Blob, Reading, TornError, UnusableError
from cupola.sources.json_text import json_object
from cupola.sources.jsonl import carried
from cupola.sources.transcript_turns import Telling
from cupola.sources.values import Dropped

LONGEST_BYTES: Final = 8 * MIB
"""What is read at once; a longer line is named and passed over."""
_LONG_BYTES: Final = 256 * KIB
_AGENT: Final = "agent-"
_TIME: Final = re.compile(rb'"timestamp":"([^"]{10,40})"')
_RESULT: Final = re.compile(rb'"tool_use_id":"([^"]{1,100})"')


def read(blob: Blob, previous: Reading | None) -> Reading:
    """The transcript so far; no fact before the first row that counts. Never raises."""
    dropped = Dropped()
    telling = Telling(_before(previous) or named(blob.path))
    for row in _rows(blob, dropped):
        telling.take(row, dropped)
    fact = telling.told()
    return Reading((fact,) if fact.began is not None else (), carried(previous, dropped))


def named(path: str) -> TranscriptFact:
    """What a transcript's name says: `<session>.jsonl`, `<session>/subagents/…/agent-<id>.jsonl`."""
    parts = PurePosixPath(path).with_suffix("").parts
    if not parts[-1].startswith(_AGENT):
        return TranscriptFact(parts[-1], "")
    session = parts[parts.index("subagents") - 1] if "subagents" in parts[1:] else ""
    return TranscriptFact(session, parts[-1].removeprefix(_AGENT))


def _before(previous: Reading | None) -> TranscriptFact | None:
    facts = previous.facts if previous is not None else ()
    return next((fact for fact in facts if isinstance(fact, TranscriptFact)), None)


def _rows(blob: Blob, dropped: Dropped) -> Iterator[dict[str, Any]]:
    if blob.data and b"\n" not in blob.data:
        if b'"usage"' in blob.data:
            dropped.note(f"byte {blob.offset:,}: a line that is too long")
        return
    for line in blob.data.splitlines():
        if not line.strip():
            continue
        if len(line) > _LONG_BYTES and b'"usage"' not in line:
            yield _of_long(line)
            continue
        try:
            yield json_object(line)
        except (TornError, UnusableError) as error:
            dropped.note(f"a line that is no JSON ({error})")


def _of_long(line: bytes) -> dict[str, Any]:
    """What counts of a long row without tokens (an image, a whole file): which tools it answers, and when."""
    at = _TIME.search(line)
    results = [
        {"type": "tool_result", "tool_use_id": name.decode("ascii", "replace")}
        for name in _RESULT.findall(line)
    ]
    return {
        "type": "user" if results else "",
        "timestamp": at[1].decode("ascii", "replace") if at else None,
        "message": {"content": results},
    }
