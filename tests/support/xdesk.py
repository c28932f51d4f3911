"""A desktop of a test's own: an X server, a window manager, a session bus, and trays that come and go."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import pytest

from support.processes import PATIENCE_S, environment

WIDTH: Final = 1300
NEEDED: Final = ("Xvfb", "openbox", "xdotool", "xprop", "import", "dbus-daemon")
TRAYS: Final = {
    "trayer": ("trayer", "--edge", "bottom", "--align", "right", "--height", "26"),
    "xfce4-panel": ("xfce4-panel", "--disable-wm-check"),
}


class XDesk:
    """Ends everything that was started on it, by the id of each process."""

    def __init__(self, folder: Path) -> None:
        missing = [name for name in NEEDED if shutil.which(name) is None]
        if missing:
            pytest.skip(f"not installed: {', '.join(missing)}")
        self.folder = folder
        self._stack = ExitStack()
        self._env: dict[str, str] = {}

    def __enter__(self) -> Self:
        number, far = os.pipe()
        screen = ("-screen", "0", f"{WIDTH}x900x24")
        server = ("Xvfb", "-displayfd", str(far), *screen, "-nolisten", "tcp", "-noreset")
        self._start(*server, pass_fds=(far,))
        os.close(far)
        with os.fdopen(number) as said:
            display = f":{said.readline().strip()}"
        home = str(self.folder)
        self._env = environment(DISPLAY=display, HOME=home, QT_QPA_PLATFORM="xcb", XDG_CURRENT_DESKTOP="")
        address = f"unix:path={self.folder}/bus"
        self._start("dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={address}")
        self._env["DBUS_SESSION_BUS_ADDRESS"] = address
        until((self.folder / "bus").exists, "a session bus")
        self._start("openbox")
        until(self._has_window_manager, "a window manager")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stack.close()

    def start_tray(self, name: str) -> subprocess.Popen[bytes]:
        """A real tray. Skips where it is not installed."""
        command = TRAYS[name]
        if shutil.which(command[0]) is None:
            pytest.skip(f"not installed: {command[0]}")
        return self._start(*command)

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """A program on this desktop."""
        return self._start(*command)

    def xdotool(self, *arguments: str) -> str:
        """What it prints; nothing if it found nothing."""
        return self.say("xdotool", *arguments)

    def say(self, *command: str) -> str:
        """What a program on this desktop prints, without the end of its last line."""
        done = subprocess.run(command, env=self._env, capture_output=True, check=False, timeout=PATIENCE_S)
        return done.stdout.decode().strip()

    def picture(self, name: str) -> Path:
        """The whole screen, in a file that TEST_PICTURES may want kept."""
        file = Path(os.environ.get("TEST_PICTURES", self.folder)) / f"{name}.png"
        subprocess.run(["import", "-window", "root", str(file)], env=self._env, check=True)
        return file

    def _has_window_manager(self) -> bool:
        """A panel or a window that is there before it may keep it from ever managing that window."""
        return "window id" in self.say("xprop", "-root", "_NET_SUPPORTING_WM_CHECK")

    def _start(self, *command: str, pass_fds: tuple[int, ...] = ()) -> subprocess.Popen[bytes]:
        quiet = subprocess.DEVNULL
        env = self._env or None
        process = subprocess.Popen(command, env=env, stdout=quiet, stderr=quiet, pass_fds=pass_fds)
        self._stack.callback(end, process)
        return process


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill it, if it still runs."""
    process.kill()
    process.wait()


def until(condition: Callable[[], object], what: str) -> None:
    """Wait for a condition."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.05)
