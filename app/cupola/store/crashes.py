"""Reports of crashes: written as they happen, or by the next start if the process could write no more."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cupola.domain.clock import Instant
from cupola.domain.formatting import rfc3339
from cupola.domain.text import log_line, mask
from cupola.store.files import write_atomically

KEPT: Final = 5
_REPORTS: Final = "crash-*.txt"
_SEEN: Final = ".seen"
_RUNNING: Final = "running-*.trace"
_CAP_BYTES: Final = 1 << 18
_WIDEST: Final = 1_000


@dataclass(frozen=True, slots=True)
class Report:
    """Crashes that nobody was told of yet: their files, the newest first, and all they say."""

    paths: tuple[Path, ...]
    text: str


def write_report(state_dir: Path, what: str, at: Instant) -> Path:
    """Keep a report of a crash: `what` is a traceback. Any thread; raises OSError.

    Secrets are masked. Of all reports the KEPT newest stay.
    """
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(at))
    path = state_dir / f"crash-{stamp}-{int(at * 1000) % 1000:03d}.txt"
    write_atomically(path, _text(state_dir, what, at).encode("utf-8", "backslashreplace"))
    for old in _all(state_dir)[KEPT:]:
        with suppress(OSError):
            old.unlink()
    return path


def trace_path(state_dir: Path) -> Path:
    """Where the interpreter is to write as this process crashes; `untold` finds it."""
    return state_dir / f"running-{os.getpid()}-{time.time_ns()}.trace"


def untold(state_dir: Path) -> Report | None:
    """What nobody was told of yet, also of processes that ended without a word; never raises.

    Call it before this process writes to the log, whose end belongs into the report, and before it makes a
    trace of its own.
    """
    try:
        _adopt(state_dir)
        return _pending(state_dir)
    except OSError:
        return None  # a folder that cannot be used is said by whoever has to write into it


def keep_as_seen(report: Report) -> None:
    """They were shown: they stay, and are not offered again. Raises OSError."""
    for path in report.paths:
        path.replace(path.with_suffix(f"{_SEEN}{path.suffix}"))


def delete(report: Report) -> None:
    """Remove its files. Raises OSError."""
    for path in report.paths:
        path.unlink(missing_ok=True)


def _adopt(state_dir: Path) -> None:
    """Make reports of what processes left that are no more; one that was killed left nothing to tell."""
    for trace in sorted(state_dir.glob(_RUNNING)):
        if _is_running(trace):
            continue
        with trace.open("rb") as file:
            what = file.read(_CAP_BYTES).decode("utf-8", "replace")
        if what.strip():
            write_report(state_dir, what, trace.stat().st_mtime)
        trace.unlink()


def _pending(state_dir: Path) -> Report | None:
    paths = tuple(path for path in _all(state_dir) if _SEEN not in path.suffixes)
    texts = [path.read_bytes()[:_CAP_BYTES].decode("utf-8", "replace") for path in paths]
    return Report(paths, "\n\n".join(texts)) if paths else None


def _all(state_dir: Path) -> list[Path]:
    """The newest first: names are times."""
    return sorted(state_dir.glob(_REPORTS), reverse=True)


def _text(state_dir: Path, what: str, at: Instant) -> str:
    return "\n".join(_lines(state_dir, what, at)) + "\n"


def _lines(state_dir: Path, what: str, at: Instant) -> Iterator[str]:
    from cupola.store.log_tail import log_tail
    from cupola.store.versions import versions  # only a crash has to pay for looking them up

    yield f"What Cupola failed on at {rfc3339(at)}"
    yield ""
    yield from (f"{name} {number}" for name, number in versions())
    yield ""
    yield from (log_line(line, _WIDEST) for line in mask(what[:_CAP_BYTES]).splitlines())
    yield ""
    yield "The end of the log:"
    yield from log_tail(state_dir)


def _is_running(trace: Path) -> bool:
    """Numbers of processes come again, but this process makes its own trace later."""
    number = trace.name.split("-")[1]
    if not number.isdecimal() or int(number) == os.getpid():
        return False
    import psutil  # os.kill would end the process where it asks whether it is there: on Windows

    return psutil.pid_exists(int(number))
