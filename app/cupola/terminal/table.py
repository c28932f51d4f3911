"""All builds as one table, and below it what Cupola could not read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TextIO

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from cupola.domain.models import BuildModel, HealthModel, RootModel
from cupola.domain.problems import Problem
from cupola.domain.text import plain, printable_path
from cupola.domain.words import BuildState
from cupola.terminal.cells import Row
from cupola.terminal.columns import GAP, ID, STATE, Placed, fit

_STYLES: Final = {
    BuildState.RUNNING: "green",
    BuildState.QUIET: "yellow",
    BuildState.COMPLETED: "cyan",
    BuildState.FAILED: "red",
    BuildState.UNKNOWN: "dim",
}
_SHOWN_PROBLEMS: Final = 50


def console(file: TextIO) -> Console:
    """A console that takes text for text; colour and width follow the terminal, NO_COLOR and COLUMNS."""
    return Console(file=file, highlight=False, markup=False, emoji=False)


def picture(
    rows: Iterable[Row],
    builds: Iterable[BuildModel],
    health: HealthModel,
    more: Iterable[Problem] = (),
    *,
    width: int,
) -> RenderableType:
    """The table in `width` cells, and the problems below it."""
    shown = list(rows)
    parts: list[RenderableType] = [_table(shown, width)] if shown else _nothing(health.roots)
    lines = list(_problems(builds, (*health.problems, *more)))
    if lines:
        parts += [Text(), Text("Problems", style="bold"), *map(_line, lines[:_SHOWN_PROBLEMS])]
    if len(lines) > _SHOWN_PROBLEMS:
        parts.append(_line(f"and {len(lines) - _SHOWN_PROBLEMS} more"))
    return Group(*parts)


def _table(rows: list[Row], width: int) -> Table:
    placed = fit(rows, width)
    table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), collapse_padding=True, header_style="dim")
    for place in placed:
        table.add_column(
            place.column.title,
            width=place.width,
            no_wrap=True,
            overflow="ellipsis",
            justify="right" if place.column.right else "left",
        )
    for row in rows:
        table.add_row(*[_cell(row, place) for place in placed])
    return table


def _cell(row: Row, place: Placed) -> Text:
    style = _STYLES[row.state] if place.column is STATE else "dim" if place.column is ID else ""
    return Text(place.text(row), style=style)


def _nothing(roots: tuple[RootModel, ...]) -> list[RenderableType]:
    lines: list[RenderableType] = [Text("No builds found.")]
    for root in roots:
        note = f" ({plain(root.note)})" if root.note else ""
        lines.append(_line(f"looked in {printable_path(root.path)}{note}"))
    return lines


def _problems(builds: Iterable[BuildModel], others: Iterable[Problem]) -> Iterable[str]:
    for problem in others:
        yield _text(problem)
    for build in builds:
        for problem in build.problems:
            yield f"{plain(build.project)} ({build.id}): {_text(problem)}"


def _text(problem: Problem) -> str:
    dropped = f" ({', '.join(map(plain, problem.dropped))})" if problem.dropped else ""
    return f"{printable_path(problem.path)}: {plain(problem.message)}{dropped}"


def _line(text: str) -> Text:
    return Text(f"  {text}", overflow="fold")
