"""A log of 10 GB: how soon its end is shown, and what it costs to follow it when nobody can see it."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bench.cupola import controlled
from bench.figures import Limit, Measured, Pair, Row
from bench.setup import Setup
from bench.trees import TreeSpec

_SIZE: Final = 10 * 10**9
_NAME: Final = "logs/overnight_20261123_083541.log"
_LINE: Final = "\x1b[32m\u2714\x1b[0m built a part of it, and this is what a line of a log looks like\n"
_APPENDS_PER_S: Final = 20


def log(setup: Setup) -> Measured:
    """The window opens the Log tab of its build, is hidden, and the log goes on; beside it the same calm."""
    tree = setup.tree(TreeSpec(10, 205, active=1))
    file = _plant(tree.projects[0] / _NAME)
    with controlled(setup, tree.root) as cupola:
        cupola.hear()
        cupola.settle(at_least_s=2)
        opened_ms = cupola.ask("log")["ms"]
        cupola.ask("hide")
        cupola.settle()
        calm = _percent(cupola.cpu_s, setup.scaled(15, 5), None)
        growing = _percent(cupola.cpu_s, setup.scaled(15, 5), file)
    return {"opened": Pair(opened_ms, _tail_ms(file)), "hidden, growing": Pair(growing, calm)}


def _plant(file: Path) -> Path:
    """A file of 10 GB of which only the end has been written to: the rest takes no room on the disk."""
    if not file.exists():
        file.parent.mkdir(exist_ok=True)
        with file.open("wb") as stream:
            stream.truncate(_SIZE)
            stream.seek(_SIZE)
            stream.write(_LINE.encode() * 20_000)
    return file


def _percent(cpu_s: Callable[[], float], lasts_s: float, file: Path | None) -> float:
    """Percent of a core, while lines are added to the log or not."""
    before, began = cpu_s(), time.monotonic()
    while time.monotonic() - began < lasts_s:
        time.sleep(1 / _APPENDS_PER_S)
        if file is not None:
            with file.open("a", encoding="utf-8") as stream:
                stream.write(_LINE)
    return 100 * (cpu_s() - before) / (time.monotonic() - began)


def _tail_ms(file: Path) -> float:
    began = time.perf_counter()
    subprocess.run(["tail", "-n", "2000", file], stdout=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - began) * 1e3


LOG: Final = Row(
    "log",
    "a log of 10 GB",
    "opened: from the click on the Log tab to its text, beside `tail -n 2000`; growing: processor time of the"
    " hidden window while 20 lines a second are added, beside the same without them",
    (Limit("opened", "ms", at_most=100), Limit("hidden, growing", "% of a core", at_most=0.1)),
    log,
)
