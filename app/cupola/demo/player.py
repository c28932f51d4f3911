"""Carries out the deeds of the demo: those of the past at once, with their times; the rest as they happen."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cupola.demo.deeds import Record, Timed, Write
from cupola.demo.stories import after, before

TORN_S: Final = 0.003
"""How long a file is empty, and half there, while it is written: as a shell's here-document leaves it."""

_TABLES: Final = {
    "tasks": "task_id TEXT PRIMARY KEY, project_name, working_directory, created_at",
    "decisions": "id INTEGER PRIMARY KEY, task_id, phase, decision_type, decision_description,"
    " quality_rating, difficulty_rating, is_regrettable, used_lessons_learned, created_at",
    "builds": "id INTEGER PRIMARY KEY, session_id, working_directory, created_at",
    "phases": "id INTEGER PRIMARY KEY, build_id, phase_name, tokens_input, tokens_output, duration_seconds,"
    " created_at",
}


class Player:
    """Writes below `projects`, and rows into `database`. Belongs to one thread; raises OSError."""

    def __init__(self, projects: Path, database: Path, *, seed: int, moment_s: float) -> None:
        self._projects = projects
        self._database = database
        self._seed = seed
        self._moment_s = moment_s

    def write_past(self) -> None:
        """Write what happened before the moment; files and folders look as old as the story says."""
        now = time.time()
        self._database.parent.mkdir(parents=True, exist_ok=True)
        times: dict[Path, float] = {}
        for one in before(self._moment_s, self._seed):
            wall = now - (self._moment_s - one.at_s)
            self._do(one, wall, torn=False)
            if isinstance(one.deed, Write):
                file = self._projects / one.deed.path
                for path in (file, *file.relative_to(self._projects).parents):
                    times[self._projects / path] = wall
        for path in sorted(times, key=lambda path: -len(path.parts)):
            os.utime(path, (times[path], times[path]))

    def play(self, speed: float, stopped: threading.Event) -> None:
        """Write what happens from the moment on, `speed` times as fast, until `stopped` is set."""
        began = time.monotonic()
        for one in after(self._moment_s, self._seed):
            due_s = (one.at_s - self._moment_s) / speed - (time.monotonic() - began)
            if stopped.wait(max(0.0, due_s)):
                return
            self._do(one, time.time(), torn=True)

    def _do(self, one: Timed, wall: float, *, torn: bool) -> None:
        match one.deed:
            case Write():
                self._write(one.deed, torn=torn)
            case Record():
                self._record(one.deed, wall)

    def _write(self, deed: Write, *, torn: bool) -> None:
        file = self._projects / deed.path
        file.parent.mkdir(parents=True, exist_ok=True)
        half = len(deed.text) // 2 if torn else 0
        with file.open("a" if deed.append else "w", encoding="utf-8", newline="\n") as stream:
            for part in (deed.text[:half], deed.text[half:]):
                if half:
                    time.sleep(TORN_S)
                stream.write(part)
                stream.flush()

    def _record(self, deed: Record, wall: float) -> None:
        stamp = datetime.fromtimestamp(wall, UTC).strftime("%Y-%m-%d %H:%M:%S")
        row = {name: self._placed(value) for name, value in deed.row.items()} | {"created_at": stamp}
        columns, marks = ", ".join(row), ", ".join("?" * len(row))
        with closing(sqlite3.connect(self._database)) as connection, connection:
            connection.execute(f"CREATE TABLE IF NOT EXISTS {deed.table} ({_TABLES[deed.table]})")
            connection.execute(
                f"INSERT OR REPLACE INTO {deed.table} ({columns}) VALUES ({marks})", tuple(row.values())
            )

    def _placed(self, value: str | int) -> str | int:
        return value.replace("{projects}", str(self._projects)) if isinstance(value, str) else value
