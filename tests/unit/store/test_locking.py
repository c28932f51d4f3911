"""One process at a time holds a lock, and one that dies holds none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cupola.store.locking import FileLock
from support.processes import environment

HOLDS = """
import sys
from cupola.store.locking import FileLock
FileLock(sys.argv[1]).acquire()
print("held", flush=True)
sys.stdin.read()
"""


def test_who_holds_it_keeps_others_out_until_it_lets_go(tmp_path: Path) -> None:
    one, other = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock", timeout_s=0.05)
    one.acquire()
    one.acquire()
    with pytest.raises(TimeoutError, match="another process"):
        other.acquire()
    with pytest.raises(TimeoutError), other:
        pytest.fail("both hold it")
    one.release()
    one.release()
    with other, pytest.raises(TimeoutError):
        one.acquire()
    one.acquire()
    one.release()


def test_a_process_that_is_killed_lets_go(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDS, str(tmp_path / "lock")]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, env=environment()) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        lock = FileLock(tmp_path / "lock")
        with pytest.raises(TimeoutError):
            lock.acquire(0.05)
        holder.kill()
        lock.acquire(20)
        lock.release()


def test_a_lock_that_cannot_be_made_is_no_lock_that_is_taken(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for path in (tmp_path / "no folder" / "lock", tmp_path / "link"):
        with pytest.raises(OSError, match=r"No such file|symbolic links") as failed:
            FileLock(path).acquire()
        assert not isinstance(failed.value, TimeoutError)
    assert not (tmp_path / "elsewhere").exists()
