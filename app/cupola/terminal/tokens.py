"""`cupola tokens`: what Claude Code's transcripts say was used, each reply counted once."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from cupola.domain.portions import Bands, Portion
from cupola.domain.usage_report import report_of
from cupola.engine.transcripts import bring_up
from cupola.options import Counting
from cupola.store.ledger import NAME, DamagedError, Ledger, set_aside
from cupola.store.places import Wanted, absolute, folders
from cupola.store.prices import chosen_prices, load_prices
from cupola.store.settings_file import load
from cupola.store.surroundings import surroundings
from cupola.terminal.tokens_json import as_json

if TYPE_CHECKING:
    from cupola.domain.problems import Problem

FINE: Final = 0
FAILED: Final = 1
MISSING: Final = 3


def run_tokens(counting: Counting, *, out: TextIO | None = None, errors: TextIO | None = None) -> int:
    """Read what is new, print what was used in all; the exit code."""
    stream, complaints = out or sys.stdout, errors or sys.stderr
    around = surroundings()
    own = folders(Wanted(state_dir=counting.state_dir, claude_dirs=counting.folders), around)
    claude = own.claude_dirs
    try:
        prices = load_prices(own.config_dir, chosen_prices(load(own.config_dir).settings, around))
        where = None if counting.directory is None else str(absolute(counting.directory, around))
        problems, parts = _counted(own.state_dir / NAME, list(map(str, claude)), prices.bands)
    except (OSError, ValueError) as error:
        print(f"cupola: {error}", file=complaints)
        return FAILED
    made = report_of(parts, prices, where)
    for problem in problems:
        print(f"cupola: {problem.path}: {problem.message}: {'; '.join(problem.dropped)}", file=complaints)
    if counting.json:
        stream.write(as_json(made))
    else:
        from cupola.terminal.table import console
        from cupola.terminal.tokens_text import as_table  # rich is slower than all the rest

        console(stream).print(as_table(made, prices))
    missing = [path for path in claude if counting.folders and not path.is_dir()]
    for path in missing:
        from cupola.domain.text import printable_path

        print(f"cupola: {printable_path(str(path))}: missing or unreadable", file=complaints)
    return MISSING if missing else FINE


def _counted(path: Path, claude: Sequence[str], bands: Bands) -> tuple[tuple[Problem, ...], list[Portion]]:
    """What could not be used, and all that was used; a ledger that proves to be damaged is made anew."""
    try:
        return _read(path, claude, bands)
    except DamagedError as error:
        set_aside(path, error)
        return _read(path, claude, bands)


def _read(path: Path, claude: Sequence[str], bands: Bands) -> tuple[tuple[Problem, ...], list[Portion]]:
    with closing(Ledger(path)) as ledger:
        return bring_up(ledger, claude), ledger.portions(bands)
