"""A lane: one thread that does file work in order, so that nobody else has to wait for a disk."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Final

from cupola.watch.turns import Turns

log = logging.getLogger(__name__)

SLICE_S: Final = 0.005
"""How long a sliced job may run before the jobs behind it get their turn."""

AGAIN_S: Final = 30.0
"""After how long a tick that failed is run again."""

Job = Callable[[], Iterator[None] | None]
"""Work for a lane: done at once, or a generator that yields wherever it may be interrupted."""


@dataclass(frozen=True, slots=True)
class Long:
    """A job that runs for long without Python's lock: it is done outside of the turns."""

    job: Callable[[], None]

    def __call__(self) -> None:
        self.job()


Tick = Callable[[], float | None]
"""Repeated work: returns in how many seconds it wants to run again, None for not until it is woken."""


class Lane:
    """Runs jobs one after another; a job that returns a generator is run in slices between the others."""

    def __init__(
        self,
        name: str,
        *,
        tick: Tick | None = None,
        failed: Callable[[str], None] | None = None,
        turns: Turns | None = None,
    ) -> None:
        self.name = name
        self._turn = nullcontext if turns is None else turns.taken
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._sliced: deque[Iterator[None]] = deque()
        self._tick = tick
        self._failed = failed
        self._due: float | None = None
        self._busy_since: float | None = None
        self._stopping = threading.Event()
        self._free = threading.Event()
        self._free.set()
        self._thread = threading.Thread(target=self._run, name=f"cupola-{name}", daemon=True)

    def start(self) -> None:
        """Start the thread; the first tick runs at once."""
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Queue a job; safe from any thread."""
        self._jobs.put(job)

    def wake(self) -> None:
        """Run the tick now instead of when it is due; safe from any thread."""
        self._jobs.put(self._run_tick)

    def hold(self) -> None:
        """Do nothing after the job or slice in hand, until `go_on`; safe from any thread."""
        self._free.clear()
        self._jobs.put(_nothing)  # it need not wake up once more for that

    def go_on(self) -> None:
        """Run the tick, and what was submitted meanwhile; safe from any thread."""
        self._free.set()
        self.wake()

    def busy_for_s(self) -> float:
        """How long the lane has been in one job or slice; 0 when it is idle. Safe from any thread."""
        since = self._busy_since
        return 0.0 if since is None else time.monotonic() - since

    def stop(self) -> None:
        """Ask the thread to end after the job in hand; safe from any thread."""
        self._stopping.set()
        self._free.set()
        self._jobs.put(None)

    def join(self, timeout_s: float) -> bool:
        """Wait for the end; False if the lane hangs (in the kernel) and has to be abandoned."""
        if self._thread.ident is None:
            return True
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        if self._tick is not None and self._may_go_on():
            self._guarded(self._run_tick)
        while self._may_go_on():
            # Before the jobs: however many there are, the sweeps go on.
            if self._due is not None and time.monotonic() >= self._due:
                self._guarded(self._run_tick)
            job = self._next_job()
            if not self._free.is_set() and not self._may_go_on():
                break
            if job is not None:
                self._guarded(job)
            elif self._sliced:
                self._guarded(self._run_slice)
        self._sliced.clear()

    def _may_go_on(self) -> bool:
        """Waits as long as the lane is held; False if it is to end."""
        self._free.wait()
        return not self._stopping.is_set()

    def _next_job(self) -> Job | None:
        try:
            if self._sliced:
                return self._jobs.get_nowait()
            timeout = None if self._due is None else max(0.0, self._due - time.monotonic())
            return self._jobs.get(timeout=timeout)
        except queue.Empty:
            return None

    def _guarded(self, job: Job) -> None:
        """A defect in a job must not end the lane: it is logged, told, and the lane goes on."""
        self._busy_since = time.monotonic()
        try:
            with nullcontext() if isinstance(job, Long) else self._turn():
                rest = job()
        except Exception as error:
            log.exception("%s: a job failed", self.name)
            if self._failed is not None:
                self._failed(f"{type(error).__name__}: {error}")
        else:
            if rest is not None:
                self._sliced.append(rest)
        finally:
            self._busy_since = None

    def _run_slice(self) -> None:
        work = self._sliced.popleft()
        end = time.monotonic() + SLICE_S
        for _ in work:
            if time.monotonic() >= end or self._stopping.is_set():
                self._sliced.append(work)
                return

    def _run_tick(self) -> None:
        if self._tick is None:
            return
        self._due = time.monotonic() + AGAIN_S  # stands if the tick fails
        wait_s = self._tick()
        self._due = None if wait_s is None else time.monotonic() + wait_s


def _nothing() -> None:
    """A job that only wakes its lane."""
