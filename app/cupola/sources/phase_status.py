"""`.context-foundry/phase-status.json`: the best live source of generation B (formats.md B)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cupola.domain.claims import Claim
from cupola.domain.facts import PhaseStatus, PhaseStatusFact
from cupola.domain.text import plain
from cupola.sources import values
from cupola.sources.base import Anchor, Blob, Interest, Reading, Source, UnusableError
from cupola.sources.json_text import json_object
from cupola.sources.values import LIST_LIMIT, NAME_LIMIT, Dropped, Fields

_TIME: Final = "_at"
_MOST_CLAIMS: Final = 8


def read(blob: Blob, previous: Reading | None) -> Reading:
    """What each phase is said to be; raises TornError, and UnusableError for what names no phase.

    The times are claims: on a re-run the old `complete_at` stays and may precede `running_at`.
    """
    del previous
    fields = Fields(json_object(blob.data))
    entries = fields.pick(("phases",), _entries, "an object") or {}
    phases = _phases(entries, fields.dropped)
    if not phases:
        raise UnusableError("; ".join(("no phase in it", *fields.dropped.lines()[:3])))
    mode = fields.text("execution_mode", "executionMode")
    return Reading((PhaseStatusFact(phases, mode),), fields.dropped.lines())


def _entries(value: object) -> dict[str, object] | None:
    """The object itself, or a list of objects each of which names its phase."""
    if isinstance(value, list):
        named = ((values.phase(entry), entry) for entry in value[: 4 * LIST_LIMIT])
        return {name: entry for name, entry in named if name}
    return values.as_object(value)


def _phases(entries: Mapping[str, object], dropped: Dropped) -> tuple[PhaseStatus, ...]:
    """Each phase once, the last of equal names; at most LIST_LIMIT."""
    found: dict[str, PhaseStatus] = {}
    for name, entry in list(entries.items())[: 4 * LIST_LIMIT]:
        phase = values.phase(name)
        status = _status(name, entry, dropped)
        if phase and status:
            found[phase] = PhaseStatus(phase, status, _claims(entry))
    if len(entries) > 4 * LIST_LIMIT or len(found) > LIST_LIMIT:
        dropped.note(f"phases: {len(entries):,} entries, only the first {LIST_LIMIT} are kept")
    return tuple(found.values())[:LIST_LIMIT]


def _status(name: str, entry: object, dropped: Dropped) -> str | None:
    """The status of an entry, or a text in place of the entry; a null says that there is none."""
    if isinstance(entry, dict):
        return Fields(entry, dropped=dropped, place=f"phases.{name[:NAME_LIMIT]}.").text("status")
    text = values.shown(entry)
    if text is None and entry is not None:
        dropped.wrong(f"phases.{name[:NAME_LIMIT]}", "an object", entry)
    return text


def _claims(entry: object) -> tuple[Claim, ...]:
    times = entry.items() if isinstance(entry, dict) else ()
    written = ((name, values.number_text(value)) for name, value in times if name.endswith(_TIME))
    return tuple(Claim(plain(name, NAME_LIMIT), text) for name, text in written if text)[:_MOST_CLAIMS]


SOURCE: Final = Source(
    "phase status", (Interest(Anchor.PROJECT, ".context-foundry/phase-status.json"),), read
)
