"""Programs that run beside a test: Cupola's own commands, and writers. Each ends with its block."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar

import pytest

import cupola

PATIENCE_S: Final = 30.0
APP: Final = Path(cupola.__file__).parents[1]
WRITER: Final = Path(__file__).with_name("writer.py")
STORM: Final = Path(__file__).with_name("storm.py")

Line = dict[str, Any]
T = TypeVar("T")


def environment(**more: str) -> dict[str, str]:
    """This process's environment, with which a child finds Cupola wherever it is installed."""
    path = os.pathsep.join([str(APP), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    return {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", **more}


def cupola_command(
    *arguments: str | Path, roots: Sequence[Path], state: Path, foundry: Path | None = None
) -> list[str]:
    """A command line of Cupola with places of its own below `state`, unless Foundry's home is named."""
    return [
        *(sys.executable, "-m", "cupola", *map(str, arguments)),
        *(word for root in roots for word in ("--root", str(root))),
        *("--state-dir", str(state / "state"), "--config-dir", str(state / "config")),
        *("--foundry-home", str(foundry or state / "foundry")),
    ]


def as_nobody(command: Sequence[str]) -> list[str]:
    """The same command as a user who owns nothing. Skips where that user cannot be had."""
    if os.geteuid() != 0:
        pytest.skip("permission: only root can become somebody else")
    prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    reached = subprocess.run(
        [*prefix, sys.executable, "-c", "import cupola, rich"],
        env=environment(),
        capture_output=True,
        check=False,
    )
    if reached.returncode:
        pytest.skip("permission: another user does not find the way to Python")
    return [*prefix, *command]


def status_json(*roots: Path, state: Path, code: int = 0) -> Line:
    """What `cupola status --json` says, in a process of its own."""
    command = cupola_command("status", "--json", roots=roots, state=state)
    done = subprocess.run(command, capture_output=True, env=environment(), timeout=PATIENCE_S, check=False)
    assert done.returncode == code, done.stderr.decode()
    document: Line = json.loads(done.stdout)
    return document


class Lines:
    """A child that prints JSON lines, each kept with the time of its arrival (`time.monotonic_ns`)."""

    def __init__(self, command: Sequence[str | Path], *, env: dict[str, str] | None = None) -> None:
        self._command = [str(word) for word in command]
        self._env = env
        self._arrived = threading.Condition()
        self._lines: list[tuple[int, Line]] = []
        self._over = False
        self._thread = threading.Thread(target=self._read, name="test-lines")
        self.child: subprocess.Popen[bytes]

    def __enter__(self) -> Self:
        self.child = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self._env,
        )
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.child.kill()
        self.child.wait()
        self._thread.join()
        for stream in (self.child.stdin, self.child.stdout, self.child.stderr):
            assert stream is not None
            stream.close()

    def _read(self) -> None:
        assert self.child.stdout is not None
        for text in self.child.stdout:
            at, line = time.monotonic_ns(), json.loads(text)
            with self._arrived:
                self._lines.append((at, line))
                self._arrived.notify_all()
        with self._arrived:
            self._over = True
            self._arrived.notify_all()

    @property
    def timed(self) -> list[tuple[int, Line]]:
        """All lines so far, with their times."""
        with self._arrived:
            return list(self._lines)

    @property
    def all(self) -> list[Line]:
        """All lines so far."""
        return [line for _, line in self.timed]

    def wait_for(self, condition: Callable[[list[Line]], T | None], what: str) -> T:
        """The first thing other than None and False that `condition` makes of all lines."""
        deadline = time.monotonic() + PATIENCE_S
        with self._arrived:
            while True:
                found = condition([line for _, line in self._lines])
                if found is not None and found is not False:
                    return found
                left = deadline - time.monotonic()
                if left <= 0 or self._over or not self._arrived.wait(left):
                    raise AssertionError(
                        f"never: {what}; last lines: {[line for _, line in self._lines[-5:]]}"
                    )

    def is_done(self) -> bool:
        """True once the child has said that it is through."""
        return any("done" in line for line in self.all)

    def until_done(self) -> list[Line]:
        """All that a writer wrote, once it has written the last; it stays, with what it holds open."""
        self.wait_for(lambda lines: bool(lines) and "done" in lines[-1], "the writer is done")
        return [line for line in self.all if "done" not in line]

    def let_go(self) -> None:
        """Let a writer end."""
        assert self.child.stdin is not None
        self.child.stdin.close()
        self.child.wait(PATIENCE_S)

    def terminate(self) -> tuple[int, float]:
        """Send SIGTERM; the exit code, and the seconds it took."""
        began = time.monotonic()
        self.child.send_signal(signal.SIGTERM)
        code = self.child.wait(PATIENCE_S)
        return code, time.monotonic() - began

    def complaints(self) -> str:
        """What an ended child said on its error stream."""
        assert self.child.stderr is not None
        return self.child.stderr.read().decode()


class Watch(Lines):
    """`cupola watch --json` in a process of its own."""

    def __init__(
        self,
        *roots: Path,
        state: Path,
        wrap: Callable[[Sequence[str]], Sequence[str]] | None = None,
        foundry: Path | None = None,
    ) -> None:
        command: Sequence[str] = cupola_command("watch", "--json", roots=roots, state=state, foundry=foundry)
        super().__init__(wrap(command) if wrap else command, env=environment(HOME=str(state)))

    def ready(self) -> Self:
        """Wait until all that was there at first has been told."""
        self.wait_for(lambda lines: any(line["event"] == "ready" for line in lines), "ready")
        return self

    def build(self, project: str) -> Line | None:
        """The newest header of the build in a project."""
        found = [line["build"] for line in self.all if line["event"] == "build"]
        return next((build for build in reversed(found) if build["project"] == project), None)

    def until(self, project: str, **expected: object) -> Line:
        """The header of the build in a project, once it says what is expected."""

        def as_expected(_: list[Line]) -> Line | None:
            build = self.build(project)
            same = build is not None and all(build[key] == value for key, value in expected.items())
            return build if same else None

        # The condition's lock is re-entrant, so that a condition may look at all lines itself.
        return self.wait_for(as_expected, f"{project} says {expected}; it says {self.build(project)}")


def writer(
    way: str, project: Path, outside: Path, *, seed: int, writes: int = 50, pause_ms: int = 500
) -> Lines:
    """A writer that writes numbered phase files in one of `writer.WAYS`."""
    options = ("--seed", str(seed), "--writes", str(writes), "--pause-ms", str(pause_ms))
    return Lines([sys.executable, WRITER, way, project, outside, *options])


def storm(root: Path, *, builds: int, changes: int, first: int = 0) -> Lines:
    """A storm of so many changes in all over so many builds `b00`, `b01`, ..."""
    return Lines([sys.executable, STORM, root, str(builds), str(changes), str(first)])
