"""`.context-foundry/test-iteration-count.txt`: one integer (formats.md A1.2)."""

from __future__ import annotations

from typing import Final

from cupola.domain.facts import IterationCountFact
from cupola.domain.text import plain
from cupola.sources.base import KIB, Anchor, Blob, Interest, Reading, Source, UnusableError
from cupola.sources.json_text import decoded
from cupola.sources.values import MAX_ITERATION, whole

_SHOWN: Final = 40


def read(blob: Blob, previous: Reading | None) -> Reading:
    """The count, with or without a line's end; raises TornError, and UnusableError for anything else."""
    del previous
    text = decoded(blob.data)
    count = whole(text, MAX_ITERATION)
    if count is None:
        found = plain(text, _SHOWN)
        raise UnusableError(f"expected a whole number from 0 to {MAX_ITERATION:,}, found “{found}”")
    return Reading((IterationCountFact(count),))


SOURCE: Final = Source(
    "iteration count",
    (Interest(Anchor.PROJECT, ".context-foundry/test-iteration-count.txt", cap_bytes=4 * KIB),),
    read,
)
