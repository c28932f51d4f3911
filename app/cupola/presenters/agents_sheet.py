"""The lines of the Agent Performance dock."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from cupola.domain.figures import Figure
from cupola.domain.formatting import dollars, duration, figure, latency
from cupola.domain.models import AgentKind, AgentRow, AgentsModel, AgentState, AgentWork
from cupola.domain.text import plain
from cupola.presenters.lines import Cell, Line, LineKind, cell, compact
from cupola.presenters.model_names import short_model
from cupola.presenters.texts import figure_note

_MOST_DEPTH: Final = 4
_USUAL: Final = {"Files": "8,888", "Cost": "≥≈ <$0.01", "Tokens": "≥ 888.8k", "Time": "≈ 88m 88s"}
"""The columns, each with its longest usual text. Time is the last to go where there is no room."""
_STATE_AND_NAME: Final = 19
_NAME: Final = 15
"""Characters that columns leave. Where transcripts tell of a row, all rows say their state below the name."""
_EXPLAINED: Final = frozenset({AgentState.STUCK, AgentState.LIMITED, AgentState.WAITING, AgentState.FAILED})
"""States of which the reason says more than the figures do."""
NOTHING_LAST: Final = "Nothing is told of what it did last."


def agents_lines(model: AgentsModel) -> Iterator[Line]:
    """A line per phase, task, session and agent below captions, each behind what it belongs to."""
    columns = _columns(model)
    captions = tuple(Cell(name, usual=_USUAL[name]) for name in columns)
    yield Line("head", LineKind.HEADING, "Agent", captions, least_chars=_least_chars(columns))
    depths: dict[str, int] = {}
    for row in _in_order(model.rows):
        depths[row.key] = depths.get(row.parent, -1) + 1 if row.parent else 0
        yield _agent(row, min(depths[row.key], _MOST_DEPTH), columns)


def _columns(model: AgentsModel) -> tuple[str, ...]:
    """Those of which a row knows something, tokens and time always; cost if transcripts tell of one."""
    known = {"Tokens", "Time"}
    if any(row.files.value is not None for row in model.rows):
        known.add("Files")
    if any(row.work is not None for row in model.rows):
        known.add("Cost")
    return tuple(name for name in _USUAL if name in known)


def _in_order(rows: tuple[AgentRow, ...]) -> Iterator[AgentRow]:
    """Each row behind its parent, in the order given; rows of an unknown parent stand by themselves."""
    keys = {row.key for row in rows}
    below: dict[str | None, list[AgentRow]] = {}
    for row in rows:
        below.setdefault(row.parent if row.parent in keys and row.parent != row.key else None, []).append(row)
    waiting = list(reversed(below.pop(None, [])))
    while waiting:
        row = waiting.pop()
        yield row
        waiting += reversed(below.pop(row.key, []))
    for ring in below.values():  # rows that are each other's parents
        yield from ring


@lru_cache(maxsize=1024)
def _agent(row: AgentRow, depth: int, columns: tuple[str, ...]) -> Line:
    work = row.work
    return Line(
        f"agent {row.key}",
        LineKind.AGENT,
        plain(row.name),
        tuple(_cell(row, name) for name in columns),
        under=" · ".join(_under(row)) if "Cost" in columns else "",
        note="" if work is None else "\n".join(_notes(work)),
        depth=depth,
        state=row.state,
        least_chars=_least_chars(columns),
        more=() if work is None else tuple(_more(work)),
    )


def _least_chars(columns: tuple[str, ...]) -> int:
    return _NAME if "Cost" in columns else _STATE_AND_NAME


_UNTOLD: Final = Figure.none("no transcript tells")
_NO_COST: Final = {AgentKind.PHASE: Figure.none("Token Usage shows what a phase cost")}


def _cell(row: AgentRow, name: str) -> Cell:
    """What has no room in a column stands in the second line, if there is one."""
    usual = _USUAL[name]
    match name:
        case "Files":
            return cell(row.files, name, usual=usual, worded=_count(row.files, "file"))
        case "Cost":
            cost = _NO_COST.get(row.kind, _UNTOLD) if row.work is None else row.work.cost
            return cell(cost, name, dollars, usual=usual, worded="{}")
        case "Tokens":
            return cell(row.tokens, name, compact, usual=usual, worded="{} tokens")
        case _:
            return cell(row.duration_seconds, name, duration, usual=usual)


def _under(row: AgentRow) -> Iterator[str]:
    """What stands below the name: what counts most first, as the end may have no room."""
    work = row.work
    explained = work is not None and work.reason and row.state in _EXPLAINED
    yield f"{row.state.value}: {plain(work.reason)}" if work and explained else row.state.value
    if work is None:
        return
    if work.model:
        yield short_model(work.model)
    yield from filter(None, (_count(work.tool_calls, "tool"), *_troubles(work), _latency(work)))


def _troubles(work: AgentWork) -> Iterator[str]:
    """Errors and retries, if there were any."""
    for of, one, many in ((work.errors, "error", "errors"), (work.retries, "retry", "retries")):
        if of.value:
            yield _count(of, one, many)


def _latency(work: AgentWork) -> str:
    median, p95 = work.latency_median_s, work.latency_p95_s
    if median.value is None:
        return ""
    slow = "" if p95.value is None else f" (p95 {figure(p95, latency)})"
    return figure(median, latency) + slow


def _count(of: Figure, one: str, many: str = "") -> str:
    """`42 tools`; empty for no number."""
    if of.value is None:
        return ""
    return f"{figure(of)} {one if of.value == 1 else many or one + 's'}"


def _more(work: AgentWork) -> Iterator[str]:
    """What a click opens: the last activity, why the state is what it is, and all figures in words."""
    yield plain(work.last) or NOTHING_LAST
    if work.reason:
        yield f"Why: {plain(work.reason)}"
    model = plain(work.model) if work.model else ""
    counts = (
        _count(work.tool_calls, "tool call"),
        _count(work.errors, "error"),
        _count(work.retries, "retry", "retries"),
    )
    answers = _latency(work)
    parts = [part for part in (model, *counts, f"replies after {answers}" if answers else "") if part]
    if parts:
        yield " · ".join(parts)


def _notes(work: AgentWork) -> Iterator[str]:
    """The figures of the second line with how sure they are, for the tooltip."""
    if work.model:
        yield f"Model: {plain(work.model)}"
    for caption, of in (("Tool calls", work.tool_calls), ("Errors", work.errors), ("Retries", work.retries)):
        yield _note(caption, of, figure(of))
    yield _note("Reply latency, median", work.latency_median_s, figure(work.latency_median_s, latency))
    yield _note("Reply latency, 95% within", work.latency_p95_s, figure(work.latency_p95_s, latency))


def _note(caption: str, of: Figure, text: str) -> str:
    why = figure_note(of)
    return f"{caption}: {text} ({why})" if why else f"{caption}: {text}"
