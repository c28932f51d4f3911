"""Rows of Claude Code's transcripts that tell of tokens (transcripts.md C.3 to C.5), very fast."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Annotated, Final

from msgspec import Meta, MsgspecError, Struct
from msgspec.json import Decoder

from cupola.domain.usage import Reply
from cupola.sources.reply_rows import MOST_TOKENS, billed, instant, model_name, reply_of
from cupola.sources.values import Dropped

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
    for line in lines:
        if _MARKS[1] not in line or _MARKS[0] not in line:
            continue  # it costs a hundredth of parsing them
        try:
            one = _sound(_decode(line), session, agent)
        except (MsgspecError, UnicodeError, RecursionError):
            one = _unsound(line, session, agent, dropped)
        if one is not None:
            yield one


def _sound(row: _Row, session: str, agent: str) -> Reply | None:
    """Of a row in which everything has the type that it should have."""
    message = row.message
    if row.type != "assistant" or message is None or message.usage is None:
        return None
    if not billed(message.model, message.id, row.request_id):
        return None
    used, split = message.usage, message.usage.cache_creation
    written: tuple[int | None, int | None] = (used.cache_creation_input_tokens, 0)
    if split is not None:
        parts = (split.ephemeral_5m_input_tokens, split.ephemeral_1h_input_tokens)
        written = written if parts == (None, None) else parts
    return Reply(
        message.id or "",
        row.request_id or "",
        row.uuid or "",
        model_name(message.model or ""),
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


def _unsound(line: bytes, session: str, agent: str, dropped: Dropped) -> Reply | None:
    """Of a row in which something is not as it should be: that is noted, and as good as not there."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        dropped.note("a line that is no JSON")
        return None
    return reply_of(row, session, agent, dropped)
