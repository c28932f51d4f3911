"""Cupola as a process on a screen with a window manager, and dunst as a desktop's notification service."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import Final

import pytest

from support.processes import PATIENCE_S
from support.xdesk import WIDTH, XDesk, until

NAMED: Final = " – Cupola$"
DUNST: Final = """
[global]
    mouse_left_click = do_action, close_current
    timeout = 0
    offset = 10x10
    width = 400
    history_length = 20
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(which("dunst") is None or which("dunstctl") is None, reason="needs dunst"),
]


@dataclass(slots=True)
class Screen:
    """Somebody at a desktop with a notification service."""

    desk: XDesk
    folder: Path

    def start_dunst(self) -> subprocess.Popen[bytes]:
        config = self.folder / "dunstrc"
        config.write_text(DUNST, encoding="utf-8")
        process = self.desk.start("dunst", "-config", str(config))
        until(lambda: self.displayed() == 0, "dunst never came")
        return process

    def displayed(self) -> int:
        return int(self.desk.say("dunstctl", "count", "displayed") or -1)

    def title(self) -> str:
        """The title of Cupola's window."""
        return self.desk.xdotool("search", "--name", NAMED, "getwindowname")

    def front(self) -> str:
        """The title of the window that has the focus."""
        return self.desk.xdotool("getactivewindow", "getwindowname")

    def show(self, project: str) -> None:
        """Search for a project as a user does."""
        self.desk.xdotool("search", "--name", NAMED, "windowactivate", "--sync")
        self.desk.xdotool("key", "ctrl+f", "type", project)
        self.desk.xdotool("key", "Return")
        until(lambda: self.title() == f"{project} – Cupola", "it was not found")
        self.desk.xdotool("key", "ctrl+f", "key", "ctrl+a", "key", "BackSpace")


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    with XDesk(tmp_path) as desk:
        yield Screen(desk, tmp_path)


class Builds:
    """Two builds; one of them fails and works again as often as it takes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._written = 0

    def write(self, name: str, status: str) -> None:
        self._written += 1
        folder = self.root / name / ".context-foundry"
        folder.mkdir(parents=True, exist_ok=True)
        detail = f"Task {self._written}"
        phase = {"session_id": name, "current_phase": "Test", "status": status, "progress_detail": detail}
        (folder / "current-phase.json").write_text(json.dumps(phase), encoding="utf-8")

    def fail_until(self, name: str, condition: Callable[[], bool]) -> None:
        """Nothing is said in Cupola's first ten seconds: it fails again until something is."""
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < deadline, "nothing was said"
            self.write(name, "running")
            threading.Event().wait(0.3)
            self.write(name, "failed")
            patience = time.monotonic() + 3.5
            while not condition() and time.monotonic() < patience:
                threading.Event().wait(0.05)


@pytest.mark.timeout(200)
def test_a_click_on_dunsts_notification_opens_the_build_also_after_dunst_was_killed(
    screen: Screen, tmp_path: Path
) -> None:
    builds = Builds(tmp_path / "root")
    for name in ("failing", "shown"):
        builds.write(name, "running")
    dunst = screen.start_dunst()
    state, config = str(tmp_path / "state"), str(tmp_path / "config")
    arguments = ("--root", str(builds.root), "--state-dir", state, "--config-dir", config)
    screen.desk.start(sys.executable, "-m", "cupola", *arguments)
    until(lambda: screen.title() != "", "no window came")
    builds.write("shown", "running")

    for again in (False, True):
        screen.show("shown")
        builds.fail_until("failing", lambda: screen.displayed() == 1)
        screen.desk.picture("dunst-again" if again else "dunst")
        screen.desk.xdotool("search", "--name", NAMED, "windowminimize", "--sync")
        x, y = WIDTH - 10 - 200, 30
        screen.desk.xdotool("mousemove", str(x), str(y), "click", "1")
        until(lambda: screen.title() == "failing – Cupola", f"it shows {screen.title()!r}")
        until(lambda: screen.front() == "failing – Cupola", "it is not in front")
        until(lambda: screen.displayed() == 0, "it was not closed")
        if not again:
            dunst.kill()
            dunst.wait()
            screen.start_dunst()
