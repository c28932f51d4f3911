"""A window that really crashes, in a process of its own, and the start after it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from support.processes import PATIENCE_S, environment

PROGRAM: Final = """
import os, sys, threading
from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication
from cupola.desktop import serve
from cupola.__main__ import main

class Weakling:
    def __del__(self):
        raise ValueError("in del")

class Failing(QObject):
    @Slot()
    def fail(self):
        self.count = getattr(self, "count", 0) + 1
        if self.count == 50:
            QApplication.quit()
            return
        raise ValueError("in slot with password=hunter2hunter2")

class Server(serve.Server):
    def __init__(self, *given):
        super().__init__(*given)
        if sys.argv[-1] == "start":
            raise ValueError("in the start")

    def serve(self):
        deed = sys.argv.pop()
        if deed == "abort":
            QTimer.singleShot(0, os.abort)
        elif deed == "slot":
            self.failing = Failing()
            self.timer = QTimer(interval=1, timeout=self.failing.fail)
            self.timer.start()
        elif deed == "thread":
            thread = threading.Thread(target=lambda: 1 / 0, name="bad")
            thread.start()
            thread.join()
            QTimer.singleShot(0, QApplication.quit)
        elif deed == "del":
            Weakling()
            QTimer.singleShot(0, QApplication.quit)
        elif deed == "fine":
            QTimer.singleShot(0, QApplication.quit)
        elif deed == "look":
            def look():
                from cupola.views.diagnostics import ReportDialog
                found = [one for one in QApplication.topLevelWidgets() if isinstance(one, ReportDialog)]
                print(*(one.text.toPlainText() for one in found), flush=True)
                for one in found:
                    one.close()
                QApplication.quit()
            QTimer.singleShot(200, look)
        super().serve()

serve.Server = Server
deed = sys.argv[-1]
arguments = sys.argv[1:-1]
raise SystemExit(main(arguments))
"""


def run(folder: Path, deed: str) -> subprocess.CompletedProcess[str]:
    places: Sequence[str | Path] = (
        *("--root", folder / "root"),
        *("--state-dir", folder / "state", "--config-dir", folder / "config"),
    )
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *map(str, places), deed],
        env=environment(QT_QPA_PLATFORM="offscreen"),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def left(folder: Path, pattern: str) -> list[Path]:
    return sorted((folder / "state").glob(pattern))


@pytest.mark.parametrize(
    ("deed", "says"),
    [
        ("slot", "ValueError: in slot"),
        ("thread", "Uncaught error in thread bad"),
        ("del", "ValueError: in del"),
    ],
)
def test_an_error_that_nobody_caught_leaves_one_report_however_often_it_comes(
    tmp_path: Path, deed: str, says: str
) -> None:
    done = run(tmp_path, deed)
    assert done.returncode == 0, done.stderr
    (report,) = left(tmp_path, "crash-*.txt")
    text = report.read_text(encoding="utf-8")
    assert says in text
    assert "Cupola 0" in text
    assert "The first paint is done" in text, "the end of the log"
    assert "hunter2hunter2" not in text
    assert left(tmp_path, "running-*") == []


def test_an_abort_is_told_by_the_next_start_once(tmp_path: Path) -> None:
    assert run(tmp_path, "abort").returncode < 0
    assert len(left(tmp_path, "running-*")) == 1
    told = run(tmp_path, "look")
    assert told.returncode == 0, told.stderr
    assert "Fatal Python error: Aborted" in told.stdout
    assert "Cupola 0" in told.stdout
    assert "The first paint is done" in told.stdout, "the end of that session's log"
    assert run(tmp_path, "look").stdout.strip() == ""
    assert [path.name.endswith(".seen.txt") for path in left(tmp_path, "crash-*")] == [True]
    assert left(tmp_path, "running-*") == []


def test_an_error_that_ends_the_window_leaves_a_report_and_is_seen(tmp_path: Path) -> None:
    done = run(tmp_path, "start")
    assert done.returncode == 1
    assert "in the start" in done.stderr
    (report,) = left(tmp_path, "crash-*.txt")
    assert "ValueError: in the start" in report.read_text(encoding="utf-8")


def test_a_clean_end_leaves_none(tmp_path: Path) -> None:
    done = run(tmp_path, "fine")
    assert done.returncode == 0, done.stderr
    assert left(tmp_path, "crash*") == left(tmp_path, "running-*") == []


def test_of_many_crashes_five_are_kept(tmp_path: Path) -> None:
    for _ in range(6):
        run(tmp_path, "abort")
    run(tmp_path, "fine")
    assert len(left(tmp_path, "crash-*.txt")) == 5
