"""Metrics databases as Foundry makes them: the two schemas of formats.md A3, by real statements."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from typing import Final

LIVESTREAM: Final = {
    "tasks": """CREATE TABLE tasks (task_id TEXT PRIMARY KEY, project_name TEXT, task_description TEXT,
      working_directory TEXT, status TEXT, phases_completed TEXT, current_phase TEXT, start_time TEXT,
      end_time TEXT, duration_seconds INTEGER, github_url TEXT, created_at TEXT DEFAULT CURRENT_TIMESTAMP)""",
    "metrics": """CREATE TABLE metrics (id INTEGER PRIMARY KEY AUTOINCREMENT, task_id TEXT, timestamp TEXT,
      phase TEXT, token_usage INTEGER, token_percentage REAL, latency_ms REAL, context_resets INTEGER,
      elapsed_seconds INTEGER, estimated_remaining_seconds INTEGER)""",
    "decisions": """CREATE TABLE decisions (id INTEGER PRIMARY KEY AUTOINCREMENT, task_id TEXT,
      timestamp TEXT, phase TEXT, decision_type TEXT, decision_description TEXT, quality_rating INTEGER,
      difficulty_rating INTEGER, is_regrettable BOOLEAN, used_lessons_learned BOOLEAN, pattern_ids TEXT,
      reasoning TEXT, outcome TEXT)""",
    "agent_performance": """CREATE TABLE agent_performance (id INTEGER PRIMARY KEY AUTOINCREMENT,
      task_id TEXT, agent_type TEXT, phase TEXT, start_time TEXT, end_time TEXT, duration_seconds INTEGER,
      success BOOLEAN, issues_found INTEGER, issues_fixed INTEGER, files_created INTEGER,
      files_modified INTEGER, lines_of_code INTEGER, tokens_used INTEGER)""",
    "test_iterations": """CREATE TABLE test_iterations (id INTEGER PRIMARY KEY AUTOINCREMENT, task_id TEXT,
      iteration_number INTEGER, timestamp TEXT, tests_run INTEGER, tests_passed INTEGER, tests_failed INTEGER,
      test_output TEXT, fixes_applied TEXT, duration_seconds INTEGER)""",
    "pattern_effectiveness": """CREATE TABLE pattern_effectiveness (id INTEGER PRIMARY KEY AUTOINCREMENT,
      task_id TEXT, pattern_id TEXT, pattern_type TEXT, was_applied BOOLEAN, prevented_issue BOOLEAN,
      issue_description TEXT, timestamp TEXT)""",
    "agent_instances": """CREATE TABLE agent_instances (id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT,
      agent_id TEXT UNIQUE, agent_type TEXT, agent_name TEXT, status TEXT, phase TEXT, progress_percent REAL,
      tokens_used INTEGER, tokens_limit INTEGER DEFAULT 200000, token_percentage REAL, start_time TEXT,
      end_time TEXT, duration_seconds INTEGER, parent_agent_id TEXT, error_message TEXT, metadata TEXT,
      created_at TEXT DEFAULT CURRENT_TIMESTAMP, updated_at TEXT DEFAULT CURRENT_TIMESTAMP)""",
}
TOOLS: Final = {
    "schema_version": "CREATE TABLE schema_version (version INTEGER PRIMARY KEY, applied_at TEXT)",
    "builds": """CREATE TABLE builds (id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT UNIQUE, task TEXT,
      mode TEXT, status TEXT, total_tokens_input INTEGER DEFAULT 0, total_tokens_output INTEGER DEFAULT 0,
      total_tokens_cached INTEGER DEFAULT 0, total_cost REAL DEFAULT 0.0, duration_seconds REAL,
      working_directory TEXT, created_at TEXT DEFAULT CURRENT_TIMESTAMP, completed_at TEXT)""",
    "phases": """CREATE TABLE phases (id INTEGER PRIMARY KEY AUTOINCREMENT,
      build_id INTEGER REFERENCES builds(id) ON DELETE CASCADE, phase_name TEXT, phase_number TEXT,
      tokens_input INTEGER DEFAULT 0, tokens_output INTEGER DEFAULT 0, tokens_cached INTEGER DEFAULT 0,
      cost REAL DEFAULT 0.0, duration_seconds REAL, started_at TEXT, completed_at TEXT)""",
    "api_calls": """CREATE TABLE api_calls (id INTEGER PRIMARY KEY AUTOINCREMENT,
      phase_id INTEGER REFERENCES phases(id) ON DELETE CASCADE, model TEXT, tokens_input INTEGER,
      tokens_output INTEGER, tokens_cached INTEGER, cost REAL, latency_ms INTEGER, request_id TEXT,
      timestamp TEXT DEFAULT CURRENT_TIMESTAMP)""",
    "budget_snapshots": """CREATE TABLE budget_snapshots (id INTEGER PRIMARY KEY AUTOINCREMENT,
      period_type TEXT, period_start TEXT, total_cost REAL, build_count INTEGER, created_at TEXT)""",
}
BOTH: Final = {**LIVESTREAM, **TOOLS}

Value = str | int | float | bytes | None


def create(connection: sqlite3.Connection, tables: Iterable[str] = tuple(BOTH)) -> None:
    """Make some of the tables."""
    for table in tables:
        connection.execute(BOTH[table])


def insert(connection: sqlite3.Connection, table: str, **row: Value) -> None:
    """Add one row."""
    columns, marks = ", ".join(row), ", ".join("?" * len(row))
    connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", tuple(row.values()))


def image(rows: Iterable[tuple[str, Mapping[str, Value]]], tables: Iterable[str] = tuple(BOTH)) -> bytes:
    """The bytes of a database with these tables and rows."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("PRAGMA user_version=1")
        create(connection, tables)
        for table, row in rows:
            insert(connection, table, **row)
        connection.commit()
        return connection.serialize()
