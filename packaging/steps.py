"""A line of progress for each step, and the running of other programs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bootstrap_say import Trouble
from facts import commit_time


@contextmanager
def step(what: str) -> Iterator[None]:
    """Say that it begins, and how long it took."""
    began = time.monotonic()
    print(f"build: {what} ...", file=sys.stderr, flush=True)
    yield
    print(f"build: {what}: {time.monotonic() - began:.1f} s", file=sys.stderr, flush=True)


def run(*command: str | Path, cwd: Path | None = None, **more: str) -> str:
    """What a program prints; Trouble with all that it said when it fails.

    Its time is the commit's, and its dictionaries are in the same order each time.
    """
    env = {**os.environ, "SOURCE_DATE_EPOCH": str(commit_time()), "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"}
    words = list(map(str, command))
    try:
        done = subprocess.run(
            words, cwd=cwd, env={**env, **more}, capture_output=True, text=True, check=False
        )
    except FileNotFoundError as error:
        raise Trouble(f"{words[0]} is not installed") from error
    if done.returncode:
        raise Trouble(f"{' '.join(words[:3])} failed ({done.returncode}):\n{done.stdout}{done.stderr}")
    return done.stdout


def emptied(folder: Path) -> Path:
    """The folder, with nothing in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def size_mb(path: Path) -> float:
    """Of a file, or of all files of a folder, in MB of a thousand KB."""
    files = [path] if path.is_file() else [file for file in path.rglob("*") if not file.is_symlink()]
    return sum(file.stat().st_size for file in files if file.is_file()) / 1e6
