"""Rows of Claude Code's transcripts (transcripts.md C.3 to C.5): only those that tell of tokens."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from cupola.domain.text import plain
from cupola.domain.usage import Reply, Usage
from cupola.sources.values import Dropped

SYNTHETIC: Final = "<synthetic>"
"""Written by Claude Code itself; nobody is billed for it."""
MOST_TOKENS: Final = 1_000_000_000
_NAME: Final = 200


def replies(lines: Iterable[bytes], session: str, agent: str, dropped: Dropped) -> Iterator[Reply]:
    """The replies that the lines of one file tell of, row by row. Never raises; what is unsound is noted.

    `session` and `agent` are what the file is named after, for rows that do not say.
    """
    for line in lines:
        if b'"usage"' not in line or b'"assistant"' not in line:
            continue  # most rows, and it costs a hundredth of parsing them
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            dropped.note("a line that is no JSON")
            continue
        reply = reply_of(row, session, agent, dropped)
        if reply is not None:
            yield reply


def reply_of(row: Any, session: str, agent: str, dropped: Dropped) -> Reply | None:
    message = row.get("message") if isinstance(row, dict) and row.get("type") == "assistant" else None
    usage = message.get("usage") if isinstance(message, dict) else None
    if not isinstance(usage, dict) or not isinstance(message, dict):
        return None
    model, message_id, request = (message.get("model"), message.get("id"), row.get("requestId"))
    if model == SYNTHETIC or "" in (model, message_id, request) or not isinstance(model, str):
        return None
    return Reply(
        message=_text(message_id),
        request=_text(request),
        uuid=_text(row.get("uuid")),
        model=plain(model, _NAME),
        at=instant(row.get("timestamp")),
        session=_text(row.get("sessionId")) or session,
        agent=agent,
        directory=_text(row.get("cwd")) or None,
        sidechain=row.get("isSidechain") is True or bool(agent),
        final=message.get("stop_reason") is not None,
        usage=_usage(usage, dropped),
    )


def _usage(usage: dict[str, Any], dropped: Dropped) -> Usage:
    """The split of cache writes where there is one, else all of them as 5-minute ones (C.6)."""
    split = usage.get("cache_creation")
    whole = _count(usage, "cache_creation_input_tokens", dropped)
    short, long = whole, 0
    if isinstance(split, dict):
        short = _count(split, "ephemeral_5m_input_tokens", dropped)
        long = _count(split, "ephemeral_1h_input_tokens", dropped)
        if not short and not long:
            short = whole
    return Usage(
        input=_count(usage, "input_tokens", dropped),
        output=_count(usage, "output_tokens", dropped),
        cache_5m=short,
        cache_1h=long,
        cache_read=_count(usage, "cache_read_input_tokens", dropped),
    )


def _count(of: dict[str, Any], name: str, dropped: Dropped) -> int:
    value = of.get(name)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_TOKENS:
        return value
    if value is not None:
        dropped.note(f"{name} that is no sound number")
    return 0


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def instant(value: object) -> float | None:
    try:
        return datetime.fromisoformat(value).timestamp() if isinstance(value, str) else None
    except (ValueError, OverflowError):
        return None
