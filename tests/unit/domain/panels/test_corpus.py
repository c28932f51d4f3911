"""The real builds, through the real sources, as a person reads them (issue 3, Done when 1)."""

from __future__ import annotations

from pathlib import Path

import pytest

from cupola.domain.facts import Observation
from cupola.domain.models import AgentKind, BuildSnapshot
from cupola.domain.run import open_run
from cupola.domain.words import Provenance
from cupola.sources.base import Anchor, Blob, Source, TornError, UnusableError
from cupola.sources.registry import SOURCES
from cupola.watch.patterns import Patterns
from support.corpus import corpus
from support.facts import snapshot
from support.observations import HOUR, T0

NEW = {"test reports", "context metrics", "tasks", "task marks"}
pytestmark = pytest.mark.skipif(
    not {source.id for source in SOURCES} >= NEW, reason="sources: not all here yet"
)
PATTERNS = Patterns.of(SOURCES, frozenset({Anchor.PROJECT}))


def wanted(relative: str) -> list[Source]:
    """The sources that want a file of a project."""
    at = PATTERNS.at(relative)
    return [served.source for served in at.served] if at is not None else []


def observed(project: Path, file: Path, at: float) -> list[Observation]:
    """What all sources say of a file, there at first sight."""
    relative, data = file.relative_to(project).as_posix(), file.read_bytes()
    found = []
    for source in wanted(relative):
        try:
            reading = source.read(Blob(relative, data, len(data), at), None)
        except (TornError, UnusableError):
            continue
        path = file.as_posix()
        found += [
            Observation(source.id, path, fact, at, at, at, first_sight=True, dropped=reading.dropped)
            for fact in reading.facts
        ]
    return found


def shown(project: str) -> BuildSnapshot:
    """The phase file an hour old, the others each a minute older."""
    folder = corpus() / "projects" / project
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    files.sort(key=lambda file: file.name != "current-phase.json")
    if files[0].name != "current-phase.json":
        files.insert(0, folder / "no phase file")
    pairs = [(file, T0 - HOUR - 60 * age) for age, file in enumerate(files) if file.is_file()]
    told = [one for file, at in pairs for one in observed(folder, file, at)]
    return snapshot(open_run(told, T0), T0)


TABLE = [
    ("build-a-complete-roblox-slither", "Scout completed", "quiet", []),
    ("context-foundry", "Feedback completed", "completed", [(1, "passed", 13, 0, False)]),
    ("meal-planner-app", "", "completed", [(1, "partial", 4, 7, True)]),
    ("satoshi-chore-tracker", "", "completed", [(1, "passed", 60, 8, True)]),
    ("tennis-scoring-cf", "Test testing", "failed", [(1, "failed", 13, 0, True)]),
    ("yt-transcript-downloader", "Deploy completed", "quiet", [(1, "failed", 23, 16, False)]),
]
"""Of tennis the report says `Tests: 13 passed, 13 total`: none of them failed."""


@pytest.mark.parametrize(("project", "phase", "state", "iterations"), TABLE)
def test_a_build_is_shown_as_a_person_reads_it(
    project: str, phase: str, state: str, iterations: list[tuple[int, str, int, int, bool]]
) -> None:
    whole = shown(project)
    build = whole.build
    assert " ".join(filter(None, (build.phase, build.phase_status))) == phase
    assert build.state.value == state
    rows = whole.tests.iterations
    assert [
        (row.number, row.verdict.value, row.passed.value, row.failed.value, row.conflict) for row in rows
    ] == iterations


def test_the_claims_are_kept_in_their_own_words() -> None:
    claims = {project: [row.claim for row in shown(project).tests.iterations] for project, *_ in TABLE}
    assert claims["satoshi-chore-tracker"] == ["PASSED WITH MINOR ISSUES"]
    assert str(claims["tennis-scoring-cf"][0]).startswith("FAILED - TypeScript compilation errors")


def test_real_tokens_are_recorded_by_phase() -> None:
    tokens = shown("build-a-complete-roblox-slither").tokens
    assert [(row.phase, row.used.value) for row in tokens.by_phase] == [("Scout", 9615), ("Architect", 12696)]
    assert (tokens.used.value, tokens.used.provenance) == (9615 + 12696, Provenance.RECORDED)


def test_of_25_tasks_none_is_matched() -> None:
    rows = [row for row in shown("build-a-complete-roblox-slither").agents.rows if row.kind is AgentKind.TASK]
    assert [row.state.value for row in rows] == ["waiting"] * 25 + ["done"]
    assert rows[-1].key == "mark:main-builder"


def test_feedback_is_below_the_decisions() -> None:
    counts = {project: len(shown(project).decisions.findings) for project, *_ in TABLE}
    assert {project: number for project, number in counts.items() if number} == {
        "context-foundry": 4,
        "meal-planner-app": 3,
        "satoshi-chore-tracker": 2,
    }
