"""Cupola in real trays under a real window manager, as a user handles it.

CI needs Debian's xvfb, openbox, xdotool, imagemagick, dbus-daemon, trayer and xfce4-panel. Pictures of each
step are written to TEST_PICTURES, if that names a folder.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.processes import PATIENCE_S, cupola_command
from support.xdesk import TRAYS, XDesk, end, until

pytestmark = pytest.mark.slow

WINDOW = ("search", "--onlyvisible", "--name", "– Cupola$")
QUESTION = ("search", "--onlyvisible", "--name", "^Close Cupola")


class User:
    """Somebody at the desktop, with one running build."""

    def __init__(self, desk: XDesk, root: Path, folder: Path) -> None:
        self.desk = desk
        self._command = cupola_command(roots=(root,), state=folder)
        self.log = folder / "state" / "cupola.log"

    def start(self, *arguments: str) -> None:
        self.cupola = self.desk.start(*self._command, *arguments)

    def sees_window(self) -> bool:
        return bool(self.desk.xdotool(*WINDOW))

    def closes_window(self) -> None:
        """As the button of the window's frame does."""
        window = self.desk.xdotool(*WINDOW).split()[-1]
        self.desk.xdotool("windowactivate", window)
        self.desk.xdotool("key", "alt+F4")

    def starts_again(self) -> None:
        assert self.desk.start(*self._command).wait(PATIENCE_S) == 0

    def ends_it(self) -> None:
        self.cupola.send_signal(signal.SIGTERM)
        assert self.cupola.wait(PATIENCE_S) == 0


@pytest.fixture
def user(tmp_path: Path) -> Iterator[User]:
    project = tmp_path / "root" / "weather" / ".context-foundry"
    project.mkdir(parents=True)
    content = {"session_id": "weather", "current_phase": "Builder", "status": "running"}
    (project / "current-phase.json").write_text(json.dumps(content), encoding="utf-8")
    with XDesk(tmp_path) as desk:
        yield User(desk, tmp_path / "root", tmp_path)


@pytest.mark.parametrize("name", list(TRAYS))
def test_closing_goes_to_the_tray_and_a_second_start_brings_the_window_back(user: User, name: str) -> None:
    user.desk.start_tray(name)
    user.start()
    until(user.sees_window, "the window")
    user.desk.picture(f"{name}-shown")
    until(lambda: _closed(user), "the window is in the tray")
    user.desk.picture(f"{name}-hidden")
    assert user.cupola.poll() is None
    user.starts_again()
    until(user.sees_window, "the window again")
    user.ends_it()


def _closed(user: User) -> bool:
    """Close it, and again: a panel may need a moment until it is a tray, and until then closing asks."""
    question = user.desk.xdotool(*QUESTION)
    if question:
        user.desk.xdotool("windowactivate", question.split()[-1])
        user.desk.xdotool("key", "Escape")
    elif user.sees_window():
        user.closes_window()
    return not user.sees_window()


@pytest.mark.parametrize("name", list(TRAYS))
def test_a_hidden_window_comes_back_when_its_tray_is_killed_and_not_if_that_restarts(
    user: User, name: str
) -> None:
    tray = user.desk.start_tray(name)
    user.start()
    until(user.sees_window, "the window")
    until(lambda: _closed(user), "the window is in the tray")
    end(tray)
    again = user.desk.start_tray(name)
    user.desk.picture(f"{name}-restarted")
    assert not user.sees_window()
    end(again)
    until(user.sees_window, "the window, for there is no tray")
    user.ends_it()


@pytest.mark.parametrize("name", list(TRAYS))
def test_it_begins_in_a_tray_that_comes_late(user: User, name: str) -> None:
    user.start("--minimized")
    until(user.log.exists, "it runs")
    user.desk.start_tray(name)
    user.starts_again()
    until(user.sees_window, "the window")
    until(lambda: _closed(user), "the window is in the late tray")
    user.desk.picture(f"{name}-late")
    user.ends_it()


def test_minimized_shows_the_window_where_no_tray_comes_and_closing_asks(user: User) -> None:
    user.start("--minimized")
    until(user.sees_window, "the window")
    user.closes_window()
    until(lambda: user.desk.xdotool(*QUESTION), "the question")
    user.desk.picture("no-tray-question")
    user.desk.xdotool("key", "Escape")
    user.ends_it()
