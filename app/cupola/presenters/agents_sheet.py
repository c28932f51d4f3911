"""The lines of the Agent Performance dock."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from cupola.domain.formatting import duration
from cupola.domain.models import AgentRow, AgentsModel
from cupola.domain.text import plain
from cupola.presenters.lines import Cell, Line, LineKind, cell, compact


def agents_lines(model: AgentsModel) -> Iterator[Line]:
    """A line per phase, task and agent below captions, each behind what it belongs to."""
    captions = tuple(Cell(word) for word in ("Files", "Tokens", "Time"))
    yield Line("head", LineKind.HEADING, "Agent", captions)
    depths: dict[str, int] = {}
    for row in _in_order(model.rows):
        depths[row.key] = depths.get(row.parent, -1) + 1 if row.parent else 0
        yield _agent(row, depths[row.key])


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
def _agent(row: AgentRow, depth: int) -> Line:
    cells = (
        cell(row.files, "Files"),
        cell(row.tokens, "Tokens", compact),
        cell(row.duration_seconds, "Time", duration),
    )
    return Line(
        f"agent {row.key}", LineKind.AGENT, plain(row.name), cells, depth=min(depth, 3), state=row.state
    )
