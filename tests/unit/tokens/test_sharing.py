"""Work is shared with a child, and nothing is lost or left behind when that dies."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from cupola.engine.sharing import Answer, can_share, shared


def test_every_number_is_done_once_and_both_do_some() -> None:
    def work(number: int) -> Iterator[Answer]:
        yield number, os.getpid(), b"x" * 10_000
        yield number, None, [1.5, "two", (True,)]

    taken: list[Answer] = []
    shared(9_000, work, taken.append)
    assert sorted(one[0] for one in taken) == sorted([*range(9_000)] * 2)
    assert len({one[1] for one in taken} - {None}) == 2
    assert taken[-1][2] == [1.5, "two", (True,)]


def test_a_child_that_is_killed_takes_only_what_it_had_drawn_with_it() -> None:
    here = os.getpid()

    def work(number: int) -> Iterator[Answer]:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        yield (number,)

    taken: list[Answer] = []
    shared(50, work, taken.append)
    assert {one[0] for one in taken} <= set(range(50))
    assert len(taken) >= 49
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_a_child_whose_answers_nobody_can_keep_ends_at_once() -> None:
    def work(number: int) -> Iterator[Answer]:
        while True:
            yield number, b"x" * 1_000

    def full(_: Answer) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        shared(10, work, full)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_nothing_is_shared_beside_a_thread_or_on_one_core(monkeypatch: pytest.MonkeyPatch) -> None:
    end = threading.Event()
    beside = threading.Thread(target=end.wait)
    beside.start()
    assert not can_share()
    end.set()
    beside.join()
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0})
    assert not can_share()
