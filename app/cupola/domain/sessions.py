"""What the transcripts of one build tell together: its sessions and agents, what they spent and what on."""

from __future__ import annotations

from dataclasses import dataclass

from cupola.domain.clock import Instant
from cupola.domain.spent import Spent
from cupola.domain.timeline import Timeline
from cupola.domain.transcript import Effort, TranscriptFact, Turn


@dataclass(frozen=True, slots=True)
class Context:
    """What the model of a session had before it at its last reply, of how much it can have."""

    tokens: int
    at: Instant
    model: str
    window: int | None


@dataclass(frozen=True, slots=True)
class AgentUsage:
    """One transcript of the build's own; `agent` is "" for a main session.

    `model` is that of its last reply. `context` only of a main session. `at` is when its file changed last.
    """

    session: str
    agent: str
    path: str
    name: str
    began: Instant
    at: Instant
    model: str | None
    spent: Spent
    turn: Turn
    effort: Effort
    last: str
    context: Context | None = None


@dataclass(frozen=True, slots=True)
class OtherUsage:
    """A session in the build's directory that is none of the run's, and why."""

    session: str
    name: str
    reason: str
    spent: Spent


@dataclass(frozen=True, slots=True)
class SessionsFact:
    """Everything that transcripts tell of a run. `agents`: each main session, behind it its subagents.

    `prices` names the price list and its day. `reading`: some of it was not read yet, so all sums are less.
    """

    agents: tuple[AgentUsage, ...]
    models: tuple[tuple[str, Spent], ...]
    total: Spent
    timeline: Timeline
    others: tuple[OtherUsage, ...] = ()
    prices: str = ""
    reading: bool = False


EARLY_S = 120.0
"""How long before a run's first file the session may begin that writes it."""
EARLY_HEADLESS_S = 600.0
"""The same for a session that a program started: nobody but an orchestrator does."""
AFTER_S = 5.0
"""How long after what was taken for a run's end a session of it may still begin."""
LATE_S = 120.0
"""How long after a run's end what is still said of it counts."""


@dataclass(frozen=True, slots=True)
class RunTime:
    """From when to when a run went on in a directory; `not_before`: the end of the run before it.

    `worktrees` are folders elsewhere that git keeps for the same project.
    """

    directory: str
    started_at: Instant
    ended_at: Instant | None = None
    not_before: Instant | None = None
    worktrees: tuple[str, ...] = ()

    @property
    def folders(self) -> tuple[str, ...]:
        """Everywhere that sessions may work for it."""
        return self.directory, *self.worktrees

    @property
    def earliest(self) -> Instant:
        """Before this no session of the run can have begun."""
        return max(self.started_at - EARLY_HEADLESS_S, self.not_before or 0.0)

    def covers(self, at: Instant | None) -> bool:
        """True if a reply of one of its own sessions was made for it."""
        return at is None or self.ended_at is None or at <= self.ended_at + LATE_S


def why_other(session: TranscriptFact, run: RunTime) -> str:
    """Why a session in the run's directory is none of the run's; "" if it is one."""
    began = session.began or 0.0
    if session.entrypoint is not None and not session.entrypoint.startswith("sdk"):
        return "interactive"
    early_s = EARLY_S if session.entrypoint is None else EARLY_HEADLESS_S
    if began < max(run.started_at - early_s, run.not_before or 0.0):
        return "began before the run"
    if run.ended_at is not None and began > run.ended_at + AFTER_S:
        return "began after the run"
    return ""
