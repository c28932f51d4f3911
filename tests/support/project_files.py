"""Files of builds as their writers leave them, each with the mtime that the test says."""

from __future__ import annotations

import json
import os
from pathlib import Path

PHASE = ".context-foundry/current-phase.json"
SUMMARY = ".context-foundry/session-summary.json"

Json = dict[str, object]


def phase(name: str = "Builder", status: str = "building", detail: str = "at work", **more: object) -> Json:
    """The content of a phase file of generation A."""
    return {
        "session_id": "demo",
        "current_phase": name,
        "phase_number": "3/7",
        "status": status,
        "progress_detail": detail,
        "test_iteration": 0,
        "phases_completed": ["Scout", "Architect"],
        **more,
    }


def state(phase_name: str = "builder", **more: object) -> Json:
    """The content of a checkpoint's state.json."""
    return {
        "current_phase": phase_name,
        "project_name": "demo",
        "task_description": "from checkpoint",
        **more,
    }


def put(file: Path, content: object, mtime: float | None = None) -> Path:
    """Write bytes as they are, text as UTF-8 and anything else as JSON, with all folders on the way."""
    file.parent.mkdir(parents=True, exist_ok=True)
    data = content if isinstance(content, bytes) else _text(content).encode()
    file.write_bytes(data)
    if mtime is not None:
        os.utime(file, (mtime, mtime))
    return file


def put_phase(project: Path, content: object, mtime: float | None = None) -> Path:
    """Write the phase file of `project`."""
    return put(project / PHASE, content, mtime)


def listing(folder: Path) -> dict[str, tuple[int, int, int, int, int]]:
    """Everything below a folder: inode, mode, size, mtime and ctime (ns) of each."""
    found: dict[str, tuple[int, int, int, int, int]] = {}
    for base, folders, files in os.walk(folder):
        for name in [".", *folders, *files]:
            entry = Path(base, name).lstat()
            found[f"{base}/{name}"] = (
                entry.st_ino,
                entry.st_mode,
                entry.st_size,
                entry.st_mtime_ns,
                entry.st_ctime_ns,
            )
    return found


def _text(content: object) -> str:
    return content if isinstance(content, str) else json.dumps(content)
