"""Every real file, and what a person reads in it (none of them is part of the project)."""

from __future__ import annotations

import pytest

from cupola.domain.claims import Claim
from cupola.domain.facts import Fact, PhaseFact, ReportFact, SummaryFact
from cupola.domain.words import Generation, Verdict
from cupola.sources import phase, report, summary
from cupola.sources.base import Reading, Source
from support.blobs import reading
from support.corpus import corpus

A1, B = Generation.A1, Generation.B
TO_BUILDER = ("Scout", "Architect", "Builder")
TO_TEST = ("Codebase Analysis", *TO_BUILDER, "Test")
FOLDER = ".context-foundry/"


def claims(**written: str) -> tuple[Claim, ...]:
    return tuple(Claim(name, text) for name, text in written.items())


def deploying(detail: str, at: str, completed: tuple[str, ...] = TO_TEST) -> PhaseFact:
    return PhaseFact(
        generation=A1,
        phase="Deploy",
        status="deploying",
        session_id="context-foundry",
        detail=detail,
        phase_number="6/7",
        test_iteration=1,
        phases_completed=completed,
        claims=claims(started_at=at, last_updated=at),
    )


TENNIS = PhaseFact(
    generation=A1,
    phase="Test",
    status="testing",
    session_id="tennis-scoring-cf",
    detail="Running test suite and validating implementation",
    phase_number="4/7",
    test_iteration=1,
    phases_completed=TO_BUILDER,
    claims=claims(started_at="2025-01-19T14:00:00Z", last_updated="2025-01-19T14:00:00Z"),
)
SLITHER = PhaseFact(
    generation=B,
    phase="Scout",
    status="completed",
    session_id="build-a-complete-roblox-slither",
    detail="283.9 seconds",
    test_iteration=0,
    claims=claims(
        startTime="2023-10-01T10:00:00Z",
        endTime="2023-10-01T10:05:03.9Z",
        completionTime="2023-10-01T10:05:03.9Z",
        phaseStart="2025-11-22T16:01:55Z",
        lastUpdated="2025-11-22T16:01:55Z",
    ),
)
DOWNLOADER = PhaseFact(
    generation=B,
    phase="Deploy",
    status="completed",
    session_id="yt-transcript-downloader",
    detail="46.1s",
    test_iteration=0,
    claims=claims(
        phaseStarted="2023-10-01T12:00:00Z",
        phaseCompleted="2023-10-01T12:00:46.1Z",
        phaseStart="2025-11-21T01:31:30Z",
        lastUpdated="2025-11-21T01:31:30Z",
    ),
)
PHASE_HISTORY = {
    "build-a-complete-roblox-slither@362e185": SLITHER,
    "context-foundry@4f6ceff": deploying(
        "Committing changes and creating Pull Request", "2025-01-13T11:50:00Z"
    ),
    "context-foundry@64a194f": deploying(
        "Committing changes and creating pull request", "2025-01-13T01:30:00Z", (*TO_TEST, "Documentation")
    ),
    "context-foundry@a821212": deploying("Committing changes to feature branch", "2025-01-13T11:15:00Z"),
    "context-foundry@a9ad657": PhaseFact(
        generation=A1,
        phase="Documentation",
        status="completed",
        session_id="context-foundry",
        detail="Comprehensive documentation created",
        phase_number="5/7",
        test_iteration=1,
        phases_completed=(*TO_TEST, "Documentation"),
        claims=claims(started_at="2025-01-13T01:00:00Z", last_updated="2025-01-13T01:10:00Z"),
    ),
    "context-foundry@aa20577": deploying("Initializing Git and deploying to GitHub", "2025-01-14T00:25:00Z"),
    "tennis-scoring-cf@e737e83": TENNIS,
    "yt-transcript-downloader@70efe59": PhaseFact(
        generation=B,
        phase="Deploy",
        status="analyzing",
        session_id="yt-transcript-downloader",
        detail="Starting Deploy phase",
        test_iteration=0,
        claims=claims(phaseStart="2025-11-21T01:30:41Z", lastUpdated="2025-11-21T01:30:41Z"),
    ),
    "yt-transcript-downloader@d928069": DOWNLOADER,
}
PROJECTS: dict[tuple[str, str], Fact | None] = {
    ("build-a-complete-roblox-slither", "current-phase.json"): SLITHER,
    ("build-a-complete-roblox-slither", "session-summary.json"): SummaryFact(
        B, phases_completed=("Architect", "Scout")
    ),
    ("build-a-complete-roblox-slither", "test-final-report.md"): None,
    ("context-foundry", "current-phase.json"): PhaseFact(
        generation=A1,
        phase="Feedback",
        status="completed",
        session_id="context-foundry",
        detail="Build analysis complete, all phases finished successfully",
        phase_number="7/7",
        test_iteration=1,
        phases_completed=(*TO_TEST, "Deploy", "Feedback"),
        claims=claims(last_updated="2025-01-13T11:10:00Z"),
    ),
    ("context-foundry", "session-summary.json"): SummaryFact(
        A1, "completed", "fix_bugs", None, (*TO_TEST, "Deploy", "Feedback")
    ),
    ("context-foundry", "test-final-report.md"): ReportFact(Verdict.PASSED, "PASSED ✅"),
    ("meal-planner-app", "current-phase.json"): None,
    ("meal-planner-app", "session-summary.json"): SummaryFact(
        A1, "completed", None, None, (*TO_BUILDER, "Test", "Documentation", "Deploy")
    ),
    ("meal-planner-app", "test-final-report.md"): ReportFact(
        Verdict.PASSED, "PASSED (with documented infrastructure limitation)"
    ),
    ("satoshi-chore-tracker", "current-phase.json"): None,
    ("satoshi-chore-tracker", "session-summary.json"): SummaryFact(
        A1,
        "COMPLETED",
        None,
        "satoshi-chore-tracker-2025-10-18",
        (*TO_BUILDER, "Test", "Documentation", "Deploy", "Feedback"),
    ),
    ("satoshi-chore-tracker", "test-final-report.md"): ReportFact(
        Verdict.PASSED, "✅ PASSED - PRODUCTION READY"
    ),
    ("tennis-scoring-cf", "current-phase.json"): TENNIS,
    ("tennis-scoring-cf", "session-summary.json"): SummaryFact(
        A1, "tests_failed_max_iterations", None, None, (*TO_BUILDER, "Test")
    ),
    ("tennis-scoring-cf", "test-final-report.md"): None,
    ("yt-transcript-downloader", "current-phase.json"): DOWNLOADER,
    ("yt-transcript-downloader", "session-summary.json"): SummaryFact(
        B, phases_completed=(*TO_BUILDER, "Test", "Screenshot", "Documentation", "Deploy")
    ),
    ("yt-transcript-downloader", "test-final-report.md"): None,
}
READERS: dict[str, Source] = {
    "current-phase.json": phase.SOURCE,
    "session-summary.json": summary.SOURCE,
    "test-final-report.md": report.SOURCE,
}
RESULTS_VERDICTS = {
    "context-foundry/.context-foundry/test-results-iteration-1.md": Verdict.UNKNOWN,
    "meal-planner-app/.context-foundry/test-results-iteration-1.md": Verdict.PARTIAL,
    "satoshi-chore-tracker/.context-foundry/test-results-iteration-1.md": Verdict.PASSED,
    "tennis-scoring-cf/.context-foundry/test-results-iteration-1.md": Verdict.FAILED,
    "yt-transcript-downloader/.context-foundry/test-report.md": Verdict.FAILED,
}


@pytest.mark.parametrize("name", PHASE_HISTORY)
def test_each_phase_file_of_the_history_reads_as_a_person_reads_it(name: str) -> None:
    data = (corpus() / "phase-history" / f"{name}.json").read_bytes()
    assert reading(phase.SOURCE, data) == Reading((PHASE_HISTORY[name],))


@pytest.mark.parametrize(("project", "name"), PROJECTS)
def test_each_project_reads_as_a_person_reads_it(project: str, name: str) -> None:
    file = corpus() / "projects" / project / FOLDER / name
    expected = PROJECTS[project, name]
    found = reading(READERS[name], file.read_bytes(), FOLDER + name) if file.exists() else None
    assert found == (expected and Reading((expected,)))


@pytest.mark.parametrize("path", RESULTS_VERDICTS)
def test_reports_of_single_rounds_are_judged_alike(path: str) -> None:
    (found,) = reading(report.SOURCE, (corpus() / "projects" / path).read_bytes()).facts
    assert isinstance(found, ReportFact)
    assert found.verdict == RESULTS_VERDICTS[path]


def test_the_tables_name_every_file_that_there_is() -> None:
    assert {file.stem for file in (corpus() / "phase-history").iterdir()} == set(PHASE_HISTORY)
    assert {folder.name for folder in (corpus() / "projects").iterdir()} == {name for name, _ in PROJECTS}
