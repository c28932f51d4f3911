"""Transcripts that grow while a test goes on, written as Claude Code writes them: appended, line by line."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cupola.domain.slugs import slug

Row = dict[str, Any]


def stamp(at: float) -> str:
    """A time as rows have it."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Session:
    """One session's files below one of Claude's folders; each row is written at once."""

    def __init__(
        self,
        claude: Path,
        cwd: Path,
        name: str = "11111111-aaaa",
        *,
        entrypoint: str | None = "sdk-cli",
        folder: Path | None = None,
    ) -> None:
        self.name = name
        self.cwd = cwd
        self.folder = claude / "projects" / slug(str(folder or cwd))
        self.file = self.folder / f"{name}.jsonl"
        self._entrypoint = entrypoint
        self._count = 0

    def agent_file(self, agent: str) -> Path:
        """The transcript of a subagent."""
        return self.folder / self.name / "subagents" / f"agent-{agent}.jsonl"

    def prompt(self, text: str = "build it", *, at: float | None = None, agent: str = "") -> None:
        """A user row."""
        self.write(self.row("user", at, agent, message={"role": "user", "content": text}), agent)

    def reply(
        self,
        output: int = 10,
        *,
        at: float | None = None,
        agent: str = "",
        ids: str | None = None,
        final: bool = True,
        tool: str | None = None,
        model: str = "claude-opus-4-6",
        **counts: int,
    ) -> str:
        """A reply in one row: `output` tokens and `input`, `cache_read`, `cache_5m`, `cache_1h`; its id."""
        self._count += 1
        ids = ids or f"{self.name}-{agent}-{self._count}"
        usage = {
            "input_tokens": counts.get("input", 3),
            "output_tokens": output,
            "cache_read_input_tokens": counts.get("cache_read", 0),
            "cache_creation_input_tokens": counts.get("cache_5m", 0) + counts.get("cache_1h", 0),
            "cache_creation": {
                "ephemeral_5m_input_tokens": counts.get("cache_5m", 0),
                "ephemeral_1h_input_tokens": counts.get("cache_1h", 0),
            },
        }
        block: Row = {"type": "text", "text": "done"}
        if tool is not None:
            block = {"type": "tool_use", "id": f"toolu_{self._count}", "name": tool, "input": {}}
        message = {
            "id": f"msg_{ids}",
            "type": "message",
            "role": "assistant",
            "model": model,
            "content": [block],
            "stop_reason": ("tool_use" if tool else "end_turn") if final else None,
            "usage": usage,
        }
        self.write(self.row("assistant", at, agent, requestId=f"req_{ids}", message=message), agent)
        return ids

    def row(self, kind: str, at: float | None = None, agent: str = "", **more: object) -> Row:
        """A row with what every row has."""
        self._count += 1
        return {
            "type": kind,
            "uuid": f"{self.name}-{agent}-row-{self._count}",
            "sessionId": self.name,
            "timestamp": stamp(time.time() if at is None else at),
            "cwd": str(self.cwd),
            "isSidechain": bool(agent),
            **({"agentId": agent} if agent else {}),
            **({"entrypoint": self._entrypoint} if self._entrypoint else {}),
            **more,
        }

    def write(self, row: Row, agent: str = "") -> None:
        """Append one row."""
        self.write_bytes(json.dumps(row).encode() + b"\n", agent)

    def write_bytes(self, data: bytes, agent: str = "") -> None:
        """Append bytes as they are."""
        file = self.agent_file(agent) if agent else self.file
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("ab") as stream:
            stream.write(data)
