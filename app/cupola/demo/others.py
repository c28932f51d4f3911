"""The other builds of the demo: one of each kind that a list of builds has in the morning."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Final

from cupola.demo.deeds import Timed, Write, at
from cupola.demo.texts import Project, markdown, task_log

HOUR_S: Final = 3600.0
_BUILT: Final = ("Scout", "Architect", "Builder")
_THROUGH: Final = (*_BUILT, "Test", "Documentation", "Deploy")
RALPH_S: Final = 3000.0
DAEMON_S: Final = 2100.0


def todo_cli() -> Iterator[Timed]:
    """Falls silent in Deploy: nobody says why."""
    project = Project("todo-cli")
    yield from at(-900, project.phase("Scout", "researching", "Reading the task", ()))
    yield from at(-700, project.file("scout-report.md", markdown("Scout report", "A single file is enough.")))
    yield from at(-690, project.phase("Architect", "designing", "Choosing a parser", _BUILT[:1]))
    yield from at(-500, project.file("architecture.md", markdown("Architecture", "One module.")))
    yield from at(-490, project.phase("Builder", "building", "Writing commands", _BUILT[:2]))
    yield from at(-100, project.phase("Test", "testing", "Running the tests", _BUILT, iteration=1))
    yield from at(
        200,
        project.report("test-results-iteration-1.md", "✅ PASSED", (18, 0)),
        project.file("test-iteration-count.txt", "1\n"),
    )
    yield from at(400, project.phase("Deploy", "deploying", "Pushing to GitHub", _THROUGH[:5], iteration=1))


def space_invaders() -> Iterator[Timed]:
    """Fails in Test after its last iteration."""
    project = Project("space-invaders")
    names = ("ship > shoots while moving", "aliens > turn at the edge", "score > is kept")
    yield from at(-2400, project.phase("Scout", "researching", "Looking at canvas libraries", ()))
    yield from at(-2200, project.file("scout-report.md", markdown("Scout report", "Plain canvas.")))
    yield from at(-2190, project.phase("Architect", "designing", "Drawing the game loop", _BUILT[:1]))
    yield from at(-1900, project.file("architecture.md", markdown("Architecture", "A loop and sprites.")))
    yield from at(-1890, project.phase("Builder", "building", "Writing sprites", _BUILT[:2]))
    for number, passed in enumerate((29, 33, 36), 1):
        begins = -1200 + 600 * (number - 1)
        detail = f"Iteration {number}, {40 - passed} failures"
        yield from at(begins, project.phase("Test", "testing", detail, _BUILT, iteration=number))
        yield from at(
            begins + 200,
            project.report(
                f"test-results-iteration-{number}.md",
                "❌ FAILED",
                (passed, 40 - passed),
                names[number // 2 :],
            ),
            project.file("test-iteration-count.txt", f"{number}\n"),
        )
        yield from at(begins + 220, project.phase("Test", "self-healing", detail, _BUILT, iteration=number))
    yield from at(
        260,
        project.report("test-final-report.md", "❌ FAILED_MAX_ITERATIONS", (36, 4), names[1:]),
        project.summary("tests_failed_max_iterations", 44.2, test_iterations=3),
    )


def notes_app() -> Iterator[Timed]:
    """Ended well some hours ago."""
    project, begins = Project("notes-app"), -5 * HOUR_S
    steps = (
        (0, "Scout", "researching", 0),
        (200, "Architect", "designing", 1),
        (500, "Builder", "building", 2),
        (1500, "Test", "testing", 3),
        (1800, "Documentation", "documenting", 4),
        (1950, "Deploy", "deploying", 5),
    )
    for second, phase, status, completed in steps:
        done = _THROUGH[:completed]
        yield from at(begins + second, project.phase(phase, status, f"{phase} is at work", done, iteration=1))
    yield from at(begins + 195, project.file("scout-report.md", markdown("Scout report", "SQLite.")))
    yield from at(begins + 495, project.file("architecture.md", markdown("Architecture", "Three views.")))
    yield from at(begins + 1490, project.file("builder-logs/task-1.log", task_log("task-1", ("notes.ts",))))
    yield from at(
        begins + 1780,
        project.report("test-results-iteration-1.md", "✅ PASSED", (33, 0)),
        project.file("test-iteration-count.txt", "1\n"),
    )
    yield from at(
        begins + 2080,
        project.phase("Feedback", "completed", "Nothing to improve", (*_THROUGH, "Feedback"), iteration=1),
        project.summary("completed", 34.7, tests_passed=True),
    )


def old_blog() -> Iterator[Timed]:
    """Left in Deploy two days ago, as most are that were committed with their state."""
    project, begins = Project("old-blog"), -50 * HOUR_S
    yield from at(begins, project.file("scout-report.md", markdown("Scout report", "Static pages.")))
    yield from at(begins + 900, project.phase("Deploy", "deploying", "Committing", _THROUGH[:5], iteration=1))


def yaml_lint(random: Random, start_s: float) -> Iterator[Timed]:
    """Of the daemon's generation: other keys, statuses per phase, and tokens that code recorded (B)."""
    project = Project("yaml-lint")
    names = ("Scout", "Architect", "Builder", "Test", "Documentation", "Deploy")
    begins = [start_s + second for second in (-200, 60, 420, 1300, 1560, 1720)]
    budgets = {"max_context_window": 200_000, "model": "claude-sonnet-4-5", "by_phase": {}}
    used: dict[str, object] = {}
    for number, (phase, second) in enumerate(zip(names, begins, strict=True)):
        states = {
            name: {"status": _daemon_word(place, number), "output": None} for place, name in enumerate(names)
        }
        yield from at(
            second,
            project.json("phase-status.json", {"execution_mode": "autonomous", "phases": states}),
            project.json("current-phase.json", _daemon_phase(phase, f"{phase} is at work")),
        )
        spent = random.randint(8_000, 30_000)
        used[f"phase_{phase.lower()}"] = {"tokens_used": spent, "percentage": spent / 2000, "zone": "smart"}
        content = {"build_start": "2026-11-23T08:35:41", "context_metrics": {**budgets, "by_phase": {**used}}}
        yield from at(second + 55, project.json("session-summary.json", content))
    yield from at(
        begins[3] + 200,
        project.file(
            "test-report.md", "# Test Report\n\n**Status:** PASSED\n\n**Passed**: 64\n**Failed**: 0\n"
        ),
    )


def _daemon_word(place: int, current: int) -> str:
    return "running" if place == current else "complete" if place < current else "waiting"


def _daemon_phase(phase: str, detail: str) -> dict[str, object]:
    tracking = {"isComplete": False, "completionPercentage": 0}
    return {
        "sessionId": "yaml-lint",
        "session_id": "yaml-lint",
        "currentPhase": phase,
        "current_phase": phase,
        "status": "Analyzing",
        "progressDetail": detail,
        "progress_detail": detail,
        "testIteration": 0,
        "completionTracking": tracking,
    }


def readme(name: str) -> Write:
    """A folder that nobody builds in yet."""
    return Write(f"{name}/README.md", markdown(name))


def wine_cellar(random: Random, start_s: float) -> Iterator[Timed]:
    """A Ralph run: nothing but a checkpoint and its logs (A0)."""
    session = "wine-cellar_20261123_083541"
    tasks = (
        "1: Models",
        "2: Import from labels",
        "3: Search",
        "4: Drinking windows",
        "5: Ratings",
        "6: Printing",
    )
    totals = [0, 0]
    for number in range(1, 13):
        second = start_s - 600 + 240 * (number - 1)
        done = min(len(tasks), max(0, (number - 2) // 2 + 1))
        phase = "scout" if number == 1 else "architect" if number == 2 else "builder"
        call = (random.randint(3_000, 9_000), random.randint(800, 2_600))
        totals = [total + more for total, more in zip(totals, call, strict=True)]
        progress = {"completed": list(tasks[:done]), "remaining": list(tasks[done:]), "notes": []}
        yield from at(second - 40, _ralph_file(session, "progress.json", progress))
        yield from at(
            second,
            _ralph_call(session, call, totals),
            _ralph_event(session, number),
            _ralph_file(session, "state.json", _ralph_state(session, phase, number)),
        )


def _ralph_state(session: str, phase: str, iterations: int) -> dict[str, object]:
    return {
        "project_name": "wine-cellar",
        "task_description": "Know what is in the cellar",
        "session_id": session,
        "iterations": iterations,
        "completed_tasks": [],
        "failed_attempts": [],
        "current_phase": phase,
        "artifacts": {},
    }


def _ralph_file(session: str, name: str, content: object) -> Write:
    return Write(f"checkpoints/ralph/{session}/{name}", json.dumps(content, indent=2))


def _ralph_call(session: str, call: tuple[int, int], totals: list[int]) -> Write:
    metadata = {
        "input_tokens": call[0],
        "output_tokens": call[1],
        "total_input": totals[0],
        "total_output": totals[1],
        "context_percentage": round(sum(call) / 2000, 1),
        "model": "claude-sonnet-4-5",
    }
    line = {
        "timestamp": "2026-11-23T08:40:12.000123",
        "prompt": "Go on...",
        "response": "Done...",
        "metadata": metadata,
    }
    return Write(f"logs/ralph_{session}/session.jsonl", json.dumps(line) + "\n", append=True)


def _ralph_event(session: str, iteration: int) -> Write:
    line = {
        "type": "iteration_complete",
        "session_id": session,
        "sequence": 1,
        "data": {"iteration": iteration},
    }
    return Write(f"logs/events/{session}/events.jsonl", json.dumps(line) + "\n", append=True)
