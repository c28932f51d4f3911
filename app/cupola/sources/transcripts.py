"""Rows of Claude Code's transcripts (transcripts.md C.3 to C.5): only those that tell of tokens."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, Final

from msgspec import Meta, MsgspecError, Struct
from msgspec.json import Decoder

from cupola.domain.text import plain
from cupola.domain.usage import Reply, Told
from cupola.sources.values import Dropped

SYNTHETIC: Final = "<synthetic>"
"""Written by Claude Code itself; nobody is billed for it."""
MOST_TOKENS: Final = 1_000_000_000
_NAME: Final = 200
_MARKS: Final = (b'"assistant"', b'"usage"')
"""Both stand in each row that tells of tokens; the longer one is found in half the time."""

Count = Annotated[int, Meta(ge=0, le=MOST_TOKENS)] | None


class _Split(Struct, gc=False):
    ephemeral_5m_input_tokens: Count = None
    ephemeral_1h_input_tokens: Count = None


class _Usage(Struct, gc=False):
    input_tokens: Count = None
    output_tokens: Count = None
    cache_creation_input_tokens: Count = None
    cache_read_input_tokens: Count = None
    cache_creation: _Split | None = None


class _Message(Struct, gc=False):
    id: str | None = None
    model: str | None = None
    stop_reason: str | None = None
    usage: _Usage | None = None


class _Row(Struct, rename="camel", gc=False):
    type: str | None = None
    uuid: str | None = None
    request_id: str | None = None
    session_id: str | None = None
    timestamp: str | None = None
    cwd: str | None = None
    is_sidechain: bool | None = None
    message: _Message | None = None


_decode: Final = Decoder(_Row).decode


def telling(data: bytes, end: int) -> Iterator[bytes]:
    """Those lines that may tell of tokens, of lines of which the last one ends before `end`.

    They are few, and the rest is not even cut apart.
    """
    start = 0
    while (found := data.find(_MARKS[0], start, end)) >= 0:
        first = data.rfind(b"\n", start, found) + 1 or start
        start = data.find(b"\n", found, end)
        yield data[first:start]


def replies(lines: Iterable[bytes], session: str, agent: str, dropped: Dropped) -> Iterator[Reply]:
    """The replies that the lines of one file tell of, row by row. Never raises; what is unsound is noted.

    `session` and `agent` are what the file is named after, for rows that do not say.
    """
    return map(Reply.of, told(lines, session, agent, dropped))


def told(lines: Iterable[bytes], session: str, agent: str, dropped: Dropped) -> Iterator[Told]:
    """The same, flat."""
    for line in lines:
        if _MARKS[1] not in line or _MARKS[0] not in line:
            continue  # it costs a hundredth of parsing them
        try:
            one = _sound(_decode(line), session, agent)
        except (MsgspecError, UnicodeError, RecursionError):
            one = _unsound(line, session, agent, dropped)
        if one is not None:
            yield one


def _sound(row: _Row, session: str, agent: str) -> Told | None:
    """Of a row in which everything has the type that it should have."""
    message = row.message
    if row.type != "assistant" or message is None or message.usage is None:
        return None
    if not _billed(message.model, message.id, row.request_id):
        return None
    used, split = message.usage, message.usage.cache_creation
    written: tuple[int | None, int | None] = (used.cache_creation_input_tokens, 0)
    if split is not None:
        parts = (split.ephemeral_5m_input_tokens, split.ephemeral_1h_input_tokens)
        written = written if parts == (None, None) else parts
    return Told(
        message.id or "",
        row.request_id or "",
        row.uuid or "",
        _model(message.model or ""),
        instant(row.timestamp),
        row.session_id or session,
        agent,
        row.cwd or None,
        row.is_sidechain is True or bool(agent),
        message.stop_reason is not None,
        used.input_tokens or 0,
        used.output_tokens or 0,
        written[0] or 0,
        written[1] or 0,
        used.cache_read_input_tokens or 0,
    )


def _unsound(line: bytes, session: str, agent: str, dropped: Dropped) -> Told | None:
    """Of a row in which something is not as it should be: that is noted, and as good as not there."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        dropped.note("a line that is no JSON")
        return None
    return _of_any(row, session, agent, dropped)


def reply_of(row: object, session: str, agent: str, dropped: Dropped) -> Reply | None:
    """What a row that is parsed already tells of a reply; None if it tells of none. Never raises."""
    one = _of_any(row, session, agent, dropped)
    return None if one is None else Reply.of(one)


def _of_any(row: Any, session: str, agent: str, dropped: Dropped) -> Told | None:
    message = row.get("message") if isinstance(row, dict) and row.get("type") == "assistant" else None
    usage = message.get("usage") if isinstance(message, dict) else None
    if not isinstance(usage, dict) or not isinstance(message, dict):
        return None
    if not _billed(message.get("model"), message.get("id"), row.get("requestId")):
        return None
    return Told(
        _text(message.get("id")),
        _text(row.get("requestId")),
        _text(row.get("uuid")),
        _model(message["model"]),
        instant(row.get("timestamp")),
        _text(row.get("sessionId")) or session,
        agent,
        _text(row.get("cwd")) or None,
        row.get("isSidechain") is True or bool(agent),
        message.get("stop_reason") is not None,
        *_counts(usage, dropped),
    )


def _billed(model: object, message: object, request: object) -> bool:
    return isinstance(model, str) and model not in {SYNTHETIC, ""} and message != "" and request != ""


def _counts(usage: dict[str, Any], dropped: Dropped) -> tuple[int, int, int, int, int]:
    """The split of cache writes where there is one, else all of them as 5-minute ones (C.6)."""
    split = usage.get("cache_creation")
    names = [f"ephemeral_{kind}_input_tokens" for kind in ("5m", "1h")]
    written = [_count(usage, "cache_creation_input_tokens", dropped), 0]
    if isinstance(split, dict) and any(split.get(name) is not None for name in names):
        written = [_count(split, name, dropped) for name in names]
    given = [_count(usage, f"{kind}_tokens", dropped) for kind in ("input", "output", "cache_read_input")]
    return given[0], given[1], written[0], written[1], given[2]


def _count(of: dict[str, Any], name: str, dropped: Dropped) -> int:
    value = of.get(name)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_TOKENS:
        return value
    if value is not None:
        dropped.note(f"{name} that is no sound number")
    return 0


@lru_cache(maxsize=1000)
def _model(name: str) -> str:
    return plain(name, _NAME)


def _text(value: object) -> str:
    """Half a character, which no database takes, as an escape."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else ""


def instant(value: object) -> float | None:
    try:
        return datetime.fromisoformat(value).timestamp() if isinstance(value, str) else None
    except (ValueError, OverflowError, OSError):
        return None
