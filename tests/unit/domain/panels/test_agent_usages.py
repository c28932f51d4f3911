"""Agent Performance from transcripts: a row for each session, below it one for each of its subagents."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cupola.domain.models import AgentKind, AgentRow, AgentState, WorkState
from cupola.domain.sessions import AgentUsage
from cupola.domain.transcript import Effort, Step, Turn
from cupola.domain.words import Bound, Provenance
from support.facts import run_of
from support.observations import T0, phase, summary
from support.usages import OPUS, OVER, agent, in_tool, looked, sessions, spoke, transcripts

BUILDING = phase(0, "Builder", "building", ("Scout", "Architect"))
END = summary(50, "completed")
INSIDE = ("one", "a1")


def rows(*usages: AgentUsage, at: float = 30.0, ended: bool = False) -> list[AgentRow]:
    replies = [spoke(number, 5, (one.session, one.agent)) for number, one in enumerate(usages)]
    run = run_of(BUILDING, transcripts(sessions(replies, *usages)), *([END] * ended))
    return [row for row in looked(run, at)[0].agents.rows if row.work is not None]


def reason(row: AgentRow) -> str:
    return row.work.reason if row.work else ""


def test_subagents_stand_below_their_session_and_one_without_stands_alone() -> None:
    found = rows(agent(), agent(INSIDE), agent(("two", "")), agent(("lost", "a9")))
    assert {(row.key, row.parent, row.kind, row.name) for row in found} == {
        ("session:one", None, AgentKind.SESSION, "session one"),
        ("session:one/a1", "session:one", AgentKind.AGENT, "agent a1"),
        ("session:two", None, AgentKind.SESSION, "session two"),
        ("session:lost/a9", None, AgentKind.AGENT, "agent a9"),
    }
    assert [row.key for row in found].index("session:one/a1") == [row.key for row in found].index(
        "session:one"
    ) + 1


TURNS = [
    (in_tool(0), 30, AgentState.RUNNING, "in Bash"),
    (Turn(Step.REPLY, T0), 30, AgentState.RUNNING, "the model is replying"),
    (in_tool(0, "Edit", asks=True), 60, AgentState.WAITING, "waiting for a permission (Edit)"),
    (in_tool(0, "AskUserQuestion"), 30, AgentState.WAITING, "waiting for an answer"),
    (in_tool(0), 720, AgentState.STUCK, "silent for over 12 min in one tool call (Bash)"),
    (Turn(Step.LIMIT, T0), 30, AgentState.LIMITED, "usage limit"),
    (OVER, 30, AgentState.DONE, "its turn is over"),
    (Turn(Step.FAILED, T0), 30, AgentState.FAILED, "ended with an error of the API"),
    (Turn(), 30, AgentState.UNKNOWN, ""),
]


@pytest.mark.parametrize(("turn", "at", "state", "why"), TURNS)
def test_a_session_is_in_the_state_of_its_last_rows(
    turn: Turn, at: float, state: AgentState, why: str
) -> None:
    (row,) = rows(agent(turn=turn), at=at)
    assert (row.state, reason(row)) == (state, why)


@pytest.mark.parametrize(("turn", "at", "state", "why"), TURNS)
def test_of_an_ended_build_nobody_is_at_work_and_time_changes_nothing(
    turn: Turn, at: float, state: AgentState, why: str
) -> None:
    there = {AgentState.DONE, AgentState.FAILED}
    for now in (51.0, 51.0 + at, 1e7):
        (row,) = rows(agent(turn=turn), at=now, ended=True)
        assert row.state is (state if state in there else AgentState.UNKNOWN)
        assert reason(row) == (why if state in there else "the run is over")


def test_a_reply_that_was_written_when_the_build_ended_is_done() -> None:
    (row,) = rows(agent(turn=Turn(Step.SPOKE, T0 + 49), at=49), at=51, ended=True)
    assert (row.state, reason(row)) == (AgentState.DONE, "its turn is over")


def test_the_header_says_what_the_sessions_of_a_build_do_and_that_they_are_over_with_it() -> None:
    for ended, state, why in (
        (False, WorkState.WORKING, "in Bash"),
        (True, WorkState.ENDED, "the run is over"),
    ):
        fact = sessions([spoke(1, 5)], agent(turn=in_tool(0)))
        run = run_of(BUILDING, transcripts(fact), *([END] * ended))
        work = looked(run, 55)[0].build.work
        assert (work.state, work.reason) == (state, why)


def test_a_file_of_the_build_that_changes_is_a_sign_that_a_tool_is_at_work() -> None:
    fact = sessions([spoke(1, 5)], agent(turn=in_tool(0)))
    later = phase(600, "Test", "testing", ("Scout", "Architect", "Builder"))
    run = run_of(BUILDING, transcripts(fact), later)
    assert looked(run, 800)[0].build.work.state is WorkState.WORKING
    assert looked(run, 1320)[0].build.work.state is WorkState.STUCK


def test_how_the_work_went_is_told_with_its_file() -> None:
    went = Effort(tool_calls=12, errors=2, retries=1, latencies_s=(9.0, 1.0, 2.0, 3.0))
    usage = replace(agent(turn=in_tool(90), at=90), effort=went, model=OPUS, last="Bash: npm test")
    (row,) = rows(usage)
    work = row.work
    assert work is not None
    figures = (work.tool_calls, work.errors, work.retries, work.latency_median_s, work.latency_p95_s)
    assert [one.value for one in figures] == [12, 2, 1, 2.0, 9.0]
    assert {one.file for one in (*figures, row.duration_seconds)} == {"/c/one/main.jsonl"}
    assert {one.provenance for one in figures} == {Provenance.MEASURED}
    assert (work.model, work.last, row.duration_seconds.value) == (OPUS, "Bash: npm test", 90.0)
    assert (row.tokens.value, work.cost.provenance) == (1137, Provenance.ESTIMATED)


def test_what_nobody_timed_is_a_dash() -> None:
    (row,) = rows(agent())
    assert row.work is not None
    assert (row.work.latency_median_s.value, row.work.latency_p95_s.value) == (None, None)
    assert row.work.latency_median_s.note == "no reply was timed yet"


def test_a_session_that_has_not_replied_has_no_tokens_and_no_cost() -> None:
    run = run_of(BUILDING, transcripts(sessions([], agent(turn=Turn(Step.REPLY, T0)))))
    (row,) = [row for row in looked(run, 5)[0].agents.rows if row.work is not None]
    assert (row.tokens.value, row.state) == (None, AgentState.RUNNING)
    assert row.work is not None
    assert row.work.cost.value is None


def test_a_subagents_unended_reply_makes_its_row_a_lower_bound_and_not_its_sessions() -> None:
    fact = sessions([spoke(1, 5), spoke(2, 6, INSIDE, final=False)])
    found = [row for row in looked(run_of(BUILDING, transcripts(fact)), 30)[0].agents.rows if row.work]
    assert {row.key: row.tokens.bound for row in found} == {
        "session:one": Bound.EXACT,
        "session:one/a1": Bound.LOWER,
    }
