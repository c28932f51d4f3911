"""A program that writes a metrics database in its own process, and fails if anybody makes it wait.

    database_writer.py FILE JOURNAL_MODE SECONDS

It never waits for a lock (timeout 0) and ends with an error if it meets one. Each transaction adds rows
to `decisions` and counts in `tasks.duration_seconds` how many there are, so that a reader can tell a torn
image. It prints one JSON line: how many transactions it made.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from typing import Final

TASK: Final = "shop_20261123_083541"
SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS tasks (task_id TEXT PRIMARY KEY, project_name TEXT, task_description TEXT,
  working_directory TEXT, status TEXT, phases_completed TEXT, current_phase TEXT, start_time TEXT,
  end_time TEXT, duration_seconds INTEGER, github_url TEXT, created_at TEXT DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE IF NOT EXISTS decisions (id INTEGER PRIMARY KEY AUTOINCREMENT, task_id TEXT, timestamp TEXT,
  phase TEXT, decision_type TEXT, decision_description TEXT, quality_rating INTEGER,
  difficulty_rating INTEGER, is_regrettable INTEGER, used_lessons_learned INTEGER, pattern_ids TEXT,
  reasoning TEXT, outcome TEXT);
"""
ADD: Final = (
    "INSERT INTO decisions (task_id, phase, decision_description, quality_rating, reasoning)"
    " VALUES (?, 'Scout', ?, 3, ?)"
)


def write(connection: sqlite3.Connection, number: int) -> None:
    """One transaction; every tenth is large, so that pages are written before it ends."""
    rows = 200 if number % 10 == 0 else 3
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(ADD, ((TASK, f"decision {number}.{row}", "x" * 900) for row in range(rows)))
    if number % 50 == 0:
        connection.execute(
            "DELETE FROM decisions WHERE id % 3 = 0 OR id < (SELECT max(id) - 900 FROM decisions)"
        )
    connection.execute("UPDATE tasks SET duration_seconds = (SELECT count(*) FROM decisions)")
    connection.execute("UPDATE tasks SET status = ?", (number,))
    connection.execute("COMMIT")


def main() -> None:
    """Write until the time is over, then close as any program does."""
    path, journal, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
    connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    connection.execute(f"PRAGMA journal_mode={journal}")
    connection.execute("PRAGMA cache_size=20")
    connection.executescript(SCHEMA)
    connection.execute(
        "INSERT OR IGNORE INTO tasks (task_id, duration_seconds, status) VALUES (?, 0, 0)", (TASK,)
    )
    ends, number = time.monotonic() + seconds, 0
    while time.monotonic() < ends:
        number += 1
        write(connection, number)
        if journal == "wal" and number % 40 == 0:
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            assert not busy, "a reader was in the way of a checkpoint"
        time.sleep(0.004)
    connection.close()
    print(json.dumps({"done": number}), flush=True)


if __name__ == "__main__":
    main()
