"""`.context-foundry/feedback/build-feedback-*.json`: what a build found about itself (formats.md A1.3)."""

from __future__ import annotations

from typing import Final

from cupola.domain.claims import Finding
from cupola.domain.facts import FeedbackFact
from cupola.sources import values
from cupola.sources.base import Anchor, Blob, Interest, Reading, Source, UnusableError
from cupola.sources.json_text import json_object
from cupola.sources.values import DETAIL_LIMIT, Dropped, Fields

MOST_FINDINGS: Final = 100
_MOST: Final = 100_000
_MOST_MINUTES: Final = 1_000_000
_WRAPPERS: Final = ("feedback", "build_feedback")
_KNOWN: Final = frozenset(
    {
        "issues_found",
        "recommendations",
        "successful_patterns",
        "success",
        "test_iterations",
        "build_duration_minutes",
    }
)
_SAYS: Final = ("issue", "title", "description", "message", "error_message", "text", "id")


def read(blob: Blob, previous: Reading | None) -> Reading:
    """The findings and counts; raises TornError, and UnusableError for what holds nothing of feedback."""
    del previous
    whole = json_object(blob.data)
    inner = Fields(whole).mapping(*_WRAPPERS)
    if _KNOWN.isdisjoint(whole) and _KNOWN.isdisjoint(inner):
        raise UnusableError("nothing of what feedback holds is in it")
    fields = Fields(inner, whole)
    recommended = fields.pick(("recommendations",), entries, "a list") or []
    patterns = fields.pick(("successful_patterns",), entries, "a list") or []
    fact = FeedbackFact(
        findings=_findings(fields.pick(("issues_found",), entries, "a list") or [], fields.dropped),
        recommendations=min(len(recommended), _MOST),
        patterns_that_worked=min(sum(map(_worked, patterns)), _MOST),
        success=fields.flag("success"),
        test_iterations=fields.count("test_iterations"),
        duration_minutes=fields.amount("build_duration_minutes", limit=_MOST_MINUTES),
    )
    return Reading((fact,), fields.dropped.lines())


def entries(value: object) -> list[object] | None:
    """A list, the values of an object in its place, or a single text."""
    if isinstance(value, dict):
        return list(value.values())
    return [value] if isinstance(value, str) else values.as_list(value)


def _findings(listed: list[object], dropped: Dropped) -> tuple[Finding, ...]:
    told = (
        _finding(entry, f"issues_found[{at}]", dropped) for at, entry in enumerate(listed[:MOST_FINDINGS])
    )
    found = tuple(filter(None, told))
    if len(listed) > MOST_FINDINGS:
        dropped.note(f"issues_found: {len(listed):,} entries, only the first {MOST_FINDINGS} are kept")
    return found


def _finding(entry: object, place: str, dropped: Dropped) -> Finding | None:
    if not isinstance(entry, dict):
        text = values.shown(entry, DETAIL_LIMIT)
        if text is None:
            dropped.wrong(place, "an object", entry)
        return Finding(text) if text is not None else None
    fields = Fields(entry, dropped=dropped, place=f"{place}.")
    text = fields.text(*_SAYS, limit=DETAIL_LIMIT)
    if text is None:
        dropped.note(f"{place}: does not say what the issue is")
        return None
    return Finding(text, fields.text("severity"), fields.phase("detected_in_phase", "phase"))


def _worked(pattern: object) -> bool:
    """A pattern counts unless it says that it did not work."""
    return not isinstance(pattern, dict) or values.flag(pattern.get("worked_well")) is not False


SOURCE: Final = Source(
    "feedback", (Interest(Anchor.PROJECT, ".context-foundry/feedback/build-feedback-*.json"),), read
)
