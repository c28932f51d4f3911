"""What the writers of the benches write."""

from __future__ import annotations

import json


def phase_text(detail: str, *, ended: bool = False) -> str:
    """A phase file of an A1 build in its Builder phase, or after its end."""
    completed = ["Codebase Analysis", "Scout", "Architect"]
    if ended:
        completed += ["Builder", "Test", "Documentation", "Deploy"]
    return json.dumps(
        {
            "session_id": "cf_20261123_083541",
            "current_phase": "Feedback" if ended else "Builder",
            "phase_number": "8/8" if ended else "4/8",
            "status": "completed" if ended else "in_progress",
            "progress_detail": detail,
            "test_iteration": 0,
            "phases_completed": completed,
            "started_at": "2026-11-23T08:35:41",
            "last_updated": "2026-11-23T08:59:41",
        },
        indent=2,
    )


def numbered(number: int) -> str:
    """The detail of the write of this number."""
    return f"Implementing forecast cards (write {number:06})"


def project_files(number: int) -> dict[str, str]:
    """What a build has left below `.context-foundry` besides its phase file and two reports: 27 files."""
    tasks = [{"id": f"task-{n}", "description": f"Part {n}", "files": [f"part{n}.ts"]} for n in range(1, 6)]
    return {
        "build-tasks.json": json.dumps({"parallel_mode": True, "total_tasks": 5, "tasks": tasks}, indent=2),
        "task-config.json": json.dumps({"mode": "new_project", "max_test_iterations": 3}),
        "build-log.md": "# Build log\n" + "built a part of it\n" * 300,
        "test-iteration-count.txt": "2\n",
        "test-results-iteration-1.md": _report("FAILED", 40 + number % 7, 7),
        "test-results-iteration-2.md": _report("PASSED", 47 + number % 7, 0),
        "test-final-report.md": _report("PASSED", 47 + number % 7, 0),
        "test-logs/unit.log": "Test Type: unit\nPassed: 40\nFailed: 0\n",
        "test-logs/e2e.log": "Test Type: e2e\nPassed: 7\nFailed: 0\n",
        "test-logs/unit.done": "",
        "test-logs/e2e.done": "",
        "feedback/build-feedback-2026-11-23.json": json.dumps(_feedback(number)),
        "feedback/recommendations.md": "# Recommendations\n",
        "patterns/common-issues.json": json.dumps(_patterns(12)),
        "patterns/scout-learnings.json": json.dumps(_patterns(4)),
        "patterns/test-patterns.json": json.dumps(_patterns(3)),
        "patterns/architecture-patterns.json": json.dumps(_patterns(3)),
        **{f"builder-logs/task-{n}.log": _task_log(n) for n in range(1, 6)},
        **{f"builder-logs/task-{n}.done": "" for n in range(1, 6)},
    }


def _report(status: str, passed: int, failed: int) -> str:
    counts = f"**Status:** {status}\n\n**Passed**: {passed}\n**Failed**: {failed}\n"
    failing = "".join(f"- \u274c **part {n} draws** - FAILED\n" for n in range(failed))
    return f"# Test Results\n\n{counts}\n## Details\n\n{failing}" + "A line of what was done.\n" * 200


def _feedback(number: int) -> dict[str, object]:
    issues = [
        {"issue": f"Part {n} was built twice", "severity": "LOW", "detected_in_phase": "Test"}
        for n in range(4)
    ]
    return {"success": True, "test_iterations": 2, "build_duration_minutes": number, "issues_found": issues}


def _patterns(count: int) -> dict[str, object]:
    rows = [{"pattern_id": f"p{n}", "title": f"Pattern {n}", "solution": "x" * 300} for n in range(count)]
    return {"version": "1.0", "patterns": rows}


def _task_log(number: int) -> str:
    return json.dumps(
        {"task_id": f"task-{number}", "status": "complete", "files_created": [f"part{number}.ts"]}
    )
