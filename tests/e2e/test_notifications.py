"""Cupola as a process on a screen with a window manager, and dunst as a desktop's notification service."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import Final

import pytest

NEEDS: Final = ("Xvfb", "openbox", "dbus-daemon", "dunst", "dunstctl", "xdotool")
PATIENCE_S: Final = 30.0
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
    pytest.mark.skipif(not all(map(which, NEEDS)), reason=f"needs {', '.join(NEEDS)}"),
]


def until(condition: Callable[[], bool], what: str, patience_s: float = PATIENCE_S) -> None:
    deadline = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < deadline, what
        threading.Event().wait(0.05)


@dataclass(slots=True)
class Screen:
    """A display with a window manager and a session bus, and what runs on it."""

    environment: dict[str, str]
    stack: ExitStack
    folder: Path

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        output = (self.folder / "output").open("ab")
        self.stack.callback(output.close)
        process = subprocess.Popen(command, env=self.environment, stdout=output, stderr=output)
        self.stack.callback(process.wait)
        self.stack.callback(process.kill)
        return process

    def say(self, *command: str) -> str:
        told = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        return told.stdout

    def start_dunst(self) -> subprocess.Popen[bytes]:
        config = self.folder / "dunstrc"
        config.write_text(DUNST, encoding="utf-8")
        process = self.start("dunst", "-config", str(config))
        until(lambda: self.say("dunstctl", "count", "displayed").strip() == "0", "dunst never came")
        return process

    def displayed(self) -> int:
        return int(self.say("dunstctl", "count", "displayed").strip() or -1)

    def title(self) -> str:
        """The title of Cupola's window."""
        return self.say("xdotool", "search", "--name", NAMED, "getwindowname").strip()

    def front(self) -> str:
        """The title of the window that has the focus."""
        return self.say("xdotool", "getactivewindow", "getwindowname").strip()

    def show(self, project: str) -> None:
        """Search for a project as a user does."""
        self.say("xdotool", "search", "--name", NAMED, "windowactivate", "--sync")
        self.say("xdotool", "key", "ctrl+f", "type", project)
        self.say("xdotool", "key", "Return")
        until(lambda: self.title() == f"{project} – Cupola", "it was not found")
        self.say("xdotool", "key", "ctrl+f", "key", "ctrl+a", "key", "BackSpace")


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    with ExitStack() as stack:
        near, far = os.pipe()
        display = ["Xvfb", "-displayfd", str(far), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
        xvfb = stack.enter_context(subprocess.Popen(display, pass_fds=[far], stderr=subprocess.DEVNULL))
        stack.callback(xvfb.terminate)
        os.close(far)
        with os.fdopen(near) as told:
            number = told.readline().strip()
        command = ["dbus-daemon", "--session", "--nofork", "--print-address=1"]
        bus = stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        stack.callback(bus.terminate)
        assert bus.stdout is not None
        environment = {**os.environ, "DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
        environment["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
        screen = Screen(environment, stack, tmp_path)
        screen.start("openbox")
        yield screen


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
    screen.start(sys.executable, "-m", "cupola", *arguments)
    until(lambda: screen.title() != "", "no window came")
    builds.write("shown", "running")

    for again in (False, True):
        screen.show("shown")
        builds.fail_until("failing", lambda: screen.displayed() == 1)
        screen.say("xdotool", "search", "--name", NAMED, "windowminimize", "--sync")
        x, y = 1280 - 10 - 200, 30
        screen.say("xdotool", "mousemove", str(x), str(y), "click", "1")
        until(lambda: screen.title() == "failing – Cupola", f"it shows {screen.title()!r}")
        until(lambda: screen.front() == "failing – Cupola", "it is not in front")
        until(lambda: screen.displayed() == 0, "it was not closed")
        if not again:
            dunst.kill()
            dunst.wait()
            screen.start_dunst()
