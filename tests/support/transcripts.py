"""Rows of transcripts as Claude Code writes them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

Row = dict[str, Any]
FIELDS = ("input", "output", "cache_creation", "cache_read")


def assistant(message: str | None, request: str | None, model: str, **more: Any) -> Row:
    """One row of a reply; `usage` in `more`."""
    usage = more.pop("usage")
    stop = more.pop("stop", None)
    return {
        "type": "assistant",
        "uuid": more.pop("uuid"),
        "sessionId": more.pop("session"),
        "timestamp": more.pop("at", "2026-11-23T09:00:00.000Z"),
        "cwd": more.pop("cwd", "/srv/shop"),
        "isSidechain": more.pop("sidechain", False),
        **({"requestId": request} if request is not None else {}),
        "message": {
            **({"id": message} if message is not None else {}),
            "role": "assistant",
            "model": model,
            "stop_reason": stop,
            "usage": usage,
        },
    }


def plant(folder: Path, files: Mapping[str, Iterable[Row]]) -> None:
    """Write them as one of Claude's folders."""
    for name, rows in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
