"""Activity: one entry in words for each thing that changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cupola.domain.activity import entries
from cupola.domain.facts import Observation
from cupola.domain.run import accept, open_run
from cupola.domain.words import Verdict
from support.observations import T0, artefact, checkpoint, complete, phase, report, summary, tasks

SCOUT = phase(0, "Scout", "researching")
TEST = phase(0, "Test", "testing", iteration=1)

CASES = [
    (None, SCOUT, [("phase", "Scout")]),
    (SCOUT, SCOUT, []),
    (SCOUT, phase(9, "Scout", "completed"), [("phase", "Scout completed")]),
    (SCOUT, phase(9, "Architect", "designing"), [("phase", "Scout → Architect")]),
    (SCOUT, phase(9, "Builder", "completed"), [("phase", "Scout → Builder"), ("phase", "Builder completed")]),
    (TEST, phase(9, "Test", "self-healing", iteration=1), [("phase", "Test: self-healing")]),
    (TEST, phase(9, "Test", "testing", iteration=2), [("test", "Test iteration 2")]),
    (TEST, phase(9, "Test", "timeout", iteration=1), [("phase", "Test failed (timeout)")]),
    (SCOUT, phase(9, "Scout", "researching", detail="a\nb\x1b"), [("detail", "a b\\x1b")]),
    (SCOUT, phase(9, "Scout", "researching", ("docs",)), [("phase", "phases completed: Documentation")]),
    (None, summary(9, "completed"), [("state", "session-summary.json says completed")]),
    (summary(0, "x"), summary(9, "x", ("Scout",)), [("file", "session-summary.json is written")]),
    (None, report(9, Verdict.FAILED), [("state", "final report says FAILED")]),
    (None, report(9, Verdict.UNKNOWN), [("state", "final report is written")]),
    (None, complete(9, "x_1"), [("state", "COMPLETE is written")]),
    (None, artefact(9, "Scout", "scout-report.md"), [("file", "scout-report.md is written")]),
    (None, tasks(9, "x_1", 3, 4), [("detail", "3 of 7 tasks done")]),
    (
        checkpoint(0, "x_1", "scout"),
        checkpoint(9, "x_1", "Builder", iterations=2),
        [("phase", "Scout → Builder"), ("detail", "Iteration 2")],
    ),
]


@pytest.mark.parametrize(("before", "after", "expected"), CASES)
def test_each_change_is_told_once_in_words(
    before: Observation | None, after: Observation, expected: list[tuple[str, str]]
) -> None:
    found = entries(before.fact if before else None, after)
    assert [(entry.kind, entry.text) for entry in reversed(found)] == expected
    assert all(entry.at == after.changed_at for entry in found)


def test_the_newest_thousand_are_kept() -> None:
    run = open_run([SCOUT], T0)
    for number in range(1, 1200):
        seen = phase(number, "Scout", "researching", detail=f"step {number}")
        run = accept(run, seen, seen.touched_at)
    assert len(run.activity) == 1000
    assert run.activity[0].text == "step 1199"


def test_a_file_that_is_never_opened_is_told_only_when_it_appears() -> None:
    run = open_run([SCOUT], T0)
    first = artefact(10, "Scout", "scout-report.md", first=False)
    run = accept(run, first, T0 + 10)
    later = replace(first, changed_at=T0 + 20, touched_at=T0 + 20, mtime=T0 + 20)
    after = accept(run, later, T0 + 20)
    assert after.activity == run.activity
    assert after.observations["artefacts", first.path].changed_at == T0 + 20
