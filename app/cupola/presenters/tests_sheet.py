"""The lines of the Test Loop dock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from cupola.domain.formatting import percent
from cupola.domain.models import TestIteration, TestsModel
from cupola.domain.text import plain
from cupola.presenters.lines import Cell, Line, LineKind, cell
from cupola.presenters.status import counted

_PICTURES: Final = re.compile("[\u2600-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff]")
CONFLICT_NOTE: Final = "The counts and the words of this report contradict each other; both are shown."


def tests_lines(model: TestsModel) -> Iterator[Line]:
    """The pass rate, each iteration, newest first, and what fails again."""
    newest_first = sorted(model.iterations, key=lambda each: -each.number)
    count = max(each.number for each in newest_first)
    rate = cell(model.pass_rate, write=percent)
    yield Line("rate", LineKind.HERO, f"passed · {counted(count, 'iteration')}", (rate,))
    for iteration in newest_first:
        yield _iteration(iteration)
    if model.repeating:
        yield Line("repeating", LineKind.HEADING, "Failing again", note="Failed in two iterations running.")
    for name in model.repeating:
        yield Line(f"again {name}", LineKind.ROW, plain(name))


def _in_words(claim: str) -> str:
    """A claim without its pictures: the state before it is a shape already, and few fonts have them."""
    return plain(" ".join(_PICTURES.sub(" ", claim).split()))


@lru_cache(maxsize=512)
def _iteration(of: TestIteration) -> Line:
    counts: tuple[Cell, ...] = (cell(of.passed, unit="passed"), cell(of.failed, unit="failed"))
    passed, failed = of.passed.value, of.failed.value
    if passed is None and failed is None:
        counts = (Cell("no counts", note=counts[0].note, file=of.file),)
    total = passed + failed if passed is not None and failed is not None else 0
    return Line(
        f"iteration {of.number}",
        LineKind.ITERATION,
        f"Iteration {of.number}",
        counts,
        under=_in_words(of.claim) if of.claim else "",
        file=of.file or None,
        state=of.verdict,
        tag=Cell("conflict", note=CONFLICT_NOTE) if of.conflict else None,
        share=passed / total if passed is not None and total else None,
    )
