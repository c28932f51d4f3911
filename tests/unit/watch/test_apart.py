"""What may take long to read is read in the bulk lane, as seldom as it costs, and holds up nobody."""

from __future__ import annotations

import queue
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from cupola.engine.dirt import SHARE, Dirt
from cupola.sources.base import Anchor, Blob, Interest, LaneKind, Mode, Reading, Source
from cupola.watch.coalesce import WINDOW_S, Coalescer
from cupola.watch.disk import Disk
from cupola.watch.events import Dirty, Hint
from cupola.watch.inventory import Inventory
from cupola.watch.lanes import Lane, Long
from cupola.watch.patterns import Patterns
from cupola.watch.reader import HolderRead, Reader, Trouble
from cupola.watch.sweep import Confirmed, Plan, Resumed, SweepMessage
from cupola.watch.turns import Turns
from support.clock import FakeClock
from support.engine_host import SteeredClock

PATIENCE_S = 10


def read(blob: Blob, previous: Reading | None) -> Reading:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(blob.data)
        return Reading((), (str(connection.execute("SELECT count(*) FROM t").fetchone()[0]),))


SOURCE = Source("rows", (Interest(Anchor.FOUNDRY_HOME, "rows.db", LaneKind.BULK, Mode.SQLITE, 2**20),), read)
PATTERNS = Patterns.of([SOURCE], frozenset({Anchor.FOUNDRY_HOME}))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A writer with a write-ahead log: its commits change only the file beside the database."""
    with closing(sqlite3.connect(tmp_path / "rows.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=wal")
        connection.execute("CREATE TABLE t (n)")
        yield connection


def add(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO t VALUES (1)")


def told(seen: HolderRead) -> list[tuple[str, tuple[str, ...] | Trouble]]:
    return [
        (one.relative, one.outcome.dropped if isinstance(one.outcome, Reading) else one.outcome)
        for one in seen.results
    ]


def reader() -> Reader:
    return Reader(FakeClock(), lambda *_: None, lambda *_: "")


def test_the_file_beside_a_database_is_wanted_with_it() -> None:
    assert PATTERNS.literals == {"rows.db", "rows.db-wal"}
    assert [PATTERNS.wants(name) for name in ("rows.db-shm", "rows.db-journal", "rows.db-wal")] == [
        False,
        False,
        True,
    ]


def test_a_commit_into_the_log_is_a_change_of_the_database(
    tmp_path: Path, database: sqlite3.Connection
) -> None:
    one, base = reader(), str(tmp_path)
    assert told(one.open(base, PATTERNS)) == [("rows.db", ("0",))]
    assert told(one.refresh(base)) == []
    add(database)
    assert one.stale(base) == ("rows.db-wal",)
    assert told(one.refresh(base)) == [("rows.db", ("1",))]
    add(database)
    assert told(one.read(base, ("rows.db",))) == [("rows.db", ("2",))]
    assert one.stale(base) == ()
    assert told(one.refresh(base)) == []


def test_a_log_that_goes_when_its_writer_closes_is_a_change_of_the_database(
    tmp_path: Path, database: sqlite3.Connection
) -> None:
    one, base = reader(), str(tmp_path)
    one.open(base, PATTERNS)
    add(database)
    database.close()
    assert told(one.refresh(base)) == [("rows.db", ("1",))]
    (tmp_path / "rows.db").unlink()
    assert told(one.refresh(base)) == [("rows.db", Trouble.MISSING)]
    assert one.stale("/nowhere") == ()


def test_what_differs_is_told_without_being_read(tmp_path: Path) -> None:
    plain = Patterns.of(
        [Source("plain", (Interest(Anchor.ROOT, "one.txt"), Interest(Anchor.ROOT, "sub/two.txt")), read)],
        frozenset({Anchor.ROOT}),
    )
    inventory = Inventory(str(tmp_path), plain, lambda *_: None, lambda: False)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "two.txt").touch()
    inventory.refresh()
    assert inventory.stale() == ()
    (tmp_path / "one.txt").touch()
    (tmp_path / "sub" / "two.txt").write_text("x")
    assert set(inventory.stale()) == {"one.txt", "sub/two.txt"}
    inventory.refresh()
    assert inventory.stale() == ()
    (tmp_path / "sub" / "two.txt").unlink()
    assert inventory.stale() == ("sub/two.txt",)


class Stage:
    """A disk of its own, with all that it posts."""

    def __init__(self) -> None:
        self.posted: queue.Queue[SweepMessage] = queue.Queue()
        self.clock = SteeredClock()
        self.threads: list[str] = []
        self.disk = Disk(
            "d",
            clock=self.clock,
            post=self._post,
            watch=lambda *_: None,
            owner=lambda *_: "",
            bulk_tick=lambda: 30.0,
            failed=pytest.fail,
        )

    def _post(self, message: SweepMessage) -> None:
        self.threads.append(threading.current_thread().name)
        self.posted.put(message)

    def next(self) -> SweepMessage:
        """The next message but for what tells that the clock went ahead."""
        while isinstance(message := self.posted.get(timeout=PATIENCE_S), Resumed):
            pass
        return message


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage()
    made.disk.start()
    yield made
    made.disk.stop()
    assert made.disk.join(PATIENCE_S) == []


def test_a_folder_held_apart_is_read_in_the_bulk_lane_and_says_what_it_cost(
    stage: Stage, tmp_path: Path, database: sqlite3.Connection
) -> None:
    stage.disk.open(str(tmp_path), PATTERNS, apart=True)
    seen = stage.next()
    assert isinstance(seen, HolderRead)
    assert seen.opened
    assert seen.cost_s > 0
    stage.disk.read(str(tmp_path), ("rows.db",))
    stage.disk.refresh(str(tmp_path))
    stage.next()
    stage.next()
    assert set(stage.threads) == {"cupola-bulk-d"}


def test_a_sweep_of_a_folder_held_apart_tells_what_is_dirty_and_reads_nothing(
    stage: Stage, tmp_path: Path, database: sqlite3.Connection
) -> None:
    holder = str(tmp_path)
    stage.disk.open(holder, PATTERNS, apart=True)
    stage.next()
    add(database)
    stage.disk.plan = Plan(shown=frozenset({holder}), visible=True)
    stage.clock.ahead_s += 10
    stage.disk.hot.wake()
    dirty = stage.next()
    assert isinstance(dirty, Dirty)
    assert (dirty.path, dirty.hint) == (f"{holder}/rows.db-wal", Hint.MODIFIED)
    stage.disk.read(holder, ("rows.db",))
    assert isinstance(stage.next(), HolderRead)
    stage.clock.ahead_s += 10
    stage.disk.hot.wake()
    while not isinstance(confirmed := stage.next(), Confirmed):
        pass
    assert confirmed.holders == {holder}


def test_a_folder_that_is_closed_is_held_apart_no_more(
    stage: Stage, tmp_path: Path, database: sqlite3.Connection
) -> None:
    stage.disk.open(str(tmp_path), PATTERNS, apart=True)
    stage.next()
    stage.disk.close(str(tmp_path), unwatch=lambda _: None)
    stage.disk.open(str(tmp_path), PATTERNS)
    stage.next()
    assert stage.threads == ["cupola-bulk-d", "cupola-hot-d"]


def test_a_long_job_leaves_the_turn_to_others() -> None:
    turns = Turns()
    lane = Lane("long", turns=turns)
    lane.start()
    begun, over = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        assert over.wait(PATIENCE_S)

    lane.submit(Long(work))
    assert begun.wait(PATIENCE_S)
    assert turns._lock.acquire(blocking=False)
    turns._lock.release()
    over.set()
    lane.stop()
    assert lane.join(PATIENCE_S)


def test_a_file_that_costs_much_to_read_rests_the_longer() -> None:
    coalescer = Coalescer()
    for rest_s, again_at in ((0.0, WINDOW_S), (0.05, WINDOW_S), (5.0, 5.0)):
        coalescer.touched("/r/db", Hint.CLOSED, 100.0)
        assert coalescer.due(100.0) == ["/r/db"]
        coalescer.done("/r/db", True, 100.01, rest_s=rest_s)
        coalescer.touched("/r/db", Hint.CLOSED, 100.02)
        assert coalescer.next_due() == pytest.approx(100 + again_at)
        coalescer.forget("/r/db")


def test_dirt_of_the_file_beside_a_database_is_dirt_of_the_database() -> None:
    asked: list[tuple[str, tuple[str, ...]]] = []
    dirt = Dirt(Coalescer(), lambda *request: asked.append(request))
    dirt.add("/home/f", PATTERNS)
    for name in ("rows.db-wal", "rows.db", "rows.db-shm"):
        dirt.touched(Dirty(f"/home/f/{name}", Hint.CLOSED, 7), 100.0)
    dirt.hand_out(100.0)
    assert asked == [("/home/f", ("rows.db",))]
    seen = HolderRead("/home/f", (), complete=False, identity=(1, 1), requested=("rows.db",))
    assert dirt.done(replace(seen, cost_s=0.02), 100.1) == (7, [])
    dirt.touched(Dirty("/home/f/rows.db-wal", Hint.CLOSED, 8), 100.2)
    assert dirt.hand_out(100.2) == pytest.approx(100 + 0.02 / SHARE)
