"""How many tests passed and failed, as a report or the end of a log states it (formats.md A1.2).

What sums up comes before what is of a part; parts are never added up, percentages never used. Where a
report states nothing, or only parts that differ, there is no count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cupola.sources.count_lines import ERRORS, FAILED, PASSED, SKIPPED, TOTAL, Stated, stated_in, tails
from cupola.sources.markdown import Line


@dataclass(frozen=True, slots=True)
class Counts:
    """None where it is not stated."""

    passed: int | None = None
    failed: int | None = None

    @property
    def complete(self) -> bool:
        """True if both are known."""
        return self.passed is not None and self.failed is not None


def counts_of(lines: Sequence[Line]) -> Counts:
    """The counts of a report: the first that sums up, else what all test runners or all parts agree on."""
    stated = stated_in(lines)
    of_all = [_counts(each) for each in stated if not each.part and not each.tool]
    of_parts = [_counts(each) for each in stated if each.part]
    ranks = (
        [counts for counts in of_all if counts.complete][:1],
        [_counts(each) for each in stated if each.tool],
        [counts for counts in of_all if counts != Counts()][:1],
        [counts for counts in of_parts if counts.complete],
    )
    found = next((set(rank) for rank in ranks if rank), set())
    return found.pop() if len(found) == 1 else Counts()


def last_of(lines: Sequence[Line]) -> Counts:
    """The counts of one test run's log: the test runner's last line, else what the log states first."""
    found = list(tails(lines))
    return _counts(found[-1]) if found else counts_of(lines)


def _counts(stated: Stated) -> Counts:
    """Passed and failed, each also from the total and the other; errors are failures if it then adds up."""
    roles = {PASSED: 0, FAILED: 0, **stated.roles} if stated.full else stated.roles
    passed, failed, total = roles.get(PASSED), roles.get(FAILED), roles.get(TOTAL)
    errors, skipped = roles.get(ERRORS, 0), roles.get(SKIPPED, 0)
    adds_up = total is not None and (passed or 0) + (failed or 0) + errors + skipped == total
    if errors and (stated.tool or adds_up):
        failed = (failed or 0) + errors
    if total is not None and failed is None and passed is not None and passed + skipped <= total:
        failed = total - passed - skipped
    if total is not None and passed is None and failed is not None and failed + skipped <= total:
        passed = total - failed - skipped
    return Counts(passed, failed)
