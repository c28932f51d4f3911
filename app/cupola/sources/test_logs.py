"""`.context-foundry/test-logs/*.log` and `.done`: the parallel agents of the test phase (formats.md A1.2).

A log is the agent's own file and what its shell prints, one over the other: lines `Status:`, `Passed:`,
`Failed:`, or the output of the test runner, or both. Only its end is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from cupola.domain.facts import TestLogFact
from cupola.domain.text import optional, plain
from cupola.sources.base import KIB, Anchor, Blob, Interest, Mode, Reading, Source
from cupola.sources.markdown import Line, structured
from cupola.sources.status_lines import lines_of
from cupola.sources.test_counts import last_of
from cupola.sources.values import NAME_LIMIT

_FOLDER: Final = ".context-foundry/test-logs/*"
_STATUS: Final = re.compile(r"(?:overall |test )?status\s*:\s*(?P<status>\S.*)", re.IGNORECASE)


def read(blob: Blob, previous: Reading | None) -> Reading:
    """What one agent has left so far; a log just begun says nothing but that it is there. Never raises."""
    del previous
    stem, _, suffix = blob.path.rpartition("/")[2].rpartition(".")
    name = plain(stem, NAME_LIMIT)
    if suffix == "done" or not blob.data.strip():
        return Reading((TestLogFact(name, done=suffix == "done"),))
    lines = list(structured(lines_of(blob)))
    counts = last_of(lines)
    return Reading(
        (TestLogFact(name, done=False, status=_status(lines), passed=counts.passed, failed=counts.failed),)
    )


def _status(lines: Iterable[Line]) -> str | None:
    match = next((match for line in lines if (match := _STATUS.fullmatch(line.text))), None)
    return optional(match["status"], NAME_LIMIT) if match is not None else None


SOURCE: Final = Source(
    "test logs",
    (
        Interest(Anchor.PROJECT, _FOLDER + ".log", mode=Mode.TAIL, cap_bytes=256 * KIB),
        Interest(Anchor.PROJECT, _FOLDER + ".done", mode=Mode.STAT),
    ),
    read,
)
