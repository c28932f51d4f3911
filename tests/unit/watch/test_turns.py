"""Threads that have much to do take turns."""

from __future__ import annotations

import threading

from cupola.watch import turns as module
from cupola.watch.turns import Turns


def test_only_one_thread_at_a_time_has_the_turn() -> None:
    turns, inside, most = Turns(), 0, 0
    counting = threading.Lock()

    def work() -> None:
        nonlocal inside, most
        for _ in range(50):
            with turns.taken():
                with counting:
                    inside += 1
                    most = max(most, inside)
                with counting:
                    inside -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_nobody_waits_for_ever_for_one_that_hangs() -> None:
    turns = Turns()
    hangs, released = threading.Event(), threading.Event()

    def hang() -> None:
        with turns.taken():
            hangs.set()
            released.wait(10)

    thread = threading.Thread(target=hang)
    thread.start()
    try:
        assert hangs.wait(10)
        for _ in range(20):  # the first waits for a while, the others do not wait at all
            with turns.taken():
                assert thread.is_alive()
    finally:
        released.set()
        thread.join()


def test_a_turn_is_given_back_after_an_error() -> None:
    turns = Turns()
    try:
        with turns.taken():
            raise LookupError
    except LookupError:
        pass
    assert turns._lock.acquire(timeout=module.PATIENCE_S)
    turns._lock.release()
