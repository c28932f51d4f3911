"""Whether a session works, waits, is stuck, limited or over, by its last rows and by silence (C.8).

Silence alone says nothing: it counts only while something is owed, and content that changes breaks it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from cupola.domain.clock import Instant
from cupola.domain.models import WorkState
from cupola.domain.sessions import AgentUsage, SessionsFact
from cupola.domain.transcript import OpenTool, Step, Turn

TOOL_LIMIT_S: Final = 720.0
"""Claude Code ends the longest command after 10 minutes; what is silent for longer does not come back."""
REPLY_LIMIT_S: Final = 600.0
"""Its own time limit for a reply."""
PERMISSION_S: Final = 60.0
SPOKEN_S: Final = 60.0
"""How long after text more may follow that belongs to the same turn."""
_DAY_S: Final = 20 * 3600.0

_QUESTIONS: Final = {
    "AskUserQuestion": "waiting for an answer",
    "ExitPlanMode": "waiting for the plan's approval",
}
_QUICK: Final = frozenset(
    {
        *("Read", "Edit", "MultiEdit", "Write", "NotebookRead", "NotebookEdit"),
        *("Glob", "Grep", "LS", "TodoRead", "TodoWrite"),
    }
)
"""Tools that take no time of their own: one that does not answer has not begun."""


@dataclass(frozen=True, slots=True)
class Doing:
    """A state with its reason. `since` is the last sign of work, `until` when it changes by time alone."""

    state: WorkState = WorkState.NONE
    reason: str = ""
    since: Instant | None = None
    until: Instant | None = None


def doing(turn: Turn, at: Instant, life: Instant, now: Instant) -> Doing:
    """What a transcript's last rows mean at `now`.

    `at` is when it changed last, `life` when anything changed that shows that the work goes on, if later.
    """
    life = max(at, life)
    match turn.step:
        case Step.TOOL:
            return _in_tool(turn, life, now)
        case Step.REPLY:
            working = Doing(WorkState.WORKING, "the model is replying", life)
            return _unless_silent(working, REPLY_LIMIT_S, "no reply of the model for over 10 min", now)
        case Step.SPOKE if now < at + SPOKEN_S:
            return Doing(WorkState.WORKING, "the model wrote something", at, at + SPOKEN_S)
        case Step.SPOKE | Step.OVER:
            return Doing(WorkState.ENDED, "its turn is over", at)
        case Step.FAILED:
            return Doing(WorkState.ENDED, "ended with an error of the API", at)
        case Step.LIMIT:
            return _limited(turn, at, now)
        case Step.NONE:
            return Doing()


def work(fact: SessionsFact, life: Instant, now: Instant) -> Doing:
    """What the sessions of a build do together; `life` is when a file of the build changed last.

    One that works counts before all others. One that another has followed is not waited for any more.
    `until` is when this, or what any one of them does, changes by time alone.
    """
    found = of_agents(fact, life, now)
    mains = [(usage, one) for usage, one in zip(fact.agents, found, strict=True) if not usage.agent]
    latest = max((usage.began for usage, _ in mains), default=0.0)
    current = [one for usage, one in mains if usage.began >= latest or usage.at >= latest]
    best = min(current, key=lambda one: _ORDER.index(one.state), default=Doing())
    until = min((one.until for one in found if one.until is not None), default=None)
    return Doing(best.state, best.reason, best.since, until)


def of_agents(fact: SessionsFact, life: Instant, now: Instant) -> tuple[Doing, ...]:
    """What each session and subagent does: a session works while its subagents do, and these end with it."""
    mains: dict[str, AgentUsage] = {}
    lives: dict[str, Instant] = {}
    for usage in fact.agents:
        lives[usage.session] = max(usage.at, lives.get(usage.session, life))
        if not usage.agent:
            mains.setdefault(usage.session, usage)
    return tuple(
        _of_subagent(usage, mains.get(usage.session), life, now)
        if usage.agent
        else doing(usage.turn, usage.at, lives[usage.session], now)
        for usage in fact.agents
    )


def _of_subagent(usage: AgentUsage, main: AgentUsage | None, life: Instant, now: Instant) -> Doing:
    if main is not None and main.turn.step in {Step.OVER, Step.FAILED} and main.at >= usage.at:
        return Doing(WorkState.ENDED, "its session's turn is over", usage.at)
    return doing(usage.turn, usage.at, life, now)


_ORDER: Final = (
    WorkState.WORKING,
    WorkState.LIMITED,
    WorkState.WAITING,
    WorkState.STUCK,
    WorkState.ENDED,
    WorkState.NONE,
)


def _in_tool(turn: Turn, life: Instant, now: Instant) -> Doing:
    tool = turn.tools[0] if turn.tools else OpenTool("", "a tool", turn.at)
    for one in turn.tools:
        # These ask a person whatever else the session may do by itself.
        if one.name in _QUESTIONS:
            return Doing(WorkState.WAITING, _QUESTIONS[one.name], life)
    if _may_wait(turn):
        if now >= life + PERMISSION_S:
            return Doing(WorkState.WAITING, f"waiting for a permission ({tool.name})", life)
        return Doing(WorkState.WORKING, f"in {tool.name}", life, life + PERMISSION_S)
    silent = f"silent for over 12 min in one tool call ({tool.name})"
    return _unless_silent(Doing(WorkState.WORKING, f"in {tool.name}", life), TOOL_LIMIT_S, silent, now)


def _may_wait(turn: Turn) -> bool:
    """True if no open tool can be at work: it takes no time, or would have told that it has begun."""
    if not turn.asks or not turn.tools:
        return False
    return all(
        tool.name in _QUICK or (tool.name == "Bash" and turn.tells_progress and not tool.progress)
        for tool in turn.tools
    )


def _unless_silent(working: Doing, limit_s: float, silent: str, now: Instant) -> Doing:
    at = (working.since or 0.0) + limit_s
    if now >= at:
        return Doing(WorkState.STUCK, silent, working.since)
    return Doing(working.state, working.reason, working.since, at)


def limit_words(turn: Turn, now: Instant) -> str:
    """Until when a usage limit lasts, where it says."""
    return "usage limit" if turn.until is None else f"usage limit until {_clock(turn.until, now)}"


def _limited(turn: Turn, life: Instant, now: Instant) -> Doing:
    if turn.until is None:
        return Doing(WorkState.LIMITED, limit_words(turn, now), life)
    instants = (turn.until - _DAY_S, turn.until, turn.until + _DAY_S)
    changes_at = next((at for at in instants if now < at), None)
    if now < turn.until:
        return Doing(WorkState.LIMITED, limit_words(turn, now), life, changes_at)
    return Doing(WorkState.WAITING, f"the usage limit ended at {_clock(turn.until, now)}", life, changes_at)


def _clock(at: Instant, now: Instant) -> str:
    """The time of day where the user is, with the day if it is not near."""
    form = "%H:%M" if at - _DAY_S <= now < at + _DAY_S else "%Y-%m-%d %H:%M"
    try:
        return time.strftime(form, time.localtime(at))
    except (ValueError, OverflowError, OSError):
        return "a time that is no time"
