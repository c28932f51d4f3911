"""What the reports of the test loop say: words, counts and failing tests, in every form that was seen."""

from __future__ import annotations

import pytest

from cupola.domain.facts import ReportKind, TestReportFact
from cupola.domain.words import Verdict
from cupola.sources.base import TornError
from cupola.sources.test_names import normalised
from cupola.sources.test_reports import SOURCE
from support.blobs import reading

FOLDER = ".context-foundry/"
FAR = "\n" * 50
PARTIAL = "PARTIAL SUCCESS"
RESULTS = FOLDER + "test-results-iteration-2.md"


def report(text: str, path: str = RESULTS) -> TestReportFact:
    (only,) = reading(SOURCE, text, path).facts
    assert isinstance(only, TestReportFact)
    return only


def counts(text: str) -> tuple[int | None, int | None]:
    found = report(text)
    return found.passed, found.failed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**Tests Passed**: 5\n**Tests Failed**: 2", (5, 2)),
        ("- **Passed:** 60 (88.2%)\n- **Failed:** 8 (11.8%)", (60, 8)),
        ("- **Total tests run:** 68\n- **Passed:** 60\n- **Failed:** 8\n- **Skipped:** 0", (60, 8)),
        ("**Total**: 10\n**Passed**: 7\n**Skipped**: 1", (7, 2)),
        ("**Total Tests:** 9\n**Failed:** 2", (7, 2)),
        ("**Tests Passed**: 5", (5, None)),
        ("**Failures:** 3", (None, 3)),
        ("**Passed:** 1,234\n**Failed:** 0", (1234, 0)),
        ("Passed: 12, Failed: 3", (12, 3)),
        ("**Passed:** 12 | **Failed:** 3 | **Total:** 15", (12, 3)),
        ("**Passed:** 12/13", (12, 1)),
        ("13/13 tests passed", (13, 0)),
        ("**13/13 tests passed (100%)**", (13, 0)),
        ("12 of 13 tests passing", (12, 1)),
        ("**Overall:** 0/0 tests passing", (0, 0)),
        ("**Status:** PASSED (13/13 tests)", (13, 0)),
        ("- ✅ **Backend Unit Tests:** PASSED (13/13 tests)", (13, 0)),
        ("| Metric | Value |\n|---|---|\n| Tests Passed | 60 | ✅ |\n| Tests Failed | 8 | ⚠️ |", (60, 8)),
        ("| Kind | Passed | Failed |\n|---|---|---|\n| Unit | 4 | 0 |\n| **Total** | 6 | 7 |", (6, 7)),
        ("| Total | Passed | Failed |\n|---|---|---|\n| 68 | 60 | 8 |", (60, 8)),
        ("```\n===== 8 failed, 60 passed, 2 skipped in 3.20s =====\n```", (60, 8)),
        ("8 failed, 60 passed in 3.2s", (60, 8)),
        ("60 passed, 1 warning in 3.2s", (60, 0)),
        ("2 passed, 3 errors in 1s", (2, 3)),
        ("Tests:       1 failed, 12 passed, 13 total\nTest Suites: 4 failed, 1 passed, 5 total", (12, 1)),
        ("Test Files  4 failed | 3 passed (7)\n     Tests  8 failed | 60 passed (68)", (60, 8)),
        ("  60 passing (2s)\n  8 failing", (60, 8)),
        ("  60 passing (2s)", (60, 0)),
        ("test result: FAILED. 60 passed; 8 failed; 0 filtered out; finished in 0.1s", (60, 8)),
        ("**Results:** 12 passed, 3 failed", (12, 3)),
        ("- **Tests Passed:** 4 / 4 business logic tests", (4, 0)),
        ("**Total:** 5\n**Passed:** 2\n**Failed:** 1\n**Errors:** 2", (2, 3)),
    ],
)  # fmt: skip
def test_counts_are_read_in_every_form(text: str, expected: tuple[int | None, int | None]) -> None:
    assert counts(f"# Test Results\n\n{text}\n") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**Passed:** twelve\n**Failed:** none", (12, 0)),
        ("**Passed:** Thirteen tests\n**Failed:** zero", (13, 0)),
        ("twelve of thirteen tests passed", (12, 1)),
        ("**Passed:** most of them", (None, None)),
        ("**Passed:** all", (None, None)),
    ],
)
def test_counts_in_words_are_read_up_to_twenty_and_never_guessed(
    text: str, expected: tuple[int | None, int | None]
) -> None:
    assert counts(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "**Success Rate:** 88.2%",
        "**Passed:** 88%",
        "**Passed:** 88.2 %",
        "**Passed:** -5",
        "**Passed:** " + "9" * 5000,
        "**Passed:** 1000000000",
        "**Result:** ✅ PASS - all 4 endpoints",
        "All parser tests pass (11/11)",
        "While 7 auth tests failed, the rest is sound.",
        "Test Suites: 1 passed, 1 total",
        "13/12 tests passed",
        "**Test Iteration:** 1/3",
        "| Happy Path | 30 | ✅ All passing |",
        "| Kind | Passed | Failed |\n|---|---|---|\n| Unit | 4 | 0 |\n| E2E | 2 | 7 |",
        "### Unit\n**Passed:** 4\n**Failed:** 0\n### E2E\n**Passed:** 2\n**Failed:** 7",
        "### Backend\n4 passed in 1s\n### Frontend\n3 passed, 1 failed in 2s",
    ],
)
def test_what_is_no_count_of_all_tests_is_none(text: str) -> None:
    assert counts(text) == (None, None)


def test_what_sums_up_comes_before_parts_wherever_it_stands() -> None:
    text = (
        "### Unit tests\n**Passed:** 5\n**Failed:** 0\n**Status:** PASSED (5/5)\n"
        "```\n3 failed, 1 passed in 2s\n```\n## Summary\n**Total:** 9\n**Passed:** 6\n**Failed:** 3\n"
    )
    assert counts(text) == (6, 3)


def test_the_first_that_sums_up_is_taken() -> None:
    text = "## Summary\n**Passed:** 6\n**Failed:** 3\n\n\n\n\n## Metrics\n**Passed:** 4\n**Failed:** 0\n"
    assert counts(text) == (6, 3)


def test_several_runs_of_one_outcome_are_one() -> None:
    assert counts("### Unit\n13 passed in 1s\n### Again\n13 passed in 2s") == (13, 0)


@pytest.mark.parametrize("cut", range(5, 90, 3))
def test_a_table_cut_in_half_gives_what_it_has_or_nothing(cut: int) -> None:
    text = "| Kind | Tests | Passed | Failed |\n|------|------|------|------|\n| Total | 11 | 4 | 7 |\n"
    assert counts(text[:cut]) in {(None, None), (4, 7), (4, None)}


def test_a_row_without_its_last_cells_still_counts() -> None:
    assert counts("| Kind | Tests | Passed | Failed |\n|---|---|---|---|\n| Total | 11 | 4") == (4, 7)


@pytest.mark.parametrize(
    ("text", "verdict", "claim", "later"),
    [
        ("**Status:** FAILED\n**Iteration 1 Status: PARTIAL SUCCESS**", Verdict.FAILED, "FAILED", PARTIAL),
        ("**Status:** PARTIAL PASS\n**Final Verdict:** ✅ PASS", Verdict.PARTIAL, "PARTIAL PASS", "✅ PASS"),
        ("**Status:** PASSED\n## Unit tests\n**Status:** FAILED (0/6)", Verdict.PASSED, "PASSED", None),
        ("**Status:** PASSED\n**Overall Status:** PASSED WITH ISSUES", Verdict.PASSED, "PASSED", None),
        ("**Status:** FAILED\n\nALL TESTS PASSED", Verdict.FAILED, "FAILED", "ALL TESTS PASSED"),
        ("**Status:** PASSED" + FAR + "**Overall Result:** FAILED", Verdict.PASSED, "PASSED", "FAILED"),
        (FAR + "✅ **ALL TESTS PASSED**", Verdict.PASSED, "ALL TESTS PASSED", None),
        (FAR + "**Overall Status:** FAILED\n**Final Status:** PASSED", Verdict.FAILED, "FAILED", "PASSED"),
        (FAR + "**Status:** FAILED", Verdict.UNKNOWN, None, None),
        ("**Status:** READY" + FAR + "no tests failed", Verdict.PASSED, "no tests failed", None),
        ("no tests passed", Verdict.FAILED, "no tests passed", None),
        ("### Unit\nAll tests passed\n", Verdict.UNKNOWN, None, None),
    ],
)  # fmt: skip
def test_words_are_kept_and_what_contradicts_them_later_too(
    text: str, verdict: Verdict, claim: str | None, later: str | None
) -> None:
    found = report(text)
    assert (found.verdict, found.claim, found.later_claim) == (verdict, claim, later)


def test_counts_and_words_that_contradict_each_other_are_both_kept() -> None:
    found = report("**Status:** PASSED WITH MINOR ISSUES\n- **Passed:** 60\n- **Failed:** 8")
    assert (found.verdict, found.passed, found.failed) == (Verdict.PASSED, 60, 8)


@pytest.mark.parametrize(
    ("name", "text", "kind", "number"),
    [
        ("test-results-iteration-3.md", "x", ReportKind.RESULTS, 3),
        ("test-results-iteration-12.md", "**Iteration:** 4", ReportKind.RESULTS, 12),
        ("test-report-2.md", "x", ReportKind.RESULTS, 2),
        ("test-report.md", "x", ReportKind.REPORT, None),
        ("test-report.md", "# Test Report\n**Iteration**: 2", ReportKind.REPORT, 2),
        ("test-report.md", "**Test Iteration:** 1/3", ReportKind.REPORT, 1),
        ("test-report.md", "- **Iteration:** 2 of 3 (max)", ReportKind.REPORT, 2),
        ("test-report.md", "# Test Report - Iteration 3", ReportKind.REPORT, 3),
        ("test-report.md", "**Iterations:** 3", ReportKind.REPORT, None),
        ("test-report.md", "**Iteration:** 5000", ReportKind.REPORT, None),
        ("test-final-report.md", "**Iteration:** 3", ReportKind.FINAL, None),
    ],
)
def test_the_number_is_in_the_name_or_in_a_line(
    name: str, text: str, kind: ReportKind, number: int | None
) -> None:
    found = report(text, FOLDER + name)
    assert (found.kind, found.number) == (kind, number)


@pytest.mark.parametrize("name", ["test-report-security.md", "test-results-iteration-5000.md"])
def test_a_report_of_no_iteration_is_left_out_by_name(name: str) -> None:
    found = reading(SOURCE, "**Status:** PASSED", FOLDER + name)
    assert (found.facts, found.dropped) == ((), ("its name has no number of a test iteration",))


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("FAILED tests/test_api.py::TestApi::test_get[a-1] - AssertionError: no", "TestApi::test_get"),
        ("tests/test_api.py::test_get FAILED          [ 72%]", "test_get"),
        ("FAIL  tests/unit/store.test.js > store > should clear", "store > should clear"),
        ("    ✗ should clear all (5 ms)", "should clear all"),
        ("× should clear 3ms", "should clear"),
        ("✕ should clear (1.5 s)", "should clear"),
        ("  ● Store › should clear", "Store › should clear"),
        ("1. ❌ **test_login** - ERROR", "test_login"),
        ("- ❌ **test_login** - FAILED", "test_login"),
        ("- `tests/test_api.py::test_login`: FAILED (timeout)", "test_login"),
        ("| test_login | ❌ FAILED | 3 ms |", "test_login"),
        ("FAIL: test_login (tests.Api)", "test_login"),
        ("--- FAIL: TestLogin (0.00s)", "TestLogin"),
        ("\x1b[31m✗ red\x1b[0m", "red"),
        ("- ❌ **Backend Server:** FAILED TO START", None),
        ("3. ❌ Disabled `strict` mode in tsconfig.json - Did not resolve", None),
        ("FAILED (failures=2)", None),
        ("FAIL src/store.test.js", None),
        ("| Unit Tests | ❌ FAILED |", None),
        ("× 3", None),
    ],
)
def test_failing_tests_are_named_without_what_differs_between_rounds(line: str, name: str | None) -> None:
    assert report(f"# Results\n{line}\n").failing == ((name,) if name else ())


def test_a_list_below_a_heading_of_failed_tests_is_one_of_names() -> None:
    text = "## Failed Tests (2)\n- ❌ clear all data: timeout\n- ❌ `export`\n## Other\n- ❌ not done\n"
    assert report(text).failing == ("clear all data", "export")


def test_failing_tests_are_each_named_once_and_at_most_two_hundred() -> None:
    lines = "\n".join(f"FAILED a.py::test_{number % 300} - no" for number in range(600))
    found = reading(SOURCE, lines, RESULTS)
    assert isinstance(found.facts[0], TestReportFact)
    assert len(found.facts[0].failing) == 200
    assert found.dropped == ("300 failing tests, only the first 200 are kept",)


def test_a_name_that_is_all_decoration_is_none() -> None:
    assert normalised("**`[a]`** (5 ms)") == ""


def test_an_empty_report_is_torn() -> None:
    with pytest.raises(TornError):
        report(" \n")


def test_a_report_of_a_quarter_megabyte_in_one_form_is_read_in_time() -> None:
    for line in (
        "Passed: ",
        "| a ",
        "1 passed, ",
        "tests " * 9,
        "❌ **",
        "x::",
        "Iteration ",
        "(((((((",
        "9" * 99,
    ):
        report(line * (250_000 // len(line)))
        report((line * 5 + "\n") * (250_000 // (5 * len(line) + 1)))
