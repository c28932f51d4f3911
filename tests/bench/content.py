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
