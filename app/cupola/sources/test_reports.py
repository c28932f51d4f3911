"""The reports of the test loop: what they say in words, what they count, and which tests fail (A1.2, B).

`test-results-iteration-N.md` and `test-report-N.md` carry their number; `test-report.md` states it or
belongs to the latest; `test-final-report.md` belongs to the latest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import Final

from cupola.domain.facts import ReportKind, TestReportFact
from cupola.domain.words import Verdict
from cupola.sources.base import KIB, Anchor, Blob, Interest, Reading, Source
from cupola.sources.markdown import Line, structured
from cupola.sources.status_lines import FIRST_LINES, Told, first_told, lines_of, overall_told
from cupola.sources.test_counts import counts_of
from cupola.sources.test_names import failing
from cupola.sources.values import MAX_ITERATION, Dropped, whole

_FOLDER: Final = ".context-foundry/"
_NAMES: Final = ("test-results-iteration-*.md", "test-report.md", "test-report-*.md", "test-final-report.md")
_NUMBERED: Final = re.compile(r"test-(?:results-iteration|report)-(\d{1,9})\.md")
_ITERATION: Final = re.compile(
    r"(?:current\s+)?(?:test\s+)?iteration(?:\s+number)?\s*[:#]?\s*#?(?P<number>\d{1,9})\b(?![.,]\d)",
    re.IGNORECASE,
)
_TITLE: Final = re.compile(r".{0,100}\biteration\s*:?\s*#?(?P<number>\d{1,9})\W*", re.IGNORECASE)


def read(blob: Blob, previous: Reading | None) -> Reading:
    """Counts and words of one report, whatever they say of each other; raises TornError for an empty file."""
    del previous
    dropped = Dropped()
    raw = lines_of(blob)
    lines = list(structured(raw))
    kind, number = _which(blob.path.rpartition("/")[2], lines, dropped)
    if kind is None:
        return Reading((), dropped.lines())
    told, later = _told(raw, lines)
    counts = counts_of(lines)
    fact = TestReportFact(
        kind=kind,
        number=number,
        verdict=told.verdict,
        claim=told.claim,
        passed=counts.passed,
        failed=counts.failed,
        later_claim=later,
        failing=failing(lines, dropped),
    )
    return Reading((fact,), dropped.lines())


def _told(raw: Sequence[str], lines: Sequence[Line]) -> tuple[Told, str | None]:
    """The first status line, and what a later one that speaks of everything says else.

    A report without a word of a verdict in its first 40 lines is judged by the first later such line.
    """
    overall = overall_told((line.at, line.raw) for line in lines if not line.part)
    told = first_told(raw)
    if told.verdict is Verdict.UNKNOWN:
        told = next(iter(overall), told)
    later = (each for each in overall if each.line > told.line and each.verdict is not told.verdict)
    return told, next((each.claim for each in later), None)


def _which(name: str, lines: Sequence[Line], dropped: Dropped) -> tuple[ReportKind | None, int | None]:
    """What kind of report a file is, and of which iteration; no kind for a name with something else in it."""
    if name == "test-final-report.md":
        return ReportKind.FINAL, None
    if name == "test-report.md":
        return ReportKind.REPORT, _stated(lines)
    match = _NUMBERED.fullmatch(name)
    number = whole(match[1], MAX_ITERATION) if match is not None else None
    if number is None:
        dropped.note("its name has no number of a test iteration")
    return (ReportKind.RESULTS if number is not None else None), number


def _stated(lines: Sequence[Line]) -> int | None:
    """The iteration that one of the first 40 lines states: `**Iteration:** 1 of 3`, or a title's end."""
    for line in islice(lines, FIRST_LINES):
        match = _ITERATION.match(line.text) or (_TITLE.fullmatch(line.text) if line.at < 3 else None)
        number = whole(match["number"], MAX_ITERATION) if match is not None else None
        if number is not None:
            return number
    return None


SOURCE: Final = Source(
    "test reports",
    tuple(Interest(Anchor.PROJECT, _FOLDER + name, cap_bytes=256 * KIB) for name in _NAMES),
    read,
)
