"""`.context-foundry/session-summary.json`: whether and how a run ended (formats.md A1.7 and B)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from cupola.domain.facts import SummaryFact
from cupola.domain.words import Generation, says_completed
from cupola.sources import values
from cupola.sources.base import Anchor, Blob, Interest, Reading, Source
from cupola.sources.json_text import json_object
from cupola.sources.values import LIST_LIMIT, Fields

_B_PHASE_KEY: Final = re.compile(r"^phase_|(?:_iteration)?_[0-9]{1,4}$")
_SEPARATOR: Final = re.compile(r"[,;\n]|->")


def read(blob: Blob, previous: Reading | None) -> Reading:
    """What a summary says of its run; raises TornError, and UnusableError for what is no object.

    A generation B summary grows while the build runs and has no status: its phases are those that
    it calls completed, by their written times, since a re-run overwrites its key in place.
    """
    del previous
    whole = json_object(blob.data)
    fields = Fields(whole)
    fact = SummaryFact(
        generation=_generation(whole),
        status=fields.text("status"),
        mode=fields.text("mode"),
        session_id=fields.text("session_id"),
        phases_completed=_phases_b(fields) if "build_start" in whole else _phases_a(fields),
    )
    return Reading((fact,), fields.dropped.lines())


def _generation(whole: Mapping[str, object]) -> Generation:
    if "build_start" in whole:
        return Generation.B
    known = ("status", "phases_completed", "session_id", "mode", "duration_minutes")
    return Generation.A1 if any(name in whole for name in known) else Generation.UNKNOWN


def _phases_a(fields: Fields) -> tuple[str, ...]:
    listed = fields.pick(("phases_completed",), _listed, "a list") or []
    return values.phases(listed, "phases_completed", fields.dropped)


def _listed(value: object) -> list[object] | None:
    """The list itself, a text taken apart, or the keys of an object that are done."""
    if isinstance(value, str):
        return list(filter(None, map(str.strip, _SEPARATOR.split(value, 4 * LIST_LIMIT))))
    if isinstance(value, dict):
        return [name for name, entry in value.items() if entry is True or _is_completed(entry)]
    return values.as_list(value)


def _phases_b(fields: Fields) -> tuple[str, ...]:
    entries = fields.mapping("phases")
    done = [key for key, entry in entries.items() if _is_completed(entry)]
    names = [phase_of_key(key) for key in sorted(done, key=lambda key: written_at(entries[key]))]
    return values.phases(names, "phases", fields.dropped)


def phase_of_key(key: str) -> str:
    """The phase that a key of generation B names: `phase_test_iteration_1` is of `test`."""
    return _B_PHASE_KEY.sub("", key)


def _is_completed(entry: object) -> bool:
    status = entry.get("status") if isinstance(entry, dict) else entry
    return isinstance(status, str) and says_completed(status)


def written_at(entry: object) -> str:
    """The entry's time as it is written: one writer, one form, so texts sort as times."""
    written = entry.get("timestamp") if isinstance(entry, dict) else None
    return written if isinstance(written, str) else ""


SOURCE: Final = Source("summary", (Interest(Anchor.PROJECT, ".context-foundry/session-summary.json"),), read)
