"""What sessions do, from rows as Claude Code writes them: each state, each reason, and when neither holds."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cupola.domain.models import WorkState
from cupola.domain.sessions import AgentUsage, SessionsFact
from cupola.domain.spent import Spent
from cupola.domain.timeline import Timeline
from cupola.domain.transcript import TranscriptFact
from cupola.domain.working import Doing, doing, of_agents, work
from support.rows import (
    AGENT_FILE,
    BEGAN,
    FILE,
    Row,
    api_error,
    call,
    limit,
    progress,
    prompt,
    reply,
    result,
    row,
    system,
    text,
    thought,
    told,
)

WORKING, WAITING, STUCK = WorkState.WORKING, WorkState.WAITING, WorkState.STUCK
LIMITED, ENDED, NONE = WorkState.LIMITED, WorkState.ENDED, WorkState.NONE
FREE = prompt(0, permissionMode="bypassPermissions")
BASH = reply(2, call("t1"))
TELLING = (prompt(0), reply(1, call("t0"), number=9), progress(1.2, "t0"), result(1.5, "t0"))
"""Commands of this transcript tell that they are at work."""
OVER, BROKE = "its turn is over", "ended with an error of the API"
REPLYING, NO_REPLY = "the model is replying", "no reply of the model for over 10 min"
SILENT_BASH = "silent for over 12 min in one tool call (Bash)"
ASKS, PLANS = "waiting for an answer", "waiting for the plan's approval"
MAY_BASH, MAY_EDIT = "waiting for a permission (Bash)", "waiting for a permission (Edit)"
UNTIL_11 = "usage limit until 11:00"
SAID = reply(2, text(), stop="end_turn")
STOPPED = "[Request interrupted by user for tool use]"
EDIT, ASK, PLAN = (reply(2, call("t1", name)) for name in ("Edit", "AskUserQuestion", "ExitPlanMode"))
AGENTS_TELL = (
    reply(1, call("t0", "Task"), number=9),
    progress(1.2, "t0", "agent_progress"),
    result(1.5, "t0"),
)
IN_WORDS = "You've hit your limit · resets 3pm"
IN_SECONDS = "Claude AI usage limit reached|1800000000"
DAY = 86_400


@pytest.fixture(autouse=True)
def _in_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if hasattr(time, "tzset"):
        monkeypatch.setenv("TZ", "UTC")
        time.tzset()
        yield
        monkeypatch.undo()
        time.tzset()


class Case(NamedTuple):
    """Rows of one session, and what it does `at` seconds after they began."""

    id: str
    rows: tuple[Row, ...]
    at: float
    state: WorkState
    reason: str
    life: float = 0.0


def usage(fact: TranscriptFact, at: float, path: str = FILE) -> AgentUsage:
    """A transcript that changed last at `at`."""
    return AgentUsage(
        fact.session, fact.agent, path, "x", fact.began or 0, at, None, Spent(), fact.turn, fact.effort, ""
    )


def main(*rows: Row, name: str = FILE) -> AgentUsage:
    """A session that wrote these rows, each at its time."""
    fact = told(*rows, path=name)
    return usage(fact, fact.turn.at or BEGAN, name)


def agent(*rows: Row) -> AgentUsage:
    """Its subagent."""
    return main(*rows, name=AGENT_FILE)


def together(*usages: AgentUsage, at: float, life: float = 0.0) -> Doing:
    """What they do, seconds after they began; a file of the build changed last at `life`."""
    return work(sessions(*usages), BEGAN + life, BEGAN + at)


def sessions(*usages: AgentUsage) -> SessionsFact:
    """Everything that is known of a build."""
    return SessionsFact(usages, (), Spent(), Timeline())


TRIGGERS = [
    Case("in a tool", (FREE, BASH), 30, WORKING, "in Bash"),
    Case("in the first of two", (FREE, reply(2, call("t1", "Task"), call("t2"))), 30, WORKING, "in Task"),
    Case("asked", (prompt(0),), 30, WORKING, REPLYING),
    Case("answered a tool", (FREE, BASH, result(9, "t1")), 300, WORKING, REPLYING),
    Case("thought", (prompt(0), reply(2, thought())), 30, WORKING, REPLYING),
    Case("wrote", (prompt(0), reply(2, text())), 61, WORKING, "the model wrote something"),
    Case("wrote long ago", (prompt(0), reply(2, text())), 62, ENDED, OVER),
    Case("said its last", (prompt(0), SAID), 2, ENDED, OVER),
    Case("interrupted", (prompt(0), prompt(2, STOPPED)), 3, ENDED, OVER),
    Case("failed", (prompt(0), api_error(2, "API Error: 500")), 3, ENDED, BROKE),
    Case("limit", (prompt(0), limit(2)), 9e6, LIMITED, "usage limit"),
    Case(
        "limit in words",
        (prompt(0), api_error(2, IN_WORDS)),
        9,
        LIMITED,
        "usage limit",
    ),
    Case("limit until", (prompt(0), limit(2, 7200)), 7199, LIMITED, UNTIL_11),
    Case("in ms", (prompt(0), limit(2, 7200, milliseconds=True)), 9, LIMITED, UNTIL_11),
    Case("far limit", (prompt(0), limit(2, 6 * DAY)), 9, LIMITED, "usage limit until 2026-11-29 09:00"),
    Case("limit over", (prompt(0), limit(2, 7200)), 7200, WAITING, "the usage limit ended at 11:00"),
    Case("long over", (prompt(0), limit(2, 60)), DAY, WAITING, "the usage limit ended at 2026-11-23 09:01"),
    Case("Bash", (*TELLING, BASH), 62, WAITING, MAY_BASH),
    Case("Edit", (prompt(0), EDIT), 62, WAITING, MAY_EDIT),
    Case(
        "both",
        (*TELLING, reply(2, call("t1", "Read"), call("t2"))),
        62,
        WAITING,
        "waiting for a permission (Read)",
    ),
    Case(
        "the one that is left",
        (prompt(0), reply(2, call("t1"), call("t2", "Write")), result(9, "t1")),
        69,
        WAITING,
        "waiting for a permission (Write)",
    ),
    Case(
        "hooks before it",
        (*TELLING, BASH, progress(2.1, "t1", "hook_progress")),
        62.1,
        WAITING,
        MAY_BASH,
    ),
    Case("question", (prompt(0), ASK), 2, WAITING, ASKS),
    Case(
        "of a free one",
        (FREE, ASK),
        9e5,
        WAITING,
        ASKS,
    ),
    Case(
        "plan",
        (prompt(0), PLAN),
        2,
        WAITING,
        PLANS,
    ),
    Case("silent tool", (FREE, BASH), 722, STUCK, SILENT_BASH),
    Case(
        "silent since",
        (FREE, BASH, progress(500, "t1")),
        1220,
        STUCK,
        SILENT_BASH,
    ),
    Case(
        "silent file tool of a free one",
        (FREE, EDIT),
        722,
        STUCK,
        "silent for over 12 min in one tool call (Edit)",
    ),
    Case("no reply", (prompt(0),), 600, STUCK, NO_REPLY),
    Case(
        "none after a tool",
        (FREE, BASH, result(9, "t1")),
        609,
        STUCK,
        NO_REPLY,
    ),
    Case(
        "sent again",
        (prompt(0), system(99, "api_error")),
        699,
        STUCK,
        NO_REPLY,
    ),
]


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in TRIGGERS])
def test_what_a_session_does_is_said_with_its_reason(case: Case) -> None:
    found = together(main(*case.rows), at=case.at, life=case.life)
    assert (found.state, found.reason) == (case.state, case.reason)


def test_without_a_prompt_or_any_session_nothing_is_done() -> None:
    assert together(at=9) == Doing()
    assert doing(TranscriptFact("s", "").turn, BEGAN, BEGAN, BEGAN + 9) == Doing()


def test_a_subagent_ends_with_its_session() -> None:
    inside = agent(prompt(1), reply(2, call("t1")))

    def said(*before: AgentUsage) -> Doing:
        return of_agents(sessions(*before, inside), BEGAN, BEGAN + 10)[-1]

    assert said(main(prompt(0), reply(9, text(), stop="end_turn"))).reason == "its session's turn is over"
    assert said(main(prompt(0), api_error(9, "API Error: 500"))).state is ENDED
    assert said(main(prompt(0), reply(1.5, text(), stop="end_turn"))).reason == "in Bash"
    assert said().reason == "in Bash"


def test_since_is_the_last_sign_of_work() -> None:
    assert together(main(FREE, BASH), at=30).since == BEGAN + 2
    assert together(main(FREE, BASH), at=30, life=20).since == BEGAN + 20
    assert together(main(FREE, BASH), at=800).since == BEGAN + 2
    assert together(main(prompt(0), reply(2, text())), at=800, life=700).since == BEGAN + 2


# --- what must not trigger -------------------------------------------------------------------------------

TASK = reply(2, call("t1", "Task"), number=1)
NOT_STUCK = [
    Case("just below the tool's limit", (FREE, BASH), 721.9, WORKING, "in Bash"),
    Case("just below the reply's limit", (prompt(0),), 599.9, WORKING, REPLYING),
    Case("a file of the build changed", (FREE, BASH), 1300, WORKING, "in Bash", life=700),
    Case("one changed while it replied", (prompt(0),), 1000, WORKING, REPLYING, life=500),
    Case("it told progress", (FREE, BASH, progress(700, "t1")), 1400, WORKING, "in Bash"),
    Case("a hook tells", (FREE, BASH, progress(700, "t1", "hook_progress")), 1400, WORKING, "in Bash"),
    Case("a request was sent again", (prompt(0), system(500, "api_error")), 1000, WORKING, REPLYING),
    Case(
        "one of two answered",
        (FREE, reply(2, call("a"), call("b")), result(700, "b")),
        1400,
        WORKING,
        "in Bash",
    ),
    Case(OVER, (prompt(0), SAID), 9e6, ENDED, OVER),
    Case("it spoke and said no more", (prompt(0), reply(2, text())), 9e6, ENDED, OVER),
    Case(
        "its duration was told",
        (prompt(0), reply(2, thought()), system(3, "turn_duration")),
        9e6,
        ENDED,
        OVER,
    ),
    Case("a person interrupted it", (FREE, BASH, prompt(9, STOPPED)), 9e6, ENDED, OVER),
    Case("an error ended it", (prompt(0), api_error(2, "API Error: 500")), 9e6, ENDED, BROKE),
    Case("it is limited", (prompt(0), limit(2)), 9e6, LIMITED, "usage limit"),
    Case("the limit ended", (prompt(0), limit(2, 60)), 900, WAITING, "the usage limit ended at 09:01"),
    Case("it asked a person", (FREE, ASK), 9e6, WAITING, ASKS),
    Case("its plan waits", (FREE, PLAN), 9e6, WAITING, PLANS),
    Case("it waits for a permission", (prompt(0), EDIT), 9e6, WAITING, MAY_EDIT),
    Case("local commands", (prompt(0), SAID, prompt(5, "<command-name>/cost")), 9e6, ENDED, OVER),
    Case("a hint of the program", (prompt(0), SAID, prompt(5, isMeta=True)), 9e6, ENDED, OVER),
    Case("a summary by hand", (prompt(0), SAID, prompt(5, isCompactSummary=True)), 9e6, ENDED, OVER),
    Case("hooks after the turn", (prompt(0), SAID, progress(5, "s", "hook_progress")), 9e6, ENDED, OVER),
    Case("the answer was lost", (FREE, BASH, reply(9, text(), number=2, stop="end_turn")), 9e6, ENDED, OVER),
    Case("clocks run backwards", (FREE, prompt(500), reply(2, call("t1"))), 1200, WORKING, "in Bash"),
]
NOT_WAITING = [
    Case("just below the limit", (*TELLING, BASH), 61.9, WORKING, "in Bash"),
    Case("it may do everything", (FREE, *TELLING[1:], BASH), 700, WORKING, "in Bash"),
    Case("it may do everything, files too", (FREE, EDIT), 700, WORKING, "in Edit"),
    Case(
        "it was set free",
        (*TELLING, BASH, {"type": "permission-mode", "permissionMode": "dontAsk"}),
        700,
        WORKING,
        "in Bash",
    ),
    Case("the command told progress", (*TELLING, BASH, progress(5, "t1")), 700, WORKING, "in Bash"),
    Case("commands here never tell", (prompt(0), BASH), 700, WORKING, "in Bash"),
    Case("only subagents tell here", (prompt(0), *AGENTS_TELL, BASH), 700, WORKING, "in Bash"),
    Case(
        "only hooks tell here", (prompt(0), BASH, progress(3, "t1", "hook_progress")), 700, WORKING, "in Bash"
    ),
    Case("a file of the build changes", (*TELLING, BASH), 700, WORKING, "in Bash", life=650),
    Case("a subagent takes its time", (*TELLING, TASK), 700, WORKING, "in Task"),
    Case(
        "a tool of a server does",
        (*TELLING, reply(2, call("t1", "mcp__db__query"))),
        700,
        WORKING,
        "in mcp__db__query",
    ),
    Case("the web does", (*TELLING, reply(2, call("t1", "WebFetch"))), 700, WORKING, "in WebFetch"),
    Case(
        "one that works beside it",
        (*TELLING, reply(2, call("t1", "Edit"), call("t2", "Task"))),
        700,
        WORKING,
        "in Edit",
    ),
    Case(
        "a command that works beside it",
        (*TELLING, reply(2, call("t1", "Edit"), call("t2")), progress(4, "t2")),
        700,
        WORKING,
        "in Edit",
    ),
    Case("it was answered", (*TELLING, BASH, result(3, "t1")), 500, WORKING, REPLYING),
    Case(
        "it was refused", (*TELLING, BASH, result(3, "t1", error=True), prompt(3, STOPPED)), 500, ENDED, OVER
    ),
    Case("hooks go on", (*TELLING, BASH, progress(50, "t1", "hook_progress")), 100, WORKING, "in Bash"),
    Case("the reply is owed", (prompt(0),), 500, WORKING, REPLYING),
    Case("clocks run backwards", (prompt(500), EDIT), 559, WORKING, "in Edit"),
    Case(OVER, (prompt(0), SAID), 500, ENDED, OVER),
]
NOT_LIMITED = [
    Case("the limit ended", (prompt(0), limit(2, 60)), 60, WAITING, "the usage limit ended at 09:01"),
    Case("somebody went on", (prompt(0), limit(2, 7200), prompt(9)), 10, WORKING, REPLYING),
    Case(
        "it went on by itself",
        (prompt(0), limit(2, 7200), reply(9, call("t1"), number=2)),
        10,
        WORKING,
        "in Bash",
    ),
    Case(
        "it went on to its end",
        (prompt(0), limit(2, 9999), reply(9, text(), number=2, stop="end_turn")),
        10,
        ENDED,
        OVER,
    ),
    Case("another error", (prompt(0), api_error(2, "API Error: 529 Overloaded")), 10, ENDED, BROKE),
    Case(
        "requests sent too fast", (prompt(0), api_error(2, "API Error: Rate limit reached")), 10, ENDED, BROKE
    ),
    Case("too long a prompt", (prompt(0), api_error(2, "Prompt is too long")), 10, ENDED, BROKE),
    Case(
        "the model writes of limits",
        (prompt(0), reply(2, text(IN_SECONDS), stop="end_turn")),
        10,
        ENDED,
        OVER,
    ),
    Case("a person does", (prompt(0, IN_SECONDS),), 10, WORKING, REPLYING),
    Case("a tool does", (FREE, BASH, result(3, "t1", content=IN_WORDS)), 10, WORKING, REPLYING),
    Case(
        "a row that only says so",
        (prompt(0), row(2, "system", subtype="informational", content=IN_SECONDS)),
        10,
        WORKING,
        REPLYING,
    ),
    Case(
        "requests are sent again",
        (prompt(0), system(2, "api_error", error={"status": 429})),
        10,
        WORKING,
        REPLYING,
    ),
    Case("a limit of long ago", (prompt(0), limit(2, -9999)), 10, WAITING, "the usage limit ended at 06:13"),
    Case("the limit of what it wrote", (prompt(0), reply(2, text(), stop="max_tokens")), 10, ENDED, OVER),
]


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in NOT_STUCK])
def test_what_does_not_make_a_session_stuck(case: Case) -> None:
    test_what_a_session_does_is_said_with_its_reason(case)
    assert case.state is not STUCK


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in NOT_WAITING])
def test_what_does_not_make_it_wait_for_a_permission(case: Case) -> None:
    test_what_a_session_does_is_said_with_its_reason(case)
    assert "permission" not in case.reason


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in NOT_LIMITED])
def test_what_does_not_make_it_limited(case: Case) -> None:
    test_what_a_session_does_is_said_with_its_reason(case)
    assert case.state is not LIMITED


OTHER = FILE.replace("2c1f", "3d20")
STILL = agent(prompt(3, isSidechain=True), reply(650, call("t9"), number=7, isSidechain=True))


@pytest.mark.parametrize(
    "usages",
    [
        (main(FREE, TASK), STILL),
        (main(prompt(0), TASK), STILL),
        (main(FREE, BASH), main(prompt(600), reply(700, call("t1")), name=OTHER)),
        (main(prompt(0)), main(prompt(600), reply(700, call("t1")), name=OTHER)),
        (main(prompt(0), limit(2)), main(prompt(600), reply(700, call("t1")), name=OTHER)),
        (main(*TELLING, BASH), main(prompt(600), reply(700, call("t1")), name=OTHER)),
        (main(prompt(600), reply(700, call("t1"))), main(FREE, BASH, name=OTHER)),
    ],
    ids=[
        "a subagent writes",
        "of one that asks",
        "followed",
        "unanswered and followed",
        "limited",
        "waiting",
        "named",
    ],
)
def test_a_build_works_while_any_of_its_sessions_or_subagents_does(usages: tuple[AgentUsage, ...]) -> None:
    found = together(*usages, at=760)
    assert (found.state, found.reason.split()[0]) == (WORKING, "in")


@pytest.mark.parametrize("before", [(FREE, BASH), (prompt(0),), (prompt(0), limit(2)), (*TELLING, BASH)])
def test_a_session_that_another_has_followed_is_not_waited_for(before: tuple[Row, ...]) -> None:
    after = main(prompt(600), reply(601, text(), stop="end_turn"), name=OTHER)
    assert together(main(*before), after, at=9000).state is ENDED


def test_of_sessions_at_the_same_time_the_one_that_works_counts() -> None:
    waits = main(prompt(0), reply(20, call("t1", "AskUserQuestion")))
    works = main(prompt(10), reply(12, call("t1")), name=OTHER)
    limited = main(prompt(10), limit(30, 7200), name=OTHER)
    assert together(waits, works, at=40).reason == "in Bash"
    assert together(waits, limited, at=40).state is LIMITED
    assert together(waits, at=40).state is WAITING


# --- until -----------------------------------------------------------------------------------------------

ALL = [*TRIGGERS, *NOT_STUCK, *NOT_WAITING, *NOT_LIMITED]
MAINS = [main(*case.rows) for case in ALL]
AGENTS = [STILL, *(agent(*case.rows) for case in NOT_STUCK)]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(MAINS), st.floats(-9000, 9000), st.floats(-100, 3e5) | st.floats(-100, 1500))
def test_a_session_changes_at_the_instant_it_names_and_not_before(
    one: AgentUsage, life: float, at: float
) -> None:
    def then(now: float) -> tuple[WorkState, str]:
        found = doing(one.turn, one.at, BEGAN + life, now)
        return found.state, found.reason

    now = max(BEGAN + at, one.at)
    until = doing(one.turn, one.at, BEGAN + life, now).until
    if until is None:
        assert then(now) == then(now + 1e7)
        return
    assert until > now
    assert then(now) == then((now + until) / 2) == then(until - 0.001 if until - 0.001 > now else now)
    assert then(until) != then(now)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(MAINS), max_size=2),
    st.lists(st.sampled_from(AGENTS), max_size=2),
    st.floats(-100, 3e5) | st.floats(-100, 1500),
    st.data(),
)
def test_until_the_instant_it_names_nothing_of_a_build_changes(
    mains: list[AgentUsage], agents: list[AgentUsage], at: float, data: st.DataObject
) -> None:
    fact = sessions(*mains, *agents)

    def then(now: float) -> list[tuple[WorkState, str]]:
        each = [work(fact, BEGAN, now), *of_agents(fact, BEGAN, now)]
        return [(one.state, one.reason) for one in each]

    now = max([BEGAN + at, *(one.at for one in fact.agents)])
    until = work(fact, BEGAN, now).until
    end = now + 1e7 if until is None else until - 0.001
    assert then(now) == then(data.draw(st.floats(now, max(end, now))))
