"""Agent Performance: a row for each phase, each task of the Builder, and each agent that a database knows."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Final

from cupola.domain.clock import Instant
from cupola.domain.ends import Rule
from cupola.domain.facts import ContextMetricsFact, Fact, MetricsAgent, MetricsFact, TokenSum
from cupola.domain.figures import Figure
from cupola.domain.models import AgentKind, AgentRow, AgentsModel, AgentState, PipelineStep, TokensModel
from cupola.domain.panels import agent_usages
from cupola.domain.panels.builder_tasks import phase_key, task_rows
from cupola.domain.panels.found import Found, Told, total
from cupola.domain.panels.kept import Kept
from cupola.domain.panels.measured import Measured
from cupola.domain.panels.trees import in_tree_order, unique_keys
from cupola.domain.record import Run, last_change, project_files
from cupola.domain.state import StateVerdict
from cupola.domain.tasks import tasks_of
from cupola.domain.text import plain
from cupola.domain.words import (
    Bound,
    Provenance,
    StepState,
    phase_name,
    says_completed,
    says_failed,
    status_word,
)
from cupola.domain.working import of_agents

MOST_ROWS: Final = 1000
_NAME: Final = 120
_SURE: Final = frozenset({Provenance.MEASURED, Provenance.RECORDED})
_STEPS: Final = {
    StepState.DONE: AgentState.DONE,
    StepState.CURRENT: AgentState.RUNNING,
    StepState.FAILED: AgentState.FAILED,
    StepState.WAITING: AgentState.WAITING,
    StepState.SKIPPED: AgentState.UNKNOWN,
}
_RUNNING: Final = frozenset({"active", "running", "working", "inprogress", "started"})
_WAITING: Final = frozenset({"spawning", "idle", "waiting", "pending", "queued", "created"})


def panel(
    run: Run,
    found: Found,
    verdict: StateVerdict,
    steps: Sequence[PipelineStep],
    tokens: TokensModel,
    sessions: Sequence[AgentRow],
    at: Instant | None,
) -> AgentsModel:
    """Rows in the order of a tree: phases as in the pipeline, below them their tasks and agents.

    Keys are unique, and a row keeps its key and its place among its own as long as its files say so.
    """
    over = is_over(verdict)
    phases = _phase_rows(found, steps, tokens, over=over)
    builder = task_rows(tasks_of(project_files(run)), steps, over=over)
    agents = _agent_rows(found, {row.key for row in phases}, over=over)
    rows = unique_keys([*phases, *builder, *sessions, *agents])
    return AgentsModel(tuple(in_tree_order(rows))[:MOST_ROWS], at)


def sessions(
    run: Run, known: Measured | None, verdict: StateVerdict, now: Instant, kept: Kept
) -> tuple[AgentRow, ...]:
    """The rows that transcripts tell of: what these do changes with time alone too, but rarely.

    When the run is over time changes nothing any more.
    """
    if known is None:
        return ()
    over = is_over(verdict)
    does = of_agents(known.fact, last_change(run), inf if over else now)
    said = tuple((one.state, one.reason) for one in does)
    made_of = (known.fact, known.path, said, over)
    return kept.once(agent_usages.rows, known, said, kept, over=over, of=made_of)


def is_over(verdict: StateVerdict) -> bool:
    """True if nothing is at work any more, as far as anybody can tell."""
    return verdict.state.ended or verdict.rule in {Rule.NO_END, Rule.COPIED}


def _phase_rows(
    found: Found, steps: Sequence[PipelineStep], tokens: TokensModel, *, over: bool
) -> list[AgentRow]:
    used = {row.phase: row.used for row in tokens.by_phase if row.used.provenance in _SURE}
    durations = _recorded_durations(found)
    return [
        AgentRow(
            key=phase_key(step.phase),
            parent=None,
            kind=AgentKind.PHASE,
            name=step.phase,
            state=_step_state(step, over=over),
            duration_seconds=_duration(step, durations),
            files=Figure.none("no file counts a phase's files"),
            tokens=used.get(step.phase, Figure.none("no file records this phase's tokens")),
        )
        for step in steps
    ]


def _step_state(step: PipelineStep, *, over: bool) -> AgentState:
    """A phase in which a run was left behind is no longer running."""
    if over and step.state is StepState.CURRENT:
        return AgentState.UNKNOWN
    return _STEPS[step.state]


def _duration(step: PipelineStep, recorded: dict[str, Figure]) -> Figure:
    """Observed before recorded before estimated (design.md, provenance), if all of it was observed."""
    own = step.duration_s
    if (own.provenance is Provenance.OBSERVED and own.bound is Bound.EXACT) or step.phase not in recorded:
        return step.duration_s
    return recorded[step.phase]


def _recorded_durations(found: Found) -> dict[str, Figure]:
    """Seconds that code wrote down for a phase; a repeated phase counts with all its rows."""
    rows: dict[str, list[tuple[Told[Fact], TokenSum]]] = {}
    metrics = [(told, row) for told in found.all(MetricsFact) for row in told.fact.recorded]
    context = [(told, row) for told in found.all(ContextMetricsFact)[-1:] for row in told.fact.phases]
    for told, row in metrics or context:
        if row.phase and row.duration_seconds is not None:
            rows.setdefault(plain(phase_name(row.phase), _NAME), []).append((told, row))
    return {
        phase: own[-1][0].figure(total(row.duration_seconds for _, row in own), Provenance.RECORDED)
        for phase, own in rows.items()
    }


def _agent_rows(found: Found, phases: set[str], *, over: bool) -> list[AgentRow]:
    told = [(one, agent) for one in found.all(MetricsFact) for agent in one.fact.agents]
    keys = {_key(agent.key) for _, agent in told}
    return [_agent(one, agent, keys, phases, over=over) for one, agent in told]


def _agent(
    told: Told[MetricsFact], agent: MetricsAgent, keys: set[str], phases: set[str], *, over: bool
) -> AgentRow:
    phase = phase_key(plain(phase_name(agent.phase), _NAME)) if agent.phase else None
    key, parent = _key(agent.key), _key(agent.parent) if agent.parent else None
    return AgentRow(
        key=key,
        parent=parent if parent in keys - {key} else (phase if phase in phases else None),
        kind=AgentKind.AGENT,
        name=plain(agent.name, _NAME) or plain(agent.key, _NAME),
        state=_agent_state(agent.status, over=over),
        duration_seconds=told.figure(agent.duration_seconds, Provenance.RECORDED),
        files=told.figure(agent.files, Provenance.RECORDED),
        tokens=told.figure(agent.tokens, Provenance.RECORDED),
    )


def _key(agent: str) -> str:
    return f"agent:{plain(agent, _NAME)}"


def _agent_state(status: str | None, *, over: bool) -> AgentState:
    if says_completed(status):
        return AgentState.DONE
    word = status_word(status)
    if says_failed(status) or word == "error":
        return AgentState.FAILED
    if over or word not in _RUNNING | _WAITING:
        return AgentState.UNKNOWN
    return AgentState.RUNNING if word in _RUNNING else AgentState.WAITING
