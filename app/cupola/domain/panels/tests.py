"""The Test Loop: what each iteration's files say, in counts and in words, whatever they say of each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from cupola.domain.facts import IterationCountFact, PhaseFact, ReportKind, TestReportFact
from cupola.domain.figures import Figure
from cupola.domain.models import TestIteration, TestsModel
from cupola.domain.panels.conflicts import contradicts, differ
from cupola.domain.panels.counts import Counts, of_log, of_metrics, of_report
from cupola.domain.panels.found import Found, Told
from cupola.domain.text import file_name, optional, plain
from cupola.domain.words import Provenance, Verdict

MOST_ROUNDS: Final = 200
"""Iterations that are shown, the newest of them."""
MOST_COUNTED: Final = 50
"""Iterations that a count file alone may add: an absurd number in it must not fill the panel."""
MOST_REPEATING: Final = 50
_CLAIM: Final = 200
_NAME: Final = 200
_DECIDES: Final = {ReportKind.RESULTS: 0, ReportKind.REPORT: 1, ReportKind.FINAL: 2}

Report = Told[TestReportFact]


@dataclass(frozen=True, slots=True)
class _Rounds:
    """The iterations by number: their reports, the deciding one first, and their counts in metrics.db."""

    reports: Mapping[int, Sequence[Report]]
    recorded: Mapping[int, Counts]
    counted: Told[IterationCountFact] | None
    running: tuple[int, Counts] | None

    def numbers(self) -> list[int]:
        """Every number that some file tells of, ascending, at most the newest MOST_ROUNDS."""
        count = self.counted.fact.count if self.counted else 0
        known = {*self.reports, *self.recorded, *range(max(1, count - MOST_COUNTED + 1), count + 1)}
        if self.running is not None:
            known.add(self.running[0])
        return sorted(known)[-MOST_ROUNDS:]


def panel(found: Found) -> TestsModel:
    """Per number: its own report, then metrics.db, then the count file; the final report is the highest's."""
    rounds = _rounds(found)
    rows = tuple(_row(number, rounds) for number in rounds.numbers())
    return TestsModel(rows, _pass_rate(rows), _repeating(rounds.reports))


def _rounds(found: Found) -> _Rounds:
    recorded = of_metrics(found)
    counted = found.newest(IterationCountFact)
    reports = found.all(TestReportFact)
    highest = _highest(found, recorded, counted, reports)
    by_number: dict[int, list[Report]] = {}
    for report in reversed(reports):
        fact = report.fact
        own = highest if fact.number is None or fact.kind is ReportKind.FINAL else fact.number
        by_number.setdefault(own, []).append(report)
    for told in by_number.values():
        told.sort(key=lambda one: _DECIDES[one.fact.kind])
    running = None
    if highest not in by_number and highest not in recorded:
        counts = of_log(found, since=reports[-1].at if reports else None)
        running = (highest, counts) if counts is not None else None
    return _Rounds(by_number, recorded, counted, running)


def _highest(
    found: Found,
    recorded: Mapping[int, Counts],
    counted: Told[IterationCountFact] | None,
    reports: Sequence[Report],
) -> int:
    """The highest number that any file names, the phase file included; 1 if none does."""
    numbers = [*recorded, 1, counted.fact.count if counted else 0]
    numbers += [one.fact.number for one in reports if one.fact.number is not None]
    phase = found.newest(PhaseFact)
    return max([*numbers, (phase.fact.test_iteration if phase else None) or 0])


def _row(number: int, rounds: _Rounds) -> TestIteration:
    reports = rounds.reports.get(number, ())
    counts = _counts(number, reports, rounds)
    sure = (one for one in reports if one.fact.verdict is not Verdict.UNKNOWN)
    deciding = next(sure, reports[0] if reports else None)
    fact = deciding.fact if deciding else None
    path = deciding.path if deciding else counts.passed.file or counts.failed.file
    return TestIteration(
        number=number,
        passed=counts.passed,
        failed=counts.failed,
        verdict=fact.verdict if fact else Verdict.UNKNOWN,
        claim=optional(fact.claim, _CLAIM) if fact else None,
        conflict=_conflict(fact, reports, counts),
        file=path or "",
    )


def _counts(number: int, reports: Sequence[Report], rounds: _Rounds) -> Counts:
    """The numbers of one file, never of two: what one counts differently the other does not complete."""
    told = next((of_report(one) for one in reports if _has_counts(one.fact)), None)
    if told is not None:
        return told
    if number in rounds.recorded:
        return rounds.recorded[number]
    if rounds.running is not None and rounds.running[0] == number:
        return rounds.running[1]
    known = reports[0] if reports else rounds.counted
    reason = f"{known.file} has no counts" if known else "no file counts its tests"
    missing = Figure(note=reason, file=known.path if known else None)
    return Counts(missing, missing)


def _has_counts(fact: TestReportFact) -> bool:
    return fact.passed is not None or fact.failed is not None


def _conflict(fact: TestReportFact | None, reports: Sequence[Report], counts: Counts) -> bool:
    """Words against counts, one report against another, or a report against itself (issue 3)."""
    if fact is None:
        return False
    return (
        contradicts(fact.verdict, fact.claim, counts.passed.value, counts.failed.value)
        or differ(one.fact.verdict for one in reports)
        or any(one.fact.later_claim for one in reports)
    )


def _pass_rate(rows: Sequence[TestIteration]) -> Figure:
    """passed / (passed + failed) of the latest iteration that has both; as sure as they are."""
    for row in reversed(rows):
        passed, failed = row.passed.value, row.failed.value
        if passed is None or failed is None or passed < 0 or failed < 0 or passed + failed == 0:
            continue
        of = f"iteration {row.number}: {passed:,} of {passed + failed:,} passed"
        source = row.passed.file
        note = f"{of}, from {file_name(source)}" if source else of
        rate = round(passed / (passed + failed), 6)
        return Figure(rate, row.passed.provenance, note=note, file=source)
    reason = "no iteration has both counts" if rows else "no test iteration yet"
    return Figure(provenance=Provenance.NONE, note=reason)


def _repeating(reports: Mapping[int, Sequence[Report]]) -> tuple[str, ...]:
    """Names that fail in two iterations running, in the order in which they first did so."""
    failing = {
        number: tuple(dict.fromkeys(name for one in told for name in one.fact.failing))
        for number, told in sorted(reports.items())
    }
    again: dict[str, None] = {}
    for (number, before), (following, after) in pairwise(failing.items()):
        if following == number + 1:
            names = set(after)
            again |= dict.fromkeys(name for name in before if name in names)
    return tuple(plain(name, _NAME) for name in list(again)[:MOST_REPEATING])
