"""Transcripts as Claude Code writes them, row by row (transcripts.md C.3 to C.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from random import Random
from string import ascii_letters, digits
from typing import Final
from uuid import UUID

from cupola.demo.deeds import Say, Timed

OPUS: Final = "claude-opus-4-6"
SONNET: Final = "claude-sonnet-4-5-20250929"
HAIKU: Final = "claude-haiku-4-5-20251001"
UNLISTED: Final = "claude-demo-preview"
"""Has no price in any list."""
HEADLESS: Final = "sdk-cli"
INTERACTIVE: Final = "cli"
WINDOW: Final = 200_000
FIRST_CONTEXT: Final = 17_800
"""Tokens of system prompt and tools, which are in the cache from an earlier session."""

_VERSION: Final = "2.1.39"
_SYNTHETIC: Final = "<synthetic>"

Block = Mapping[str, object]


class Session:
    """Writes one session, or one subagent of it: each method makes rows, each row follows the one before.

    `context` is what the next reply finds in the cache, in tokens.
    """

    def __init__(
        self,
        project: str,
        random: Random,
        model: str,
        *,
        entrypoint: str = HEADLESS,
        asks: bool = False,
        of: Session | None = None,
    ) -> None:
        self.id: str = of.id if of else _uuid(random)
        self.agent = "" if of is None else f"a{random.getrandbits(24):06x}"
        self.random = random
        self.context = FIRST_CONTEXT
        self._project = project
        self._model = model
        self._entrypoint = entrypoint
        self._mode = "default" if asks else "bypassPermissions"
        self._last: str | None = None
        self._turn_began_s = 0.0

    def subagent(self, at_s: float, model: str, kind: str, task: str) -> tuple[Session, Timed]:
        """A subagent of this session, and the file that says of what type it is."""
        agent = Session(self._project, self.random, model, entrypoint=self._entrypoint, of=self)
        meta = {"agentType": kind, "description": task, "spawnDepth": 1}
        file = agent._file().removesuffix(".jsonl") + ".meta.json"
        return agent, Timed(at_s, Say(self._project, file, meta, stamped=False))

    def prompt(self, at_s: float, text: str) -> Timed:
        """What it is told to do: a turn begins."""
        self._turn_began_s = at_s
        message = {"role": "user", "content": text}
        return self._row(at_s, "user", {"message": message, "permissionMode": self._mode})

    def reply(
        self,
        at_s: float,
        blocks: Sequence[Block],
        *,
        wrote: int,
        output: int,
        apart_s: float,
        final: bool = True,
    ) -> Iterator[Timed]:
        """One reply, a row per block: ids and input repeat, output is whole in the last row only.

        `wrote` are the tokens that it adds to the cache. One that is not `final` lacks its last row.
        """
        ids = (f"msg_01{_id(self.random)}", f"req_011C{_id(self.random, 20)}")
        given = self.random.randint(1, 9)
        spoken = sorted(self.random.randint(1, max(1, output // 8)) for _ in blocks)
        for number, block in enumerate(blocks):
            whole = final and number == len(blocks) - 1
            usage = self._usage(given, wrote, output if whole else spoken[number])
            stop = ("tool_use" if block["type"] == "tool_use" else "end_turn") if whole else None
            yield self._assistant(at_s + number * apart_s, ids, block, stop, usage)
        self.context += wrote

    def result(self, at_s: float, call: Block, text: str, *, failed: bool = False, agent: str = "") -> Timed:
        """What a tool answered; `agent` is the id of the subagent that it was."""
        block = {"type": "tool_result", "tool_use_id": call["id"], "is_error": failed, "content": text}
        told = {"status": "completed", "agentId": agent} if agent else text
        message = {"role": "user", "content": [block]}
        return self._row(at_s, "user", {"message": message, "toolUseResult": told})

    def progress(self, at_s: float, call: Block, kind: str = "bash_progress") -> Timed:
        """That a tool is at work."""
        told = {"parentToolUseID": call["id"], "toolUseID": f"{kind}-{_id(self.random, 6)}"}
        return self._row(at_s, "progress", {**told, "data": {"type": kind}})

    def retry(self, at_s: float, attempt: int) -> Timed:
        """That the API was overloaded and is asked again."""
        told = {"retryAttempt": attempt, "maxRetries": 10, "retryInMs": 560 * 2**attempt}
        return self._system(at_s, "api_error", "error", {**told, "error": {"status": 529}})

    def limited(self, at_s: float, until_s: float) -> Timed:
        """That the usage limit is reached, until a second of the story."""
        text = {"type": "text", "text": "Claude AI usage limit reached|{until}"}
        message = {
            "id": _uuid(self.random),
            "type": "message",
            "role": "assistant",
            "model": _SYNTHETIC,
            "content": [text],
            "stop_reason": "stop_sequence",
            "stop_sequence": "",
            "usage": {"input_tokens": 0, "output_tokens": 0},
        }
        more = {"isApiErrorMessage": True, "error": "rate_limit", "message": message}
        return self._row(at_s, "assistant", more, until_s=until_s)

    def compacted(self, at_s: float, left: int) -> Iterator[Timed]:
        """The conversation is replaced by a summary of it, which is `left` tokens long."""
        told = {"trigger": "auto", "preTokens": self.context}
        before, self._last, self.context = self._last, None, FIRST_CONTEXT
        boundary = {"logicalParentUuid": before, "compactMetadata": told, "content": "Conversation compacted"}
        yield self._system(at_s, "compact_boundary", "info", boundary)
        message = {"role": "user", "content": "This session goes on from an earlier conversation."}
        yield self._row(at_s + 0.1, "user", {"isCompactSummary": True, "message": message})
        yield from self.reply(
            at_s + 2, [text_block("I go on from here.")], wrote=left, output=40, apart_s=0.0
        )

    def turn_over(self, at_s: float) -> Timed:
        """How long the turn took."""
        return self._system(at_s, "turn_duration", "info", {}, since_s=self._turn_began_s)

    def snapshot(self, at_s: float) -> Timed:
        """Written before files are changed; nobody reads it here."""
        held: Mapping[str, object] = {"messageId": self._last or "", "trackedFileBackups": {}}
        line = {"type": "file-history-snapshot", "messageId": self._last, "isSnapshotUpdate": False}
        return Timed(at_s, Say(self._project, self._file(), {**line, "snapshot": held}, stamped=False))

    def call(self, tool: str, given: Mapping[str, object]) -> Block:
        """A block that calls a tool."""
        return {"type": "tool_use", "id": f"toolu_01{_id(self.random)}", "name": tool, "input": given}

    def _file(self) -> str:
        return f"{self.id}/subagents/agent-{self.agent}.jsonl" if self.agent else f"{self.id}.jsonl"

    def _assistant(
        self, at_s: float, ids: tuple[str, str], block: Block, stop: str | None, usage: Mapping[str, object]
    ) -> Timed:
        message = {
            "model": self._model,
            "id": ids[0],
            "type": "message",
            "role": "assistant",
            "content": [block],
            "stop_reason": stop,
            "stop_sequence": None,
            "usage": usage,
        }
        return self._row(at_s, "assistant", {"requestId": ids[1], "message": message})

    def _usage(self, given: int, wrote: int, output: int) -> Mapping[str, object]:
        """A session keeps its cache for an hour, a subagent for five minutes."""
        short, long = (wrote, 0) if self.agent else (0, wrote)
        return {
            "input_tokens": given,
            "cache_creation_input_tokens": wrote,
            "cache_read_input_tokens": self.context,
            "cache_creation": {"ephemeral_5m_input_tokens": short, "ephemeral_1h_input_tokens": long},
            "output_tokens": output,
            "service_tier": "standard",
        }

    def _system(
        self,
        at_s: float,
        subtype: str,
        level: str,
        more: Mapping[str, object],
        *,
        since_s: float | None = None,
    ) -> Timed:
        told = {"subtype": subtype, "level": level, "isMeta": False, **more}
        return self._row(at_s, "system", told, since_s=since_s)

    def _row(
        self,
        at_s: float,
        kind: str,
        more: Mapping[str, object],
        *,
        since_s: float | None = None,
        until_s: float | None = None,
    ) -> Timed:
        uuid = _uuid(self.random)
        line = {
            "parentUuid": self._last,
            "isSidechain": bool(self.agent),
            "userType": "external",
            "entrypoint": self._entrypoint,
            "sessionId": self.id,
            "version": _VERSION,
            "gitBranch": "main",
            **({"agentId": self.agent} if self.agent else {}),
            "type": kind,
            "uuid": uuid,
            **more,
        }
        self._last = uuid
        return Timed(at_s, Say(self._project, self._file(), line, since_s=since_s, until_s=until_s))


def text_block(text: str) -> Block:
    """A block of what it says."""
    return {"type": "text", "text": text}


def thinking_block() -> Block:
    """A block of what it thinks, which is kept from readers."""
    return {"type": "thinking", "thinking": "", "signature": "ErUBCkYIBxgC"}


def _id(random: Random, length: int = 22) -> str:
    return "".join(random.choices(ascii_letters + digits, k=length))


def _uuid(random: Random) -> str:
    return str(UUID(int=random.getrandbits(128), version=4))
