"""The files of real builds, told as a person reads them."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.corpus import corpus
from support.processes import Line, Watch, status_json
from support.project_files import PHASE, listing

SEVEN = ("Codebase Analysis", "Scout", "Architect", "Builder", "Test", "Documentation", "Deploy")


@dataclass(frozen=True, slots=True)
class Told:
    """What is to be told after one file; a progress of seven or eight phases, and what was dropped."""

    phase: str
    status: str
    completed: tuple[str, ...]
    progress: float
    detail: str
    iteration: int
    generation: str = "A1"
    dropped: tuple[str, ...] = ()

    @property
    def header(self) -> Line:
        return {
            "phase": self.phase,
            "phase_status": self.status,
            "phases_completed": list(self.completed),
            "detail": self.detail,
            "test_iteration": self.iteration,
            "generation": self.generation,
            "state": "running",
            "state_reason": f"current-phase.json says {self.phase} {self.status}",
            "source": "live",
        }


# In the order in which they are written. Progress never falls, though the build called context-foundry is
# told of by files of several. Where no file lists what is completed, progress goes by the place of the phase.
HISTORY = {
    "build-a-complete-roblox-slither@362e185": Told(
        "Scout", "completed", ("Scout",), 1 / 7, "283.9 seconds", 0, "B"
    ),
    "context-foundry@4f6ceff": Told(
        "Deploy", "deploying", SEVEN[:5], 5 / 8, "Committing changes and creating Pull Request", 1
    ),
    "context-foundry@64a194f": Told(
        "Deploy", "deploying", SEVEN[:6], 6 / 8, "Committing changes and creating pull request", 1
    ),
    "context-foundry@a821212": Told(
        "Deploy", "deploying", SEVEN[:5], 6 / 8, "Committing changes to feature branch", 1
    ),
    "context-foundry@a9ad657": Told(
        "Documentation", "completed", SEVEN[:6], 6 / 8, "Comprehensive documentation created", 1
    ),
    "context-foundry@aa20577": Told(
        "Deploy", "deploying", SEVEN[:5], 6 / 8, "Initializing Git and deploying to GitHub", 1
    ),
    "tennis-scoring-cf@e737e83": Told(
        "Test", "testing", SEVEN[1:4], 3 / 7, "Running test suite and validating implementation", 1
    ),
    "yt-transcript-downloader@70efe59": Told(
        "Deploy", "analyzing", (), 5 / 7, "Starting Deploy phase", 0, "B"
    ),
    "yt-transcript-downloader@d928069": Told("Deploy", "completed", ("Deploy",), 6 / 7, "46.1s", 0, "B"),
}


def test_that_each_file_of_the_history_is_told_as_a_person_reads_it(tmp_path: Path) -> None:
    history = corpus() / "phase-history"
    assert sorted(file.stem for file in history.iterdir()) == sorted(HISTORY)
    root = tmp_path / "root"
    for name in {stem.partition("@")[0] for stem in HISTORY}:
        (root / name / ".context-foundry").mkdir(parents=True)
    with Watch(root, state=tmp_path) as watch:
        watch.ready()
        ids: dict[str, set[str]] = {}
        for stem, told in HISTORY.items():
            name = stem.partition("@")[0]
            script = 'cat "$1" > "$2"'
            subprocess.run(
                ["sh", "-c", script, "sh", history / f"{stem}.json", root / name / PHASE], check=True
            )
            build = watch.until(name, detail=told.detail, phase_status=told.status)
            assert {key: build[key] for key in told.header} == told.header, stem
            assert build["session_id"] == build["project"] == name
            assert build["directory"] == str(root / name)
            assert build["progress"]["value"] == pytest.approx(told.progress, abs=1e-5), stem
            assert build["progress"]["provenance"] == "estimated"
            assert [line for problem in build["problems"] for line in problem["dropped"]] == list(
                told.dropped
            )
            assert 0 <= build["data_age_seconds"] < 5
            ids.setdefault(name, set()).add(build["id"])
        assert all(len(one) == 1 for one in ids.values()), "one run each, whatever was written in it"


# --- whole projects -----------------------------------------------------------------------------------------

HOUR_S = 3600.0
QUIET = ("quiet", "nothing written for 15 min (quiet limit)")


def copied(to: Path, *, ended_s: float, step_s: float) -> Path:
    """The projects as if each file had been written `step_s` after the one before, the last `ended_s` ago.

    The order is that of their writers: reports of phases, the phase file, the summary.
    """
    shutil.copytree(corpus() / "projects", to)
    for file in [to, *to.rglob("*")]:
        file.chmod(0o755)
    for project in to.iterdir():
        files = sorted((file for file in project.rglob("*") if file.is_file()), key=_writing_order)
        for place, file in enumerate(reversed(files)):
            at = time.time() - ended_s - place * step_s
            os.utime(file, (at, at))
    # A young folder would be a sign of life.
    for folder in [*(one for one in to.rglob("*") if one.is_dir()), to]:
        os.utime(folder, (time.time() - ended_s,) * 2)
    return to


def _writing_order(file: Path) -> tuple[int, str]:
    last = ("current-phase.json", "session-summary.json")
    return (last.index(file.name) + 1 if file.name in last else 0, str(file))


def by_project(document: Line) -> dict[str, Line]:
    return {build["project"]: build for build in document["builds"]}


def test_that_projects_of_an_hour_ago_are_told_by_their_ends(tmp_path: Path) -> None:
    root = copied(tmp_path / "projects", ended_s=HOUR_S, step_s=60)
    builds = by_project(status_json(root, state=tmp_path))
    told = {
        name: (build["state"], build["state_reason"], build["source"], build["phase"])
        for name, build in builds.items()
    }
    assert told == {
        "build-a-complete-roblox-slither": (*QUIET, "live", "Scout"),
        "context-foundry": ("completed", "session-summary.json says completed", "live", "Feedback"),
        "meal-planner-app": ("completed", "session-summary.json says completed", "artifacts", None),
        "satoshi-chore-tracker": ("completed", "session-summary.json says COMPLETED", "artifacts", None),
        "tennis-scoring-cf": (
            "failed",
            "session-summary.json says tests_failed_max_iterations",
            "live",
            "Test",
        ),
        "yt-transcript-downloader": (*QUIET, "live", "Deploy"),
    }
    progress = {name: build["progress"]["value"] for name, build in builds.items()}
    assert {name for name, value in progress.items() if value == 1} == {
        *("context-foundry", "meal-planner-app", "satoshi-chore-tracker")
    }
    assert progress["tennis-scoring-cf"] == pytest.approx(3 / 7, abs=1e-5)


def test_that_projects_with_equal_times_are_told_as_copied(tmp_path: Path) -> None:
    root = copied(tmp_path / "projects", ended_s=HOUR_S, step_s=0)
    document = status_json(root, state=tmp_path)
    for build in document["builds"]:
        assert build["state"] == "unknown"
        assert build["state_reason"].startswith("copied or checked out")
        assert build["elapsed_seconds"]["value"] is None
        assert build["data_age_seconds"] == pytest.approx(HOUR_S, abs=30)
    assert len(document["builds"]) == document["roots"][0]["projects"] == 6


def test_that_the_corpus_itself_is_shown_and_left_as_it_is(tmp_path: Path) -> None:
    projects = corpus() / "projects"
    before = listing(projects)
    document = status_json(projects, state=tmp_path)
    assert set(by_project(document)) == {folder.name for folder in projects.iterdir()}
    assert document["problems"] == []
    assert listing(projects) == before
