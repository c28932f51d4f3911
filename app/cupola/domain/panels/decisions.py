"""Decision Quality: what metrics.db records of decisions, and below it what feedback found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cupola.domain.claims import Finding
from cupola.domain.facts import FeedbackFact, MetricsDecision, MetricsFact, PatternsFact
from cupola.domain.figures import Figure
from cupola.domain.models import Decision, DecisionsModel
from cupola.domain.panels.found import Found, Told
from cupola.domain.text import optional, plain
from cupola.domain.words import Provenance, phase_name

MOST_ITEMS: Final = 500
MOST_FINDINGS: Final = 200
_NAME: Final = 120
_CONSTANT: Final = 3
_IS_CONSTANT: Final = "quality 3 and difficulty 3 throughout is a constant of the writer: unrated"

Row = tuple[Told[MetricsFact], MetricsDecision]


def panel(found: Found) -> DecisionsModel:
    """Decisions newest first. Findings come from feedback, newest file first, and count as no decision."""
    rows = [(told, decision) for told in found.all(MetricsFact) for decision in told.fact.decisions]
    findings = _findings(found)
    if not rows:
        none = Figure.none(_reason(found))
        return DecisionsModel(none, 0, none, none, none, findings=findings)
    constant = _constant(rows)
    rated = [] if constant else [row for row in rows if row[1].quality is not None]
    unrated = _IS_CONSTANT if constant else "not rated"
    last = rows[-1][0]
    return DecisionsModel(
        count=last.figure(len(rows), Provenance.RECORDED),
        rated=len(rated),
        average_quality=last.figure(_average(rated), Provenance.RECORDED, missing=unrated),
        lessons=last.figure(sum(row.used_lessons for _, row in rows), Provenance.RECORDED),
        regrettable=last.figure(sum(row.regrettable for _, row in rows), Provenance.RECORDED),
        items=tuple(_item(row, unrated, rated=bool(rated)) for row in rows[: -MOST_ITEMS - 1 : -1]),
        findings=findings,
    )


def _constant(rows: Sequence[Row]) -> bool:
    """All that are rated are rated 3, and 3 in difficulty as far as that is given."""
    rated = [row for _, row in rows if row.quality is not None]
    return bool(rated) and all(
        row.quality == _CONSTANT and row.difficulty in {_CONSTANT, None} for row in rated
    )


def _average(rated: Sequence[Row]) -> float | None:
    qualities = [row.quality for _, row in rated if row.quality is not None]
    return round(sum(qualities) / len(qualities), 2) if qualities else None


def _item(row: Row, unrated: str, *, rated: bool) -> Decision:
    told, decision = row
    quality = told.figure(decision.quality if rated else None, Provenance.RECORDED, missing=unrated)
    phase = optional(phase_name(decision.phase), _NAME) if decision.phase else None
    return Decision(phase, plain(decision.text), quality)


def _reason(found: Found) -> str:
    """Why there is no decision, with what is known of lessons all the same."""
    patterns = [told.fact for told in found.all(PatternsFact)]
    reason = "metrics.db has no decision of this build"
    if not patterns:
        return reason
    kept, applied = sum(fact.patterns for fact in patterns), sum(fact.auto_applied for fact in patterns)
    return f"{reason}; its patterns folder keeps {kept:,} lessons, {applied:,} to be applied by themselves"


def _findings(found: Found) -> tuple[Finding, ...]:
    told = [finding for one in reversed(found.all(FeedbackFact)) for finding in one.fact.findings]
    return tuple(
        Finding(plain(one.text), optional(one.severity, _NAME), optional(one.phase, _NAME))
        for one in told[:MOST_FINDINGS]
    )
