"""Counting tokens: whole processes beside ccusage, on the same made-up transcripts."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from bench.ccusage import VERSION, command
from bench.figures import Limit, Measured, Pair, Row
from bench.processes import ChildError
from bench.setup import Setup
from bench.transcripts import plant_transcripts

_MB: Final = 1_000_000
_SMALL_MB: Final = 200
_LARGE_MB: Final = 2_000
_QUICK_MB: Final = 20
_SECONDS: Final = 5
"""How often the quick second read is measured in each round."""


@dataclass(frozen=True, slots=True)
class _Run:
    seconds: float
    peak_mb: float


def tokens(setup: Setup, size_mb: int) -> Measured:
    """A first read without a ledger and second ones, in turn with ccusage, which keeps nothing."""
    folder = _planted(setup, size_mb)
    state = setup.new_folder("state")
    ours = [sys.executable, "-m", "cupola", "tokens", "--json"]
    ours += ["--config-dir", str(folder), "--state-dir", str(state)]
    environment = setup.environment()
    reference = _reference(folder, environment)
    first = _run(ours, environment)
    again = sorted(_run(ours, environment).seconds for _ in range(_SECONDS))[_SECONDS // 2]
    return {
        "first read": Pair(first.seconds, None if reference is None else reference.seconds),
        "second read": Pair(1000 * again, None if reference is None else 1000 * reference.seconds),
        "peak memory": Pair(first.peak_mb, None if reference is None else reference.peak_mb),
    }


def _planted(setup: Setup, size_mb: int) -> Path:
    """Written once for all rounds."""
    folder = setup.folder / f"claude-{size_mb}"
    if not folder.exists():
        plant_transcripts(folder, int(setup.scaled(size_mb, _QUICK_MB)) * _MB)
    return folder


def _reference(folder: Path, environment: Mapping[str, str]) -> _Run | None:
    """Once unmeasured before it, so that the first to read does not read for both."""
    found = command(folder)
    if found is None:
        return None
    told, more = found
    _run(told, {**environment, **more})
    return _run(told, {**environment, **more})


def _run(told: Sequence[str], environment: Mapping[str, str]) -> _Run:
    """From before the spawn until it has ended; memory: its own, and of what it waited for."""
    begun = time.perf_counter()
    process = subprocess.Popen(told, env=dict(environment), stdout=subprocess.DEVNULL, cwd="/")
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise ChildError(f"{told!r} ended with {process.returncode}")
    return _Run(seconds, used.ru_maxrss / 1024)


def _row(name: str, size_mb: int, *limits: Limit) -> Row:
    return Row(
        name,
        f"tokens of {size_mb:,} MB of transcripts",
        f"`cupola tokens --json`, whole processes, from the spawn to the end; second: a ledger is there and"
        f" nothing was added, median of {_SECONDS}; reference: ccusage {VERSION}, the program itself, which"
        " reads everything each time",
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
