"""Transcripts while builds go on: one reply until it is painted, ten that grow, and much that is new."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from bench.cupola import controlled, started
from bench.figures import Limit, Measured, Pair, Row
from bench.processes import family, peak_kb, run_child
from bench.rows.idle import rests
from bench.rows.latency import Waits, waits_of
from bench.setup import Setup, python
from bench.transcripts import Run, plant_transcripts
from bench.trees import Tree, TreeSpec, plant
from cupola.domain.words import Facet

_PAUSE_MS: Final = (1_100, 1_500)
"""Longer than a transcript that goes on growing rests between two reads, and out of step with everything."""
_TRANSCRIPTS: Final = 10
_ROWS_PER_S: Final = 50
_MB: Final = 1_000_000
_SMALL_MB: Final = 200
_LARGE_MB: Final = 2_000
_QUICK_MB: Final = 20
_BEGAN_S: Final = 900.0
"""How long ago the sessions that are read for the first time began: their run is older."""
_STEP_S: Final = 0.02
_WRITES: Final = 20
_BATCHES: Final = 60
"""At most so many times `_WRITES` writes of the phase file while transcripts are read."""
_UNREAD: Final = -1.0


def append(setup: Setup) -> Measured:
    """A reply of the one running build, until Token Usage is painted."""
    tree, claude = _tree(setup, active=1), setup.new_folder("claude")
    trace = setup.new_folder("trace") / "trace.jsonl"
    with started(setup, tree.root, trace=trace, claude=claude) as cupola:
        cupola.settle(at_least_s=2)
        _append(setup, tree.projects[:1], claude, rows=1, pause_ms=(0, 0), seed=6)
        cupola.settle(at_least_s=2)
        times = _append(setup, tree.projects[:1], claude, rows=int(setup.scaled(40, 6)), pause_ms=_PAUSE_MS)
        cupola.settle()
    waits = waits_of(trace, times, Facet.TOKENS.value)
    return {**_percentiles(waits), "untimed": Pair(waits.untimed)}


def follow(setup: Setup) -> Measured:
    """The window shown and hidden, beside each other, while the same ten transcripts grow."""
    tree, claude = _tree(setup, active=_TRANSCRIPTS), setup.new_folder("claude")
    lasts_s = setup.scaled(60, 10)
    pause_ms = (1000 / _ROWS_PER_S, 1000 / _ROWS_PER_S)
    with (
        controlled(setup, tree.root, claude=claude) as shown,
        controlled(setup, tree.root, claude=claude) as hidden,
    ):
        for child in (shown, hidden):
            child.hear()
        hidden.settle(at_least_s=3)
        hidden.ask("hide")
        rows = int((lasts_s + 6) * _ROWS_PER_S)
        write = partial(_append, setup, tree.projects[:_TRANSCRIPTS], claude, rows=rows, pause_ms=pause_ms)
        writer = threading.Thread(target=partial(write, replies=False))
        writer.start()
        time.sleep(3)  # until all ten are there and known
        ours, away = rests([shown, hidden], lasts_s)
        writer.join()
    return {
        "hidden": Pair(away.cpu_percent),
        "shown": Pair(ours.cpu_percent),
        "wake-ups hidden": Pair(away.wake_ups),
        "wake-ups shown": Pair(ours.wake_ups),
    }


def reading(setup: Setup, size_mb: int) -> Measured:
    """The phase file's latency while the transcripts of its build appear and are read for the first time."""
    tree, claude = _tree(setup, active=1), setup.new_folder("claude")
    aside, run = setup.new_folder("aside"), Run(str(tree.projects[0]), time.time() - _BEGAN_S)
    plant_transcripts(aside, int(setup.scaled(size_mb, _QUICK_MB)) * _MB, run=run)
    os.sync()  # else the disk is still busy with them, and every writer waits for it
    trace = setup.new_folder("trace") / "trace.jsonl"
    with controlled(setup, tree.root, trace=trace, claude=claude) as cupola:
        cupola.hear()
        cupola.settle(at_least_s=2)
        watch = _Watch(cupola.pid)
        with watch:
            (aside / "projects").rename(claude / "projects")
            times = _write_while(setup, tree.phase_files[0], watch)
        cupola.settle(at_least_s=2)
        told = cupola.ask("tokens")
    while_read = [began for began in times if began <= watch.ended_ns]
    expected = _counted(setup, claude)
    return {
        **_percentiles(waits_of(trace, while_read)),
        "writes": Pair(len(while_read)),
        "read after": Pair(watch.read_after_s),
        "not counted": Pair(expected - told["spent"]),
        "peak, window": Pair(watch.peaks_mb[0]),
        "peak, reading": Pair(watch.peaks_mb[1]),
    }


def _tree(setup: Setup, *, active: int) -> Tree:
    """A new one each time: its runs are no older than they are made."""
    return plant(setup.new_folder("tree") / "root", TreeSpec(10, 200, active=active))


def _append(
    setup: Setup,
    projects: Sequence[Path],
    claude: Path,
    *,
    rows: int,
    pause_ms: tuple[float, float],
    replies: bool = True,
    seed: int = 5,
) -> list[int]:
    order = {
        "claude": str(claude),
        "directories": [str(project) for project in projects],
        "rows": rows,
        "pause_ms": pause_ms,
        "replies": replies,
        "seed": seed,
    }
    times: list[int] = run_child(python("appender.py", json.dumps(order)), setup.environment())
    return times


def _percentiles(waits: Waits) -> Measured:
    return {
        "p50": waits.pair(0.5, None),
        "p99": waits.pair(0.99, None),
        "missed": Pair(waits.missed),
    }


@dataclass(slots=True)
class _Watch:
    """From outside: how long the process that reads much is there, and the peaks of it and of its parent."""

    pid: int
    peaks: dict[int, int] = field(default_factory=dict)
    began_ns: int = 0
    ended_ns: int = 0
    _done: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> None:
        self.began_ns = time.perf_counter_ns()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._done.wait(_STEP_S):
            now = list(family(self.pid))
            for pid in now:
                self.peaks[pid] = max(self.peaks.get(pid, 0), peak_kb(pid))
            if len(now) > 1:
                self.ended_ns = time.perf_counter_ns()

    @property
    def over(self) -> bool:
        """True once the process was there and has been gone for a second."""
        return bool(self.ended_ns) and time.perf_counter_ns() > self.ended_ns + 10**9

    @property
    def read_after_s(self) -> float:
        return (self.ended_ns - self.began_ns) / 1e9 if self.ended_ns else _UNREAD

    @property
    def peaks_mb(self) -> tuple[float, float]:
        """Of the window's process and of the others together."""
        others = sum(kb for pid, kb in self.peaks.items() if pid != self.pid)
        return self.peaks.get(self.pid, 0) / 1024, others / 1024


def _write_while(setup: Setup, file: Path, watch: _Watch) -> list[int]:
    """Write the phase file until everything is read."""
    times: list[int] = []
    for batch in range(_BATCHES):
        order = {
            "files": [str(file)],
            "writes": _WRITES,
            "pause_ms": (120, 260),
            "first": 1 + batch * _WRITES,
            "change": True,
        }
        times += run_child(python("writer.py", json.dumps(order)), setup.environment())[0]
        if watch.over:
            break
    return times


def _counted(setup: Setup, claude: Path) -> int:
    """All tokens, as `cupola tokens` counts them."""
    state = str(setup.new_folder("state"))
    told = [sys.executable, "-m", "cupola", "tokens", "--json", "--config-dir", str(claude)]
    totals = run_child([*told, "--state-dir", state], setup.environment())["totals"]
    return sum(totals[name] for name in ("input", "output", "cache_creation", "cache_read"))


def _reading_row(name: str, size_mb: int) -> Row:
    return Row(
        name,
        f"file write to panel painted, while {size_mb:,} MB of transcripts of that build are read",
        "as latency; the transcripts appear by a rename beneath the running window; writes that began before"
        " the reading process was gone; read after: from the rename until then; not counted: tokens that"
        " Token Usage lacks afterwards beside `cupola tokens`; peaks: VmHWM",
        (
            Limit("p50", "ms"),
            Limit("p99", "ms", at_most=20),
            Limit("missed", "writes", at_most=0),
            Limit("writes", ""),
            Limit("read after", "s"),
            Limit("not counted", "tokens", at_most=0, exactly=True, always=True),
            Limit("peak, window", "MB"),
            Limit("peak, reading", "MB"),
        ),
        partial(reading, size_mb=size_mb),
    )


APPEND: Final = Row(
    "append",
    "a reply appended to a transcript until Token Usage is painted",
    "from just before the writer's open() to the first paint event of the dock (trace: painted); one row each"
    " 1.1 to 1.5 s; missed and untimed as in latency",
    (
        Limit("p50", "ms", at_most=10),
        Limit("p99", "ms"),
        Limit("missed", "replies", at_most=0),
        Limit("untimed", "replies"),
    ),
    append,
)
FOLLOW: Final = Row(
    "follow",
    "10 running builds whose transcripts grow by 50 rows a second in all, for 60 s",
    "rows as real ones, every third or so of a reply; processor time and wake-ups as in idle",
    (
        Limit("hidden", "% of a core", at_most=2),
        Limit("shown", "% of a core"),
        Limit("wake-ups hidden", "/min"),
        Limit("wake-ups shown", "/min"),
    ),
    follow,
)
READING: Final = _reading_row("reading", _SMALL_MB)
READING_LARGE: Final = _reading_row("reading-large", _LARGE_MB)
