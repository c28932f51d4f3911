"""The lines of the Agent Performance dock."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from cupola.domain.formatting import duration
from cupola.domain.models import AgentRow, AgentsModel
from cupola.domain.text import plain
from cupola.presenters.lines import Cell, Line, LineKind, cell, columns, compact

_USUAL: Final = ("8,888", "≈ 88.8k", "≈ 88m 88s")
"""The longest usual texts of files, tokens and time."""
_LEAST_CHARS: Final = 19
"""State and name."""


def agents_lines(model: AgentsModel) -> Iterator[Line]:
    """A line per phase, task and agent below captions, each behind what it belongs to."""
    captions = columns((Cell(word) for word in ("Files", "Tokens", "Time")), _USUAL)
    yield Line("head", LineKind.HEADING, "Agent", captions, least_chars=_LEAST_CHARS)
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
        f"agent {row.key}",
        LineKind.AGENT,
        plain(row.name),
        columns(cells, _USUAL),
        depth=min(depth, 3),
        state=row.state,
        least_chars=_LEAST_CHARS,
    )
