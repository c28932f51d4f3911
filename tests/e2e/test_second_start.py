"""Two processes of one user: the second hands over and ends, whatever became of the first."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.processes import PATIENCE_S, as_nobody, cupola_command, environment, status_json

HANDED_OVER = "hands over to this one"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return made(tmp_path / "root" / "weather").parent


def made(project: Path) -> Path:
    """A project with a build in it."""
    (project / ".context-foundry").mkdir(parents=True)
    content = {"session_id": project.name, "current_phase": "Builder", "status": "running"}
    (project / ".context-foundry" / "current-phase.json").write_text(json.dumps(content), encoding="utf-8")
    return project


class Starts:
    """Starts Cupola's window offscreen, with places below one folder; ends what is left."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []

    def __call__(self, *arguments: str | Path, roots: tuple[Path, ...] = ()) -> subprocess.Popen[bytes]:
        command = cupola_command(*arguments, roots=roots, state=self.folder)
        env = environment(QT_QPA_PLATFORM="offscreen", HOME=str(self.folder))
        self.processes.append(subprocess.Popen(command, stderr=subprocess.PIPE, env=env))
        return self.processes[-1]

    def log(self) -> str:
        log = self.folder / "state" / "cupola.log"
        return log.read_text(encoding="utf-8") if log.exists() else ""

    def is_first(self) -> bool:
        """Whether one listens: its socket is there once the engine runs as well."""
        return any(Path(os.environ["XDG_RUNTIME_DIR"]).glob("cupola-*")) and "The first paint" in self.log()

    def end(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()
            if process.stderr is not None:
                process.stderr.close()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Starts]:
    starts = Starts(tmp_path)
    yield starts
    starts.end()


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_second_start_ends_at_once_and_the_first_watches_what_it_was_asked_for(
    start: Starts, root: Path, tmp_path: Path
) -> None:
    other = made(tmp_path / "other" / "shop").parent
    first = start(roots=(root,))
    until(start.is_first)
    second = start("--open", other / "shop", roots=(other,))
    assert second.wait(PATIENCE_S) == 0
    until(lambda: HANDED_OVER in start.log())
    assert first.poll() is None
    assert start.log().count("starts, watching") == 1
    assert not (tmp_path / "config" / "settings.json").exists(), "a root of a command line is not kept"
    first.send_signal(signal.SIGTERM)
    assert first.wait(PATIENCE_S) == 0


def test_after_a_kill_the_next_start_is_the_first_and_is_handed_over_to(start: Starts, root: Path) -> None:
    first = start(roots=(root,))
    until(start.is_first)
    first.kill()
    first.wait()
    (start.folder / "state" / "cupola.log").unlink()
    start(roots=(root,))
    until(start.is_first)
    assert start(roots=(root,)).wait(PATIENCE_S) == 0
    until(lambda: HANDED_OVER in start.log())


def test_starts_of_the_same_moment_leave_one(start: Starts, root: Path) -> None:
    started = [start(roots=(root,)) for _ in range(3)]
    until(lambda: sum(process.poll() is None for process in started) == 1)
    codes = [process.returncode for process in started if process.poll() is not None]
    assert codes == [0, 0]


def test_terminal_commands_and_pictures_are_not_handed_over(
    start: Starts, root: Path, tmp_path: Path
) -> None:
    start(roots=(root,))
    until(start.is_first)
    assert [build["project"] for build in status_json(root, state=tmp_path)["builds"]] == ["weather"]
    assert start("--screenshot", tmp_path / "picture.png", roots=(root,)).wait(PATIENCE_S) == 0
    assert (tmp_path / "picture.png").stat().st_size
    assert HANDED_OVER not in start.log()


def test_another_user_has_a_first_one_of_their_own(
    start: Starts, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    start(roots=(root,))
    until(start.is_first)
    place = tmp_path_factory.mktemp("n")  # short: the path of a socket may not be long
    place.chmod(0o777)
    for parent in place.parents[:2]:
        parent.chmod(parent.stat().st_mode | 0o011)
    command = as_nobody(cupola_command(roots=(root,), state=place))
    env = environment(QT_QPA_PLATFORM="offscreen", HOME=str(place), TMPDIR=str(place))
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=env) as other:
        until(lambda: (place / "state" / "cupola.log").exists() or other.poll() is not None)
        until(lambda: list(place.glob("cupola-65534/cupola-*")) or other.poll() is not None)
        assert other.poll() is None, other.stderr and other.stderr.read()
        other.send_signal(signal.SIGTERM)
        assert other.wait(PATIENCE_S) == 0
    assert HANDED_OVER not in start.log()
