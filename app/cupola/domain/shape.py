"""The public JSON of `status --json` and `watch --json`, schema 1; ages are made here, with `now`."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

from cupola.domain.clock import Instant
from cupola.domain.figures import Figure
from cupola.domain.formatting import rfc3339
from cupola.domain.models import (
    AgentsModel,
    AgentWork,
    BuildModel,
    BuildSnapshot,
    DecisionsModel,
    Elapsed,
    HealthModel,
    PanelModel,
    RootModel,
    Spending,
    TestsModel,
    TokensModel,
    Work,
)
from cupola.domain.problems import Problem
from cupola.domain.text import printable_path
from cupola.domain.words import PANELS, Facet, Provenance

SCHEMA: Final = 1

Json = dict[str, object]


def figure(of: Figure) -> Json:
    """A number with its provenance; null with `none` for no number, or one that JSON cannot hold."""
    value = of.value
    if value is None or not math.isfinite(value):
        return {"value": None, "provenance": Provenance.NONE.value, "bound": of.bound.value}
    return {"value": _tidy(value), "provenance": of.provenance.value, "bound": of.bound.value}


def status_json(builds: Iterable[BuildSnapshot], health: HealthModel, now: Instant) -> Json:
    """Everything, as `status --json` prints it."""
    return {
        "schema": SCHEMA,
        "at": rfc3339(now),
        "roots": [root_json(root) for root in health.roots],
        "builds": [build_json(snapshot, now) for snapshot in builds],
        "problems": [problem_json(problem) for problem in health.problems],
    }


def build_json(snapshot: BuildSnapshot, now: Instant) -> Json:
    """One build with its panels and their digests."""
    digests = dict(snapshot.digests)
    models: tuple[PanelModel, ...] = (
        snapshot.tokens,
        snapshot.tests,
        snapshot.agents,
        snapshot.decisions,
    )
    shape = header_json(snapshot.build, now)
    problems = shape.pop("problems")
    shape["panels"] = {
        facet.value: panel_json(facet, model) for facet, model in zip(PANELS, models, strict=True)
    }
    shape["digests"] = {facet.value: digests.get(facet.value, "") for facet in PANELS}
    return {**shape, "problems": problems}


def header_json(build: BuildModel, now: Instant) -> Json:
    """A build's own part: all keys but `panels` and `digests`."""
    return {
        "id": build.id,
        "project": build.project,
        "directory": build.directory,
        "session_id": build.session_id,
        "generation": build.generation.value,
        "state": build.state.value,
        "state_reason": build.state_reason,
        "source": build.source.value,
        "data_age_seconds": age_s(build.changed_at, now),
        "first_seen": rfc3339(build.first_seen),
        "phase": build.phase,
        "phase_status": build.phase_status,
        "phases_completed": list(build.phases_completed),
        "progress": figure(build.progress),
        "elapsed_seconds": figure(elapsed_s(build.elapsed, now)),
        "detail": build.detail,
        "test_iteration": build.test_iteration,
        "work": _work(build.work),
        "problems": [{**problem_json(one), "dropped": list(one.dropped)} for one in build.problems],
    }


def panel_json(facet: Facet, model: PanelModel) -> Json:
    """One panel; TypeError if the model is none of `facet`'s (a defect)."""
    match facet, model:
        case Facet.TOKENS, TokensModel():
            return _tokens(model)
        case Facet.TESTS, TestsModel():
            return _tests(model)
        case Facet.AGENTS, AgentsModel():
            return _agents(model)
        case Facet.DECISIONS, DecisionsModel():
            return _decisions(model)
    raise TypeError(f"{type(model).__name__} is no model of {facet}")


def watch_build(build: BuildModel, now: Instant) -> Json:
    """The line for a build whose header changed."""
    return {"event": "build", "id": build.id, "build": header_json(build, now)}


def watch_panel(build_id: str, facet: Facet, digest: str, model: PanelModel) -> Json:
    """The line for one panel that changed."""
    return {
        "event": "panel",
        "id": build_id,
        "panel": facet.value,
        "digest": digest,
        "model": panel_json(facet, model),
    }


def watch_gone(build_id: str) -> Json:
    """The line for a build that is no longer there."""
    return {"event": "gone", "id": build_id}


def watch_problem(problem: Problem) -> Json:
    """The line for a problem that no build has."""
    return {"event": "problem", "id": None, "problem": problem_json(problem)}


def watch_ready(now: Instant) -> Json:
    """The line after all that was there at first."""
    return {"event": "ready", "id": None, "schema": SCHEMA, "at": rfc3339(now)}


def root_json(root: RootModel) -> Json:
    """One root."""
    return {
        "path": root.path,
        "readable": root.readable,
        "projects": root.projects,
        "watching": root.watching.value,
    }


def problem_json(problem: Problem) -> Json:
    """A problem that no build has."""
    return {"path": problem.path, "message": problem.message}


def age_s(at: Instant | None, now: Instant) -> float | None:
    """Seconds from `at` to `now`, never negative; None for no instant."""
    return None if at is None else _tidy(max(now - at, 0.0))


def elapsed_s(elapsed: Elapsed, now: Instant) -> Figure:
    """Seconds from a run's start to its end, or to `now` while it goes on; never negative."""
    start = elapsed.of_start
    if start.value is None:
        return start
    end = now if elapsed.ended_at is None else elapsed.ended_at
    return Figure(max(end - start.value, 0.0), start.provenance, start.bound, start.note)


def _tokens(model: TokensModel) -> Json:
    return {
        "meaning": model.meaning.value,
        "used": figure(model.used),
        "limit": figure(model.limit),
        "zone": model.zone.value,
        "budget": figure(model.budget),
        "budget_zone": model.budget_zone.value,
        "input": figure(model.input),
        "output": figure(model.output),
        "by_phase": [
            {"phase": row.phase, "used": figure(row.used), **_spending(row.spending)}
            for row in model.by_phase
        ],
        "trend": [
            {"at": None if point.at is None else rfc3339(point.at), "used": point.used}
            for point in model.trend
        ],
        "spent": figure(model.spent),
        "cache_read": figure(model.cache_read),
        "cache_write": figure(model.cache_write),
        "cost_usd": figure(model.cost),
        "rate_per_minute": figure(model.rate),
        "session": model.session,
        "by_model": [
            {"model": row.model, "used": figure(row.used), **_spending(row.spending)}
            for row in model.by_model
        ],
        "other_sessions": [
            {"name": one.name, "reason": one.reason, "used": figure(one.used), "cost_usd": figure(one.cost)}
            for one in model.others
        ],
        "unpriced_models": list(model.unpriced),
        "prices": model.prices,
    }


def _spending(of: Spending) -> Json:
    return {
        "input": figure(of.input),
        "output": figure(of.output),
        "cache_read": figure(of.cache_read),
        "cache_write": figure(of.cache_write),
        "cost_usd": figure(of.cost),
    }


def _work(work: Work) -> Json:
    since = None if work.since is None else rfc3339(work.since)
    return {"state": work.state.value, "reason": work.reason, "since": since}


def _tests(model: TestsModel) -> Json:
    iterations = [
        {
            "number": row.number,
            "passed": figure(row.passed),
            "failed": figure(row.failed),
            "verdict": row.verdict.value,
            "claim": row.claim,
            "conflict": row.conflict,
            "file": printable_path(row.file),
        }
        for row in model.iterations
    ]
    return {
        "iterations": iterations,
        "pass_rate": figure(model.pass_rate),
        "repeating": list(model.repeating),
    }


def _agents(model: AgentsModel) -> Json:
    rows = [
        {
            "key": row.key,
            "parent": row.parent,
            "kind": row.kind.value,
            "name": row.name,
            "state": row.state.value,
            "duration_seconds": figure(row.duration_seconds),
            "files": figure(row.files),
            "tokens": figure(row.tokens),
            "work": None if row.work is None else _agent_work(row.work),
        }
        for row in model.rows
    ]
    return {"rows": rows}


def _agent_work(work: AgentWork) -> Json:
    return {
        "model": work.model,
        "cost_usd": figure(work.cost),
        "tool_calls": figure(work.tool_calls),
        "errors": figure(work.errors),
        "retries": figure(work.retries),
        "latency_median_seconds": figure(work.latency_median_s),
        "latency_p95_seconds": figure(work.latency_p95_s),
        "last": work.last,
        "reason": work.reason,
    }


def _decisions(model: DecisionsModel) -> Json:
    items = [{"phase": row.phase, "text": row.text, "quality": figure(row.quality)} for row in model.items]
    return {
        "count": figure(model.count),
        "rated": model.rated,
        "average_quality": figure(model.average_quality),
        "lessons": figure(model.lessons),
        "regrettable": figure(model.regrettable),
        "items": items,
        "findings": [
            {"severity": one.severity, "phase": one.phase, "text": one.text} for one in model.findings
        ],
    }


def _tidy(value: float) -> int | float:
    """Whole numbers as such, others to milliseconds or better."""
    rounded = round(value, 6)
    return int(rounded) if rounded == int(rounded) else rounded
