"""A build recorded file by file: what its writers write in each step, and what each dock says after it.

All kinds of files, three test iterations, parallel tasks and self-healing. Written for this test: it tells of
no real build.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import pytest

from cupola.domain.words import Facet

HOME = ".context-foundry"
SESSION = "logs/ralph_weather-web/session.jsonl"
TASK = "weather-web-1"
TOKENS, TESTS, AGENTS, DECISIONS = Facet.TOKENS, Facet.TESTS, Facet.AGENTS, Facet.DECISIONS

Files = dict[str, str]
Row = tuple[str, dict[str, str | int]]


@dataclass(frozen=True, slots=True)
class Step:
    """`files` are written in order, `+` before a path appends; `rows` go into metrics.db.

    `says`: how lines of a dock begin when they are copied; the docks named are exactly those that change.
    `header`: what `watch --json` says of the build, its progress as a bare number.
    """

    name: str
    files: Files = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    header: dict[str, object] = field(default_factory=dict)
    says: dict[Facet, tuple[str, ...]] = field(default_factory=dict)


def phase(name: str, status: str, *completed: str, iteration: int = 0) -> Files:
    content = {
        "session_id": "weather-web",
        "current_phase": name,
        "phase_number": "3/7",
        "status": status,
        "progress_detail": f"{name} is {status}",
        "test_iteration": iteration,
        "phases_completed": list(completed),
    }
    return {f"{HOME}/current-phase.json": json.dumps(content, indent=2) + "\n"}


def call(of: str, input_tokens: int, output_tokens: int) -> Files:
    """One more call in the session log."""
    metadata = {"input_tokens": input_tokens, "output_tokens": output_tokens, "model": "m", "phase": of}
    line = {"timestamp": "2026-11-23T09:00:00.000001", "prompt": of, "response": "", "metadata": metadata}
    return {f"+{SESSION}": json.dumps(line) + "\n"}


def report(number: int, status: str, passed: int, failed: int, *failing: str) -> Files:
    rows = "".join(f"- ❌ **{name}** - FAILED\n" for name in failing)
    text = f"# Test Results\n\n**Status:** {status}\n\n**Passed**: {passed}\n**Failed**: {failed}\n"
    return {
        f"{HOME}/test-results-iteration-{number}.md": text + (f"\n## Failed tests\n\n{rows}" if rows else ""),
        f"{HOME}/test-iteration-count.txt": f"{number}\n",
    }


def mark(name: str, text: str = "") -> Files:
    return {f"{HOME}/builder-logs/{name}": text}


def decision(of: str, text: str, quality: int, *, lessons: int = 0, regrettable: int = 0) -> Row:
    return (
        "decisions",
        {
            "task_id": TASK,
            "phase": of,
            "decision_type": "design",
            "decision_description": text,
            "quality_rating": quality,
            "difficulty_rating": 2,
            "is_regrettable": regrettable,
            "used_lessons_learned": lessons,
        },
    )


def plan() -> Files:
    tasks = [
        {"id": "task-1", "description": "API client", "files": ["api.ts", "cache.ts"], "dependencies": []},
        {"id": "task-2", "description": "Forecast cards", "files": ["cards.ts"], "dependencies": ["task-1"]},
        {"id": "task-3", "description": "Map layer", "files": ["map.ts"], "dependencies": []},
    ]
    content = {"parallel_mode": True, "total_tasks": len(tasks), "tasks": tasks}
    return {f"{HOME}/build-tasks.json": json.dumps(content, indent=2)}


def task_log(task: str, *created: str) -> Files:
    log = {"task_id": task, "status": "complete", "files_created": list(created), "files_modified": []}
    return mark(f"{task}.log", json.dumps(log) + "\n") | mark(f"{task}.done")


def feedback() -> Files:
    content = {
        "timestamp": "2025-01-14T10:00:00Z",
        "project_type": "web",
        "tech_stack": ["typescript"],
        "build_duration_minutes": 21.5,
        "test_iterations": 3,
        "success": True,
        "issues_found": [
            {"issue": "Tiles were read from disk", "severity": "HIGH", "detected_in_phase": "Test"},
        ],
        "successful_patterns": [],
        "recommendations": [],
    }
    return {f"{HOME}/feedback/build-feedback-2025-01-14.json": json.dumps(content)}


def task_of(directory: str) -> Row:
    return ("tasks", {"task_id": TASK, "project_name": "weather-web", "working_directory": directory})


PLANNED = ("Scout", "Architect")
BUILT = (*PLANNED, "Builder")
TESTED = (*BUILT, "Test")


def steps(directory: str) -> tuple[Step, ...]:
    """The steps of the build that works in `directory`."""
    return (*_planning(directory), *_building(), *_testing(), *_ending())


def _planning(directory: str) -> tuple[Step, ...]:
    return (
        Step(
            "Scout starts",
            phase("Scout", "researching"),
            header={"state": "running", "phase": "Scout", "phase_status": "researching"},
            says={AGENTS: ("Scout\trunning", "Feedback\twaiting")},
        ),
        Step("its mode is told", {f"{HOME}/task-config.json": json.dumps({"mode": "new_project"})}),
        Step(
            "Scout calls",
            call("Scout", 8_000, 1_615),
            says={
                TOKENS: ("tokens in all\t9,615", "Input: 8,000\tOutput: 1,615", "Scout\tTokens: 9,615"),
                AGENTS: ("Scout\trunning\tTokens: 9,615",),
            },
        ),
        Step(
            "Scout decides",
            rows=(task_of(directory), decision("Scout", "Serve a static site", 4, lessons=1)),
            says={
                DECISIONS: (
                    "Decisions: 1\tAverage: 4.0 / 5\tLessons: 1\tRegrettable: 0",
                    "Serve a static site\t4/5\tScout",
                )
            },
        ),
        Step("Scout ends", phase("Scout", "completed", "Scout"), says={AGENTS: ("Scout\tdone",)}),
        Step(
            "Architect starts",
            phase("Architect", "designing", "Scout"),
            header={"phase": "Architect", "phases_completed": ["Scout"]},
            says={AGENTS: ("Architect\trunning",)},
        ),
        Step(
            "Architect calls",
            call("Architect", 20_000, 4_000),
            says={
                TOKENS: ("tokens in all\t33,615", "Scout\tTokens: 9,615", "Architect\tTokens: 24,000"),
                AGENTS: ("Architect\trunning\tTokens: 24.0k",),
            },
        ),
        Step(
            "Architect plans",
            plan(),
            says={
                AGENTS: (
                    "  API client\twaiting\tFiles: ≈ 2",
                    "  Forecast cards\twaiting\tFiles: ≈ 1",
                    "  Map layer\twaiting\tFiles: ≈ 1",
                )
            },
        ),
        Step(
            "Architect ends, and Builder is silent",
            phase("Architect", "completed", *PLANNED),
            says={AGENTS: ("Architect\tdone", "Builder\trunning")},
        ),
    )


def _building() -> tuple[Step, ...]:
    return (
        Step("Builder says so", phase("Builder", "planning", *PLANNED), header={"phase": "Builder"}),
        Step(
            "two tasks are at work",
            mark("task-1.log") | mark("task-3.log"),
            says={AGENTS: ("  API client\trunning", "  Forecast cards\twaiting", "  Map layer\trunning")},
        ),
        Step(
            "a task is through",
            task_log("task-1", "api.ts", "cache.ts", "types.ts"),
            header={"progress": pytest.approx((2 + 1 / 3) / 7, abs=1e-3)},
            says={AGENTS: ("  API client\tdone\tFiles: 3",)},
        ),
        Step(
            "a task fails",
            mark("task-task-3.error", "out of time\n"),
            says={AGENTS: ("  Map layer\tfailed\tFiles: ≈ 1",)},
        ),
        Step(
            "a task of no plan is through",
            mark("main-builder.done", "All is built.\n"),
            header={"progress": pytest.approx((2 + 1 / 3) / 7, abs=1e-3)},
            says={AGENTS: ("  main-builder\tdone",)},
        ),
        Step(
            "the last task is through",
            task_log("task-2", "cards.ts"),
            header={"progress": pytest.approx((2 + 2 / 3) / 7, abs=1e-3)},
            says={AGENTS: ("  Forecast cards\tdone\tFiles: 1",)},
        ),
        Step("Builder ends", phase("Builder", "completed", *BUILT), says={AGENTS: ("Builder\tdone",)}),
    )


def _testing() -> tuple[Step, ...]:
    drawing, retrying = "map draws tiles", "api retries"
    first = "Iteration 1\tfailed\t31 passed\t16 failed\tFAILED"
    second = "Iteration 2\tpartial\t44 passed\t3 failed"
    return (
        Step(
            "Test starts",
            phase("Test", "testing", *BUILT, iteration=1),
            header={"phase": "Test", "test_iteration": 1},
            says={AGENTS: ("Test\trunning",)},
        ),
        Step(
            "the first iteration fails",
            report(1, "❌ FAILED", 31, 16, drawing, retrying),
            says={TESTS: ("passed · 1 iteration\t66%", first)},
        ),
        Step("healing starts", phase("Test", "self-healing", *BUILT, iteration=1)),
        Step(
            "Architect again",
            phase("Architect", "designing", "Scout", iteration=1),
            header={"progress": pytest.approx(1 / 7, abs=1e-3), "state": "running"},
            says={AGENTS: ("Architect\trunning", "Builder\twaiting", "Test\twaiting")},
        ),
        Step(
            "Builder again",
            phase("Builder", "building", *PLANNED, iteration=1),
            says={AGENTS: ("Architect\tdone", "Builder\trunning")},
        ),
        Step(
            "Test again",
            phase("Test", "testing", *BUILT, iteration=2),
            header={"test_iteration": 2},
            says={AGENTS: ("Builder\tdone", "Test\trunning")},
        ),
        Step(
            "the second iteration fails in part",
            report(2, "PARTIAL PASS", 44, 3, drawing),
            says={TESTS: ("passed · 2 iterations\t94%", second, first, "Failing again", drawing)},
        ),
        Step(
            "the third iteration starts",
            phase("Test", "testing", *BUILT, iteration=3),
            header={"test_iteration": 3},
        ),
        Step(
            "one of its logs is written",
            {f"{HOME}/test-logs/unit.log": "Test Type: unit\nPassed: 40\nFailed: 0\n"},
            says={TESTS: ("Iteration 3\tunknown\t≥ 40 passed\t≥ 0 failed", second, first)},
        ),
        Step(
            "the third iteration passes",
            report(3, "✅ PASSED", 47, 0),
            says={TESTS: ("passed · 3 iterations\t100%", "Iteration 3\tpassed\t47 passed\t0 failed", second)},
        ),
        Step("a report of the same", {f"{HOME}/test-final-report.md": "# Final\n\n**Status**: ✅ PASSED\n"}),
        Step("Test ends", phase("Test", "completed", *TESTED, iteration=3), says={AGENTS: ("Test\tdone",)}),
    )


def _ending() -> tuple[Step, ...]:
    through = (*TESTED, "Documentation", "Deploy")
    patterns = {"version": "1", "patterns": [{"pattern_id": "esm", "title": "Serve modules over HTTP"}]}
    return (
        Step(
            "Documentation starts",
            phase("Documentation", "documenting", *TESTED, iteration=3),
            says={AGENTS: ("Documentation\trunning",)},
        ),
        Step(
            "Feedback starts",
            phase("Feedback", "analyzing", *through, iteration=3),
            says={AGENTS: ("Documentation\tdone", "Deploy\tdone", "Feedback\trunning")},
        ),
        Step(
            "a decision is regretted",
            rows=(decision("Test", "Read tiles from disk", 1, regrettable=1),),
            says={
                DECISIONS: (
                    "Decisions: 2\tAverage: 2.5 / 5\tLessons: 1\tRegrettable: 1",
                    "Read tiles from disk\t1/5\tTest",
                    "Serve a static site\t4/5\tScout",
                )
            },
        ),
        Step(
            "feedback is written",
            feedback(),
            says={DECISIONS: ("Findings of the feedback", "Tiles were read from disk\tHIGH · Test")},
        ),
        Step("lessons are kept", {f"{HOME}/patterns/common-issues.json": json.dumps(patterns)}),
        Step(
            "Feedback ends",
            phase("Feedback", "completed", *through, "Feedback", iteration=3),
            header={"state": "completed", "progress": 1.0},
            says={AGENTS: ("Feedback\tdone",)},
        ),
        Step(
            "its end is summed up",
            {
                f"{HOME}/session-summary.json": json.dumps(
                    {"session_id": "weather-web", "status": "completed"}
                )
            },
            header={"state": "completed", "state_reason": "session-summary.json says completed"},
        ),
    )
