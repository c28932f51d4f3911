"""A build of the MCP orchestrator (formats.md A1), from Scout to Feedback, with two rounds of healing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

from cupola.demo.deeds import Record, Row, Timed, at
from cupola.demo.texts import Project, markdown, task_log

LASTS_S: Final = 1800.0
"""From its start until a new one may begin in the same folder."""

_BUILT: Final = ("Scout", "Architect", "Builder")
_TESTED: Final = (*_BUILT, "Test")
_THROUGH: Final = (*_TESTED, "Documentation", "Deploy")


@dataclass(frozen=True, slots=True)
class Task:
    """A parallel task: when it begins and how long it takes, in seconds of the story."""

    id: str
    name: str
    files: tuple[str, ...]
    begins_s: float
    takes_s: float
    needs: tuple[str, ...] = ()


TASKS: Final = (
    Task("task-1", "API client and cache", ("src/api.ts", "src/cache.ts"), 402, 118),
    Task("task-2", "Forecast cards", ("src/cards.ts", "src/cards.css"), 402, 204),
    Task("task-3", "Map layer with tiles", ("src/map.ts",), 404, 251),
    Task("task-4", "Settings page", ("src/settings.ts", "src/units.ts"), 615, 142, ("task-1",)),
    Task("task-5", "Offline mode", ("src/worker.ts",), 616, 238, ("task-1", "task-3")),
)

_FIRST_FAILURES: Final = (
    "api > retries after 429",
    "map > draws tiles at zoom 12",
    "worker > serves the cache offline",
)
_DECISIONS: Final = (
    (120, "Scout", "Take the forecast of one provider, not of three", 4, 1, 0),
    (300, "Architect", "Serve ES modules in development", 5, 1, 0),
    (352, "Architect", "Keep tiles in IndexedDB", 4, 0, 0),
    (660, "Builder", "Poll the provider every minute", 2, 0, 1),
    (1240, "Test", "Mock the clock in worker tests", 4, 1, 0),
    (1540, "Documentation", "Describe units where they are chosen", 4, 0, 0),
)
_SPENT: Final = (
    (152, "Scout", 16_402, 3_300, 150),
    (392, "Architect", 22_950, 8_450, 232),
    (912, "Builder", 48_120, 21_080, 510),
    (1012, "Test", 9_730, 2_214, 90),
    (1562, "Documentation", 7_020, 4_880, 60),
    (1722, "Feedback", 5_410, 1_390, 72),
)
"""When a phase ends: tokens it was given, tokens it made, and its seconds."""


def weather_web(random: Random, cycle: int, start_s: float) -> Iterator[Timed]:
    """The whole build; `cycle` numbers the runs in its folder, `start_s` is where this one begins."""
    project = Project("weather-web")
    for story in (_planning(project), _building(project), _testing(project, random), _ending(project)):
        yield from (Timed(start_s + one.at_s, one.deed) for one in story)
    for one in _metrics(f"weather-web-{cycle}", cycle):
        yield Timed(start_s + one.at_s, one.deed)


def _planning(project: Project) -> Iterator[Timed]:
    plan = {
        "parallel_mode": True,
        "total_tasks": len(TASKS),
        "tasks": [
            {
                "id": task.id,
                "description": task.name,
                "files": list(task.files),
                "dependencies": list(task.needs),
                "estimated_time": f"{round(task.takes_s / 60)} minutes",
            }
            for task in TASKS
        ],
    }
    yield from at(
        0,
        project.json("task-config.json", {"task": "A weather page", "mode": "new_project"}),
        project.phase("Scout", "researching", "Looking at weather providers", ()),
    )
    yield from at(70, project.phase("Scout", "researching", "Comparing three providers", ()))
    yield from at(
        150,
        project.file("scout-report.md", markdown("Scout report", "Open-Meteo needs no key.")),
        project.phase("Scout", "completed", "Research is done", _BUILT[:1]),
    )
    yield from at(158, project.phase("Architect", "designing", "Drawing the modules", _BUILT[:1]))
    yield from at(280, project.phase("Architect", "designing", "Planning parallel tasks", _BUILT[:1]))
    yield from at(
        390,
        project.file("architecture.md", markdown("Architecture", "Five modules, one worker.")),
        project.json("build-tasks.json", plan),
        project.phase("Architect", "completed", "Five tasks are planned", _BUILT[:2]),
    )


def _building(project: Project) -> Iterator[Timed]:
    yield from at(400, project.phase("Builder", "planning", "Starting five parallel builders", _BUILT[:2]))
    for number, task in enumerate(TASKS, 1):
        done = f"Built {task.name.lower()} (task {number} of {len(TASKS)})"
        yield from at(task.begins_s, project.file(f"builder-logs/{task.id}.log"))
        yield from at(
            task.begins_s + task.takes_s,
            project.file(f"builder-logs/{task.id}.log", task_log(task.id, task.files)),
            project.file(f"builder-logs/{task.id}.done"),
            project.phase("Builder", "building", done, _BUILT[:2]),
        )
    yield from at(910, project.phase("Builder", "completed", "All five tasks are built", _BUILT))


def _testing(project: Project, random: Random) -> Iterator[Timed]:
    failed = random.randint(11, 16)
    rounds = (
        (920, "❌ FAILED", (47 - failed, failed), _FIRST_FAILURES),
        (1210, "PARTIAL PASS", (44, 3), _FIRST_FAILURES[1:]),
        (1410, "✅ PASSED", (47, 0), ()),
    )
    for number, (begins, status, counts, failing) in enumerate(rounds, 1):
        yield from at(
            begins,
            project.phase("Test", "testing", f"Running iteration {number}", _BUILT, iteration=number),
        )
        yield from at(
            begins + 80,
            project.report(f"test-results-iteration-{number}.md", status, counts, failing),
            project.file("test-iteration-count.txt", f"{number}\n"),
        )
        if counts[1]:
            yield from _healing(project, begins + 86, number, counts[1])
    yield from at(
        1494,
        project.report("test-final-report.md", "✅ PASSED", (47, 0)),
        project.phase("Test", "completed", "All 47 tests pass", _TESTED, iteration=3),
    )


def _healing(project: Project, begins: float, iteration: int, failures: int) -> Iterator[Timed]:
    detail = f"{failures} tests fail, going back to Architect"
    yield from at(begins, project.phase("Test", "self-healing", detail, _BUILT, iteration=iteration))
    yield from at(
        begins + 10,
        project.phase("Architect", "designing", "Redesigning the cache", _BUILT[:1], iteration=iteration),
    )
    yield from at(
        begins + 48,
        project.phase("Builder", "building", f"Fixing {failures} failures", _BUILT[:2], iteration=iteration),
    )


def _ending(project: Project) -> Iterator[Timed]:
    issues = (
        {
            "issue": "Tiles were fetched on each render",
            "severity": "HIGH",
            "detected_in_phase": "Test",
        },
        {
            "issue": "No test ran without a network",
            "severity": "MEDIUM",
            "detected_in_phase": "Test",
        },
    )
    doing = (
        (1500, "Documentation", "documenting", "Writing README and usage", 4),
        (1570, "Deploy", "deploying", "Committing and pushing", 5),
        (1650, "Feedback", "analyzing", "Looking back at the build", 6),
    )
    for second, phase, status, detail, completed in doing:
        yield from at(second, project.phase(phase, status, detail, _THROUGH[:completed], iteration=3))
    yield from at(1710, project.feedback(28.5, 3, issues))
    yield from at(
        1725,
        project.phase("Feedback", "completed", "Two lessons are kept", (*_THROUGH, "Feedback"), iteration=3),
        project.summary("completed", 28.7, github_url="https://example.org/weather-web"),
    )


def _metrics(task: str, cycle: int) -> Iterator[Timed]:
    """Rows of both schemas of metrics.db (A3); ids of a build and its phases are told apart by `cycle`."""
    directory = "{projects}/weather-web"
    yield from at(
        1,
        Record("tasks", {"task_id": task, "project_name": "weather-web", "working_directory": directory}),
        Record("builds", {"id": 1 + cycle, "session_id": task, "working_directory": directory}),
    )
    for number, (second, phase, tokens_in, tokens_out, lasted_s) in enumerate(_SPENT):
        ended: Row = {
            "id": 100 * cycle + number,
            "build_id": 1 + cycle,
            "phase_name": phase,
            "tokens_input": tokens_in,
            "tokens_output": tokens_out,
            "duration_seconds": lasted_s,
        }
        yield from at(second, Record("phases", ended))
    for second, phase, text, quality, lessons, regrettable in _DECISIONS:
        told: Row = {
            "task_id": task,
            "phase": phase,
            "decision_type": "design",
            "decision_description": text,
            "quality_rating": quality,
            "difficulty_rating": 2,
            "is_regrettable": regrettable,
            "used_lessons_learned": lessons,
        }
        yield from at(second, Record("decisions", told))
