"""Agent Performance: phases, tasks and agents as rows that keep their keys."""

from __future__ import annotations

import pytest

from cupola.domain.facts import ContextMetricsFact, MarkKind, MetricsAgent, MetricsFact, Observation, TokenSum
from cupola.domain.models import AgentKind, AgentRow, AgentState
from cupola.domain.words import Provenance
from support.facts import mark, metrics, plan, shown, told
from support.observations import HOUR, artefact, checkpoint, phase, summary

DONE, FAILED, LOG = MarkKind.DONE, MarkKind.ERROR, MarkKind.LOG
SA = ("Scout", "Architect")
BUILDING = phase(0, "Builder", "building", SA)
INVISIBLE = phase(0, "Architect", "completed", SA)
"""Builder is at work and writes nothing of itself."""
SCOUTING = phase(0, "Scout", "researching")
TESTING = phase(0, "Test", "testing", (*SA, "Builder"), iteration=1)


def rows(*observations: Observation, at: float | None = None) -> dict[str, AgentRow]:
    found = shown(*observations, at=at).agents.rows
    assert len({row.key for row in found}) == len(found)
    return {row.key: row for row in found}


def states(*observations: Observation, at: float | None = None) -> dict[str, str]:
    """Of tasks and marks."""
    found = rows(*observations, at=at).items()
    return {key: row.state.value for key, row in found if row.kind is AgentKind.TASK}


CASES = [
    ("no mark", [BUILDING, plan("1")], {"task:1": "waiting"}),
    ("done", [BUILDING, plan("1"), mark("1")], {"task:1": "done"}),
    ("done, by prefix", [BUILDING, plan("1"), mark("task-1")], {"task:1": "done"}),
    ("done, by double prefix", [BUILDING, plan("task-1"), mark("task-task-1")], {"task:task-1": "done"}),
    (
        "the id itself before the prefix",
        [BUILDING, plan("1", "task-1"), mark("task-1")],
        {"task:1": "waiting", "task:task-1": "done"},
    ),
    ("failed", [BUILDING, plan("1"), mark("1", FAILED)], {"task:1": "failed"}),
    (
        "failed, then done",
        [BUILDING, plan("1"), mark("1", FAILED, at=1), mark("1", at=2)],
        {"task:1": "done"},
    ),
    (
        "done, then failed",
        [BUILDING, plan("1"), mark("1", at=1), mark("1", FAILED, at=2)],
        {"task:1": "failed"},
    ),
    ("a log", [BUILDING, plan("1"), mark("1", LOG)], {"task:1": "running"}),
    ("a log, Builder invisible", [INVISIBLE, plan("1"), mark("1", LOG)], {"task:1": "running"}),
    (
        "a log that says completed",
        [BUILDING, plan("1"), mark("1", LOG, status="completed")],
        {"task:1": "done"},
    ),
    ("a log before Builder", [SCOUTING, plan("1"), mark("1", LOG)], {"task:1": "waiting"}),
    (
        "a log after Builder",
        [TESTING, plan("1", "2"), mark("1", LOG)],
        {"task:1": "unknown", "task:2": "unknown"},
    ),
    ("the plan says complete", [BUILDING, plan("1", status="complete")], {"task:1": "done"}),
    (
        "the mark before the plan",
        [BUILDING, plan("1", status="complete"), mark("1", FAILED)],
        {"task:1": "failed"},
    ),
    (
        "an unmatched mark",
        [BUILDING, plan("1"), mark("main-builder")],
        {"task:1": "waiting", "mark:main-builder": "done"},
    ),
    ("an unmatched error", [BUILDING, mark("x", FAILED)], {"mark:x": "failed"}),
    ("an unmatched log", [BUILDING, mark("x", LOG)], {"mark:x": "running"}),
    ("an unmatched log later", [TESTING, mark("x", LOG)], {"mark:x": "unknown"}),
    (
        "ended without a mark",
        [BUILDING, plan("1", "2"), mark("1", LOG), summary(5, "failed")],
        {"task:1": "unknown", "task:2": "unknown"},
    ),
    ("no phase at all", [plan("1"), mark("1")], {"task:1": "done"}),
]


@pytest.mark.parametrize(
    ("observations", "expected"), [pytest.param(*case[1:], id=case[0]) for case in CASES]
)
def test_a_task_is_what_its_marks_say(observations: list[Observation], expected: dict[str, str]) -> None:
    assert states(*observations) == expected


def test_a_run_left_behind_has_nothing_running() -> None:
    found = rows(BUILDING, plan("1"), mark("1", LOG), at=25 * HOUR)
    assert (found["phase:Builder"].state, found["task:1"].state) == (AgentState.UNKNOWN, AgentState.UNKNOWN)


def test_rows_stand_below_their_parents_in_the_order_of_the_pipeline() -> None:
    agents = (
        MetricsAgent("c", "Child", parent="p", phase="Builder"),
        MetricsAgent("p", "Parent", phase="Scout"),
        MetricsAgent("l", "Loose"),
    )
    found = rows(BUILDING, plan("b", "a"), mark("z"), metrics(MetricsFact("k", None, agents=agents)))
    assert list(found) == [
        "phase:Scout",
        "agent:p",
        "agent:c",
        "phase:Architect",
        "phase:Builder",
        "task:b",
        "task:a",
        "mark:z",
        "phase:Test",
        "phase:Documentation",
        "phase:Deploy",
        "phase:Feedback",
        "agent:l",
    ]
    assert [found[key].parent for key in ("task:b", "mark:z", "agent:c", "agent:l")] == [
        "phase:Builder",
        "phase:Builder",
        "agent:p",
        None,
    ]


def test_agents_that_are_each_others_parent_are_all_shown() -> None:
    agents = (
        MetricsAgent("a", "A", parent="b"),
        MetricsAgent("b", "B", parent="a"),
        MetricsAgent("c", "C", parent="c"),
    )
    found = rows(SCOUTING, metrics(MetricsFact("k", None, agents=agents)))
    assert {key: row.parent for key, row in found.items() if row.kind is AgentKind.AGENT} == {
        "agent:c": None,
        "agent:a": None,
        "agent:b": "agent:a",
    }


def test_keys_used_twice_are_told_apart() -> None:
    twice = tuple(MetricsAgent("a", name) for name in ("One", "Two", "Three"))
    found = rows(SCOUTING, metrics(MetricsFact("k", None, agents=twice)))
    assert {key: row.name for key, row in found.items() if row.kind is AgentKind.AGENT} == {
        "agent:a": "One",
        "agent:a#2": "Two",
        "agent:a#3": "Three",
    }


@pytest.mark.parametrize(
    ("status", "running", "ended"),
    [
        ("active", "running", "unknown"),
        ("spawning", "waiting", "unknown"),
        ("idle", "waiting", "unknown"),
        ("completed", "done", "done"),
        ("failed", "failed", "failed"),
        (None, "unknown", "unknown"),
        ("odd", "unknown", "unknown"),
    ],
)
def test_an_agent_is_what_its_row_says_while_the_run_goes_on(
    status: str | None, running: str, ended: str
) -> None:
    agent = metrics(MetricsFact("k", None, agents=(MetricsAgent("a", "A", status=status),)))
    assert rows(SCOUTING, agent)["agent:a"].state.value == running
    assert rows(SCOUTING, agent, summary(5, "failed"))["agent:a"].state.value == ended


def test_figures_come_from_the_surest_file() -> None:
    code = ContextMetricsFact((TokenSum("scout", used=9615, duration_seconds=283.9),))
    there = [
        artefact(-900, "Scout", "scout-report.md"),
        artefact(-600, "Architect", "architecture.md"),
        phase(0, "Test", "testing", (*SA, "Builder"), first=True, iteration=1),
    ]
    found = rows(*there, told(code, "session-summary.json", first=True))
    scout, architect = found["phase:Scout"], found["phase:Architect"]
    assert (scout.duration_seconds.value, scout.duration_seconds.provenance) == (283.9, Provenance.RECORDED)
    assert (scout.tokens.value, scout.tokens.provenance) == (9615, Provenance.RECORDED)
    assert architect.duration_seconds.provenance is Provenance.ESTIMATED
    seen_run = [
        SCOUTING,
        phase(50, "Architect", "designing", ("Scout",)),
        told(code, "session-summary.json", 60),
    ]
    assert rows(*seen_run)["phase:Scout"].duration_seconds.value == 50


def test_files_are_reported_by_the_log_and_else_as_planned() -> None:
    found = rows(BUILDING, plan("1", "2", files=3), mark("1", LOG, status="completed", files=5), mark("x"))
    figures = [found[key].files for key in ("task:1", "task:2", "mark:x")]
    assert [(one.value, one.provenance) for one in figures] == [
        (5, Provenance.REPORTED),
        (3, Provenance.ESTIMATED),
        (None, Provenance.NONE),
    ]


def test_a_checkpoint_has_its_three_phases() -> None:
    found = rows(checkpoint(0, "x_1", "Architect"))
    assert [(row.name, row.state.value) for row in found.values()] == [
        ("Scout", "done"),
        ("Architect", "running"),
        ("Builder", "waiting"),
    ]
