"""The terminal commands as processes of their own, on real files: output, exit codes, every kind of end."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from select import select
from typing import IO, Final

import pytest

ENDS_WITHIN_S: Final = 1.0
PATIENCE_S: Final = 30.0

BLOCK_QT: Final = (
    "import sys\n"
    "for name in ('PySide6', 'shiboken6', 'qasync'): sys.modules[name] = None\n"
    "from cupola.__main__ import main\n"
    "raise SystemExit(main(sys.argv[1:]))\n"
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    write(root / "weather", phase="Builder", detail="Task 1/3")
    write(root / "deep" / "er" / "shop", phase="Scout", detail="Looking")
    return root


def write(project: Path, *, phase: str, detail: str) -> None:
    folder = project / ".context-foundry"
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "session_id": project.name,
        "current_phase": phase,
        "status": "running",
        "progress_detail": detail,
    }
    (folder / "new.json").write_text(json.dumps(content), encoding="utf-8")
    (folder / "new.json").replace(folder / "current-phase.json")


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-c", BLOCK_QT, *arguments]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )


@contextmanager
def watching(*arguments: str, out: int = subprocess.PIPE) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command("watch", *arguments), stdout=out, stderr=subprocess.PIPE, bufsize=0)
    with process:
        try:
            yield process
        finally:
            process.kill()


def read_until(process: subprocess.Popen[bytes], event: str) -> list[dict[str, object]]:
    """Lines up to and with the first of that kind."""
    lines: list[dict[str, object]] = []
    while not lines or lines[-1]["event"] != event:
        lines.append(json.loads(_line(process.stdout)))
    return lines


def _line(stream: IO[bytes] | None) -> bytes:
    assert stream is not None
    assert select([stream], [], [], PATIENCE_S)[0], "nothing came"
    line = stream.readline()
    assert line, "it ended"
    return line


def test_status_shows_builds_at_every_depth_without_qt(root: Path) -> None:
    done = run("status", "--root", str(root))
    assert (done.returncode, done.stderr) == (0, "")
    assert "weather" in done.stdout
    assert "shop" in done.stdout
    assert "\x1b" not in done.stdout


def test_status_json_keeps_to_the_shape(root: Path) -> None:
    done = run("status", "--json", "weather", "--root", str(root))
    document = json.loads(done.stdout)
    (build,) = document["builds"]
    assert build["phase"] == "Builder"
    assert build["directory"] == str(root / "weather")
    assert set(build["panels"]) == set(build["digests"]) == {"tokens", "tests", "agents", "decisions"}
    assert document["roots"] == [{"path": str(root), "readable": True, "projects": 2, "watching": "events"}]


def test_a_missing_root_ends_with_three_and_the_others_are_reported(root: Path, tmp_path: Path) -> None:
    done = run("status", "--root", str(root), "--root", str(tmp_path / "gone"))
    assert done.returncode == 3
    assert "weather" in done.stdout
    assert f"{tmp_path / 'gone'}: missing or unreadable" in done.stderr


def test_without_options_a_missing_homelab_is_no_error() -> None:
    done = run("status")
    assert done.returncode == 0
    assert "No builds found" in done.stdout


def test_watch_json_tells_all_then_ready_then_the_change(root: Path) -> None:
    with watching("--json", "--root", str(root)) as process:
        first = read_until(process, "ready")
        ids = [line["id"] for line in first if line["event"] == "build"]
        assert len(ids) == 2
        assert ids == sorted(map(str, ids))
        write(root / "weather", phase="Test", detail="Iteration 1")
        line = json.loads(_line(process.stdout))
        assert (line["event"], line["build"]["phase"]) == ("build", "Test")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_watch_with_zero_within_a_second(root: Path, number: int) -> None:
    with watching("--json", "--root", str(root)) as process:
        read_until(process, "ready")
        process.send_signal(number)
        assert process.wait(ENDS_WITHIN_S) == 0
        assert process.stderr is not None
        assert process.stderr.read() == b""


def test_a_reader_that_leaves_ends_watch_with_zero_though_nothing_changes(root: Path) -> None:
    with watching("--json", "--root", str(root)) as process:
        read_until(process, "ready")
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(ENDS_WITHIN_S) == 0
        assert process.stderr is not None
        assert process.stderr.read() == b""


def test_a_signal_ends_watch_although_its_reader_is_stuck(root: Path) -> None:
    for number in range(40):
        write(root / f"p{number}", phase="Builder", detail="x" * 400)
    reading, writing = os.pipe()
    with watching("--json", "--root", str(root), out=writing) as process:
        os.close(writing)
        assert select([reading], [], [], PATIENCE_S)[0]
        _wait_until_it_blocks(process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(ENDS_WITHIN_S) == 0
    os.close(reading)


def _wait_until_it_blocks(process: subprocess.Popen[bytes]) -> None:
    """Until the main thread sleeps in a write to the full pipe."""
    place = Path(f"/proc/{process.pid}/wchan")
    for _ in range(3_000):
        if "pipe_write" in place.read_text(encoding="ascii"):
            return
        select([], [], [], 0.01)
    pytest.skip("the kernel does not tell where a process sleeps")


def test_at_a_terminal_watch_draws_in_place_and_ends_with_zero(root: Path) -> None:
    near, far = pty.openpty()
    with watching("--root", str(root), out=far) as process:
        os.close(far)
        seen = _until(near, b"weather")
        assert b"\x1b[" in seen
        write(root / "weather", phase="Deploy", detail="Nearly there")
        _until(near, b"Deploy")
        process.send_signal(signal.SIGINT)
        assert process.wait(ENDS_WITHIN_S) == 0
    os.close(near)


def _until(handle: int, wanted: bytes) -> bytes:
    seen = b""
    while wanted not in seen:
        assert select([handle], [], [], PATIENCE_S)[0], seen
        seen += os.read(handle, 65_536)
    return seen


def test_no_color_means_no_colour_at_a_terminal(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    near, far = pty.openpty()
    subprocess.run(command("status", "--root", str(root)), stdout=far, check=True, timeout=PATIENCE_S)
    os.close(far)
    assert b"\x1b[3" not in _until(near, b"weather")
    os.close(near)


def test_without_a_display_the_window_becomes_the_terminal_and_says_why(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    process = subprocess.Popen(
        command("--root", str(root)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
    )
    with process:
        assert b"DISPLAY is not set" in _line(process.stderr)
        assert {
            b"weather" in line or b"shop" in line for line in (_line(process.stdout), _line(process.stdout))
        } == {True}
        process.send_signal(signal.SIGTERM)
        assert process.wait(ENDS_WITHIN_S) == 0
