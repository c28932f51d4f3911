"""What a row of a transcript that is parsed already tells of a reply (transcripts.md C.3 to C.6)."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from cupola.domain.text import plain
from cupola.domain.usage import Reply
from cupola.sources.values import Dropped

SYNTHETIC: Final = "<synthetic>"
"""Written by Claude Code itself; nobody is billed for it."""
MOST_TOKENS: Final = 1_000_000_000
_NAME: Final = 200


def reply_of(row: Any, session: str, agent: str, dropped: Dropped) -> Reply | None:
    """What a row that is parsed already tells of a reply; None if it tells of none. Never raises."""
    message = row.get("message") if isinstance(row, dict) and row.get("type") == "assistant" else None
    usage = message.get("usage") if isinstance(message, dict) else None
    if not isinstance(usage, dict) or not isinstance(message, dict):
        return None
    if not billed(message.get("model"), message.get("id"), row.get("requestId")):
        return None
    return Reply(
        _text(message.get("id")),
        _text(row.get("requestId")),
        _text(row.get("uuid")),
        model_name(message["model"]),
        instant(row.get("timestamp")),
        _text(row.get("sessionId")) or session,
        agent,
        _text(row.get("cwd")) or None,
        row.get("isSidechain") is True or bool(agent),
        message.get("stop_reason") is not None,
        *_counts(usage, dropped),
    )


def billed(model: object, message: object, request: object) -> bool:
    """False for what Claude Code wrote itself, and for names that are empty."""
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
def model_name(name: str) -> str:
    """A model's name, fit to be shown."""
    return plain(name, _NAME)


def _text(value: object) -> str:
    """Half a character, which no database takes, as an escape."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else ""


def instant(value: object) -> float | None:
    """A written time in wall seconds; None for what is none."""
    try:
        return datetime.fromisoformat(value).timestamp() if isinstance(value, str) else None
    except (ValueError, OverflowError, OSError):
        return None
