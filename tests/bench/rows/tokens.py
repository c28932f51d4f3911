"""Counting tokens: whole processes beside ccusage, on the same made-up transcripts."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final

from bench.ccusage import VERSION, command
from bench.figures import Limit, Measured, Pair, Row
from bench.processes import ChildError, family, peak_kb
from bench.setup import Setup
from bench.transcripts import plant_transcripts

_MB: Final = 1_000_000
_SMALL_MB: Final = 200
_LARGE_MB: Final = 2_000
_QUICK_MB: Final = 20
_SECONDS: Final = 5
"""How often the quick second read is measured in each round."""
_STEP_S: Final = 0.005


def tokens(setup: Setup, size_mb: int) -> Measured:
    """A first read without a ledger and second ones, in turn with ccusage, which keeps nothing."""
    folder, environment = _planted(setup, size_mb), setup.environment()
    ours = [sys.executable, "-m", "cupola", "tokens", "--json", "--config-dir", str(folder), "--state-dir"]
    theirs, their_peak_mb = _reference(folder, environment)
    state = str(setup.new_folder("state"))
    first = _seconds([*ours, state], environment)
    again = median(_seconds([*ours, state], environment) for _ in range(_SECONDS))
    peak_mb = _peak_mb([*ours, str(setup.new_folder("state"))], environment)
    return {
        "first read": Pair(first, theirs),
        "second read": Pair(1000 * again, None if theirs is None else 1000 * theirs),
        "peak memory": Pair(peak_mb, their_peak_mb),
    }


def _planted(setup: Setup, size_mb: int) -> Path:
    """Written once for all rounds."""
    folder = setup.folder / f"claude-{size_mb}"
    if not folder.exists():
        plant_transcripts(folder, int(setup.scaled(size_mb, _QUICK_MB)) * _MB)
    return folder


def _reference(folder: Path, environment: Mapping[str, str]) -> tuple[float | None, float | None]:
    """Seconds and MB; the memory first, so that the first to be timed does not read the disk for both."""
    found = command(folder)
    if found is None:
        return None, None
    told, more = found
    peak_mb = _peak_mb(told, {**environment, **more})
    return _seconds(told, {**environment, **more}), peak_mb


def _seconds(told: Sequence[str], environment: Mapping[str, str]) -> float:
    """From before the spawn until it has ended."""
    begun = time.perf_counter()
    subprocess.run(told, env=dict(environment), stdout=subprocess.DEVNULL, check=True, cwd="/")
    return time.perf_counter() - begun


def _peak_mb(told: Sequence[str], environment: Mapping[str, str]) -> float:
    """The most that each process of it had resident at a time, added up: what two share counts twice."""
    most: dict[int, int] = {}
    with subprocess.Popen(told, env=dict(environment), stdout=subprocess.DEVNULL, cwd="/") as process:
        while process.poll() is None:
            for pid in family(process.pid):
                most[pid] = max(most.get(pid, 0), peak_kb(pid))
            time.sleep(_STEP_S)
    if process.returncode:
        raise ChildError(f"{told!r} ended with {process.returncode}")
    return sum(most.values()) / 1024


def _row(name: str, size_mb: int, *limits: Limit) -> Row:
    return Row(
        name,
        f"tokens of {size_mb:,} MB of transcripts",
        f"`cupola tokens --json`, whole processes, from the spawn to the end; second: a ledger is there and"
        f" nothing was added, median of {_SECONDS}; reference: ccusage {VERSION}, the program itself, which"
        " reads everything each time; memory: runs of their own, the peaks of all processes added up",
        (Limit("first read", "s", times=2), *limits),
        partial(tokens, size_mb=size_mb),
    )


TOKENS: Final = _row("tokens", _SMALL_MB, Limit("second read", "ms", at_most=80), Limit("peak memory", "MB"))
TOKENS_LARGE: Final = _row(
    "tokens-large",
    _LARGE_MB,
    Limit("second read", "ms", times=0.1),
    Limit("peak memory", "MB", at_most=100),
)
