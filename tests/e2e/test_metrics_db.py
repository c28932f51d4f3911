"""A metrics database that another process writes shows in the build it tells of, and nowhere else."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Self

import pytest

from cupola.domain.models import BuildSnapshot
from cupola.domain.words import BuildState, Provenance
from support.engine_host import EngineHost, SteeredClock
from support.metrics_db import BOTH, LIVESTREAM, Value, create, insert
from support.processes import environment
from support.project_files import listing, phase, put, put_phase

TASK = "shop_20261123_083541"
CODE = """
import json, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)
print(connection.execute("PRAGMA journal_mode=" + sys.argv[2]).fetchone()[0], flush=True)
for line in sys.stdin:
    for sql, values in json.loads(line):
        connection.execute(sql, values)
    print("done", flush=True)
connection.close()
"""


class Writer:
    """A process that holds a metrics database open and never waits for a lock."""

    def __init__(self, file: Path, journal: str = "delete") -> None:
        command = [sys.executable, "-c", CODE, str(file), journal]
        pipe = subprocess.PIPE
        self._child = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment())
        self._line()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._child.stdin.close()
        self._child.stdout.close()
        assert self._child.wait(30) == 0

    def tables(self) -> None:
        self.do(*((sql, ()) for sql in BOTH.values()))

    def add(self, table: str, **row: Value) -> None:
        sql = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"
        self.do((sql, tuple(row.values())))

    def do(self, *statements: tuple[str, tuple[Value, ...]]) -> None:
        assert self._child.stdin is not None
        self._child.stdin.write(json.dumps(statements) + "\n")
        self._child.stdin.flush()
        self._line()

    def _line(self) -> None:
        assert self._child.stdout is not None
        assert self._child.stdout.readline(), "the writer met a lock or another error"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A build that runs, in a root."""
    project = tmp_path / "root" / "shop"
    put_phase(project, phase(session_id="shop"))
    return project


@pytest.fixture
def foundry(tmp_path: Path) -> Path:
    folder = tmp_path / "foundry"
    folder.mkdir()
    return folder


@pytest.fixture
def writer(foundry: Path) -> Iterator[Writer]:
    with Writer(foundry / "metrics.db") as started:
        started.tables()
        yield started


def now_utc(ago_s: float = 0) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(time.time() - ago_s))


def task(writer: Writer, project: Path, key: str = TASK, ago_s: float = 0) -> None:
    writer.add("tasks", task_id=key, working_directory=str(project), created_at=now_utc(ago_s))


def decision(writer: Writer, text: str, key: str = TASK) -> None:
    writer.add("decisions", task_id=key, phase="Scout", decision_description=text, quality_rating=4)


def host_of(tmp_path: Path, clock: SteeredClock | None = None) -> EngineHost:
    return EngineHost(tmp_path, tmp_path / "root", clock=clock)


def decisions(host: EngineHost, project: str = "shop") -> list[str]:
    snapshot: BuildSnapshot | None = host.snapshots().get(project)
    return [item.text for item in snapshot.decisions.items] if snapshot else []


def until(host: EngineHost, *texts: str, project: str = "shop", timeout_s: float = 10) -> None:
    host.wait_for(
        lambda: sorted(decisions(host, project)) == sorted(texts), f"{project} decided {texts}", timeout_s
    )


def test_what_was_there_before_is_shown_when_all_is_ready(
    shop: Path, foundry: Path, writer: Writer, tmp_path: Path
) -> None:
    task(writer, shop)
    decision(writer, "Use SQLite")
    writer.add("builds", id=1, session_id="b", working_directory=str(shop), total_tokens_input=70)
    before = listing(foundry)
    with host_of(tmp_path) as host:
        host.ready()
        snapshot = host.snapshots()["shop"]
        assert decisions(host) == ["Use SQLite"]
        assert (snapshot.tokens.used.value, snapshot.tokens.used.provenance) == (70, Provenance.RECORDED)
        assert host.health.unattached == ()
        assert host.health.problems == ()
    assert listing(foundry) == before
    assert "metrics" not in (tmp_path / "state" / "journal.jsonl").read_text()


@pytest.mark.parametrize("journal", ["delete", "truncate", "persist", "wal"])
def test_each_row_that_is_written_shows_soon(shop: Path, foundry: Path, tmp_path: Path, journal: str) -> None:
    with Writer(foundry / "metrics.db", journal) as writer, host_of(tmp_path) as host:
        host.ready()
        writer.tables()
        task(writer, shop)
        told: list[str] = []
        for number in range(5):
            told.append(f"decision {number}")
            decision(writer, told[-1])
            until(host, *told, timeout_s=3)
    assert {path.name for path in foundry.iterdir()} - {"metrics.db-journal"} == {"metrics.db"}


def test_a_home_that_appears_later_is_met(shop: Path, tmp_path: Path) -> None:
    with host_of(tmp_path) as host:
        host.ready()
        assert host.health.problems == ()
        (tmp_path / "foundry").mkdir()
        with Writer(tmp_path / "foundry" / "metrics.db") as writer:
            writer.tables()
            task(writer, shop)
            decision(writer, "late")
            until(host, "late", timeout_s=3)


def test_a_home_that_goes_and_comes_back_is_met_again(
    shop: Path, foundry: Path, writer: Writer, tmp_path: Path
) -> None:
    task(writer, shop)
    decision(writer, "first")
    with host_of(tmp_path) as host:
        host.ready()
        until(host, "first")
        foundry.rename(tmp_path / "away")
        until(host)
        foundry.mkdir()
        with Writer(foundry / "metrics.db") as other:
            other.tables()
            task(other, shop)
            decision(other, "second")
            until(host, "second", timeout_s=3)


def test_a_home_reached_through_a_link_is_read(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "foundry").symlink_to("elsewhere")
    with Writer(tmp_path / "elsewhere" / "metrics.db") as writer, host_of(tmp_path) as host:
        writer.tables()
        host.ready()
        task(writer, shop)
        decision(writer, "by a link")
        until(host, "by a link", timeout_s=3)


def test_a_database_that_is_replaced_is_read_anew(
    shop: Path, foundry: Path, writer: Writer, tmp_path: Path
) -> None:
    task(writer, shop)
    decision(writer, "old")
    with host_of(tmp_path) as host:
        host.ready()
        until(host, "old")
        with Writer(tmp_path / "new.db") as other:
            other.tables()
            task(other, shop)
            decision(other, "new")
        (tmp_path / "new.db").replace(foundry / "metrics.db")
        until(host, "new", timeout_s=3)


def test_a_database_that_is_damaged_is_named_and_what_it_said_stands(
    shop: Path, foundry: Path, tmp_path: Path
) -> None:
    with Writer(foundry / "metrics.db") as writer:
        writer.tables()
        task(writer, shop)
        decision(writer, "kept")
    with host_of(tmp_path) as host:
        host.ready()
        whole = (foundry / "metrics.db").read_bytes()
        (foundry / "metrics.db").write_bytes(b"rubbish" * 1000)
        host.wait_for(lambda: bool(host.health.problems), "a problem is named")
        (problem,) = host.health.problems
        assert (problem.path, problem.message) == (
            str(foundry / "metrics.db"),
            "cannot be read as a database: file is not a database",
        )
        assert decisions(host) == ["kept"]
        (foundry / "metrics.db").write_bytes(whole)
        host.wait_for(lambda: not host.health.problems, "the problem is over")


def test_a_transaction_that_takes_long_is_named_until_it_is_over(
    shop: Path, foundry: Path, writer: Writer, tmp_path: Path
) -> None:
    task(writer, shop)
    with host_of(tmp_path) as host:
        host.ready()
        row = "INSERT INTO decisions (task_id, decision_description, reasoning) VALUES (?, ?, ?)"
        many = [(row, (TASK, "in the middle", "x" * 3000)) for _ in range(100)]
        writer.do(("PRAGMA cache_size=5", ()), ("BEGIN IMMEDIATE", ()), *many)
        said = "stays unfinished: it is being written to"
        named = lambda: any(one.message.startswith(said) for one in host.health.problems)  # noqa: E731
        host.wait_for(named, "it is named")
        assert decisions(host) == []
        writer.do(("COMMIT", ()))
        until(host, "in the middle", timeout_s=3)
        host.wait_for(lambda: not host.health.problems, "it is over")


def test_what_belongs_to_no_build_is_counted_until_its_build_appears(
    shop: Path, writer: Writer, tmp_path: Path
) -> None:
    late = shop.with_name("late")
    task(writer, late, "late_1")
    decision(writer, "a", "late_1")
    decision(writer, "b", "late_1")
    with host_of(tmp_path) as host:
        host.ready()
        assert host.health.unattached == ("metrics.db: task late_1 (2 decisions)",)
        put_phase(late, phase())
        until(host, "a", "b", project="late", timeout_s=3)
        host.wait_for(lambda: host.health.unattached == (), "nothing is left over")
        assert decisions(host) == []


def test_rows_without_a_directory_go_to_the_one_build_of_their_id(
    shop: Path, writer: Writer, tmp_path: Path
) -> None:
    decision(writer, "by its id", "shop")
    with host_of(tmp_path) as host:
        host.ready()
        assert decisions(host) == ["by its id"]
        put_phase(shop.with_name("twin"), phase(session_id="shop"))
        until(host)
        host.wait_for(
            lambda: host.health.unattached == ("metrics.db: task shop (1 decision)",),
            "it is said to be left over",
        )


def test_a_new_run_does_not_take_over_what_was_decided_in_the_one_before(
    shop: Path, writer: Writer, tmp_path: Path
) -> None:
    put_phase(shop, phase(), time.time() - 1000)
    task(writer, shop, ago_s=900)
    decision(writer, "of the first run")
    clock = SteeredClock()
    with host_of(tmp_path, clock) as host:
        host.ready()
        until(host, "of the first run")
        put(shop / ".context-foundry/session-summary.json", {"status": "completed"})
        host.until("shop", state=BuildState.COMPLETED)
        put_phase(shop, phase("Scout", "researching", phases_completed=[]))
        host.until("shop", phase="Scout")
        until(host)
        task(writer, shop, "second")
        decision(writer, "of the second run", "second")
        until(host, "of the second run")


def test_rows_are_no_sign_of_life_and_no_file_of_the_run(shop: Path, writer: Writer, tmp_path: Path) -> None:
    old = time.time() - 3000
    put_phase(shop, phase(), old)
    for folder in (shop / ".context-foundry", shop):
        os.utime(folder, (old, old))
    task(writer, shop, ago_s=2900)
    with host_of(tmp_path) as host:
        quiet = host.until("shop", state=BuildState.QUIET)
        decision(writer, "while it is quiet")
        until(host, "while it is quiet")
        build = host.build("shop")
        assert build is not None
        assert (build.state, build.changed_at) == (BuildState.QUIET, quiet.changed_at)
        assert build.elapsed == quiet.elapsed
        assert not any("metrics" in entry.text for entry in host.snapshots()["shop"].activity.entries)


def test_a_home_that_may_not_be_entered_is_no_hindrance(shop: Path, foundry: Path, tmp_path: Path) -> None:
    foundry.rmdir()
    foundry.write_text("a file, not a folder")
    with host_of(tmp_path) as host:
        host.ready()
        assert host.build("shop") is not None
        foundry.unlink()
        foundry.mkdir()
        with Writer(foundry / "metrics.db") as writer:
            writer.tables()
            task(writer, shop)
            decision(writer, "at last")
            until(host, "at last")


def test_a_large_database_does_not_hold_up_phase_files(shop: Path, foundry: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(foundry / "metrics.db")) as connection:
        create(connection, LIVESTREAM)
        insert(connection, "tasks", task_id=TASK, working_directory=str(shop))
        row = "INSERT INTO decisions (task_id, decision_description, reasoning) VALUES (?, ?, ?)"
        connection.executemany(row, ((TASK, f"decision {n % 20}", "x" * 200) for n in range(120_000)))
        connection.commit()
    with host_of(tmp_path) as host:
        host.ready()
        assert len(decisions(host)) == 20
        shutil.copy(foundry / "metrics.db", tmp_path / "copy")
        waits: list[float] = []
        for number in range(20):
            os.utime(tmp_path / "copy")
            shutil.copy2(tmp_path / "copy", tmp_path / "next")
            (tmp_path / "next").replace(foundry / "metrics.db")
            began = time.monotonic()
            put_phase(shop, phase(detail=str(number)))
            host.until("shop", detail=str(number))
            waits.append(time.monotonic() - began)
        assert sorted(waits)[len(waits) // 2] < 0.2, waits
