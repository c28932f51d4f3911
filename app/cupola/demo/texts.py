"""The contents of files as Context Foundry writes them (formats.md): believable, and nobody's."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cupola.demo.deeds import HOME, Write

CLAIMED_AT = "2025-01-14T10:00:00Z"
"""Models write what they believe to be now."""


@dataclass(frozen=True, slots=True)
class Project:
    """A project of the demo, by the name of its folder."""

    name: str

    def file(self, name: str, text: str = "") -> Write:
        """A file in `.context-foundry`."""
        return Write(f"{self.name}/{HOME}/{name}", text)

    def json(self, name: str, content: object) -> Write:
        """The same with JSON in it."""
        return self.file(name, json.dumps(content, indent=2) + "\n")

    def phase(
        self, name: str, status: str, detail: str, completed: Sequence[str], *, iteration: int = 0
    ) -> Write:
        """The phase file of generation A (A1.1)."""
        return self.json(
            "current-phase.json",
            {
                "session_id": self.name,
                "current_phase": name,
                "phase_number": f"{len(completed) + 1}/7",
                "status": status,
                "progress_detail": detail,
                "test_iteration": iteration,
                "phases_completed": list(completed),
                "started_at": CLAIMED_AT,
                "last_updated": CLAIMED_AT,
            },
        )

    def report(self, name: str, status: str, counts: tuple[int, int], failing: Sequence[str] = ()) -> Write:
        """A report of tests in Markdown (A1.2)."""
        passed, failed = counts
        rows = "".join(f"- ❌ **{test}** - FAILED\n" for test in failing)
        parts = (
            f"# Test Results: {self.name}\n\n**Status:** {status}\n",
            f"**Tests Run**: {passed + failed}\n**Passed**: {passed}\n**Failed**: {failed}\n",
            f"## Failed tests\n\n{rows}" if rows else "",
        )
        return self.file(name, "\n".join(part for part in parts if part))

    def summary(self, status: str, minutes: float, **more: object) -> Write:
        """The summary of generation A (A1.7)."""
        content = {
            "session_id": self.name,
            "status": status,
            "mode": "new_project",
            "duration_minutes": minutes,
        }
        return self.json("session-summary.json", {**content, **more})

    def feedback(self, minutes: float, iterations: int, issues: Sequence[Mapping[str, str]]) -> Write:
        """What a build learned (A1.3)."""
        content = {
            "timestamp": CLAIMED_AT,
            "project_type": "web",
            "tech_stack": ["typescript", "vite"],
            "build_duration_minutes": minutes,
            "test_iterations": iterations,
            "success": True,
            "issues_found": list(issues),
            "successful_patterns": [],
            "recommendations": [],
        }
        return self.json("feedback/build-feedback-2025-01-14.json", content)


def markdown(title: str, *lines: str) -> str:
    """A report in prose."""
    return f"# {title}\n\n" + "\n".join(lines) + "\n"


def task_log(task: str, created: Sequence[str]) -> str:
    """What a parallel builder leaves when it is through (A1.6)."""
    content = {
        "task_id": task,
        "status": "complete",
        "files_created": list(created),
        "files_modified": [],
        "implementation_notes": "built as planned",
        "timestamp": CLAIMED_AT,
    }
    return json.dumps(content) + "\n"
