"""Start at login, by a runner of autostart entries as desktops have one: Debian's `dex`."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from cupola.store.autostart import autostart
from cupola.store.surroundings import surroundings
from support.processes import PATIENCE_S
from support.xdesk import XDesk, until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("dex") is None, reason="not installed: dex"),
]

WINDOW = ("search", "--onlyvisible", "--name", "Cupola$")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[XDesk]:
    with XDesk(tmp_path) as desk:
        yield desk


def log_in(desk: XDesk) -> None:
    """What a desktop does with the user's entries; those of the machine are left out."""
    runner = desk.start("env", "XDG_CONFIG_DIRS=/nowhere", "dex", "--autostart", "--environment", "Cupola")
    assert runner.wait(PATIENCE_S) == 0


def log_file() -> Path:
    return Path(os.environ["XDG_STATE_HOME"], "cupola", "cupola.log")


def is_there(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def test_the_switch_starts_it_in_the_tray_at_the_next_login(desk: XDesk) -> None:
    desk.start_tray("trayer")
    autostart(surroundings()).switch_on()
    log_in(desk)
    until(lambda: log_file().exists() and "starts, watching" in log_file().read_text(), "it was started")
    assert desk.start(sys.executable, "-m", "cupola").wait(PATIENCE_S) == 0
    until(lambda: desk.xdotool(*WINDOW), "the second start brought the window of the first")
    desk.picture("login-window")
    assert "A later start hands over to this one" in log_file().read_text()
    first = int(desk.xdotool(*WINDOW, "getwindowpid").split()[-1])
    os.kill(first, signal.SIGTERM)
    until(lambda: not is_there(first), "it ended")


def test_switched_off_nothing_starts(desk: XDesk) -> None:
    switch = autostart(surroundings())
    switch.switch_on()
    switch.switch_off()
    log_in(desk)
    assert not log_file().exists()
    assert not switch.state().on
