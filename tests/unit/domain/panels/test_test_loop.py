"""The Test Loop: counts and words by the file that has the say, and what they say against each other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cupola.domain import models
from cupola.domain.facts import MetricsFact, MetricsIteration, Observation
from cupola.domain.words import Bound, Provenance, Verdict
from support.facts import count, final, log, metrics, report, results, shown
from support.observations import phase

P, PART, F, U = Verdict.PASSED, Verdict.PARTIAL, Verdict.FAILED, Verdict.UNKNOWN
TESTING = phase(0, "Test", "testing", ("Scout", "Architect", "Builder"), iteration=1)


def loop_of(*observations: Observation) -> models.TestsModel:
    return shown(TESTING, *observations).tests


def rows(*observations: Observation) -> list[tuple[int, float | None, float | None, Verdict, bool]]:
    return [
        (row.number, row.passed.value, row.failed.value, row.verdict, row.conflict)
        for row in loop_of(*observations).iterations
    ]


def recorded(*iterations: MetricsIteration) -> Observation:
    return metrics(MetricsFact("k", None, iterations=iterations))


CASES = [
    ("nothing", [], []),
    ("a phase file alone names no row", [phase(1, "Test", "testing", iteration=3)], []),
    ("one report", [results(1, F, 3, 4)], [(1, 3, 4, F, False)]),
    ("words only", [results(1, F)], [(1, None, None, F, False)]),
    ("counts only", [results(1, U, 3, 4)], [(1, 3, 4, U, False)]),
    ("passed with failures", [results(1, P, 60, 8, claim="PASSED WITH MINOR ISSUES")], [(1, 60, 8, P, True)]),
    (
        "failed with a reason",
        [results(1, F, 13, 0, claim="FAILED - no server starts")],
        [(1, 13, 0, F, False)],
    ),
    ("failed for no reason", [results(1, F, 13, 0, claim="❌ FAILED")], [(1, 13, 0, F, True)]),
    ("failed, nothing passed", [results(1, F, 0, 0, claim="FAILED")], [(1, 0, 0, F, False)]),
    ("partial, all passed", [results(1, PART, 5, 0, claim="PARTIAL PASS")], [(1, 5, 0, PART, True)]),
    ("a later line", [results(1, F, 13, later="PARTIAL SUCCESS")], [(1, 13, None, F, True)]),
    ("the final report agrees", [results(1, P, 2, 0), final(P, 9, 0)], [(1, 2, 0, P, False)]),
    ("the final report differs", [results(1, PART, 4, 7), final(P)], [(1, 4, 7, PART, True)]),
    ("the final report completes", [results(1, U), final(P, 13, 0)], [(1, 13, 0, P, False)]),
    ("the final report alone", [final(F, 1, 2)], [(1, 1, 2, F, False)]),
    (
        "the final report is of the highest number",
        [results(1, F, 1, 2), count(3), final(P, 9, 0)],
        [(1, 1, 2, F, False), (2, None, None, U, False), (3, 9, 0, P, False)],
    ),
    (
        "the phase file knows the highest number",
        [results(1, F, 1, 2), phase(5, "Test", "testing", iteration=2), final(P, 9, 0)],
        [(1, 1, 2, F, False), (2, 9, 0, P, False)],
    ),
    ("a report that states its number", [report(F, 1, 2, number=2)], [(2, 1, 2, F, False)]),
    ("a report that does not", [results(3, F, 1, 2), report(F, 5, 5)], [(3, 1, 2, F, False)]),
    (
        "results before metrics.db",
        [results(1, F, 1, 2), recorded(MetricsIteration(1, 7, 7))],
        [(1, 1, 2, F, False)],
    ),
    ("metrics.db before the count", [count(1), recorded(MetricsIteration(1, 7, 3))], [(1, 7, 3, U, False)]),
    (
        "words of one, counts of another",
        [results(1, F), recorded(MetricsIteration(1, 7, 3))],
        [(1, 7, 3, F, False)],
    ),
    ("a row of metrics.db without counts", [recorded(MetricsIteration(1))], []),
    ("the count file alone", [count(2)], [(1, None, None, U, False), (2, None, None, U, False)]),
    (
        "a gap is no end",
        [results(1, F, 1, 1), results(3, F, 1, 1)],
        [(1, 1, 1, F, False), (3, 1, 1, F, False)],
    ),
    (
        "iteration 10 and on",
        [results(11, F, 1, 1), results(9, F, 1, 1)],
        [(9, 1, 1, F, False), (11, 1, 1, F, False)],
    ),
    ("logs of a running iteration", [count(1), log("unit", 5, 1), log("e2e", 2)], [(1, 7, 1, U, False)]),
    ("logs beside a report", [results(1, F, 1, 2), log("unit", 5, 1, at=9)], [(1, 1, 2, F, False)]),
    (
        "logs of the next iteration",
        [results(1, F, 1, 2, at=5), count(2, at=6), log("unit", 5, 1, at=9), log("old", 9, 9, at=4)],
        [(1, 1, 2, F, False), (2, 5, 1, U, False)],
    ),
]


@pytest.mark.parametrize(
    ("observations", "expected"), [pytest.param(*case[1:], id=case[0]) for case in CASES]
)
def test_each_number_is_told_by_the_file_that_has_the_say(
    observations: list[Observation], expected: list[tuple[int, float | None, float | None, Verdict, bool]]
) -> None:
    assert rows(*observations) == expected


def only(*observations: Observation) -> models.TestIteration:
    (row,) = loop_of(*observations).iterations
    return row


def test_a_number_says_where_it_comes_from() -> None:
    told = only(results(1, F, 3))
    assert (told.passed.provenance, told.failed.provenance) == (Provenance.REPORTED, Provenance.NONE)
    assert told.failed.note == "test-results-iteration-1.md does not say"
    assert told.file == told.passed.file == ".context-foundry/test-results-iteration-1.md"
    stored = only(recorded(MetricsIteration(1, 7, 3)))
    assert (stored.passed.provenance, stored.file) == (
        Provenance.RECORDED,
        "/home/x/.context-foundry/metrics.db",
    )
    counted = only(count(1))
    assert (counted.passed.note, counted.file[-10:]) == (
        "test-iteration-count.txt has no counts",
        "-count.txt",
    )


def test_logs_are_a_lower_bound_until_their_agents_are_done() -> None:
    running = [count(1), log("unit", 5, 1), log("unit", done=True), log("e2e", 2, 0)]
    assert only(*running).passed.bound is Bound.LOWER
    assert only(*running, log("e2e", done=True)).passed.bound is Bound.EXACT


def test_a_log_rewritten_with_the_same_counts_is_of_the_new_iteration() -> None:
    first = log("unit", 5, 1, at=1)
    again = replace(first, changed_at=first.changed_at + 9, touched_at=first.touched_at + 9)
    assert [row[1] for row in rows(first, results(1, F, 1, 2, at=5), count(2, at=6), again)] == [1, 5]


def test_the_claim_is_kept_in_words_and_is_safe() -> None:
    assert only(results(1, P, 1, 0, claim="PASSED\x1b[0m (with \u202elimits)")).claim == (
        "PASSED\\x1b[0m (with \\u202elimits)"
    )


def test_the_pass_rate_is_that_of_the_latest_iteration_with_both_counts() -> None:
    rate = loop_of(results(1, F, 3, 1), results(2, F, 9), count(3)).pass_rate
    assert (rate.value, rate.provenance) == (0.75, Provenance.REPORTED)
    assert rate.note == "iteration 1: 3 of 4 passed, from test-results-iteration-1.md"
    assert loop_of(results(1, F, 0, 0)).pass_rate.note == "no iteration has both counts"
    assert loop_of().pass_rate.note == "no test iteration yet"


def test_what_fails_in_two_iterations_running_repeats() -> None:
    failing = [
        results(1, F, failing=("a", "b", "c")),
        results(2, F, failing=("b", "d")),
        results(3, F, failing=("d", "b")),
        results(5, F, failing=("a",)),
    ]
    assert loop_of(*failing).repeating == ("b", "d")


def test_an_absurd_count_adds_few_rows() -> None:
    found = loop_of(results(1, F, 1, 1), count(10_000_000)).iterations
    assert (len(found), found[0].number, found[-1].number) == (51, 1, 10_000_000)
