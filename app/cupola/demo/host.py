"""`--demo`: a folder of its own with the demo's builds in it, and everything else that Cupola keeps."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from cupola.demo.command import CLAUDE, FOUNDRY, PROJECTS, READY
from cupola.program import this_program
from cupola.store.locking import FileLock
from cupola.store.places import Wanted

PREFIX: Final = "cupola-demo-"
ENDS_WITHIN_S: Final = 2.0


class DemoError(Exception):
    """The writer did not begin; says why."""


@contextmanager
def demo(*, speed: float, seed: int = 0, at_s: float | None = None) -> Iterator[Wanted]:
    """Start the writer and say where its builds are; at the end it is gone, and so is the folder.

    Should this process crash, the writer notices and takes the folder away; should both, the next demo does.
    Raises DemoError.
    """
    _take_away_abandoned(Path(tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix=PREFIX)).resolve()
    lock = FileLock(folder / ".lock")
    writer: subprocess.Popen[bytes] | None = None
    try:
        lock.acquire()
        writer = _started(folder / "demo", speed, seed, at_s)
        yield wanted(folder / "demo")
    finally:
        if writer is not None:
            _end(writer)
        lock.release()
        shutil.rmtree(folder, ignore_errors=True)


def wanted(into: Path) -> Wanted:
    """Every place of a demo; nothing of the user's is among them."""
    return Wanted(
        roots=(str(into / PROJECTS),),
        foundry_home=str(into / FOUNDRY),
        config_dir=str(into / "config"),
        state_dir=str(into / "state"),
        cache_dir=str(into / "cache"),
        claude_dirs=(str(into / CLAUDE),),
    )


def _started(into: Path, speed: float, seed: int, at_s: float | None) -> subprocess.Popen[bytes]:
    moment = () if at_s is None else ("--at", str(at_s))
    command = [
        *this_program(),
        "demo",
        "--into",
        str(into),
        "--speed",
        str(speed),
        "--seed",
        str(seed),
        "--tied",
    ]
    writer = subprocess.Popen(
        [*command, *moment], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    if writer.stdout is None or writer.stdout.readline().strip() != READY.encode():
        _end(writer)
        raise DemoError(f"the demo did not begin (its writer ended with {writer.returncode})")
    return writer


def _end(writer: subprocess.Popen[bytes]) -> None:
    for stream in (writer.stdin, writer.stdout):
        if stream is not None:
            stream.close()
    try:
        writer.wait(ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        writer.kill()
        writer.wait()


def _take_away_abandoned(base: Path) -> None:
    """Folders of demos whose processes are gone: their locks are free."""
    for folder in base.glob(f"{PREFIX}*"):
        lock = FileLock(folder / ".lock")
        try:
            lock.acquire()
        except OSError:  # TimeoutError is one too
            continue
        shutil.rmtree(folder, ignore_errors=True)
        lock.release()
