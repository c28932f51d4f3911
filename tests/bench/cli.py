"""The command line: which rows, how many rounds, what is printed."""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from bench.figures import Limit, Pair, Result, Row
from bench.plot import svg
from bench.rows.ccusage_equal import CCUSAGE_EQUAL
from bench.rows.equal import EQUAL
from bench.rows.full import FULL
from bench.rows.idle import IDLE, WATCHES
from bench.rows.latency import BESIDE, ISOLATED
from bench.rows.live_tokens import APPEND, FOLLOW, READING, READING_LARGE
from bench.rows.log import LOG
from bench.rows.many import GROWTH, MANY, SIZES
from bench.rows.size import MEMORY, PROJECTS, START
from bench.rows.storm import STORM
from bench.rows.tokens import TOKENS, TOKENS_LARGE
from bench.setup import Setup
from bench.table import cells_of, table

ROWS: Final = (
    ISOLATED,
    BESIDE,
    EQUAL,
    IDLE,
    WATCHES,
    PROJECTS,
    MEMORY,
    START,
    STORM,
    FULL,
    LOG,
    MANY,
    GROWTH,
    TOKENS,
    TOKENS_LARGE,
    APPEND,
    FOLLOW,
    READING,
    READING_LARGE,
    CCUSAGE_EQUAL,
)
_ON_REQUEST: Final = (TOKENS_LARGE, READING_LARGE)
"""Measured with `--large` or by name: not every machine has the room."""
CHECK_ROUNDS: Final = 5
_LINE: Final = "  {:<20} {:>11} {:>11} {:>11} {:>8}  {}"


def main(arguments: Sequence[str]) -> int:
    """Measure and print; 1 if `--check` finds a miss."""
    options = _parser().parse_args(arguments)
    usual = [row for row in ROWS if options.large or row not in _ON_REQUEST]
    rows = [row for row in ROWS if row.name in options.names] if options.names else usual
    rounds = options.rounds or (CHECK_ROUNDS if options.check else 1 if options.quick else 3)
    with tempfile.TemporaryDirectory(prefix="cupola-bench-", ignore_cleanup_errors=True) as folder:
        setup = Setup(Path(folder), quick=options.quick, platform=options.platform)
        results = [_measure(row, setup, rounds) for row in rows]
    if options.table:
        Path(options.table).write_text(table(results), "utf-8")
    if options.plot:
        Path(options.plot).write_text(svg("1 to 5,000 projects", _curves(results)), "utf-8")
    if options.json:
        Path(options.json).write_text(json.dumps(_plain(results), indent=1), "utf-8")
    failed = [
        f"{one.row.name} {limit.figure}" for one in results for limit in one.row.limits if one.fails(limit)
    ]
    if failed:
        print("\nover by more than half in three of five rounds: " + ", ".join(failed))
    wrong = any(one.wrong(limit) for one in results for limit in one.row.limits)
    return 1 if wrong or (options.check and failed) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python tests/bench", description="Measure Cupola beside its references (design.md, Budgets)."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", choices=[[], *(row.name for row in ROWS)])
    parser.add_argument("--check", action="store_true", help="five rounds; exit code 1 for a miss in three")
    parser.add_argument("--rounds", type=int, metavar="N", help="how often each row is measured (3)")
    parser.add_argument(
        "--quick", action="store_true", help="one short round: whether it works, not how fast"
    )
    parser.add_argument("--large", action="store_true", help="with the rows that need 2 GB of disk")
    parser.add_argument("--json", metavar="FILE", help="write every round there")
    parser.add_argument("--table", metavar="FILE", help="write all figures there as one table in Markdown")
    parser.add_argument("--plot", metavar="FILE", help="draw the row growth there (SVG)")
    parser.add_argument("--platform", default="offscreen", help="Qt's platform plug-in (offscreen)")
    return parser


def _measure(row: Row, setup: Setup, rounds: int) -> Result:
    """All rounds of a row, then its table."""
    result = Result(row)
    for _ in range(rounds):
        result.loads.append(round(os.getloadavg()[0], 2))
        result.rounds.append(row.measure(setup))
    _print(result)
    return result


def _print(result: Result) -> None:
    loads = ", ".join(f"{load:.1f}" for load in result.loads)
    print(f"\n{result.row.name}: {result.row.title}   (load before each round: {loads})")
    print(_LINE.format("", "budget", "Cupola", "reference", "ratio", ""))
    for limit in result.row.limits:
        pair = result.pair(limit.figure)
        if pair is not None:
            print(_line(limit, pair))
    print(f"  ({result.row.counted})", flush=True)


def _line(limit: Limit, pair: Pair) -> str:
    return _LINE.format(*cells_of(limit, pair)).rstrip()


def _curves(results: Sequence[Result]) -> dict[str, list[tuple[float, float]]]:
    """The figures of the row growth, by name, over the number of projects."""
    curves: dict[str, list[tuple[float, float]]] = {}
    for result in (each for each in results if each.row is GROWTH):
        for name in ("armed", "ready", "processor"):
            found = ((size, result.pair(f"{name}, {size:,}")) for size in SIZES)
            curves[name] = [(float(size), pair.cupola) for size, pair in found if pair is not None]
    return curves


def _plain(results: Sequence[Result]) -> list[dict[str, object]]:
    return [
        {
            "row": one.row.name,
            "loads": one.loads,
            "rounds": [{name: asdict(pair) for name, pair in measured.items()} for measured in one.rounds],
        }
        for one in results
    ]
