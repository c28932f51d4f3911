"""What summaries, final reports and artefacts say of a run's end."""

from __future__ import annotations

import pytest

from cupola.domain.facts import ArtefactFact, ReportFact, SummaryFact
from cupola.domain.words import Generation, Verdict
from cupola.sources import artefacts, report, summary
from cupola.sources.base import Mode, Reading, TornError, UnusableError
from support.blobs import fact, reading


@pytest.mark.parametrize(
    ("written", "phases"),
    [
        (["scout", "Deployer", "docs"], ("Scout", "Deploy", "Documentation")),
        ("scout, architect -> Builder", ("Scout", "Architect", "Builder")),
        ([{"name": "Scout", "minutes": 3}, {"phase": "test"}], ("Scout", "Test")),
        ({"scout": True, "test": {"status": "completed"}, "deploy": "failed"}, ("Scout", "Test")),
        (7, ()),
        (None, ()),
    ],
)
def test_an_early_summary_lists_its_phases_in_any_form(written: object, phases: tuple[str, ...]) -> None:
    held = {"status": "COMPLETED", "mode": "fix_bugs", "phases_completed": written}
    expected = SummaryFact(Generation.A1, "COMPLETED", "fix_bugs", None, phases)
    assert fact(summary.SOURCE, held) == expected


def test_a_count_in_place_of_phases_is_dropped_by_name() -> None:
    found = reading(summary.SOURCE, {"status": "completed", "phases_completed": 7})
    assert found.dropped == ("phases_completed: expected a list, found 7",)


def test_a_late_summary_lists_its_phases_by_their_times() -> None:
    held = {
        "build_start": "2025-11-22T08:38:31.517632",
        "context_metrics": {"by_phase": {}},
        "phases": {
            "phase_scout": {"status": "completed", "timestamp": "2025-11-22T10:01:51.450245"},
            "phase_architect": {"status": "completed", "timestamp": "2025-11-22T09:37:18.760985"},
            "phase_test_iteration_2": {"status": "completed", "timestamp": "2025-11-22T10:20:00"},
            "phase_test": {"status": "failed", "timestamp": "2025-11-22T10:10:00"},
            "phase_test_iteration_1": {"status": "completed", "timestamp": "2025-11-22T10:15:00"},
            "phase_github_integration": {"status": "completed"},
            "phase_deploy": [],
        },
    }
    expected = SummaryFact(
        Generation.B, phases_completed=("GitHub Integration", "Architect", "Scout", "Test")
    )
    assert reading(summary.SOURCE, held) == Reading((expected,))


def test_a_summary_of_unknown_form_is_still_a_summary() -> None:
    assert fact(summary.SOURCE, {"hello": 1}) == SummaryFact(Generation.UNKNOWN)


def test_a_summary_that_is_no_object_is_unusable() -> None:
    with pytest.raises(UnusableError, match="expected a JSON object, found a text"):
        reading(summary.SOURCE, '"completed"')


@pytest.mark.parametrize(
    ("line", "verdict", "claim"),
    [
        ("**Status**: ✅ PASSED", Verdict.PASSED, "✅ PASSED"),
        ("**Status:** PASSED", Verdict.PASSED, "PASSED"),
        ("## Test Status: ✅ PASSED", Verdict.PASSED, "✅ PASSED"),
        ("- **Status:** PASSED ✅", Verdict.PASSED, "PASSED ✅"),
        ("**Overall Status:** PASSED WITH MINOR ISSUES", Verdict.PASSED, "PASSED WITH MINOR ISSUES"),
        ("**Status:** PASSED with 8 failed", Verdict.PASSED, "PASSED with 8 failed"),
        ("**Status:** PARTIAL PASS (2 of 3)", Verdict.PARTIAL, "PARTIAL PASS (2 of 3)"),
        ("Status: Partially passing", Verdict.PARTIAL, "Partially passing"),
        ("**Status:** FAILED - no server", Verdict.FAILED, "FAILED - no server"),
        ("**Status**: ❌ FAILED", Verdict.FAILED, "❌ FAILED"),
        ("**Status:** `FAILED_MAX_ITERATIONS`", Verdict.FAILED, "FAILED_MAX_ITERATIONS"),
        ("# FAILED_MAX_ITERATIONS after 3 rounds", Verdict.FAILED, "FAILED_MAX_ITERATIONS"),
        ("| **Status** | ✅ PASSED |", Verdict.PASSED, "✅ PASSED"),
        ("**Final Test Result:** SUCCESS", Verdict.PASSED, "SUCCESS"),
        ("**Status:** did not pass", Verdict.FAILED, "did not pass"),
        ("**Status:** no failures, 12 passed", Verdict.PASSED, "no failures, 12 passed"),
        ("**Status:** ❌", Verdict.FAILED, "❌"),
        ("**Status:** [PASSED/FAILED]", Verdict.UNKNOWN, "[PASSED/FAILED]"),
        ("**Status:** COMPLETE", Verdict.UNKNOWN, "COMPLETE"),
        ("**Status:** \x1b[31mFAILED", Verdict.FAILED, "FAILED"),
        ("**Overall:** 0/0 tests passing", Verdict.UNKNOWN, None),
        ("**Result:** ✅ PASS - no syntax errors", Verdict.UNKNOWN, None),
        ("| Build Status | SUCCESS | ✅ |", Verdict.UNKNOWN, None),
        ("| Metric | Status |", Verdict.UNKNOWN, None),
        ("- : PASSED", Verdict.UNKNOWN, None),
        ("The status: PASSED", Verdict.UNKNOWN, None),
    ],
)
def test_a_report_is_judged_by_the_words_of_its_status_line(
    line: str, verdict: Verdict, claim: str | None
) -> None:
    assert fact(report.SOURCE, f"# Final Test Report\r\n\r\n{line}\r\n") == ReportFact(verdict, claim)


def test_the_first_status_line_decides() -> None:
    text = "**Status:** FAILED\n### Unit tests\n**Status:** PASSED (11/11)\n**Overall Status:** PASSED"
    assert fact(report.SOURCE, text) == ReportFact(Verdict.FAILED, "FAILED")


def test_an_overall_line_decides_where_the_first_has_no_verdict() -> None:
    text = "**Status:** COMPLETE\n**Status:** FAILED (1/2)\n**Overall Status:** PASSED"
    assert fact(report.SOURCE, text) == ReportFact(Verdict.PASSED, "PASSED")


def test_a_status_line_far_down_is_of_something_else() -> None:
    assert fact(report.SOURCE, "\n" * 40 + "**Status:** FAILED") == ReportFact(Verdict.UNKNOWN)


def test_bytes_that_are_no_text_do_not_hide_a_verdict() -> None:
    assert fact(report.SOURCE, b"\xff\xfe\n**Status:** PASSED\n") == ReportFact(Verdict.PASSED, "PASSED")


def test_an_empty_report_is_torn() -> None:
    with pytest.raises(TornError):
        reading(report.SOURCE, b"\n")


@pytest.mark.parametrize(
    ("name", "phase"),
    [
        ("codebase-analysis.md", "Codebase Analysis"),
        ("scout-report.md", "Scout"),
        ("architecture.md", "Architect"),
        ("build-log.md", "Builder"),
        ("test-results-iteration-12.md", "Test"),
        ("test-report.md", "Test"),
        ("test-report-2.md", "Test"),
        ("screenshot-capture-log.md", "Screenshot"),
        ("documentation-report.md", "Documentation"),
        ("deploy-log.md", "Deploy"),
        ("feedback/build-feedback-2025-10-18T23-51-45Z.json", "Feedback"),
        ("build-tasks.json", artefacts.RUN_ONLY),
        ("task_config.json", artefacts.RUN_ONLY),
        ("test-iteration-count.txt", artefacts.RUN_ONLY),
    ],
)
def test_an_artefact_stands_for_the_phase_that_leaves_it(name: str, phase: str) -> None:
    assert fact(artefacts.SOURCE, b"", f".context-foundry/{name}") == ArtefactFact(phase)


def test_artefacts_are_never_opened() -> None:
    assert {each.mode for each in artefacts.SOURCE.interests} == {Mode.STAT}


def test_a_file_that_no_phase_leaves_is_refused() -> None:
    with pytest.raises(UnusableError):
        reading(artefacts.SOURCE, b"", ".context-foundry/errors.md")
