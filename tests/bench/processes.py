"""Children of a bench: started, asked, measured from outside through /proc, and ended."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")
_ENDS_WITHIN_S: Final = 5.0
_STEP_S: Final = 0.25


class ChildError(RuntimeError):
    """A child ended or said something unexpected."""


class Child:
    """A process that lives while its `with` block lasts; it answers each line with one line of JSON."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._stderr = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed by __exit__
        self.spawned_ns = time.perf_counter_ns()
        self._process = subprocess.Popen(
            command,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            text=True,
            cwd="/",
        )
        self._proc = Path(f"/proc/{self._process.pid}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()
        self._stderr.close()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def say(self, line: str) -> None:
        """Send a line without waiting for an answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def hear(self) -> Any:
        """The next line it says, as JSON."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise ChildError(f"{self._process.args!r} ended: {self._complaints()}")
        return json.loads(line)

    def ask(self, line: str) -> Any:
        """Send a line and wait for the answer."""
        self.say(line)
        return self.hear()

    def stop(self) -> int:
        """End it in an orderly way; its exit code."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(_ENDS_WITHIN_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()
        return self._process.wait()

    def settle(self, at_most_s: float = 30.0, *, at_least_s: float = 1.0) -> None:
        """Wait until it has done nothing much for half a second."""
        end = time.monotonic() + at_most_s
        earliest = time.monotonic() + at_least_s
        calm, before = 0, self.cpu_s()
        while time.monotonic() < end and (calm < 2 or time.monotonic() < earliest):
            time.sleep(_STEP_S)
            now = self.cpu_s()
            calm = calm + 1 if now - before <= 0.1 * _STEP_S else 0
            before = now

    def cpu_s(self) -> float:
        """User and system time of all its threads so far."""
        if self._process.poll() is not None:
            raise ChildError(f"{self._process.args!r} ended: {self._complaints()}")
        total_ns = 0
        for task in (self._proc / "task").iterdir():
            with contextlib.suppress(OSError):
                total_ns += int((task / "schedstat").read_text().split()[0])
        return total_ns / 1e9

    def wake_ups(self) -> int:
        """How often its threads went to sleep by themselves so far: each time, something woke them."""
        total = 0
        for task in (self._proc / "task").iterdir():
            with contextlib.suppress(OSError):
                found = re.search(r"^voluntary_ctxt_switches:\s+(\d+)", (task / "status").read_text(), re.M)
                total += int(found[1]) if found else 0
        return total

    def private_mb(self) -> float:
        """Memory that it shares with nobody."""
        text = (self._proc / "smaps_rollup").read_text()
        return sum(int(kb) for kb in re.findall(r"^Private_(?:Clean|Dirty):\s+(\d+)", text, re.M)) / 1024

    def watches(self) -> int:
        """Its inotify watches, as the kernel lists them."""
        total = 0
        for entry in (self._proc / "fdinfo").iterdir():
            with contextlib.suppress(OSError):
                total += entry.read_text().count("inotify wd:")
        return total

    def _complaints(self) -> str:
        self._stderr.seek(0)
        return self._stderr.read()[-2000:]


def run_child(command: Sequence[str], environment: Mapping[str, str]) -> Any:
    """Run a child to its end; what it printed, as JSON."""
    done = subprocess.run(
        command, env=dict(environment), capture_output=True, text=True, check=False, cwd="/"
    )
    if done.returncode != 0:
        raise ChildError(done.stderr[-2000:])
    return json.loads(done.stdout)


def family(pid: int) -> Iterator[int]:
    """A process and all below it, whichever of its threads started them."""
    yield pid
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from family(int(child))


def peak_kb(pid: int) -> int:
    """The most that a process had resident at a time; 0 if it is gone."""
    with contextlib.suppress(OSError):
        found = re.search(r"^VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(), re.M)
        return int(found[1]) if found else 0
    return 0
