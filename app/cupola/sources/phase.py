"""`.context-foundry/current-phase.json` in all its shapes (formats.md A1.1 and B)."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Final

from cupola.domain.claims import Claim
from cupola.domain.facts import PhaseFact
from cupola.domain.text import plain
from cupola.domain.words import Generation
from cupola.sources import values
from cupola.sources.base import Anchor, Blob, Interest, Reading, Source, UnusableError
from cupola.sources.json_text import json_object
from cupola.sources.values import DETAIL_LIMIT, NAME_LIMIT, Fields

_WRAPPERS: Final = ("PhaseInfo", "phaseInfo", "phase_info")
_CAMEL: Final = frozenset(
    {
        "sessionId",
        "currentPhase",
        "progressDetail",
        "testIteration",
        "timestamps",
        "completionTracking",
        "phaseCompletionTracking",
    }
)
_TRACKING: Final = (
    "completionTracking",
    "completion_tracking",
    "phaseCompletionTracking",
    "phase_completion_tracking",
)
_DONE_FLAGS: Final = ("isComplete", "isPhaseComplete", "is_complete", "is_phase_complete", "completed")
_TIMES: Final = (
    "started_at",
    "startedAt",
    "last_updated",
    "lastUpdated",
    "completed_at",
    "completedAt",
    "timestamp",
)
_MAX_CLAIMS: Final = 16
_DETAIL_NAMES: Final = ("message", "description", "summary", "detail", "text", "notes", "name", "status")
_MAX_DETAIL_PARTS: Final = 6


def read(blob: Blob, previous: Reading | None) -> Reading:
    """The phase that a build says it is in (formats.md A1.1, rules 1, 3 and 4).

    Raises TornError, and UnusableError for what is no object or has neither a phase nor a status.
    """
    del previous
    whole = json_object(blob.data)
    inner = Fields(whole).mapping(*_WRAPPERS)
    fields = Fields(inner, whole) if inner else Fields(whole)
    for name in _WRAPPERS:
        if whole.get(name) is not None and not inner:
            fields.dropped.wrong(name, "an object", whole[name])
    fact = _fact(fields, {**whole, **inner}, wrapped=bool(inner))
    if fact.phase is None and fact.status is None:
        raise UnusableError("; ".join(("neither a phase nor a status in it", *fields.dropped.lines()[:3])))
    return Reading((fact,), fields.dropped.lines())


def _fact(fields: Fields, flat: Mapping[str, object], *, wrapped: bool) -> PhaseFact:
    phase_number = fields.pick(("phase_number", "phaseNumber"), values.number_text, "a text")
    completed = fields.pick(("phases_completed", "phasesCompleted"), values.as_list, "a list")
    return PhaseFact(
        generation=_generation(flat, phase_number, wrapped=wrapped),
        phase=fields.phase("current_phase", "currentPhase", "phase"),
        status=fields.text("status", "phase_status", "phaseStatus") or _status_of_flags(fields, flat),
        session_id=fields.text("session_id", "sessionId"),
        detail=fields.pick(("progress_detail", "progressDetail"), _detail, "a text"),
        phase_number=phase_number,
        test_iteration=fields.count("test_iteration", "testIteration"),
        phases_completed=None
        if completed is None
        else values.phases(completed, "phases_completed", fields.dropped),
        claims=_claims(fields, flat),
    )


def _generation(flat: Mapping[str, object], phase_number: str | None, *, wrapped: bool) -> Generation:
    """B has camel case, a wrapper or a plain phase number; A1 a number "n/m" or phases_completed."""
    plain_number = phase_number is not None and phase_number.isdecimal()
    if wrapped or plain_number or not _CAMEL.isdisjoint(flat):
        return Generation.B
    if "/" in (phase_number or "") or "phases_completed" in flat:
        return Generation.A1
    return Generation.UNKNOWN


def _status_of_flags(fields: Fields, flat: Mapping[str, object]) -> str | None:
    tracking = fields.mapping(*_TRACKING)
    done = any(where.get(flag) is True for where in (tracking, flat) for flag in _DONE_FLAGS)
    return "completed" if done else None


def _detail(value: object) -> str | None:
    """A detail as a person reads it: of an object its duration, its message or its parts."""
    if not isinstance(value, dict):
        return values.shown(value, DETAIL_LIMIT)
    duration = values.number_text(value.get("duration"))
    if duration:
        return plain(f"{duration} {values.shown(value.get('unit')) or ''}".strip(), DETAIL_LIMIT)
    message = next((value[name] for name in _DETAIL_NAMES if isinstance(value.get(name), str)), None)
    return values.shown(message, DETAIL_LIMIT) or _parts(value)


def _parts(value: Mapping[str, object]) -> str | None:
    known = ((name, values.number_text(part)) for name, part in value.items())
    parts = (f"{name[:NAME_LIMIT]}: {text}" for name, text in known if text)
    return plain(", ".join(islice(parts, _MAX_DETAIL_PARTS)), DETAIL_LIMIT) or None


def _claims(fields: Fields, flat: Mapping[str, object]) -> tuple[Claim, ...]:
    """Every written time, under the name that the file gives it; placeholders are not told apart."""
    written = {name: flat[name] for name in _TIMES if name in flat} | dict(fields.mapping("timestamps"))
    claims = []
    for name, value in islice(written.items(), 4 * _MAX_CLAIMS):
        if value is None:
            continue
        text = values.number_text(value)
        if text:
            claims.append(Claim(plain(name, NAME_LIMIT), text))
        else:
            fields.dropped.wrong(name, "a time", value)
    return tuple(claims[:_MAX_CLAIMS])


SOURCE: Final = Source("phase", (Interest(Anchor.PROJECT, ".context-foundry/current-phase.json"),), read)
