"""`cupola tokens`: what Claude Code's transcripts say was used, each reply counted once."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import Final, TextIO

from cupola.domain.text import printable_path
from cupola.domain.usage_report import report
from cupola.engine.transcripts import bring_up
from cupola.options import Counting
from cupola.store.ledger import NAME, Ledger
from cupola.store.opened import surroundings
from cupola.store.places import Surroundings, Wanted, absolute, folders
from cupola.store.prices import load_prices
from cupola.terminal.table import console
from cupola.terminal.tokens_text import as_json, as_table

FINE: Final = 0
FAILED: Final = 1
MISSING: Final = 3


def run_tokens(counting: Counting, *, out: TextIO | None = None, errors: TextIO | None = None) -> int:
    """Read what is new, print what was used in all; the exit code."""
    stream, complaints = out or sys.stdout, errors or sys.stderr
    around = surroundings()
    own = folders(Wanted(state_dir=counting.state_dir), around)
    claude = transcript_folders(counting, around)
    try:
        prices = load_prices(own.config_dir)
        with closing(Ledger(own.state_dir / NAME)) as ledger:
            problems = bring_up(ledger, map(str, claude))
            where = None if counting.directory is None else str(absolute(counting.directory, around))
            made = report(ledger.replies(), prices, where)
    except (OSError, ValueError) as error:
        print(f"cupola: {error}", file=complaints)
        return FAILED
    for problem in problems:
        print(f"cupola: {problem.path}: {problem.message}: {'; '.join(problem.dropped)}", file=complaints)
    if counting.json:
        stream.write(as_json(made))
    else:
        console(stream).print(as_table(made, prices))
    missing = [path for path in claude if counting.folders and not path.is_dir()]
    for path in missing:
        print(f"cupola: {printable_path(str(path))}: missing or unreadable", file=complaints)
    return MISSING if missing else FINE


def transcript_folders(counting: Counting, around: Surroundings) -> list[Path]:
    """Those named, else `CLAUDE_CONFIG_DIR` (several, by commas), else both usual ones (C.1)."""
    named = around.environment.get("CLAUDE_CONFIG_DIR", "").split(",")
    written = counting.folders or tuple(filter(None, named))
    if written:
        return [absolute(folder.strip(), around) for folder in written]
    config = around.environment.get("XDG_CONFIG_HOME") or str(around.home / ".config")
    usual = (absolute(config, around) / "claude", around.home / ".claude")
    return [folder for folder in usual if (folder / "projects").is_dir()]
