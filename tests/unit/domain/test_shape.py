"""The public JSON, schema 1."""

from __future__ import annotations

import json
import math

import pytest

from cupola.domain import models, shape
from cupola.domain.claims import Finding
from cupola.domain.figures import Figure
from cupola.domain.models import (
    AgentKind,
    AgentRow,
    AgentsModel,
    AgentState,
    BuildSnapshot,
    Decision,
    DecisionsModel,
    HealthModel,
    PhaseTokens,
    RootModel,
    TokensModel,
    TrendPoint,
    Watching,
)
from cupola.domain.problems import Problem
from cupola.domain.run import open_run
from cupola.domain.snapshot import present
from cupola.domain.state import Policy
from cupola.domain.words import Bound, Facet, Provenance, Verdict
from support.observations import T0, phase

NONE = {"value": None, "provenance": "none", "bound": "exact"}
FIVE = Figure(5, Provenance.REPORTED)
FIVE_JSON = {"value": 5, "provenance": "reported", "bound": "exact"}
KINDS = ("input", "output", "cache_read", "cache_write", "cost_usd")
NO_SPENDING = dict.fromkeys(KINDS, NONE)


ROWS = [
    ("Scout", "done"),
    ("Architect", "done"),
    ("Builder", "done"),
    ("Test", "running"),
    ("Documentation", "waiting"),
    ("Deploy", "waiting"),
    ("Feedback", "waiting"),
]


def phase_row(name: str, state: str) -> dict[str, object]:
    return {
        "key": f"phase:{name}",
        "parent": None,
        "kind": "phase",
        "name": name,
        "state": state,
        "duration_seconds": NONE,
        "files": NONE,
        "tokens": NONE,
        "work": None,
    }


def snapshot() -> BuildSnapshot:
    run = open_run([phase(0, "Test", "testing", ("Scout", "Architect", "Builder"), detail="x")], T0)
    problem = Problem("a", "b", ("c",), T0)
    return present(run, "abc", "demo", "/p/demo", T0, (problem,), T0 + 1, Policy())[0]


def test_a_build_has_exactly_the_keys_of_the_schema() -> None:
    built = shape.build_json(snapshot(), T0 + 2.5)
    digests = built.pop("digests")
    assert isinstance(digests, dict)
    assert set(digests) == {"tokens", "tests", "agents", "decisions"}
    assert built == {
        "id": "abc",
        "project": "demo",
        "directory": "/p/demo",
        "session_id": "demo",
        "generation": "A1",
        "state": "running",
        "state_reason": "current-phase.json says Test testing",
        "source": "live",
        "data_age_seconds": 2.5,
        "first_seen": "2025-11-22T08:26:40.000Z",
        "phase": "Test",
        "phase_status": "testing",
        "phases_completed": ["Scout", "Architect", "Builder"],
        "progress": {"value": 0.428571, "provenance": "estimated", "bound": "exact"},
        "elapsed_seconds": {"value": 2.5, "provenance": "observed", "bound": "exact"},
        "detail": "x",
        "test_iteration": 0,
        "work": {"state": "none", "reason": "", "since": None},
        "panels": {
            "tokens": {
                "meaning": "total",
                "used": NONE,
                "limit": NONE,
                "zone": "none",
                "budget": NONE,
                "budget_zone": "none",
                "input": NONE,
                "output": NONE,
                "by_phase": [],
                "trend": [],
                "spent": NONE,
                "cache_read": NONE,
                "cache_write": NONE,
                "cost_usd": NONE,
                "rate_per_minute": NONE,
                "session": None,
                "by_model": [],
                "other_sessions": [],
                "unpriced_models": [],
                "prices": "",
            },
            "tests": {"iterations": [], "pass_rate": NONE, "repeating": []},
            "agents": {"rows": [phase_row(*row) for row in ROWS]},
            "decisions": {
                "count": NONE,
                "rated": 0,
                "average_quality": NONE,
                "lessons": NONE,
                "regrettable": NONE,
                "items": [],
                "findings": [],
            },
        },
        "problems": [{"path": "a", "message": "b", "dropped": ["c"]}],
    }


def test_the_status_wraps_roots_builds_and_problems() -> None:
    health = HealthModel(
        (RootModel("/p", readable=True, projects=1, watching=Watching.EVENTS),), 3, (Problem("r", "gone"),)
    )
    status = shape.status_json([snapshot()], health, T0)
    assert list(status) == ["schema", "at", "roots", "builds", "problems"]
    assert (status["schema"], status["at"]) == (1, "2025-11-22T08:26:40.000Z")
    assert status["roots"] == [{"path": "/p", "readable": True, "projects": 1, "watching": "events"}]
    assert status["problems"] == [{"path": "r", "message": "gone"}]
    json.dumps(status, allow_nan=False)


def test_ages_are_never_negative() -> None:
    header = shape.header_json(snapshot().build, T0 - 100)
    assert header["data_age_seconds"] == 0
    assert header["elapsed_seconds"] == {"value": 0, "provenance": "observed", "bound": "exact"}


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        (Figure.none("why"), NONE),
        (Figure(math.nan, Provenance.MEASURED), NONE),
        (Figure(0, Provenance.MEASURED), {"value": 0, "provenance": "measured", "bound": "exact"}),
        (
            Figure(0.1 + 0.2, Provenance.OBSERVED, Bound.LOWER),
            {"value": 0.3, "provenance": "observed", "bound": "lower"},
        ),
    ],
)
def test_a_figure_is_a_number_or_null_with_its_provenance(figure: Figure, expected: object) -> None:
    assert shape.figure(figure) == expected


def test_panels_with_figures_are_printed_whole() -> None:
    trend = (TrendPoint(None, 5), TrendPoint(T0, 9))
    tokens = TokensModel(by_phase=(PhaseTokens("Scout", FIVE),), trend=trend)
    tests = models.TestsModel(
        (models.TestIteration(1, FIVE, FIVE, Verdict.FAILED, "FAILED", conflict=True, file="a\n.md"),)
    )
    row = AgentRow("k", None, AgentKind.TASK, "n", AgentState.DONE, FIVE, FIVE, Figure.none())
    findings = (Finding("slow", "LOW", "Test"),)
    decisions = DecisionsModel(items=(Decision("Scout", "text", FIVE),), findings=findings)
    assert shape.panel_json(Facet.TOKENS, tokens)["by_phase"] == [
        {"phase": "Scout", "used": FIVE_JSON, **NO_SPENDING}
    ]
    assert shape.panel_json(Facet.TOKENS, tokens)["trend"] == [
        {"at": None, "used": 5},
        {"at": "2025-11-22T08:26:40.000Z", "used": 9},
    ]
    assert shape.panel_json(Facet.TESTS, tests)["iterations"] == [
        {
            "number": 1,
            "passed": FIVE_JSON,
            "failed": FIVE_JSON,
            "verdict": "failed",
            "claim": "FAILED",
            "conflict": True,
            "file": "a\\x0a.md",
        }
    ]
    assert shape.panel_json(Facet.AGENTS, AgentsModel((row,)))["rows"] == [
        {
            "key": "k",
            "parent": None,
            "kind": "task",
            "name": "n",
            "state": "done",
            "duration_seconds": FIVE_JSON,
            "files": FIVE_JSON,
            "tokens": NONE,
            "work": None,
        }
    ]
    items = shape.panel_json(Facet.DECISIONS, decisions)["items"]
    assert items == [{"phase": "Scout", "text": "text", "quality": FIVE_JSON}]
    found = shape.panel_json(Facet.DECISIONS, decisions)["findings"]
    assert found == [{"severity": "LOW", "phase": "Test", "text": "slow"}]
    with pytest.raises(TypeError):
        shape.panel_json(Facet.TOKENS, tests)


def test_what_transcripts_measured_is_printed_by_model_session_and_agent() -> None:
    spending = models.Spending(FIVE, FIVE, FIVE, FIVE, FIVE)
    tokens = TokensModel(
        by_model=(models.ModelTokens("opus", FIVE, spending),),
        others=(models.OtherSession("1a2b", "interactive", FIVE, FIVE),),
    )
    work = models.AgentWork("opus", FIVE, FIVE, FIVE, FIVE, FIVE, FIVE, "Bash", "in one tool call")
    row = AgentRow("k", None, AgentKind.SESSION, "n", AgentState.STUCK, FIVE, FIVE, FIVE, work)
    printed = shape.panel_json(Facet.TOKENS, tokens)
    assert printed["by_model"] == [{"model": "opus", "used": FIVE_JSON, **dict.fromkeys(KINDS, FIVE_JSON)}]
    assert printed["other_sessions"] == [
        {"name": "1a2b", "reason": "interactive", "used": FIVE_JSON, "cost_usd": FIVE_JSON}
    ]
    rows = shape.panel_json(Facet.AGENTS, AgentsModel((row,)))["rows"]
    assert isinstance(rows, list)
    shown = rows[0]["work"]
    assert shown["latency_p95_seconds"] == FIVE_JSON
    assert (shown["last"], shown["reason"]) == ("Bash", "in one tool call")


def test_the_lines_of_watch_name_event_and_build() -> None:
    built = snapshot()
    line = shape.watch_build(built.build, T0)
    header = line["build"]
    assert isinstance(header, dict)
    assert (line["event"], line["id"]) == ("build", "abc")
    assert set(shape.build_json(built, T0)) - set(header) == {"panels", "digests"}
    assert shape.watch_panel("abc", Facet.AGENTS, "ff", built.agents) == {
        "event": "panel",
        "id": "abc",
        "panel": "agents",
        "digest": "ff",
        "model": {"rows": [phase_row(*row) for row in ROWS]},
    }
    assert shape.watch_gone("abc") == {"event": "gone", "id": "abc"}
    assert shape.watch_problem(Problem("p", "m"))["event"] == "problem"
    assert shape.watch_ready(T0)["event"] == "ready"
