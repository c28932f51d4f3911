"""What one reply of a model used, and how replies that are written down several times are counted once.

transcripts.md C.5: a reply stands in several rows, in resumed sessions in several files, and what a subagent
repeats of its parent bears another request id. No Qt, no I/O.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Any, NamedTuple

from cupola.domain.clock import Instant


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens. `cache_5m` and `cache_1h` are cache writes of two prices; `cache_read` is read from it."""

    input: int = 0
    output: int = 0
    cache_5m: int = 0
    cache_1h: int = 0
    cache_read: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.input + other.input,
            self.output + other.output,
            self.cache_5m + other.cache_5m,
            self.cache_1h + other.cache_1h,
            self.cache_read + other.cache_read,
        )

    @property
    def cache_creation(self) -> int:
        """All cache writes."""
        return self.cache_5m + self.cache_1h

    @property
    def context(self) -> int:
        """What the model had before it: the context in use (C.6)."""
        return self.input + self.cache_read + self.cache_creation


class Reply(NamedTuple):
    """One reply as one row tells of it. `final`: the row says that the reply had ended.

    `agent` is the id of the subagent whose file it stands in, "" for the main session. `uuid` is of the row.
    A named tuple, laid flat: a hundred thousand of them are made in a third of the time.
    """

    message: str
    request: str
    uuid: str
    model: str
    at: Instant | None
    session: str
    agent: str
    directory: str | None
    sidechain: bool
    final: bool
    input: int
    output: int
    cache_5m: int
    cache_1h: int
    cache_read: int

    @property
    def key(self) -> str:
        """Equal for all rows of a reply; a row without ids is a reply of its own."""
        return f"{self.message}\0{self.request}" if self.message else f"\0{self.uuid}"

    def merged(self, other: Reply) -> Reply:
        """Both rows as one: told by the one outside of a subagent, the earlier one, with all usage."""
        by = self if _rank(self) <= _rank(other) else other
        return Reply(
            *by[:9],
            self.final or other.final,
            max(self.input, other.input),
            max(self.output, other.output),
            max(self.cache_5m, other.cache_5m),
            max(self.cache_1h, other.cache_1h),
            max(self.cache_read, other.cache_read),
        )

    @property
    def usage(self) -> Usage:
        """Its tokens."""
        return Usage(*self[10:])


def rank(
    at: Instant | None, session: str, agent: str, directory: str | None, model: str, *, sidechain: bool
) -> tuple[Any, ...]:
    """The least of all rows of a reply tells whose it is: a full order, so it is all one which came first."""
    return (sidechain, directory is None, at is None, at or 0.0, session, agent, directory or "", model)


def _rank(of: Reply) -> tuple[Any, ...]:
    return rank(of.at, of.session, of.agent, of.directory, of.model, sidechain=of.sidechain)


def counted(replies: Iterable[Reply]) -> list[Reply]:
    """Each reply once, in the order in which they first came; replays by subagents are left out."""
    merged: dict[str, Reply] = {}
    for reply in replies:
        held = merged.get(reply.key)
        merged[reply.key] = reply if held is None else held.merged(reply)
    return _without_replays(merged.values())


def _without_replays(replies: Iterable[Reply]) -> list[Reply]:
    """Of one message under several requests those that are of no subagent; if all are, they are one reply."""
    by_message: dict[str, list[Reply]] = {}
    for reply in replies:
        by_message.setdefault(reply.message or reply.key, []).append(reply)
    kept: list[Reply] = []
    for same in by_message.values():
        own = [reply for reply in same if not reply.sidechain]
        kept += own or [reduce(Reply.merged, same)]
    return kept
