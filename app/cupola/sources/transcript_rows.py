"""A transcript that is followed while it grows: every row that tells of tokens, turns or tools."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any, Final

from cupola.domain.transcript import TranscriptFact, TranscriptHeadFact
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
_PROMPT: Final = b'"type":"user"'
_HEAD_BYTES: Final = 4 * KIB
_BEGINNINGS: Final = (b"{", b"\0", b"\n", b"\r")
"""What a line begins with, if one begins where reading goes on."""


def read(blob: Blob, previous: Reading | None) -> Reading:
    """The transcript so far; only its head before the first row that counts. Never raises."""
    dropped = Dropped()
    telling = Telling(_before(previous) or named(blob.path))
    for row in _rows(blob, dropped):
        telling.take(row, dropped)
    fact = telling.told()
    return Reading((TranscriptHeadFact(fact) if fact.began is None else fact,), carried(previous, dropped))


def thin(reading: Reading) -> Reading:
    """Without all replies but the last, of which more rows may follow."""
    fact = _before(reading)
    return reading if fact is None else replace(reading, facts=(replace(fact, replies=fact.replies[-1:]),))


def joined(before: Reading, after: Reading) -> Reading:
    """What was read on from a thin reading, behind the replies that this one was without."""
    known, new = _before(before), _before(after)
    if known is None or new is None or not known.replies:
        return after
    goes_on = bool(new.replies) and new.replies[0].key == known.replies[-1].key
    replies = (*(known.replies[:-1] if goes_on else known.replies), *new.replies)
    return replace(after, facts=(replace(new, replies=replies),))


def named(path: str) -> TranscriptFact:
    """What a transcript's name says: `<session>.jsonl`, `<session>/subagents/…/agent-<id>.jsonl`."""
    parts = PurePosixPath(path).with_suffix("").parts
    if not parts[-1].startswith(_AGENT):
        return TranscriptFact(parts[-1], "")
    session = parts[parts.index("subagents") - 1] if "subagents" in parts[1:] else ""
    return TranscriptFact(session, parts[-1].removeprefix(_AGENT))


def _before(previous: Reading | None) -> TranscriptFact | None:
    for fact in previous.facts if previous is not None else ():
        if isinstance(fact, TranscriptHeadFact):
            return fact.told
        if isinstance(fact, TranscriptFact):
            return fact
    return None


def _rows(blob: Blob, dropped: Dropped) -> Iterator[dict[str, Any]]:
    if blob.data and b"\n" not in blob.data:
        _note_long(blob, blob.data, dropped)
        yield _results(blob.data)
        return
    lines = blob.data.splitlines()
    if blob.offset and not blob.data.startswith(_BEGINNINGS):
        _note_long(blob, lines.pop(0), dropped)
    for line in lines:
        if not line.strip():
            continue
        try:
            yield _of_long(line) if len(line) > _LONG_BYTES and b'"usage"' not in line else json_object(line)
        except (TornError, UnusableError) as error:
            dropped.note(f"a line that is no JSON ({error})")


def _note_long(blob: Blob, part: bytes, dropped: Dropped) -> None:
    """Name a line that is longer than what is read at once, if its tokens are lost."""
    if b'"usage"' in part:
        dropped.note(f"byte {blob.offset:,}: a line that is too long")


def _of_long(line: bytes) -> dict[str, Any]:
    """A long row without tokens: of one that answers tools only which, a prompt (with an image) as it is."""
    row = _results(line)
    return json_object(line) if not row and _PROMPT in line[:_HEAD_BYTES] else row


def _results(line: bytes) -> dict[str, Any]:
    """Which tools a long row answers, and when."""
    at = _TIME.search(line)
    results = [
        {"type": "tool_result", "tool_use_id": name.decode("ascii", "replace")}
        for name in _RESULT.findall(line)
    ]
    if not results:
        return {}
    return {
        "type": "user",
        "timestamp": at[1].decode("ascii", "replace") if at else None,
        "message": {"content": results},
    }
