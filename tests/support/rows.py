"""Rows as Claude Code writes them (transcripts.md C.3, C.4), made up: times are seconds after BEGAN."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from cupola.domain.transcript import Effort, TranscriptFact, Turn
from cupola.domain.usage import Reply
from cupola.sources.base import Blob, Reading
from cupola.sources.transcript_rows import read

Row = dict[str, Any]
Block = dict[str, Any]

SESSION = "2c1f7b0e-6a55-4d0e-9a3b-0d5b8f6c1e77"
FILE = f"-srv-shop/{SESSION}.jsonl"
AGENT_FILE = f"-srv-shop/{SESSION}/subagents/agent-a51c07d.jsonl"
BEGAN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC).timestamp()
MODEL = "claude-opus-4-6"


def stamp(at: float) -> str:
    """A time as it stands in a row."""
    return datetime.fromtimestamp(BEGAN + at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def row(at: float, kind: str, **more: Any) -> Row:
    """Any row; `None` takes a field out."""
    whole = {
        "parentUuid": f"p-{at}",
        "isSidechain": False,
        "userType": "external",
        "cwd": "/srv/shop",
        "sessionId": SESSION,
        "version": "2.1.39",
        "gitBranch": "main",
        "type": kind,
        "uuid": f"u-{kind}-{at}",
        "timestamp": stamp(at),
        **more,
    }
    return {name: value for name, value in whole.items() if value is not None}


def prompt(at: float, said: str | list[Block] = "Build the shop", **more: Any) -> Row:
    """What is said to the model."""
    return row(at, "user", message={"role": "user", "content": said}, **more)


def result(at: float, *tools: str, error: bool = False, content: Any = "done") -> Row:
    """What tools answered."""
    blocks = [
        {"type": "tool_result", "tool_use_id": tool, "content": content, "is_error": error} for tool in tools
    ]
    return prompt(at, blocks, toolUseResult={"stdout": ""})


def reply(at: float, *blocks: Block, number: int = 1, stop: str | None = None, **more: Any) -> Row:
    """One row of the reply `number`."""
    usage = more.pop("usage", {"input_tokens": 3, "output_tokens": 10, "cache_read_input_tokens": 17_842})
    message = {
        "model": more.pop("model", MODEL),
        "id": f"msg_{number}",
        "type": "message",
        "role": "assistant",
        "content": list(blocks),
        "stop_reason": stop,
        "stop_sequence": None,
        "usage": usage,
    }
    return row(at, "assistant", **{"requestId": f"req_{number}", "message": message, **more})


def text(said: str = "Done.") -> Block:
    """Text of the model."""
    return {"type": "text", "text": said}


def thought() -> Block:
    """What the model thought."""
    return {"type": "thinking", "thinking": "…", "signature": "c2ln"}


def call(tool: str, name: str = "Bash", **given: Any) -> Block:
    """A call of a tool with its id."""
    return {"type": "tool_use", "id": tool, "name": name, "input": given}


def progress(at: float, tool: str, kind: str = "bash_progress") -> Row:
    """What a tool, or a hook, tells while it is at work."""
    return row(at, "progress", parentToolUseID=tool, toolUseID="bash-progress-0", data={"type": kind})


def system(at: float, subtype: str, **more: Any) -> Row:
    """A row of Claude Code itself."""
    return row(at, "system", subtype=subtype, level="info", isMeta=False, **more)


def api_error(at: float, said: str) -> Row:
    """The reply that stands where the API gave none."""
    return reply(at, text(said), number=99, model="<synthetic>", isApiErrorMessage=True, requestId=None)


def limit(at: float, end: float | None = None, *, milliseconds: bool = False) -> Row:
    """That the usage limit is reached, until `end`."""
    unix = round((BEGAN + (end or 0)) * (1000 if milliseconds else 1))
    return api_error(at, "Claude AI usage limit reached" + (f"|{unix}" if end is not None else ""))


def written(*rows: Row) -> bytes:
    """Rows as they stand in a file."""
    return b"".join(json.dumps(one, separators=(",", ":")).encode() + b"\n" for one in rows)


def reading(data: bytes, previous: Reading | None = None, *, path: str = FILE, offset: int = 0) -> Reading:
    """What is read of bytes that follow those of `previous`."""
    return read(Blob(path, data, offset + len(data), BEGAN, offset), previous)


def told(*rows: Row, path: str = FILE) -> TranscriptFact:
    """What these rows tell."""
    return fact_of(written(*rows), path=path)


def fact_of(data: bytes, *, path: str = FILE) -> TranscriptFact:
    """What a file of these bytes tells."""
    (fact,) = reading(data, path=path).facts
    assert isinstance(fact, TranscriptFact)
    return fact


def turn(*rows: Row) -> Turn:
    """What a session is at."""
    return told(*rows).turn


def effort(*rows: Row) -> Effort:
    """How its work went."""
    return told(*rows).effort


def replies(*rows: Row) -> tuple[Reply, ...]:
    """The replies that are counted of them."""
    return told(*rows).replies
