"""The lines of the Decision Quality dock."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from cupola.domain.claims import Finding
from cupola.domain.formatting import DASH
from cupola.domain.models import Decision, DecisionsModel
from cupola.domain.text import plain
from cupola.presenters.lines import Cell, Line, LineKind, cell

UNRATED_NOTE: Final = "No decision is rated. A build that gives 3 to every one has rated none."


def decisions_lines(model: DecisionsModel) -> Iterator[Line]:
    """Counts, each decision, and below them the findings, which are none."""
    yield Line("figures", LineKind.CELLS, cells=_decision_cells(model))
    for item in model.items:
        yield _decision(item)
    if model.findings:
        yield Line(
            "findings", LineKind.HEADING, "Findings of the feedback", note="These count as no decisions."
        )
    for finding in model.findings:
        yield _finding(finding)


def _decision_cells(model: DecisionsModel) -> tuple[Cell, ...]:
    average = cell(model.average_quality, "Average", lambda value: f"{value:.1f} / 5")
    if not model.rated and (model.items or model.count.value):
        average = Cell("unrated", "Average", average.note or UNRATED_NOTE)
    return (
        cell(model.count, "Decisions"),
        average,
        cell(model.lessons, "Lessons"),
        cell(model.regrettable, "Regrettable"),
    )


@lru_cache(maxsize=1024)
def _decision(of: Decision) -> Line:
    quality = of.quality
    rated = quality.value is not None
    text, phase = plain(of.text) or DASH, plain(of.phase) if of.phase else ""
    return Line(
        f"decision {phase} {text}",
        LineKind.DECISION,
        text,
        under=phase,
        note=cell(quality).note,
        file=quality.file,
        squares=min(max(round(quality.value or 0), 0), 5) if rated else None,
    )


def _finding(of: Finding) -> Line:
    words = (plain(word) for word in (of.severity, of.phase) if word)
    text = plain(of.text) or DASH
    return Line(f"finding {text}", LineKind.DECISION, text, under=" · ".join(words))
