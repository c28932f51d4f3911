"""A real session with its two subagents, replayed row by row at its own times."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from cupola.domain.models import WorkState
from cupola.domain.sessions import AgentUsage, SessionsFact
from cupola.domain.spent import Spent
from cupola.domain.timeline import Timeline
from cupola.domain.transcript import TranscriptFact
from cupola.domain.working import of_agents, work
from cupola.sources.base import Reading
from cupola.sources.reply_rows import instant
from support.corpus import corpus
from support.rows import reading

EVERY_S = 30.0
PERMISSION = "waiting for a permission (Bash)"


@dataclass
class Growing:
    """One file of the session while it grows: `at` is when it last said something new."""

    path: str
    at: float = 0.0
    offset: int = 0
    seen: Reading | None = None
    usage: AgentUsage | None = None

    def append(self, line: bytes, at: float) -> None:
        before = self.seen.facts if self.seen is not None else ()
        self.seen = reading(line, self.seen, path=self.path, offset=self.offset)
        self.offset += len(line)
        (fact,) = self.seen.facts
        if self.seen.facts != before and isinstance(fact, TranscriptFact):
            self.at = max(self.at, at)
            self.usage = AgentUsage(
                *(fact.session, fact.agent, self.path, "x", fact.began or 0.0, self.at),
                *(None, Spent(), fact.turn, fact.effort, fact.last),
            )


@dataclass
class Replay:
    """What was said of the session: seconds by state and reason, of the whole and of each file."""

    spent_s: dict[tuple[WorkState, str], float] = field(default_factory=lambda: defaultdict(float))
    agents: set[tuple[WorkState, str]] = field(default_factory=set)

    def look(self, files: list[Growing], start: float, end: float) -> None:
        """At the time of a row, every 30 s from then on, and just before the next."""
        fact = SessionsFact(tuple(one.usage for one in files if one.usage), (), Spent(), Timeline())
        now = start
        while now < end:
            found = work(fact, 0.0, now)
            assert found.until is None or found.until > now
            after = min(now + EVERY_S, end, found.until or end)
            self.spent_s[found.state, found.reason] += after - now
            for at in (now, max(after - 0.001, now)):
                held = work(fact, 0.0, at)
                assert (held.state, held.reason) == (found.state, found.reason)
                self.agents |= {(one.state, one.reason) for one in of_agents(fact, 0.0, at)}
            now = after


def lines(folder: Path) -> list[tuple[float, str, bytes]]:
    """All rows of all files by the time at which they were written; one without a time as the one before."""
    found = []
    for path in sorted(folder.rglob("*.jsonl")):
        at = 0.0
        for line in path.read_bytes().splitlines(keepends=True):
            at = max(at, instant(json.loads(line).get("timestamp")) or 0.0)
            found.append((at, path.relative_to(folder).as_posix(), line))
    first = min(at for at, _, _ in found if at)
    return sorted(((at or first, path, line) for at, path, line in found), key=lambda one: one[0])


def test_a_real_session_is_never_called_stuck_nor_limited() -> None:
    written = lines(corpus() / "transcripts" / "projects")
    assert len(written) == 1877
    files = {path: Growing(path) for _, path, _ in written}
    replay = Replay()
    for number, (at, path, line) in enumerate(written):
        files[path].append(line, at)
        end = written[number + 1][0] if number + 1 < len(written) else at
        replay.look(list(files.values()), at, end)
    for state, _ in [*replay.spent_s, *replay.agents]:
        assert state not in {WorkState.STUCK, WorkState.LIMITED}
    waited = {key: round(seconds) for key, seconds in replay.spent_s.items() if key[0] is WorkState.WAITING}
    # 613 s in all: five commands, of 182.0 to 184.9 s each, once they had told nothing for 60 s. Rightly: all
    # others of over 5 s told that they were at work 2 to 4 s after they began. Of these five two told it
    # after 183 s and three had ended by then, so each began only after 180 s: somebody was asked, in vain.
    assert waited == {(WorkState.WAITING, PERMISSION): 613}
    assert replay.spent_s[WorkState.WORKING, "the model is replying"] > 1000
