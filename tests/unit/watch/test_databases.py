"""A database is read as after its last commit, beside its writer, which never notices."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from cupola.sources.base import MIB, Blob, TornError
from cupola.watch import databases, write_ahead
from cupola.watch.databases import main_of, read_database
from cupola.watch.refusal import MissingError, RefusedError
from support.processes import as_nobody, environment

if sys.platform == "win32":
    pytest.skip("the POSIX way of opening", allow_module_level=True)

NAME = "metrics.db"
CAP = 64 * MIB
AT = 1_700_000_000_123_456_789
WRITER = Path(__file__).parents[2] / "support" / "database_writer.py"
JOURNALS = ("delete", "truncate", "persist", "wal")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder for one database."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def writer(home: Path, journal: str = "delete") -> sqlite3.Connection:
    """A writer that never waits, with one table."""
    connection = sqlite3.connect(home / NAME, timeout=0, isolation_level=None)
    connection.execute(f"PRAGMA journal_mode={journal}")
    connection.execute("CREATE TABLE IF NOT EXISTS t (n INTEGER, pad BLOB)")
    return connection


def add(connection: sqlite3.Connection, *numbers: int) -> None:
    connection.executemany("INSERT INTO t VALUES (?, randomblob(2000))", ((n,) for n in numbers))


def read(home: Path, cap: int = CAP) -> Blob:
    return read_database(str(home), NAME, cap)


def numbers(blob: Blob) -> list[int]:
    """What a reader finds in the image, which has to be sound."""
    with closing(sqlite3.connect(":memory:")) as reader:
        reader.deserialize(blob.data)
        assert reader.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return [number for (number,) in reader.execute("SELECT n FROM t ORDER BY n")]


def names(home: Path) -> set[str]:
    return {path.name for path in home.iterdir()}


def refusal(home: Path, cap: int = CAP) -> str:
    with pytest.raises(RefusedError) as caught:
        read(home, cap)
    return str(caught.value)


@pytest.mark.parametrize("journal", JOURNALS)
def test_what_is_committed_is_read_while_its_writer_is_there(home: Path, journal: str) -> None:
    with closing(writer(home, journal)) as connection:
        add(connection, 1, 2, 3)
        assert numbers(read(home)) == [1, 2, 3]


@pytest.mark.parametrize("journal", JOURNALS)
def test_what_is_not_yet_committed_is_not_read(home: Path, journal: str) -> None:
    with closing(writer(home, journal)) as connection:
        add(connection, 1)
        connection.execute("BEGIN IMMEDIATE")
        add(connection, 2)
        assert numbers(read(home)) == [1]
        connection.execute("COMMIT")
        assert numbers(read(home)) == [1, 2]


@pytest.mark.parametrize("journal", JOURNALS)
def test_what_a_writer_left_is_read_when_it_is_gone(home: Path, journal: str) -> None:
    with closing(writer(home, journal)) as connection:
        add(connection, *range(40))
    assert numbers(read(home)) == list(range(40))


@pytest.mark.parametrize("journal", JOURNALS)
def test_reading_leaves_nothing_beside_a_database_and_no_time_in_it(home: Path, journal: str) -> None:
    with closing(writer(home, journal)) as connection:
        add(connection, 1)
        before = {path: path.lstat() for path in (home, *home.iterdir())}
        read(home)
        after = {path: path.lstat() for path in (home, *home.iterdir())}
        stamps = [(one.st_atime_ns, one.st_mtime_ns, one.st_ctime_ns) for one in after.values()]
        assert list(after) == list(before)
        assert stamps == [(one.st_atime_ns, one.st_mtime_ns, one.st_ctime_ns) for one in before.values()]
    read(home)
    assert names(home) - {f"{NAME}-journal"} == {NAME}


def test_an_image_says_that_it_has_no_write_ahead_log(home: Path) -> None:
    with closing(writer(home, "wal")) as connection:
        add(connection, 1)
        assert (home / NAME).read_bytes()[18:20] == b"\2\2"
        assert read(home).data[18:20] == b"\1\1"


def test_the_newest_of_database_and_log_is_the_time_of_a_database(home: Path) -> None:
    with closing(writer(home, "wal")) as connection:
        add(connection, 1)
        os.utime(home / NAME, ns=(AT, AT))
        os.utime(home / f"{NAME}-wal", ns=(AT + 10**9, AT + 10**9))
        assert read(home).mtime == pytest.approx(AT / 1e9 + 1)


def test_a_transaction_that_has_begun_to_write_is_waited_for(home: Path) -> None:
    with closing(writer(home)) as connection:
        connection.execute("PRAGMA cache_size=5")
        connection.execute("BEGIN IMMEDIATE")
        add(connection, *range(200))
        with pytest.raises(TornError, match="-journal is there"):
            read(home)
        connection.execute("ROLLBACK")
    assert numbers(read(home)) == []


def test_a_journal_that_its_writer_keeps_is_no_transaction(home: Path) -> None:
    with closing(writer(home, "persist")) as connection:
        add(connection, 1)
        assert (home / f"{NAME}-journal").stat().st_size > 0
        assert numbers(read(home)) == [1]


def test_pages_that_a_checkpoint_has_not_moved_yet_come_from_the_log(home: Path) -> None:
    with closing(writer(home, "wal")) as connection:
        connection.execute("PRAGMA wal_autocheckpoint=0")
        add(connection, *range(500))
        connection.execute("DELETE FROM t WHERE n % 2")
        assert (home / f"{NAME}-wal").stat().st_size > (home / NAME).stat().st_size
        assert numbers(read(home)) == list(range(0, 500, 2))
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        add(connection, 501)
        assert numbers(read(home)) == [*range(0, 500, 2), 501]


def test_a_database_that_shrinks_by_its_log_is_read_at_its_new_size(home: Path) -> None:
    with closing(writer(home, "wal")) as connection:
        add(connection, *range(300))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("DELETE FROM t WHERE n > 3")
        connection.execute("VACUUM")
        blob = read(home)
        assert numbers(blob) == [0, 1, 2, 3]
        assert blob.size_bytes < (home / NAME).stat().st_size


def test_a_log_without_its_index_is_refused_with_the_reason(home: Path) -> None:
    with closing(writer(home, "wal")) as connection:
        add(connection, 1)
        (home / f"{NAME}-shm").rename(home / "kept")
        said = refusal(home)
        assert said.startswith("metrics.db has a write-ahead log without an index (-shm)")
        (home / "kept").rename(home / f"{NAME}-shm")
    assert numbers(read(home)) == [1]


def test_an_empty_log_without_an_index_is_as_good_as_none(home: Path) -> None:
    with closing(writer(home)) as connection:
        add(connection, 1)
    (home / f"{NAME}-wal").touch()
    assert numbers(read(home)) == [1]


@pytest.mark.parametrize("spoilt", ["-shm", "-wal"])
def test_a_log_and_an_index_that_do_not_fit_are_waited_for(home: Path, spoilt: str) -> None:
    with closing(writer(home, "wal")) as connection:
        add(connection, 1)
        path = home / f"{NAME}{spoilt}"
        held = bytearray(path.read_bytes())
        held[16:24] = bytes(reversed(held[16:24]))
        copy = home / "copy.db"
        copy.write_bytes((home / NAME).read_bytes())
        for suffix in ("-shm", "-wal"):
            data = bytes(held) if suffix == spoilt else (home / f"{NAME}{suffix}").read_bytes()
            (home / f"copy.db{suffix}").write_bytes(data)
        with pytest.raises(TornError, match="write-ahead log"):
            read_database(str(home), "copy.db", CAP)


def test_a_log_that_begins_anew_meanwhile_is_read_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(writer(home, "wal")) as connection:
        add(connection, 1)
        honest = databases._Opened.at

        def meanwhile(self: databases._Opened, offset: int, size: int) -> bytes:
            data = honest(self, offset, size)
            if self.suffix == "":
                connection.execute("PRAGMA wal_checkpoint(RESTART)")
                add(connection, 2)
            return data

        monkeypatch.setattr(databases._Opened, "at", meanwhile)
        with pytest.raises(TornError, match="began anew"):
            read(home)
        monkeypatch.undo()
        assert numbers(read(home)) == [1, 2]


def test_a_checkpoint_in_the_middle_of_a_reading_spoils_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(writer(home, "wal")) as connection:
        connection.execute("PRAGMA wal_autocheckpoint=0")
        add(connection, *range(300))
        honest = databases._Opened.at

        def meanwhile(self: databases._Opened, offset: int, size: int) -> bytes:
            if self.suffix or size < 4096:
                return honest(self, offset, size)
            half = size // 2
            first = honest(self, offset, half)
            add(connection, 300)
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
            return first + honest(self, offset + half, size - half)

        monkeypatch.setattr(databases._Opened, "at", meanwhile)
        assert numbers(read(home)) == list(range(301))


@pytest.mark.parametrize("journal", ["delete", "persist"])
def test_a_commit_in_the_middle_of_a_reading_is_noticed_whatever_the_clock_says(
    home: Path, monkeypatch: pytest.MonkeyPatch, journal: str
) -> None:
    with closing(writer(home, journal)) as connection:
        add(connection, *range(50))
        os.utime(home / NAME, ns=(AT, AT))
        honest = databases._Opened.at

        def meanwhile(self: databases._Opened, offset: int, size: int) -> bytes:
            data = honest(self, offset, size)
            if size > 4096:
                connection.execute("UPDATE t SET n = n + 1000")
                os.utime(home / NAME, ns=(AT, AT))
            return data

        monkeypatch.setattr(databases._Opened, "at", meanwhile)
        with pytest.raises(TornError, match="written to while it was read"):
            read(home)


def test_a_database_that_is_replaced_meanwhile_is_read_again(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(writer(home)) as connection:
        add(connection, 1)
    honest = databases._plain

    def meanwhile(*arguments: object) -> bytes:
        data = honest(*arguments)  # type: ignore[arg-type]  # handed on as they came
        (home / "new").write_bytes(data)
        (home / "new").replace(home / NAME)
        return data

    monkeypatch.setattr(databases, "_plain", meanwhile)
    with pytest.raises(TornError, match="replaced"):
        read(home)


def test_a_database_over_its_cap_is_refused_with_sizes(home: Path) -> None:
    (home / NAME).touch()
    os.truncate(home / NAME, 3 * 1024**3)
    assert refusal(home) == "metrics.db is too large: 3 GiB, and at most 64 MiB are read"


def test_a_log_over_the_cap_is_refused_with_sizes(home: Path) -> None:
    with closing(writer(home, "wal")) as connection:
        connection.execute("PRAGMA wal_autocheckpoint=0")
        add(connection, *range(300))
        assert refusal(home, 100_000).endswith(", and at most 97.7 KiB are read")


def test_what_is_not_there_is_missing(home: Path) -> None:
    with pytest.raises(MissingError):
        read(home)
    with pytest.raises(MissingError):
        read(home / "nowhere")


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm"])
def test_a_link_in_place_of_any_of_the_files_is_not_followed(home: Path, suffix: str) -> None:
    with closing(writer(home, "wal")) as connection:
        add(connection, 1)
        path = home / f"{NAME}{suffix}"
        path.rename(home / "elsewhere")
        path.symlink_to("elsewhere")
        assert "links are not followed" in refusal(home)
        path.unlink()
        (home / "elsewhere").rename(path)


def test_a_journal_that_is_a_pipe_is_refused_at_once(home: Path) -> None:
    with closing(writer(home)) as connection:
        add(connection, 1)
    os.mkfifo(home / f"{NAME}-journal")
    assert refusal(home) == "metrics.db-journal is a named pipe, not a file"


@pytest.mark.parametrize("data", [b"", b"no database", b"SQLite format 3\0" + bytes(50)])
def test_whatever_is_no_database_is_handed_on_for_its_source_to_judge(home: Path, data: bytes) -> None:
    (home / NAME).write_bytes(data)
    assert len(read(home).data) == len(data)


@pytest.mark.parametrize("relative", ["../metrics.db", "a//b", "nul\0.db", "half\ud800.db"])
def test_a_name_that_cannot_be_is_refused(home: Path, relative: str) -> None:
    with pytest.raises(RefusedError):
        read_database(str(home), relative, CAP)


def test_no_descriptor_is_left_open(home: Path) -> None:
    with closing(writer(home, "wal")) as connection:
        add(connection, 1)
        count = len(list(Path("/dev/fd").iterdir()))
        read(home)
        (home / f"{NAME}-shm").rename(home / "kept")
        refusal(home)
        assert len(list(Path("/dev/fd").iterdir())) == count
        (home / "kept").rename(home / f"{NAME}-shm")


def test_the_file_beside_a_database_leads_to_it() -> None:
    assert [main_of(name) for name in ("a/m.db-wal", "m.db", "m.db-shm")] == ["a/m.db", "m.db", "m.db-shm"]


def test_an_index_that_is_being_written_to_says_nothing(home: Path) -> None:
    with closing(writer(home, "wal")) as connection:
        add(connection, 1)
        data = (home / f"{NAME}-shm").read_bytes()[: write_ahead.INDEX_BYTES]
    assert write_ahead.index_of(data) is not None
    assert write_ahead.index_of(data[:50]) is None
    for at in (0, 12, 16, 45, 60):
        assert write_ahead.index_of(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]) is None
    half = write_ahead.INDEX_BYTES // 2
    both = data[:16] + b"\7" + data[17:half]
    assert write_ahead.index_of(both + both) is None, "a checksum that does not fit"


# --- another user -------------------------------------------------------------------------------------------


def said_to_nobody(home: Path) -> str:
    for folder in (home, *home.parents):
        if folder.stat().st_uid == os.geteuid() and folder != Path(folder.anchor):
            folder.chmod(folder.stat().st_mode | 0o055)
    code = (
        "import sys; from cupola.watch.databases import read_database\n"
        "try: print(len(read_database(sys.argv[1], 'metrics.db', 1 << 26).data))\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    command = as_nobody([sys.executable, "-c", code, str(home)])
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_who_may_only_read_reads_all_the_same(home: Path, journal: str) -> None:
    with closing(writer(home, journal)) as connection:
        add(connection, 1)
        assert int(said_to_nobody(home)) == len(read(home).data)


def test_a_database_that_may_not_be_read_is_refused(home: Path) -> None:
    with closing(writer(home)) as connection:
        add(connection, 1)
    (home / NAME).chmod(0o600)
    assert said_to_nobody(home) == "RefusedError no permission to read metrics.db"


def test_a_log_that_may_not_be_read_is_refused(home: Path) -> None:
    with closing(writer(home, "wal")) as connection:
        add(connection, 1)
        (home / f"{NAME}-wal").chmod(0o600)
        assert said_to_nobody(home) == "RefusedError no permission to read metrics.db-wal"


# --- beside a writer in another process ---------------------------------------------------------------------


def watched(home: Path, journal: str, seconds: float) -> tuple[list[int], int, int]:
    """What a reader saw that looked 100 times a second, how often it saw nothing, and the writer's count."""
    command = [sys.executable, str(WRITER), str(home / NAME), journal, str(seconds)]
    seen, torn = [0], 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        while child.poll() is None:
            time.sleep(0.01)
            try:
                seen.append(_transaction(read(home)))
            except (TornError, MissingError, sqlite3.OperationalError):
                torn += 1
            assert names(home) <= {NAME, f"{NAME}-journal", f"{NAME}-wal", f"{NAME}-shm"}
        out, errors = child.communicate()
    assert child.returncode == 0, errors
    written = int(out.split()[1].rstrip("}"))
    assert _transaction(read(home)) == written
    return seen, torn, written


def _transaction(blob: Blob) -> int:
    """The number of the last transaction in an image, which has to be whole."""
    with closing(sqlite3.connect(":memory:")) as reader:
        if not blob.data:
            raise TornError("just created")
        reader.deserialize(blob.data)
        assert reader.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        row = reader.execute("SELECT status, duration_seconds FROM tasks").fetchone()
        counted = reader.execute("SELECT count(*) FROM decisions").fetchone()
        assert row is None or row[1] == counted[0], "half a transaction"
        return int(row[0]) if row else 0


def check(home: Path, journal: str, seconds: float) -> None:
    seen, torn, written = watched(home, journal, seconds)
    assert seen == sorted(seen), "an older state after a newer one"
    told = f"{len(seen)} readings of {len(set(seen))} states, {torn} times none; {written} written"
    assert len(seen) + torn > 25 * seconds, told
    assert len(set(seen)) > min(10 * seconds, written / 5), told
    assert names(home) - {f"{NAME}-journal"} == {NAME}


@pytest.mark.parametrize("journal", JOURNALS)
def test_a_live_database_is_read_100_times_a_second_beside_its_writer(home: Path, journal: str) -> None:
    check(home, journal, 3.0)


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_a_live_database_is_read_for_a_minute_beside_its_writer(home: Path, journal: str) -> None:
    check(home, journal, 60.0)
