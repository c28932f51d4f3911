"""How many tests passed and failed, by the one file that says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cupola.domain.clock import Instant
from cupola.domain.facts import MetricsFact, TestLogFact, TestReportFact
from cupola.domain.figures import Figure
from cupola.domain.panels.found import Found, Told, total
from cupola.domain.words import Bound, Provenance


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one file."""

    passed: Figure
    failed: Figure


def of_report(report: Told[TestReportFact]) -> Counts:
    """What a report counts; its numbers are text, so they are reported."""
    passed, failed = report.fact.passed, report.fact.failed
    return Counts(report.figure(passed, Provenance.REPORTED), report.figure(failed, Provenance.REPORTED))


def of_metrics(found: Found) -> dict[int, Counts]:
    """What metrics.db records of each iteration; of a number that is there twice, the newest row."""
    return {
        row.number: Counts(
            told.figure(row.passed, Provenance.RECORDED), told.figure(row.failed, Provenance.RECORDED)
        )
        for told in found.all(MetricsFact)
        for row in told.fact.iterations
        if row.passed is not None or row.failed is not None
    }


def of_log(found: Found, since: Instant | None) -> Counts | None:
    """What the logs of parallel test agents count so far that were written after `since`; None without any.

    A lower bound while an agent of them has not left its `.done`.
    """
    fresh = [told for told in found.all(TestLogFact) if since is None or told.touched_at > since]
    logs = [told for told in fresh if _counts(told.fact)]
    if not logs:
        return None
    done = {told.fact.name for told in fresh if told.fact.done}
    bound = Bound.EXACT if all(told.fact.name in done for told in logs) else Bound.LOWER
    passed = total(told.fact.passed for told in logs)
    return Counts(
        _figure(logs, passed, bound), _figure(logs, total(told.fact.failed for told in logs), bound)
    )


def _counts(fact: TestLogFact) -> bool:
    return not fact.done and (fact.passed is not None or fact.failed is not None)


def _figure(logs: Sequence[Told[TestLogFact]], value: float | None, bound: Bound) -> Figure:
    note = "from " + ", ".join(sorted(told.file for told in logs)[:8])
    return logs[-1].figure(value, Provenance.REPORTED, note, missing="the logs do not say", bound=bound)
