"""`context_metrics` of `.context-foundry/session-summary.json`: tokens per phase that code recorded (B)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cupola.domain.facts import ContextMetricsFact, TokenSum
from cupola.sources import values
from cupola.sources.base import Anchor, Blob, Interest, Reading, Source
from cupola.sources.json_text import json_object
from cupola.sources.summary import phase_of_key, written_at
from cupola.sources.values import LIST_LIMIT, NAME_LIMIT, Dropped, Fields

MOST_TOKENS: Final = 1_000_000_000
_MOST_SECONDS: Final = 10_000_000.0


def read(blob: Blob, previous: Reading | None) -> Reading:
    """A row per recorded key; no fact for a summary without metrics. Raises TornError and UnusableError.

    Rows are ordered by their written times, since a re-run overwrites its key in place. Each round of the
    test loop has a key and so a row of its own, all of phase Test: what a phase used is their sum.
    """
    del previous
    fields = Fields(json_object(blob.data))
    metrics = Fields(fields.mapping("context_metrics"), dropped=fields.dropped, place="context_metrics.")
    rows = _rows(metrics.mapping("by_phase"), fields.dropped)
    window = metrics.count("max_context_window", limit=MOST_TOKENS)
    facts = (ContextMetricsFact(rows, window, metrics.text("model")),) if rows or window else ()
    return Reading(facts, fields.dropped.lines())


def _rows(by_phase: Mapping[str, object], dropped: Dropped) -> tuple[TokenSum, ...]:
    rows = []
    for key in sorted(by_phase, key=lambda key: written_at(by_phase[key]))[-LIST_LIMIT:]:
        row = _row(key, by_phase[key], dropped)
        if row is not None:
            rows.append(row)
    if len(by_phase) > LIST_LIMIT:
        dropped.note(f"by_phase: {len(by_phase):,} entries, only the newest {LIST_LIMIT} are kept")
    return tuple(rows)


def _row(key: str, entry: object, dropped: Dropped) -> TokenSum | None:
    place = f"by_phase.{key[:NAME_LIMIT]}"
    if not isinstance(entry, dict):
        dropped.wrong(place, "an object", entry)
        return None
    fields = Fields(entry, dropped=dropped, place=f"{place}.")
    return TokenSum(
        phase=values.phase(phase_of_key(key)),
        used=fields.count("tokens_used", limit=MOST_TOKENS),
        duration_seconds=fields.amount("duration_seconds", limit=_MOST_SECONDS),
    )


SOURCE: Final = Source(
    "context metrics", (Interest(Anchor.PROJECT, ".context-foundry/session-summary.json"),), read
)
