"""Activity tells of sessions and agents, of limits, and of what was spent at round numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cupola.domain.activity_sessions import session_entries
from cupola.domain.facts import Observation
from cupola.domain.models import ActivityEntry
from cupola.domain.run import attach, open_run
from cupola.domain.sessions import AgentUsage, SessionsFact
from cupola.domain.spent import NANO, Spent
from cupola.domain.timeline import Timeline
from cupola.domain.transcript import Effort, Step, Turn
from support.observations import T0, phase


def usage(step: Step = Step.REPLY, agent: str = "", *, began: float = T0, tokens: int = 0) -> AgentUsage:
    spent = Spent((tokens, 0, 0, 0, 0, 0, 0, 0), 1)
    turn = Turn(step, T0 + 5)
    name = f"agent {agent}" if agent else "tidy-otter"
    return AgentUsage(
        "s1", agent, f"/p/s1{agent}.jsonl", name, began, T0 + 5, "opus", spent, turn, Effort(), ""
    )


def fact(*agents: AgentUsage, tokens: int = 0, cost: float | None = None) -> SessionsFact:
    nano = (0, 0) if cost is None else (round(cost * NANO), 1)
    return SessionsFact(agents, (), Spent((tokens, 0, 0, 0, 0, *nano, 0), 1), Timeline())


def texts(before: SessionsFact | None, after: SessionsFact) -> list[tuple[str, str]]:
    return [(one.kind, one.text) for one in session_entries(before, after, T0 + 9)]


def test_a_session_and_its_agents_begin() -> None:
    assert texts(fact(), fact(usage(), usage(agent="a1", began=T0 + 3))) == [
        ("agent", "agent a1 began"),
        ("agent", "session tidy-otter began"),
    ]


def test_of_what_was_there_at_first_sight_only_what_goes_on_is_told() -> None:
    assert texts(None, fact(usage(), usage(Step.OVER, "a1"), tokens=7_000_000)) == [
        ("agent", "session tidy-otter began")
    ]


@pytest.mark.parametrize(
    ("step", "text"),
    [
        (Step.OVER, ("agent", "agent a1 is done, 1,234 tokens")),
        (Step.FAILED, ("agent", "agent a1 ended with an error of the API")),
        (Step.LIMIT, ("limit", "agent a1: usage limit")),
    ],
)
def test_an_agent_comes_to_its_end(step: Step, text: tuple[str, str]) -> None:
    assert texts(fact(usage(agent="a1")), fact(usage(step, "a1", tokens=1_234))) == [text]


@pytest.mark.parametrize("step", [Step.REPLY, Step.TOOL, Step.SPOKE, Step.NONE])
def test_each_tool_and_reply_is_no_entry(step: Step) -> None:
    assert texts(fact(usage()), fact(usage(step))) == []


@pytest.mark.parametrize(
    ("before", "after", "mark"),
    [
        (0, 99_999, None),
        (99_999, 100_000, "100,000"),
        (100_000, 199_999, None),
        (150_000, 650_000, "500,000"),
        (900_000, 2_100_000, "2,000,000"),
        (5_000_000, 9_999_999, None),
        (2_000_000, 1_000_000, None),
    ],
)
def test_tokens_are_told_at_round_numbers(before: int, after: int, mark: str | None) -> None:
    told = texts(fact(tokens=before), fact(tokens=after, cost=12.345))
    assert told == ([("token", f"{mark} tokens used, ≈ $12.35")] if mark else [])


def test_the_list_of_a_run_has_them_once() -> None:
    run = open_run([phase(0, "Builder", "building")], T0)
    seen = Observation("transcript", "/p/s1.jsonl", fact(usage()), T0 + 9, T0 + 9, T0 + 9, False)
    once = attach(run, [seen], SessionsFact)
    again = attach(once, [replace(seen, touched_at=T0 + 10)], SessionsFact)
    entry = ActivityEntry(T0, "agent", "session tidy-otter began")
    assert once.activity.count(entry) == again.activity.count(entry) == 1
    assert once.activity_digest == again.activity_digest != run.activity_digest
