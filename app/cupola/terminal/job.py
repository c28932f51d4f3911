"""What one terminal command works with."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from cupola.domain.clock import Clock
from cupola.domain.models import HealthModel
from cupola.domain.text import printable_path
from cupola.options import Options
from cupola.store.opened import Opened
from cupola.terminal.hosting import Hosted
from cupola.terminal.output import Output


@dataclass(frozen=True, slots=True)
class Job:
    """A command under way. Main thread only."""

    options: Options
    opened: Opened
    clock: Clock
    hosted: Hosted
    out: Output
    errors: TextIO

    def complain(self, text: str) -> None:
        """Say something on the error stream."""
        print(f"cupola: {text}", file=self.errors, flush=True)


def unreadable_roots(opened: Opened, health: HealthModel) -> list[Path]:
    """Roots that were named for this start and cannot be read; none where the usual ones are watched."""
    if not opened.places.explicit_roots:
        return []
    bad = {root.path for root in health.roots if not root.readable}
    return [path for path in opened.places.roots if printable_path(str(path)) in bad]


def stream(of: TextIO | None) -> TextIO:
    """A stream to print on, even where a process has none; what it cannot encode becomes a question mark."""
    if of is None:
        return Path(os.devnull).open("w", encoding="utf-8")
    if of in {sys.stdout, sys.stderr} and hasattr(of, "reconfigure"):
        of.reconfigure(errors="replace")
    return of
