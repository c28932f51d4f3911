"""The other files of the real builds, and what a person reads in them (none is part of the project)."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from cupola.domain.facts import (
    ContextMetricsFact,
    Fact,
    FeedbackFact,
    IterationCountFact,
    MarkKind,
    PatternsFact,
    ReportKind,
    TaskMarkFact,
    TasksFact,
    TestReportFact,
    TokenSum,
)
from cupola.domain.words import Verdict
from cupola.sources import (
    context_metrics,
    feedback,
    iteration_count,
    patterns,
    task_marks,
    tasks,
    test_reports,
)
from cupola.sources.base import Reading, Source
from support.blobs import reading
from support.corpus import corpus

FOLDER = ".context-foundry/"
SLITHER, CF, MEAL, SATOSHI, TENNIS, YT = (
    "build-a-complete-roblox-slither",
    "context-foundry",
    "meal-planner-app",
    "satoshi-chore-tracker",
    "tennis-scoring-cf",
    "yt-transcript-downloader",
)
RESULTS, REPORT, FINAL = "test-results-iteration-1.md", "test-report.md", "test-final-report.md"

Said = tuple[ReportKind, int | None, Verdict, int | None, int | None]

REPORTS: dict[tuple[str, str], Said] = {
    (CF, RESULTS): (ReportKind.RESULTS, 1, Verdict.PASSED, 13, 0),
    (CF, FINAL): (ReportKind.FINAL, None, Verdict.PASSED, 13, 0),
    (MEAL, RESULTS): (ReportKind.RESULTS, 1, Verdict.PARTIAL, 4, 7),
    (MEAL, FINAL): (ReportKind.FINAL, None, Verdict.PASSED, 4, 7),
    (SATOSHI, RESULTS): (ReportKind.RESULTS, 1, Verdict.PASSED, 60, 8),
    (SATOSHI, FINAL): (ReportKind.FINAL, None, Verdict.PASSED, 60, 8),
    (TENNIS, RESULTS): (ReportKind.RESULTS, 1, Verdict.FAILED, 13, 0),
    (YT, REPORT): (ReportKind.REPORT, 1, Verdict.FAILED, 23, 16),
}
CLAIMS = {
    (CF, RESULTS): ("ALL TESTS PASSED", None),
    (CF, FINAL): ("PASSED ✅", None),
    (MEAL, RESULTS): ("PARTIAL PASS (Core logic", None),
    (MEAL, FINAL): ("PASSED (with documented", None),
    (SATOSHI, RESULTS): ("PASSED WITH MINOR ISSUES", None),
    (SATOSHI, FINAL): ("✅ PASSED", None),
    (TENNIS, RESULTS): ("FAILED - TypeScript", "PARTIAL SUCCESS"),
    (YT, REPORT): ("FAILED", None),
}
FAILING = {(MEAL, RESULTS): 7, (YT, REPORT): 16}
TOKENS = {
    SLITHER: [("Architect", 12696, 649.27), ("Scout", 9615, 283.87)],
    YT: [
        ("Scout", 3944, 312.4),
        ("Architect", 12827, 394.99),
        ("Builder", 9155, 58.12),
        ("Test", 2344, 96.8),
        ("Screenshot", 176, 139.39),
        ("Documentation", 441, 228.07),
        ("Deploy", 112, 46.08),
    ],
}
FEEDBACK = {
    (CF, "2025-01-14"): (3, 3, 3, 1, 27.0),
    (CF, "2025-10-18-1942-clone"): (1, 3, 2, 2, 18.5),
    (MEAL, "2025-10-19"): (3, 5, 5, 1, 85.0),
    (SATOSHI, "2025-10-18T23-51-45Z"): (2, 3, 8, 1, 22.5),
}
PATTERNS = {
    (CF, "architecture-patterns"): PatternsFact(4, 4),
    (CF, "common-issues"): PatternsFact(1),
    (CF, "scout-learnings"): PatternsFact(1, 1),
    (CF, "test-patterns"): PatternsFact(2, 1),
    (SATOSHI, "architecture-patterns"): PatternsFact(5),
    (SATOSHI, "common-issues"): PatternsFact(2, 1),
    (SATOSHI, "scout-learnings"): PatternsFact(4),
    (SATOSHI, "test-patterns"): PatternsFact(3),
}
PLANS = {SLITHER: (25, 25, False), CF: (3, 3, True), YT: (1, 1, False)}


def read(source: Source, project: str, name: str) -> Fact:
    """The one fact of a real file, of which nothing was left out."""
    data = (corpus() / "projects" / project / FOLDER / name).read_bytes()
    found = reading(source, data, FOLDER + name)
    assert found.dropped == ()
    (only,) = found.facts
    return only


def report(project: str, name: str) -> TestReportFact:
    found = read(test_reports.SOURCE, project, name)
    assert isinstance(found, TestReportFact)
    return found


@pytest.mark.parametrize(("project", "name"), REPORTS)
def test_each_report_counts_what_a_person_reads_in_it(project: str, name: str) -> None:
    found = report(project, name)
    said = (found.kind, found.number, found.verdict, found.passed, found.failed)
    assert said == REPORTS[project, name]


@pytest.mark.parametrize(("project", "name"), CLAIMS)
def test_each_report_claims_what_a_person_reads_first_and_last(project: str, name: str) -> None:
    found = report(project, name)
    claim, later = CLAIMS[project, name]
    assert (found.claim or "").startswith(claim)
    assert found.later_claim == later


@pytest.mark.parametrize(("project", "name"), REPORTS)
def test_each_report_names_the_failing_tests_that_it_lists(project: str, name: str) -> None:
    found = report(project, name)
    assert len(found.failing) == FAILING.get((project, name), 0)
    assert all(test.rpartition("::")[2].startswith("test_") for test in found.failing)


@pytest.mark.parametrize("project", [CF, MEAL, SATOSHI, TENNIS])
def test_each_iteration_count_is_one(project: str) -> None:
    assert read(iteration_count.SOURCE, project, "test-iteration-count.txt") == IterationCountFact(1)


@pytest.mark.parametrize("project", TOKENS)
def test_each_late_summary_gives_its_recorded_tokens(project: str) -> None:
    rows = tuple(TokenSum(phase, used=used, duration_seconds=took) for phase, used, took in TOKENS[project])
    expected = ContextMetricsFact(rows, 200_000, "claude-sonnet-4")
    assert read(context_metrics.SOURCE, project, "session-summary.json") == expected


@pytest.mark.parametrize("project", [CF, MEAL, SATOSHI, TENNIS])
def test_an_early_summary_gives_none(project: str) -> None:
    data = (corpus() / "projects" / project / FOLDER / "session-summary.json").read_bytes()
    assert reading(context_metrics.SOURCE, data) == Reading(())


@pytest.mark.parametrize(("project", "stamp"), FEEDBACK)
def test_each_feedback_is_read_in_full(project: str, stamp: str) -> None:
    found = read(feedback.SOURCE, project, f"feedback/build-feedback-{stamp}.json")
    assert isinstance(found, FeedbackFact)
    counts = (len(found.findings), found.recommendations, found.patterns_that_worked)
    assert (*counts, found.test_iterations, found.duration_minutes) == FEEDBACK[project, stamp]
    assert found.success is True
    assert all(finding.severity and finding.phase for finding in found.findings)


@pytest.mark.parametrize(("project", "name"), PATTERNS)
def test_each_library_of_patterns_is_counted(project: str, name: str) -> None:
    assert read(patterns.SOURCE, project, f"patterns/{name}.json") == PATTERNS[project, name]


@pytest.mark.parametrize("project", PLANS)
def test_each_plan_is_read_in_full(project: str) -> None:
    found = read(tasks.SOURCE, project, "build-tasks.json")
    assert isinstance(found, TasksFact)
    assert (len(found.tasks), found.total, found.parallel) == PLANS[project]
    assert [task.id for task in found.tasks] == [
        f"task-{number}" for number in range(1, len(found.tasks) + 1)
    ]
    assert all(task.files for task in found.tasks)


@pytest.mark.parametrize("project", [SLITHER, YT])
def test_each_mark_has_a_name_that_no_task_has(project: str) -> None:
    found = read(task_marks.SOURCE, project, "builder-logs/main-builder.done")
    assert found == TaskMarkFact("main-builder", MarkKind.DONE)


def test_the_tables_name_every_file_that_there_is() -> None:
    projects = corpus() / "projects"
    for pattern, named in (
        ("test-re*.md", {key for key in REPORTS if key[1] != FINAL}),
        ("test-final-report.md", {key for key in REPORTS if key[1] == FINAL}),
        ("build-tasks.json", {(project, "build-tasks.json") for project in PLANS}),
        ("feedback/*.json", {(project, f"build-feedback-{stamp}.json") for project, stamp in FEEDBACK}),
        ("patterns/*.json", {(project, f"{name}.json") for project, name in PATTERNS}),
    ):
        found: Sequence[tuple[str, str]] = [
            (folder.name, file.name)
            for folder in projects.iterdir()
            for file in (folder / FOLDER).glob(pattern)
        ]
        assert set(found) == named
