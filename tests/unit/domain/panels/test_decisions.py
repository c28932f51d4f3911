"""Decision Quality: what is counted, what is rated, and what only stands below."""

from __future__ import annotations

import pytest

from cupola.domain.claims import Finding
from cupola.domain.facts import FeedbackFact, MetricsDecision, MetricsFact, Observation, PatternsFact
from cupola.domain.models import DecisionsModel
from cupola.domain.words import Provenance
from support.facts import metrics, shown, told
from support.observations import phase

SCOUTING = phase(0, "Scout", "researching")


def decisions(*observations: Observation) -> DecisionsModel:
    return shown(SCOUTING, *observations).decisions


def rated(*ratings: tuple[float | None, float | None]) -> Observation:
    made = tuple(
        MetricsDecision("scout", f"choice {at}", quality, difficulty)
        for at, (quality, difficulty) in enumerate(ratings)
    )
    return metrics(MetricsFact("k", None, decisions=made))


@pytest.mark.parametrize(
    ("ratings", "count", "number", "average"),
    [
        ([(4, 2), (5, 3)], 2, 2, 4.5),
        ([(3, 3)], 1, 0, None),
        ([(3, 3), (3, 3), (None, None)], 3, 0, None),
        ([(3, None), (3, 3)], 2, 0, None),
        ([(3, 3), (3, 2)], 2, 2, 3),
        ([(3, 3), (4, 3)], 2, 2, 3.5),
        ([(None, None)], 1, 0, None),
        ([(4, 4), (None, 3)], 2, 1, 4),
    ],
)
def test_threes_throughout_are_a_constant_and_no_rating(
    ratings: list[tuple[float | None, float | None]], count: int, number: int, average: float | None
) -> None:
    model = decisions(rated(*ratings))
    assert (model.count.value, model.rated, model.average_quality.value) == (count, number, average)
    assert model.count.provenance is Provenance.RECORDED
    assert sum(item.quality.value is not None for item in model.items) == number


def test_decisions_come_newest_first_and_are_safe_to_show() -> None:
    made = (
        MetricsDecision("scout", "first"),
        MetricsDecision(None, "last\x1b[1m", used_lessons=True, regrettable=True),
    )
    model = decisions(metrics(MetricsFact("k", None, decisions=made)))
    assert [(item.phase, item.text) for item in model.items] == [(None, "last\\x1b[1m"), ("Scout", "first")]
    assert (model.lessons.value, model.regrettable.value) == (1, 1)


def test_findings_are_no_decisions() -> None:
    old = told(FeedbackFact((Finding("slow", "LOW", "Test"),)), "feedback/build-feedback-1.json", 1)
    new = told(FeedbackFact((Finding("broken"), Finding("odd"))), "feedback/build-feedback-0.json", 2)
    model = decisions(old, new)
    assert [finding.text for finding in model.findings] == ["broken", "odd", "slow"]
    assert (model.count.value, model.items) == (None, ())


def test_without_decisions_the_reason_tells_of_kept_lessons() -> None:
    assert decisions().count.note == "metrics.db has no decision of this build"
    kept = [told(PatternsFact(5, 2), "patterns/a.json", 1), told(PatternsFact(1), "patterns/b.json", 1)]
    assert "keeps 6 lessons, 2 to be applied" in decisions(*kept).lessons.note
