"""`.context-foundry/test-final-report.md`: its first overall status line (formats.md A1.2)."""

from __future__ import annotations

from typing import Final

from cupola.domain.facts import ReportFact
from cupola.sources.base import KIB, Anchor, Blob, Interest, Reading, Source
from cupola.sources.status_lines import first_told, lines_of


def read(blob: Blob, previous: Reading | None) -> Reading:
    """The verdict by the words of the first status line; raises TornError for an empty file.

    It ends a run or does not; what it says of tests is read by `test_reports`.
    """
    del previous
    told = first_told(lines_of(blob))
    return Reading((ReportFact(told.verdict, told.claim),))


SOURCE: Final = Source(
    "report", (Interest(Anchor.PROJECT, ".context-foundry/test-final-report.md", cap_bytes=256 * KIB),), read
)
