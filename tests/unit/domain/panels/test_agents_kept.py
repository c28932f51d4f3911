"""Rows of sessions are made anew when what they say has changed, not with each write of the phase file."""

from __future__ import annotations

from cupola.domain.models import AgentState, BuildSnapshot
from cupola.domain.panels.kept import Kept
from cupola.domain.record import Run
from cupola.domain.run import accept, attach
from cupola.domain.snapshot import present
from cupola.domain.state import Policy
from cupola.domain.transcript import Step, Turn
from support.facts import run_of
from support.observations import T0, phase
from support.usages import agent, in_tool, sessions, spoke, transcripts

WHO = ("one", "")


def shown(run: Run, at: float, kept: Kept) -> BuildSnapshot:
    return present(run, "abc", "demo", "/p/demo", T0, (), T0 + at, Policy(), kept=kept)[0]


def states(snapshot: BuildSnapshot) -> list[AgentState]:
    return [row.state for row in snapshot.agents.rows if row.work is not None]


def test_a_write_of_the_phase_makes_no_row_of_a_session_anew() -> None:
    working = sessions([spoke(1, 5, WHO)], agent(WHO, in_tool(5)))
    run, kept = run_of(phase(0, "Builder", "building"), transcripts(working)), Kept()
    before = shown(run, 10, kept)
    run = accept(run, phase(11, "Builder", "still building"), T0 + 11)
    after = shown(run, 11, kept)
    rows = zip(before.agents.rows, after.agents.rows, strict=True)
    assert [one is other for one, other in rows if one.work is not None] == [True]
    assert after.build != before.build


def test_a_session_that_says_something_new_changes_its_own_row() -> None:
    one, two = agent(WHO, in_tool(5)), agent(("two", ""), in_tool(6))
    run, kept = (
        run_of(phase(0, "Builder", "building"), transcripts(sessions([spoke(1, 5, WHO)], one, two))),
        Kept(),
    )
    before = shown(run, 10, kept)
    more = sessions([spoke(1, 5, WHO), spoke(2, 9, ("two", ""))], one, two)
    after = shown(attach(run, [transcripts(more)]), 11, kept)
    rows = zip(before.agents.rows, after.agents.rows, strict=True)
    assert [one is other for one, other in rows if one.work is not None] == [True, False]


def test_what_time_or_a_transcript_changes_is_said_at_once() -> None:
    working = sessions([spoke(1, 5, WHO)], agent(WHO, in_tool(5, "Bash", asks=True)))
    run, kept = run_of(phase(0, "Builder", "building"), transcripts(working)), Kept()
    assert states(shown(run, 10, kept)) == [AgentState.RUNNING]
    over = sessions([spoke(1, 5, WHO)], agent(WHO, Turn(Step.FAILED, T0 + 20), 20))
    assert states(shown(run_of(phase(0, "Builder", "building"), transcripts(over, 20)), 21, kept)) == [
        AgentState.FAILED
    ]
    asks = sessions([spoke(1, 5, WHO)], agent(WHO, in_tool(5, "Edit", asks=True)))
    run = run_of(phase(0, "Builder", "building"), transcripts(asks))
    assert states(shown(run, 10, kept)) == [AgentState.RUNNING]
    assert states(shown(run, 100, kept)) == [AgentState.WAITING]
