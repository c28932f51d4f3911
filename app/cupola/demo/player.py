"""Carries out the deeds of the demo: those of the past at once, with their times; the rest as they happen."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cupola.demo.deeds import Record, Say, Timed, Write
from cupola.demo.stopper import Stopper
from cupola.demo.stories import after, before
from cupola.domain.slugs import slug

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
    """Writes below `projects`, rows into `database`, and transcripts into Claude's folder `claude`.

    The moment is when it is made. Belongs to one thread; raises OSError.
    """

    def __init__(self, projects: Path, database: Path, claude: Path, *, seed: int, moment_s: float) -> None:
        self._projects = projects
        self._database = database
        self._transcripts = claude / "projects"
        self._seed = seed
        self._moment_s = moment_s
        self._moment = time.time()
        self._speed = 1.0

    def write_past(self, speed: float = 1.0) -> None:
        """Write what happened before the moment; files and folders look as old as the story says.

        `speed` is that of the time to come, of which some of the past speaks.
        """
        self._speed = speed
        self._database.parent.mkdir(parents=True, exist_ok=True)
        times: dict[Path, float] = {}
        for one in before(self._moment_s, self._seed):
            wall = self._wall(one.at_s)
            for path in self._do(one, wall, torn=False):
                times[path] = wall
        for path in sorted(times, key=lambda path: -len(path.parts)):
            os.utime(path, (times[path], times[path]))

    def play(self, speed: float, stopped: Stopper) -> None:
        """Write what happens from the moment on, `speed` times as fast, until `stopped` is set."""
        self._speed = speed
        began = time.monotonic()
        for one in after(self._moment_s, self._seed):
            due_s = (one.at_s - self._moment_s) / speed - (time.monotonic() - began)
            if stopped.wait(max(0.0, due_s)):
                return
            self._do(one, time.time(), torn=True)

    def _wall(self, at_s: float) -> float:
        """When a second of the story was, or will be: only what is to come goes faster."""
        away_s = at_s - self._moment_s
        return self._moment + (away_s / self._speed if away_s > 0 else away_s)

    def _do(self, one: Timed, wall: float, *, torn: bool) -> Iterable[Path]:
        """The file that was written, and the folders that it made younger."""
        match one.deed:
            case Write(path, text, append):
                return self._write(self._projects, path, text, append=append, torn=torn)
            case Say(project, name):
                folder = slug(str(self._projects / project))
                line = self._line(one.deed, wall)
                return self._write(self._transcripts, f"{folder}/{name}", line, append=True, torn=torn)
            case Record():
                self._record(one.deed, wall)
                return ()

    def _write(self, base: Path, path: str, text: str, *, append: bool, torn: bool) -> Iterable[Path]:
        file = base / path
        file.parent.mkdir(parents=True, exist_ok=True)
        half = len(text) // 2 if torn else 0
        with file.open("a" if append else "w", encoding="utf-8", newline="\n") as stream:
            for part in (text[:half], text[half:]):
                if half:
                    time.sleep(TORN_S)
                stream.write(part)
                stream.flush()
        return (file, *(base / folder for folder in file.relative_to(base).parents))

    def _line(self, deed: Say, wall: float) -> str:
        directory = str(self._projects / deed.project)
        line = dict(deed.line)
        if deed.stamped:
            line |= {"cwd": directory, "timestamp": _stamp(wall)}
        if deed.since_s is not None:
            line["durationMs"] = round(1000 * max(0.0, wall - self._wall(deed.since_s)))
        text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
        until = "" if deed.until_s is None else str(round(self._wall(deed.until_s)))
        return text.replace("{directory}", json.dumps(directory)[1:-1]).replace("{until}", until) + "\n"

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


def _stamp(wall: float) -> str:
    return datetime.fromtimestamp(wall, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
