"""`cupola demo`: the writer as a program of its own."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final

from cupola.demo.player import Player
from cupola.demo.stories import MOMENT_S

FINE: Final = 0
WRONG_USE: Final = 2
PROJECTS: Final = "projects"
FOUNDRY: Final = "foundry"
READY: Final = "ready"
"""What it prints, on a line, once the past is written."""


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """`speed` times as fast as real builds; `speed` 0 writes the past and no more."""

    into: Path
    speed: float = 1.0
    seed: int = 0
    at_s: float = MOMENT_S
    tied: bool = False
    """End with the standard input, and take the folder away then."""


def run_demo(options: DemoOptions) -> int:
    """Write until interrupted, or until who started it is gone; the exit code. Main thread."""
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    if options.tied:
        threading.Thread(target=_wait_for_end, args=(stopped,), name="demo-tie", daemon=True).start()
    try:
        return _write(options, stopped)
    finally:
        if options.tied:
            shutil.rmtree(options.into, ignore_errors=True)


def _write(options: DemoOptions, stopped: threading.Event) -> int:
    into = options.into
    if not options.tied and into.is_dir() and any(into.iterdir()):
        print(f"cupola demo: {into} is not empty; name a new folder", file=sys.stderr)
        return WRONG_USE
    player = Player(into / PROJECTS, into / FOUNDRY / "metrics.db", seed=options.seed, moment_s=options.at_s)
    try:
        player.write_past()
        print(READY, flush=True)
        if options.speed > 0:
            player.play(options.speed, stopped)
        elif options.tied:
            stopped.wait()
    except OSError as error:
        if stopped.is_set():
            return FINE
        print(f"cupola demo: {error}", file=sys.stderr)
        return WRONG_USE
    return FINE


def _wait_for_end(stopped: threading.Event) -> None:
    """Whoever started it holds the other end of the standard input, and lets it go even in a crash."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    stopped.set()
