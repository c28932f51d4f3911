"""Row by row, what a session is at, how its work goes and what it did last (transcripts.md C.4 and C.8)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from cupola.domain.clock import Instant
from cupola.domain.text import plain
from cupola.domain.transcript import OpenTool, Step, TranscriptFact
from cupola.domain.usage import Reply
from cupola.sources.reply_rows import instant, reply_of
from cupola.sources.values import Dropped

MOST_LATENCIES: Final = 200
MOST_OPEN: Final = 100
LAST_CHARS: Final = 300
_NAME: Final = 120
_LONGEST_LATENCY_S: Final = 3600.0
_LIMIT: Final = re.compile(
    r"(?<!rate )limit reached(?:\|(?P<until>\d{9,13}))?|\bhit your (?:[\w-]+ ){0,2}limit", re.IGNORECASE
)
"""How Claude Code says it; newer ones write the end in words and without its day."""
_FREE: Final = frozenset({"bypassPermissions", "dontAsk"})
_ENDS: Final = frozenset({"end_turn", "stop_sequence", "max_tokens", "refusal"})
_TURN_IS_OVER: Final = frozenset({"turn_duration", "stop_hook_summary"})
_TITLES: Final = {"custom-title": "customTitle", "ai-title": "aiTitle", "agent-name": "agentName"}
_OF_THE_PROGRAM: Final = ("<command-name>", "<local-command-", "<command-message>", "<bash-", "Caveat:")
"""How a prompt begins that is no prompt: what a person's command printed. No reply is due."""
_INTERRUPTED: Final = "[Request interrupted by user"
_TOLD_INPUTS: Final = ("description", "command", "file_path", "pattern", "query", "url", "prompt")


class Telling:
    """A transcript while rows are added to it. Lane-local; `told` is the frozen whole."""

    def __init__(self, before: TranscriptFact) -> None:
        self._fact = before
        self._replies = list(before.replies)
        self._turn = before.turn
        self._tools = {tool.id: tool for tool in before.turn.tools}
        self._effort = before.effort
        self._latencies = list(before.effort.latencies_s)
        self._asked_at = before.turn.asked_at
        self._last = before.last

    def told(self) -> TranscriptFact:
        """Everything so far."""
        turn = replace(self._turn, tools=tuple(self._tools.values()), asked_at=self._asked_at)
        effort = replace(self._effort, latencies_s=tuple(self._latencies[-MOST_LATENCIES:]))
        return replace(self._fact, replies=tuple(self._replies), turn=turn, effort=effort, last=self._last)

    def take(self, row: dict[str, Any], dropped: Dropped) -> None:
        """Let one row tell; one of a kind that is not known tells nothing."""
        at = instant(row.get("timestamp"))
        kind = row.get("type")
        match kind:
            case "assistant":
                self._know(row, at)
                self._assistant(row, at, dropped)
            case "user":
                self._know(row, at)
                self._user(row, at)
            case "system":
                self._system(row, at)
            case "progress":
                self._progress(row, at)
            case "permission-mode":
                self._mode(row.get("permissionMode"))
            case "custom-title" | "ai-title" | "agent-name":
                self._name(row.get(_TITLES[kind]), titled=kind == "custom-title")

    def _know(self, row: dict[str, Any], at: Instant | None) -> None:
        """What any row says of the whole transcript: the first time, the newest directory."""
        fact = self._fact
        if fact.began is None:
            self._fact = fact = replace(
                fact,
                began=at if at is not None else 0.0,
                session=fact.session or _text(row.get("sessionId")),
                entrypoint=_text(row.get("entrypoint")) or None,
            )
        directory = _text(row.get("cwd"))
        if directory and directory != fact.directory:
            self._fact = replace(fact, directory=directory)
        if "slug" in row and fact.name is None:
            self._name(row["slug"])
        if "permissionMode" in row:
            self._mode(row["permissionMode"])

    def _name(self, name: object, *, titled: bool = False) -> None:
        """Name it, unless a person has."""
        if isinstance(name, str) and name.strip() and (titled or not self._fact.titled):
            self._fact = replace(self._fact, name=plain(name, _NAME), titled=titled)

    def _mode(self, mode: object) -> None:
        if isinstance(mode, str):
            self._turn = replace(self._turn, asks=mode not in _FREE)

    def _now(self, step: Step, at: Instant | None, until: Instant | None = None) -> None:
        self._goes_on(at)
        self._turn = replace(self._turn, step=step, until=until)

    def _goes_on(self, at: Instant | None) -> None:
        """A sign of work that leaves everything where it is; clocks of rows may run backwards."""
        if at is not None and (self._turn.at is None or at > self._turn.at):
            self._turn = replace(self._turn, at=at)

    def _assistant(self, row: dict[str, Any], at: Instant | None, dropped: Dropped) -> None:
        message = row.get("message")
        blocks = _blocks(message)
        if row.get("isApiErrorMessage") is True:
            self._api_error(blocks, at)
            return
        reply = reply_of(row, self._fact.session, self._fact.agent, dropped)
        if reply is not None:
            self._count(reply)
        name, stop = _ids(message)
        if name and (row.get("isSidechain") is not True or self._fact.agent):
            # No reply is made before all tools of the one before have answered, whatever the rows say.
            self._tools = {tool.id: tool for tool in self._tools.values() if tool.message == name}
        for block in blocks:
            self._block(block, at, name)
        step = Step.TOOL if self._tools else Step.OVER if stop in _ENDS else _spoken(blocks)
        self._now(step, at)

    def _count(self, reply: Reply) -> None:
        """Add a reply, or let the one before be told by one more of its rows."""
        last = self._replies[-1] if self._replies else None
        if last is not None and last.key == reply.key:
            self._replies[-1] = last.merged(reply)
            return
        self._replies.append(reply)
        if self._asked_at is not None and reply.at is not None:
            waited_s = reply.at - self._asked_at
            if 0 <= waited_s <= _LONGEST_LATENCY_S:
                self._latencies.append(round(waited_s, 3))
        self._asked_at = None

    def _block(self, block: dict[str, Any], at: Instant | None, message: str) -> None:
        if block.get("type") == "text" and _text(block.get("text")).strip():
            self._last = plain(block["text"], LAST_CHARS)
        elif block.get("type") == "tool_use":
            name, tool = plain(_text(block.get("name")), _NAME), _text(block.get("id"))
            if tool not in self._tools:
                self._effort = replace(self._effort, tool_calls=self._effort.tool_calls + 1)
                self._tools[tool] = OpenTool(tool, name, at, message=message)
            if len(self._tools) > MOST_OPEN:
                del self._tools[next(iter(self._tools))]
            self._last = plain(f"{name}: {_told_input(block.get('input'))}".rstrip(": "), LAST_CHARS)

    def _api_error(self, blocks: list[dict[str, Any]], at: Instant | None) -> None:
        text = " ".join(_text(block.get("text")) for block in blocks)
        limit = _LIMIT.search(text)
        if limit is None:
            self._effort = replace(self._effort, errors=self._effort.errors + 1)
        self._last = plain(text, LAST_CHARS)
        self._tools.clear()
        until = _seconds(limit["until"]) if limit is not None and limit["until"] else None
        self._now(Step.FAILED if limit is None else Step.LIMIT, at, until)

    def _user(self, row: dict[str, Any], at: Instant | None) -> None:
        message = row.get("message")
        blocks = _blocks(message)
        results = [block for block in blocks if block.get("type") == "tool_result"]
        for block in results:
            self._result(block)
        text = " ".join(_text(block.get("text")) for block in blocks if block.get("type") == "text")
        if text.startswith(_INTERRUPTED):
            self._tools.clear()
            self._now(Step.OVER, at)
        elif results or not _is_of_the_program(row, text):
            self._asked_at = at
            self._now(Step.TOOL if self._tools else Step.REPLY, at)
        elif row.get("isCompactSummary") is True:
            self._goes_on(at)

    def _result(self, block: dict[str, Any]) -> None:
        self._tools.pop(_text(block.get("tool_use_id")), None)
        if block.get("is_error") is True:
            self._effort = replace(self._effort, errors=self._effort.errors + 1)

    def _system(self, row: dict[str, Any], at: Instant | None) -> None:
        subtype = row.get("subtype")
        if subtype == "api_error":
            self._effort = replace(self._effort, retries=self._effort.retries + 1)
            self._goes_on(at)
        elif isinstance(subtype, str) and subtype in _TURN_IS_OVER and not self._tools:
            self._now(Step.OVER, at)

    def _progress(self, row: dict[str, Any], at: Instant | None) -> None:
        """That a tool is at work; what hooks tell is no progress of a tool, but something that goes on."""
        data = row.get("data")
        if not isinstance(data, dict) or self._turn.step in {Step.OVER, Step.NONE}:
            return
        kind, tool = data.get("type"), self._tools.get(_text(row.get("parentToolUseID")))
        if tool is not None and kind != "hook_progress":
            self._tools[tool.id] = replace(tool, progress=True)
        if kind == "bash_progress":
            self._turn = replace(self._turn, tells_progress=True)
        self._goes_on(at)


def _blocks(message: object) -> list[dict[str, Any]]:
    """The content of a message: a string is one block of text."""
    content = message.get("content") if isinstance(message, dict) else None
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return [block for block in content if isinstance(block, dict)] if isinstance(content, list) else []


def _ids(message: object) -> tuple[str, str]:
    """The id of a message and why it stopped, "" where it does not say."""
    if not isinstance(message, dict):
        return "", ""
    return _text(message.get("id")), _text(message.get("stop_reason"))


def _is_of_the_program(row: dict[str, Any], text: str) -> bool:
    """True for what stands where a prompt does and is none: no reply is due because of it."""
    marked = bool(row.get("isMeta")) or row.get("isCompactSummary") is True
    return marked or text.lstrip().startswith(_OF_THE_PROGRAM)


def _spoken(blocks: list[dict[str, Any]]) -> Step:
    """After text alone nothing more need follow; after anything else something must."""
    return Step.SPOKE if any(block.get("type") == "text" for block in blocks) else Step.REPLY


def _told_input(given: object) -> str:
    """The one part of a tool's input that tells a person most."""
    if not isinstance(given, dict):
        return ""
    return next((given[name] for name in _TOLD_INPUTS if isinstance(given.get(name), str)), "")


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _seconds(written: str) -> Instant:
    """Unix seconds; some writers count milliseconds."""
    value = float(written)
    return value / 1000 if value > 1e11 else value
