"""Cupola as a child: the real program, started as a user would, and what its trace says."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.processes import Child
from bench.setup import Setup, python

BUILD_PAGE = frozenset({"build", "activity"})
"""The panels that together are the page of the shown build."""


@dataclass(frozen=True, slots=True)
class Traced:
    """One line of a trace."""

    kind: str
    ns: int
    panel: str = ""
    digest: str = ""


def places(setup: Setup, root: Path, *, state: Path | None = None, claude: Path | None = None) -> list[str]:
    """Options that keep a start away from everything of the user's."""
    own = setup.new_folder("places")
    state = state or own / "state"
    return [
        *("--root", str(root), "--foundry-home", str(own / "foundry")),
        *("--config-dir", str(own / "config"), "--state-dir", str(state)),
        *("--claude-dir", str(claude or own / "claude")),
    ]


def started(setup: Setup, root: Path, *, trace: Path | None = None, claude: Path | None = None) -> Child:
    """`cupola --root ROOT`, as it is."""
    tracing = [] if trace is None else ["--trace", str(trace)]
    command = [sys.executable, "-m", "cupola", *places(setup, root, claude=claude), *tracing]
    return Child(command, setup.environment())


def controlled(
    setup: Setup,
    root: Path,
    *,
    trace: Path | None = None,
    timed: bool = False,
    claude: Path | None = None,
) -> Child:
    """The same with a listener on its standard input (children/window.py); it says `{}` when it listens."""
    more = [*([] if trace is None else ["--trace", str(trace)]), *(["--timed"] if timed else [])]
    return Child(python("window.py", *places(setup, root, claude=claude), *more), setup.environment())


def read_trace(path: Path, kind: str) -> list[Traced]:
    """The lines of a kind, in the order of their time; read it when the program has ended."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    found = [
        Traced(row["kind"], row["ns"], row.get("panel", ""), row.get("digest", ""))
        for row in rows
        if row["kind"] == kind
    ]
    return sorted(found, key=lambda line: line.ns)
