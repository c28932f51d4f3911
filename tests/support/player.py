"""Writes the steps of a recorded build. A program of its own: standard library only.

`python player.py PROJECT DATABASE` reads a JSON line `{"files": {path: text}, "rows": [[table, row], ...]}`
for each step, writes it and answers `{"written": n}`. Files are written as the orchestrator does, by a
shell's redirection; `+` before a path appends. Ends with its standard input.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path


def write(file: Path, text: str, *, append: bool) -> None:
    """Truncate or append, write, close."""
    file.parent.mkdir(parents=True, exist_ok=True)
    script = f'cat {">>" if append else ">"} "$1"'
    subprocess.run(["sh", "-c", script, "sh", file], input=text.encode(), check=True)


def insert(connection: sqlite3.Connection, table: str, row: dict[str, str | int]) -> None:
    """Add one row to a table, which is made of the row's names if it is not there."""
    columns, marks = ", ".join(row), ", ".join("?" * len(row))
    connection.execute(f"CREATE TABLE IF NOT EXISTS {table} ({columns})")
    connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", tuple(row.values()))


def main() -> None:
    """Write step by step."""
    project, database = Path(sys.argv[1]), Path(sys.argv[2])
    for number, line in enumerate(sys.stdin, 1):
        step = json.loads(line)
        for name, text in step["files"].items():
            write(project / name.lstrip("+"), text, append=name.startswith("+"))
        if step["rows"]:
            with closing(sqlite3.connect(database)) as connection, connection:
                for table, row in step["rows"]:
                    insert(connection, table, row)
        print(json.dumps({"written": number}), flush=True)


if __name__ == "__main__":
    main()
