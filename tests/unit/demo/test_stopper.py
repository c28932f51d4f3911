"""A demo's writer ends at once when it is told to, whatever it is at."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from contextlib import closing

from cupola.demo.stopper import Stopper

BUSY = """
import signal, sys
from cupola.demo.stopper import Stopper
stopper = Stopper()
signal.signal(signal.SIGTERM, lambda *_: stopper.set())
print("ready", flush=True)
while not stopper.wait(1e-6):
    pass
"""


def test_it_is_raised_once_and_for_ever() -> None:
    with closing(Stopper()) as stopper:
        assert not stopper.is_set()
        assert not stopper.wait(0.001)
        for _ in range(100_000):
            stopper.set()
        assert stopper.wait()
        assert stopper.is_set()


def test_another_thread_may_raise_it() -> None:
    with closing(Stopper()) as stopper:
        thread = threading.Thread(target=stopper.set)
        thread.start()
        assert stopper.wait(20)
        thread.join()


def test_a_handler_may_raise_it_at_any_moment_of_a_wait() -> None:
    for _ in range(5):
        with subprocess.Popen([sys.executable, "-c", BUSY], stdout=subprocess.PIPE, text=True) as busy:
            assert busy.stdout is not None
            assert busy.stdout.readline() == "ready\n"
            busy.send_signal(signal.SIGTERM)
            assert busy.wait(20) == 0
