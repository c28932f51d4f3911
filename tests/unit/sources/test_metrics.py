"""metrics.db gives what it holds of each task and build, whatever of its two schemas is there."""

from __future__ import annotations

import itertools
import random
import sqlite3
from collections.abc import Mapping
from contextlib import closing

import pytest

from cupola.domain.facts import (
    MetricsAgent,
    MetricsDecision,
    MetricsFact,
    MetricsIteration,
    TokenSum,
)
from cupola.sources import metrics, sqlite_image
from cupola.sources.base import Anchor, Blob, LaneKind, Mode, Reading, TornError, UnusableError
from support.metrics_db import BOTH, LIVESTREAM, TOOLS, Value, create, image, insert

TASK = "shop_20261123_083541"
MADE = "2026-11-23 08:35:41"
MADE_AT = 1_795_422_941.0
Rows = list[tuple[str, Mapping[str, Value]]]

TASK_ROW: Rows = [("tasks", {"task_id": TASK, "working_directory": "/srv/shop", "created_at": MADE})]
LIVE_ROWS: Rows = [
    *TASK_ROW,
    ("metrics", {"task_id": TASK, "phase": "Scout", "token_usage": 1500}),
    ("metrics", {"task_id": TASK, "phase": "Builder", "token_usage": 4800}),
    ("metrics", {"task_id": TASK, "phase": "Test", "token_usage": 4200}),
    (
        "decisions",
        {
            "task_id": TASK,
            "phase": "architect",
            "decision_type": "stack",
            "decision_description": "Use SQLite",
            "quality_rating": 4,
            "difficulty_rating": 2,
            "is_regrettable": 0,
            "used_lessons_learned": 1,
        },
    ),
    (
        "agent_performance",
        {
            "task_id": TASK,
            "agent_type": "Builder",
            "phase": "Builder",
            "duration_seconds": 61,
            "files_created": 3,
            "files_modified": 2,
            "tokens_used": 900,
        },
    ),
    ("test_iterations", {"task_id": TASK, "iteration_number": 1, "tests_passed": 8, "tests_failed": 3}),
    (
        "agent_instances",
        {
            "session_id": TASK,
            "agent_id": "a-1",
            "agent_type": "Scout",
            "agent_name": "Scout 1",
            "status": "active",
            "phase": "Scout",
            "tokens_used": 1200,
            "duration_seconds": 5,
            "parent_agent_id": "a-0",
            "created_at": "2026-11-23 08:36:00",
        },
    ),
]
TOOL_ROWS: Rows = [
    (
        "builds",
        {
            "id": 7,
            "session_id": "s-7",
            "total_tokens_input": 50_000,
            "total_tokens_output": 9000,
            "total_tokens_cached": 700,
            "total_cost": 1.25,
            "duration_seconds": 1800.5,
            "working_directory": "/srv/shop",
            "created_at": MADE,
        },
    ),
    (
        "phases",
        {
            "id": 1,
            "build_id": 7,
            "phase_name": "scout",
            "tokens_input": 400,
            "tokens_output": 60,
            "tokens_cached": 5,
            "duration_seconds": 30,
        },
    ),
    ("phases", {"id": 2, "build_id": 7, "phase_name": "Tester", "tokens_input": 100, "tokens_output": 10}),
    ("phases", {"id": 3, "build_id": 7, "phase_name": "Test", "tokens_input": 200, "tokens_output": 20}),
]
LIVE_FACT = MetricsFact(
    TASK,
    "/srv/shop",
    started=MADE_AT,
    guessed_tokens=4800,
    iterations=(MetricsIteration(1, 8, 3),),
    agents=(
        MetricsAgent("performance 1", "Builder", None, "Builder", None, 61.0, 5, 900),
        MetricsAgent("a-1", "Scout 1", "a-0", "Scout", "active", 5.0, None, 1200),
    ),
    decisions=(MetricsDecision("Architect", "Use SQLite", 4.0, 2.0, False, True),),
)
TOOL_FACT = MetricsFact(
    "s-7",
    "/srv/shop",
    started=MADE_AT,
    recorded=(
        TokenSum("Scout", 400, 60, 5, duration_seconds=30.0),
        TokenSum("Test", 300, 30, 0),
    ),
    total=TokenSum(None, 50_000, 9000, 700, duration_seconds=1800.5),
    cost=1.25,
)


def read(data: bytes) -> Reading:
    return metrics.read(Blob("metrics.db", data, len(data), 0.0), None)


def facts(data: bytes) -> dict[str, MetricsFact]:
    found = [fact for fact in read(data).facts if isinstance(fact, MetricsFact)]
    assert len({fact.key for fact in found}) == len(found)
    return {fact.key: fact for fact in found}


def one(rows: Rows, tables: tuple[str, ...] = tuple(BOTH)) -> MetricsFact:
    (found,) = facts(image(rows, tables)).values()
    return found


def test_that_it_is_wanted_in_foundrys_home_as_a_database_of_the_bulk_lane() -> None:
    (interest,) = metrics.SOURCE.interests
    assert (interest.anchor, interest.pattern) == (Anchor.FOUNDRY_HOME, "metrics.db")
    assert (interest.lane, interest.mode, interest.cap_bytes) == (LaneKind.BULK, Mode.SQLITE, 64 * 2**20)


def test_that_a_task_of_the_livestream_is_read_in_full() -> None:
    assert facts(image(LIVE_ROWS, LIVESTREAM)) == {TASK: LIVE_FACT}


def test_that_a_build_of_the_tools_is_read_in_full() -> None:
    assert facts(image(TOOL_ROWS, TOOLS)) == {"s-7": TOOL_FACT}


def test_that_both_schemas_in_one_file_are_read() -> None:
    assert facts(image(LIVE_ROWS + TOOL_ROWS)) == {TASK: LIVE_FACT, "s-7": TOOL_FACT}


def test_that_a_build_and_a_task_of_one_name_are_one() -> None:
    rows = [
        *LIVE_ROWS,
        *((table, {**row, "session_id": TASK} if table == "builds" else row) for table, row in TOOL_ROWS),
    ]
    found = one(rows)
    assert (found.guessed_tokens, found.total, found.recorded) == (4800, TOOL_FACT.total, TOOL_FACT.recorded)


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_that_any_few_tables_give_what_they_hold(count: int) -> None:
    for tables in itertools.combinations(BOTH, count):
        rows = [(table, row) for table, row in LIVE_ROWS + TOOL_ROWS if table in tables]
        found = facts(image(rows, tables))
        assert all(
            row_key in found for table, row in rows if (row_key := row.get("task_id", row.get("session_id")))
        )
        assert read(image(rows, tables)).dropped == ()


def test_that_every_table_but_one_gives_all_but_what_that_one_holds() -> None:
    for missing in BOTH:
        tables = tuple(table for table in BOTH if table != missing)
        found = facts(image([row for row in LIVE_ROWS + TOOL_ROWS if row[0] in tables], tables))
        assert (found[TASK].guessed_tokens is None) == (missing == "metrics")
        assert (found[TASK].decisions == ()) == (missing == "decisions")
        assert (found[TASK].working_directory is None) == (missing == "tasks")


def test_that_every_column_but_one_is_enough() -> None:
    for table, row in [*LIVE_ROWS, *TOOL_ROWS]:
        for missing in row:
            with closing(sqlite3.connect(":memory:")) as connection:
                columns = [name for name in row if name != missing]
                if not columns:
                    continue
                connection.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
                insert(connection, table, **{name: row[name] for name in columns})
                read(connection.serialize())


def test_that_decisions_inserted_at_every_poll_count_once_in_their_order() -> None:
    def decision(text: str, quality: int, kind: str = "stack") -> tuple[str, Mapping[str, Value]]:
        return "decisions", {
            "task_id": TASK,
            "phase": "Scout",
            "decision_type": kind,
            "decision_description": text,
            "quality_rating": quality,
        }

    polls = [decision("a", 3), decision("b", 3), decision("a", 3), decision("b", 5), decision("c", 1)]
    found = one([*polls, decision("a", 3), decision("a", 2, "scope")]).decisions
    assert [(each.text, each.quality) for each in found] == [("a", 3), ("b", 5), ("c", 1), ("a", 2)]


def test_that_the_newest_row_of_an_iteration_counts() -> None:
    rows: Rows = [
        ("test_iterations", {"task_id": TASK, "iteration_number": 2, "tests_passed": 1, "tests_failed": 9}),
        ("test_iterations", {"task_id": TASK, "iteration_number": 1, "tests_passed": 0, "tests_failed": 10}),
        ("test_iterations", {"task_id": TASK, "iteration_number": 2, "tests_passed": 10, "tests_failed": 0}),
    ]
    assert one(rows).iterations == (MetricsIteration(1, 0, 10), MetricsIteration(2, 10, 0))


def test_that_the_rows_of_a_deleted_task_stay_under_its_name() -> None:
    found = one([row for row in LIVE_ROWS if row[0] in {"metrics", "decisions"}])
    assert (found.key, found.working_directory, found.started, found.guessed_tokens) == (
        TASK,
        None,
        None,
        4800,
    )
    assert len(found.decisions) == 1


def test_that_phases_without_a_build_and_calls_without_a_phase_are_kept() -> None:
    rows: Rows = [
        ("phases", {"id": 4, "build_id": 9, "phase_name": "Scout", "tokens_input": 5, "tokens_output": 1}),
        ("api_calls", {"phase_id": 77, "tokens_input": 30, "tokens_output": 3, "tokens_cached": 0}),
    ]
    found = facts(image(rows))
    assert found["build 9"].recorded == (TokenSum("Scout", 5, 1, 0),)
    assert found["phase 77"].recorded == (TokenSum(None, 30, 3, 0),)


def test_that_calls_count_where_their_phase_recorded_nothing() -> None:
    calls: Rows = [
        ("builds", {"id": 7, "session_id": "s-7"}),
        ("phases", {"id": 1, "build_id": 7, "phase_name": "Scout"}),
        (
            "phases",
            {"id": 2, "build_id": 7, "phase_name": "Architect", "tokens_input": 9, "tokens_output": 1},
        ),
        *(("api_calls", {"phase_id": 1, "tokens_input": n, "tokens_output": 2}) for n in (10, 20)),
        ("api_calls", {"phase_id": 2, "tokens_input": 500, "tokens_output": 500}),
        ("api_calls", {"phase_id": 1, "tokens_input": "many", "tokens_output": -4}),
    ]
    assert one(calls).recorded == (TokenSum("Scout", 30, 4), TokenSum("Architect", 9, 1, 0))


def test_that_an_agent_has_succeeded_or_failed_only_once_it_ended() -> None:
    rows: Rows = [
        ("agent_performance", {"task_id": TASK, "agent_type": "A", "success": success, "end_time": end})
        for success, end in ((1, MADE), (0, MADE), (0, None), (None, MADE))
    ]
    assert [agent.status for agent in one(rows).agents] == ["completed", "failed", None, None]


@pytest.mark.parametrize(
    ("written", "started"),
    [
        (MADE, MADE_AT),
        ("2026-11-23T08:35:41", MADE_AT),
        ("2026-11-23T09:35:41+01:00", MADE_AT),
        ("2026-11-23 08:35:41.250", MADE_AT + 0.25),
        ("yesterday", None),
        (None, None),
        (17, None),
        ("9999-99-99 99:99:99", None),
    ],
)
def test_that_only_the_time_of_making_is_a_clock_and_in_utc(written: Value, started: float | None) -> None:
    row: Rows = [("tasks", {"task_id": TASK, "created_at": written, "start_time": "2025-01-15T10:00:00Z"})]
    assert one(row).started == started


def test_that_nulls_are_absent_and_named_nowhere() -> None:
    rows: Rows = [(table, dict.fromkeys(row, None) | {"task_id": TASK}) for table, row in LIVE_ROWS[:-1]]
    reading = read(image(rows))
    assert reading.facts == (MetricsFact(TASK, None, agents=(MetricsAgent("performance 1", "agent"),)),)
    assert reading.dropped == ()


def test_that_text_where_numbers_belong_is_dropped_and_each_column_named_once() -> None:
    rows: Rows = [
        ("decisions", {"task_id": TASK, "decision_description": str(n), "quality_rating": "good"})
        for n in range(3)
    ]
    rows += [("test_iterations", {"task_id": TASK, "iteration_number": 1, "tests_passed": -3})]
    rows += [("test_iterations", {"task_id": TASK, "iteration_number": "two", "tests_passed": 3})]
    rows += [("agent_performance", {"task_id": TASK, "agent_type": b"\xff\xfe", "tokens_used": 1.5})]
    reading = read(image(rows))
    assert reading.dropped == (
        "decisions.quality_rating: expected a number from 1 to 5, found a text",
        "agent_performance.agent_type: expected a text, found raw bytes",
        "agent_performance.tokens_used: expected a whole number, found 1.5",
        "test_iterations.tests_passed: expected a whole number, found -3",
        "test_iterations.iteration_number: expected a whole number, found a text",
    )
    (fact,) = reading.facts
    assert isinstance(fact, MetricsFact)
    assert [one.quality for one in fact.decisions] == [None] * 3
    assert fact.iterations == (MetricsIteration(1),)


def test_that_a_rating_outside_of_its_scale_is_none() -> None:
    rows: Rows = [
        ("decisions", {"task_id": TASK, "decision_description": str(n), "quality_rating": n})
        for n in range(8)
    ]
    assert [each.quality for each in one(rows).decisions] == [None, 1, 2, 3, 4, 5, None, None]


@pytest.mark.parametrize("path", ["shop", "../shop", "", "/srv/\x1b[31mshop", 7, b"/srv"])
def test_that_only_a_full_path_is_a_directory(path: Value) -> None:
    assert one([("tasks", {"task_id": TASK, "working_directory": path})]).working_directory is None


def test_that_views_and_virtual_tables_are_not_touched() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        create(connection, ["decisions"])
        connection.execute("CREATE VIEW tasks AS SELECT 'x' AS task_id, randomblob(1000000000) AS created_at")
        connection.execute("CREATE VIRTUAL TABLE metrics USING fts5(task_id, token_usage)")
        connection.commit()
        assert read(connection.serialize()) == Reading(())


def test_that_computed_columns_are_not_computed() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(
            "CREATE TABLE tasks (task_id, created_at AS (zeroblob(900000000)), working_directory)"
        )
        connection.execute("INSERT INTO tasks VALUES (?, '/srv/shop')", (TASK,))
        connection.commit()
        assert facts(connection.serialize())[TASK].working_directory == "/srv/shop"


def test_that_a_table_without_row_ids_is_refused_in_words() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE tasks (task_id PRIMARY KEY) WITHOUT ROWID")
        connection.commit()
        with pytest.raises(UnusableError, match="no such column: rowid"):
            read(connection.serialize())


def test_that_names_of_tables_and_texts_cannot_do_anything() -> None:
    text = "'; DROP TABLE tasks; -- \x1b[31m\u202e sk-abcdefghijklmnopqrstuvwx " + "x" * 5000
    found = one([("decisions", {"task_id": "a\nb", "decision_description": text, "phase": text})])
    (decision,) = found.decisions
    assert found.key == "a b"
    assert len(decision.text) <= 500
    assert decision.text.isprintable()
    assert "ijklmnop" not in decision.text


def test_that_no_bytes_are_a_database_that_is_just_made() -> None:
    with pytest.raises(TornError, match="empty"):
        read(b"")


@pytest.mark.parametrize(
    "data", [b"x", b"no database" * 1000, b"SQLite format 3\0", b"SQLite format 3\0" * 500]
)
def test_that_what_is_no_database_is_said_in_sqlites_words(data: bytes) -> None:
    with pytest.raises(UnusableError, match=r"cannot be read as a database: \w+"):
        read(data)


def test_that_a_damaged_database_gives_facts_or_a_reason() -> None:
    whole = image(LIVE_ROWS + TOOL_ROWS)
    dice = random.Random(7)
    reasons: list[str] = []
    for _ in range(400):
        data = bytearray(whole)
        for _ in range(dice.choice((1, 20, 2000))):
            data[dice.randrange(16, len(data))] = dice.randrange(256)
        try:
            read(bytes(data[: dice.choice((len(data), len(data) // 2))]))
        except (UnusableError, TornError) as error:
            reasons.append(str(error))
    assert len(reasons) > 20
    assert all(0 < len(reason) < 300 for reason in reasons)


def test_that_only_the_newest_rows_of_a_long_table_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_image, "ROWS_CAP", 50)
    monkeypatch.setattr(sqlite_image, "_LAST", "ORDER BY rowid DESC LIMIT 50")
    rows: Rows = [("decisions", {"task_id": TASK, "decision_description": str(n)}) for n in range(60)]
    reading = read(image(rows))
    (fact,) = reading.facts
    assert isinstance(fact, MetricsFact)
    assert [each.text for each in fact.decisions] == [str(n) for n in range(10, 60)]
    assert reading.dropped == ("decisions: only the newest 50 rows are read",)


def test_that_only_the_newest_tasks_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "MOST_FACTS", 3)
    rows: Rows = [
        ("tasks", {"task_id": f"t{n}", "created_at": f"2026-11-{20 - n:02d} 08:00:00"}) for n in range(6)
    ]
    reading = read(image(rows))
    assert [fact.key for fact in reading.facts if isinstance(fact, MetricsFact)] == ["t2", "t1", "t0"]
    assert reading.dropped == ("6 tasks and builds, only the newest 3 are kept",)


def test_that_a_reading_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_image, "DEADLINE_S", 0.0)
    monkeypatch.setattr(sqlite_image, "_CHECK_EVERY", 1)
    with pytest.raises(UnusableError, match="takes longer than"):
        read(image(LIVE_ROWS))


def test_that_a_table_of_many_megabytes_is_read_within_its_time() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        create(connection)
        polls = ((TASK, "Scout", f"decision {n % 30}", "x" * 150) for n in range(100_000))
        sql = "INSERT INTO decisions (task_id, phase, decision_description, reasoning) VALUES (?, ?, ?, ?)"
        connection.executemany(sql, polls)
        connection.commit()
        assert len(facts(connection.serialize())[TASK].decisions) == 30
