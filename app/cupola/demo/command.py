"""`cupola demo`: the writer as a program of its own."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Final

from cupola.demo.player import Player
from cupola.demo.stopper import Stopper
from cupola.demo.stories import MOMENT_S
from cupola.options import Story

FINE: Final = 0
WRONG_USE: Final = 2
PROJECTS: Final = "projects"
FOUNDRY: Final = "foundry"
CLAUDE: Final = "claude"
READY: Final = "ready"
"""What it prints, on a line, once the past is written."""


def run_demo(story: Story, at_s: float | None) -> int:
    """Write until interrupted, or until who started it is gone; the exit code. Main thread."""
    stopped = Stopper()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    if story.tied:
        threading.Thread(target=_wait_for_end, args=(stopped,), name="demo-tie", daemon=True).start()
    try:
        return _write(story, MOMENT_S if at_s is None else at_s, stopped)
    finally:
        if story.tied:
            shutil.rmtree(story.into, ignore_errors=True)


def _write(story: Story, at_s: float, stopped: Stopper) -> int:
    """At speed 0 the past is all there is."""
    into = Path(story.into).resolve()
    if not story.tied and into.is_dir() and any(into.iterdir()):
        print(f"cupola demo: {into} is not empty; name a new folder", file=sys.stderr)
        return WRONG_USE
    database = into / FOUNDRY / "metrics.db"
    player = Player(into / PROJECTS, database, into / CLAUDE, seed=story.seed, moment_s=at_s)
    try:
        player.write_past(story.speed or 1.0)
        print(READY, flush=True)
        if story.speed > 0:
            player.play(story.speed, stopped)
        elif story.tied:
            stopped.wait()
    except OSError as error:
        if stopped.is_set():
            return FINE
        print(f"cupola demo: {error}", file=sys.stderr)
        return WRONG_USE
    return FINE


def _wait_for_end(stopped: Stopper) -> None:
    """Whoever started it holds the other end of the standard input, and lets it go even in a crash."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    stopped.set()
