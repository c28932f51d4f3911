"""What one transcript of Claude Code tells: its replies, what it is at now, and how its work went."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cupola.domain.clock import Instant
from cupola.domain.usage import Reply


class Step(StrEnum):
    """What a session or an agent is at, by the last rows of its transcript (transcripts.md C.8)."""

    NONE = "none"
    REPLY = "reply"
    """Something was said to the model and it owes a reply."""
    SPOKE = "spoke"
    """The model wrote text: its turn is over unless more follows; many writers do not say which."""
    TOOL = "tool"
    """It called tools that have not answered."""
    OVER = "over"
    """Its turn is over."""
    LIMIT = "limit"
    """It was told that the usage limit is reached."""
    FAILED = "failed"
    """Its turn ended with an error of the API."""


@dataclass(frozen=True, slots=True)
class OpenTool:
    """A tool that was called and has not answered; `progress`: it has told that it is at work.

    `message` is the id of the reply that called it.
    """

    id: str
    name: str
    at: Instant | None
    progress: bool = False
    message: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """The last rows. `at` is the time of the last row that counts as work, `until` the end of a usage limit.

    `asks` is False if the session may do everything without a permission; `tells_progress`: commands of this
    transcript tell that they are at work, so one that does not has not begun. `asked_at`: when that was said
    to which the next reply is due.
    """

    step: Step = Step.NONE
    at: Instant | None = None
    tools: tuple[OpenTool, ...] = ()
    until: Instant | None = None
    asks: bool = True
    tells_progress: bool = False
    asked_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Effort:
    """How the work went so far: `latencies_s` are of the last replies, from what they answer to each."""

    tool_calls: int = 0
    errors: int = 0
    retries: int = 0
    latencies_s: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class TranscriptFact:
    """One transcript; `agent` is "" for the main session. `replies` are rows that tell of usage, in order.

    `entrypoint` is what Claude Code was started by: "cli" for a person at a terminal, "sdk-…" for a program.
    `began` is the time of the first row, `directory` where the last row says it works. `titled`: its name was
    given by a person.
    """

    session: str
    agent: str
    name: str | None = None
    entrypoint: str | None = None
    directory: str | None = None
    began: Instant | None = None
    replies: tuple[Reply, ...] = ()
    turn: Turn = Turn()
    effort: Effort = Effort()
    last: str = ""
    titled: bool = False


@dataclass(frozen=True, slots=True)
class TranscriptHeadFact:
    """A transcript before its first prompt or reply: it counts nowhere, but the rest is read on from it."""

    told: TranscriptFact


@dataclass(frozen=True, slots=True)
class AgentTypeFact:
    """`agent-<id>.meta.json` beside a subagent's transcript."""

    agent: str
    type: str | None
