"""Agent Performance from transcripts: a row for each main session, below it one for each of its subagents."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Final

from cupola.domain.figures import Figure
from cupola.domain.formatting import number
from cupola.domain.models import AgentKind, AgentRow, AgentState, AgentWork, WorkState
from cupola.domain.panels.kept import Kept
from cupola.domain.panels.measured import Measured
from cupola.domain.sessions import AgentUsage
from cupola.domain.text import plain
from cupola.domain.transcript import Step
from cupola.domain.words import Provenance

_NAME: Final = 120
_STATES: Final = {
    WorkState.WORKING: AgentState.RUNNING,
    WorkState.WAITING: AgentState.WAITING,
    WorkState.STUCK: AgentState.STUCK,
    WorkState.LIMITED: AgentState.LIMITED,
    WorkState.ENDED: AgentState.DONE,
    WorkState.NONE: AgentState.UNKNOWN,
}


Said = tuple[WorkState, str]
"""What a session or an agent does, and the reason."""


def rows(of: Measured, said: Sequence[Said], kept: Kept, *, over: bool) -> tuple[AgentRow, ...]:
    """A row for each that transcripts tell of, with what is said of it; sessions by their beginning.

    `over`: the run is, so nobody waits for what is still owed.
    """
    sessions, bare = {usage.session for usage in of.fact.agents if not usage.agent}, of.bare
    return kept.each(
        _row,
        (
            ((usage.session, usage.agent, usage.path), (bare, usage, one, usage.session in sessions, over))
            for usage, one in zip(of.fact.agents, said, strict=True)
        ),
    )


def _session_key(session: str) -> str:
    return f"session:{plain(session, _NAME)}"


def _row(
    of: Measured,
    usage: AgentUsage,
    said: Said,
    below: bool,  # noqa: FBT001 - `Kept.each` gives all by their places
    over: bool,  # noqa: FBT001 - the same
) -> AgentRow:
    key = _session_key(usage.session)
    lasted_s = max((usage.turn.at or usage.began) - usage.began, 0.0)
    return AgentRow(
        key=f"{key}/{plain(usage.agent, _NAME)}" if usage.agent else key,
        parent=key if usage.agent and below else None,
        kind=AgentKind.AGENT if usage.agent else AgentKind.SESSION,
        name=plain(usage.name, _NAME),
        state=_state(usage, said[0], over=over),
        duration_seconds=_figure(usage, lasted_s, "from its first row to its last"),
        files=Figure.none("transcripts do not count files"),
        tokens=of.tokens(usage.spent),
        work=_work(of, usage, said, over=over),
    )


def _state(usage: AgentUsage, doing: WorkState, *, over: bool) -> AgentState:
    """What a run left behind is not at work any more, whatever its last row says."""
    if usage.turn.step is Step.FAILED:
        return AgentState.FAILED
    if over and doing is not WorkState.ENDED:
        return AgentState.UNKNOWN
    return _STATES[doing]


def _work(of: Measured, usage: AgentUsage, said: Said, *, over: bool) -> AgentWork:
    effort, latencies = usage.effort, sorted(usage.effort.latencies_s)
    told = f"of the last {number(len(latencies))} replies"
    return AgentWork(
        model=plain(usage.model, _NAME) if usage.model else None,
        cost=of.cost(usage.spent),
        tool_calls=_figure(usage, effort.tool_calls, "tool calls in its transcript"),
        errors=_figure(usage, effort.errors, "failed tools and errors of the API"),
        retries=_figure(usage, effort.retries, "requests that were sent again"),
        latency_median_s=_figure(usage, _at(latencies, 0.5), f"median {told}"),
        latency_p95_s=_figure(usage, _at(latencies, 0.95), f"95 % {told} came sooner"),
        last=usage.last,
        reason="the run is over" if over and said[0] is not WorkState.ENDED else said[1],
    )


def _at(ordered: list[float], part: float) -> float | None:
    """The value that `part` of them do not exceed; None of none."""
    return ordered[max(ceil(part * len(ordered)) - 1, 0)] if ordered else None


def _figure(usage: AgentUsage, value: float | None, note: str) -> Figure:
    if value is None:
        return Figure.none("no reply was timed yet")
    return Figure(value, Provenance.MEASURED, note=note, file=usage.path or None)
