"""What could not be read, as lines."""

from __future__ import annotations

import time
from collections.abc import Iterator

from cupola.domain.clock import Instant
from cupola.domain.text import plain, printable_path
from cupola.presenters.contracts import Trouble
from cupola.presenters.lines import Cell, Line, LineKind, unique


def problem_lines(troubles: tuple[Trouble, ...]) -> tuple[Line, ...]:
    """A heading per build, and below it a line for each file: path, since when, reason, what was dropped."""
    return unique(_lines(troubles))


def _lines(troubles: tuple[Trouble, ...]) -> Iterator[Line]:
    owner: str | None = None
    for trouble in troubles:
        if trouble.build != owner:
            owner = trouble.build
            yield Line(f"of {owner}", LineKind.HEADING, plain(owner, 80) or "Cupola itself")
        yield _line(trouble)


def _line(trouble: Trouble) -> Line:
    problem = trouble.problem
    path = printable_path(problem.path)
    dropped = "; ".join(plain(each) for each in problem.dropped)
    reason = plain(problem.message)
    return Line(
        f"{trouble.build} {path}",
        LineKind.PATH,
        path,
        (Cell(_since(problem.since)),) if problem.since is not None else (),
        under=f"{reason} · dropped: {dropped}" if dropped else reason,
    )


def _since(at: Instant) -> str:
    return time.strftime("since %m-%d %H:%M:%S", time.localtime(at))
