"""The window as a process of its own, offscreen, on real files: painted, kept, and ended in a storm."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

ENDS_WITHIN_S: Final = 1.0
PATIENCE_S: Final = 30.0
FIRST_PAINT: Final = "first paint is done"
STORM_WRITES: Final = 10_000


@pytest.fixture
def project(tmp_path: Path) -> Path:
    project = tmp_path / "root" / "weather"
    write(project, "Task 0")
    return project


def write(project: Path, detail: str) -> None:
    folder = project / ".context-foundry"
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "session_id": "weather",
        "current_phase": "Builder",
        "status": "running",
        "progress_detail": detail,
    }
    (folder / "current-phase.json").write_text(json.dumps(content), encoding="utf-8")


@contextmanager
def window(project: Path, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    folder.mkdir(exist_ok=True)
    command = [
        sys.executable,
        "-m",
        "cupola",
        "--root",
        str(project.parent),
        "--trace",
        str(folder / "trace"),
    ]
    command += ["--state-dir", str(folder / "state"), "--config-dir", str(folder / "config")]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=environment) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for_log(folder: Path, text: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    log = folder / "state" / "cupola.log"
    while not (log.exists() and text in log.read_text(encoding="utf-8")):
        assert time.monotonic() < deadline, f"{text} never came"
        threading.Event().wait(0.02)


def end(process: subprocess.Popen[bytes], number: int = signal.SIGTERM) -> bytes:
    process.send_signal(number)
    assert process.wait(ENDS_WITHIN_S) == 0
    assert process.stderr is not None
    return process.stderr.read()


def painted(folder: Path) -> list[str]:
    lines = map(json.loads, (folder / "trace").read_text(encoding="utf-8").splitlines())
    return [line["panel"] for line in lines if line["kind"] == "painted"]


def test_a_change_on_disk_is_painted_and_the_end_is_quiet(project: Path, tmp_path: Path) -> None:
    with window(project, tmp_path) as process:
        wait_for_log(tmp_path, "watching")
        for number in range(20):
            write(project, f"Task {number}")
            threading.Event().wait(0.15)
        assert end(process) == b""
    assert "build" in painted(tmp_path)


def test_a_second_start_finds_the_window_where_it_was(project: Path, tmp_path: Path) -> None:
    for _ in range(3):
        with window(project, tmp_path) as process:
            wait_for_log(tmp_path, FIRST_PAINT)
            assert end(process, signal.SIGINT) == b""
        (tmp_path / "state" / "cupola.log").unlink()
    assert (tmp_path / "state" / "window.state").stat().st_size
    assert not [*(tmp_path / "state").glob("crash*"), *(tmp_path / "state").glob("running*")]


@pytest.mark.slow
def test_at_random_moments_of_a_storm_it_ends_with_zero_within_a_second(
    project: Path, tmp_path: Path
) -> None:
    chance = random.Random(2)
    for round_ in range(20):
        over = threading.Event()
        writer = threading.Thread(target=_storm, args=(project, over))
        with window(project, tmp_path / str(round_)) as process:
            wait_for_log(tmp_path / str(round_), FIRST_PAINT)
            writer.start()
            threading.Event().wait(chance.uniform(0, 0.8))
            try:
                assert end(process) == b""
            finally:
                over.set()
                writer.join()


def _storm(project: Path, over: threading.Event) -> None:
    for number in range(STORM_WRITES):
        if over.is_set():
            return
        write(project, f"Task {number}")
