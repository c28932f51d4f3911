"""Figures as cells, and all of them as one table in Markdown with the machine they were made on."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Sequence
from pathlib import Path

from bench.figures import Limit, Pair, Result, Verdict, verdict


def cells_of(limit: Limit, pair: Pair) -> tuple[str, str, str, str, str, str]:
    """Name, budget, Cupola, reference, ratio and verdict of a figure."""
    name = f"{limit.figure}, {limit.unit}" if limit.unit else limit.figure
    ratio = pair.cupola / pair.reference if pair.reference else None
    said = verdict(limit, pair)
    budget = limit.budget(pair.reference)
    ours, theirs = number(pair.cupola), number(pair.reference)
    return name, number(budget), ours, theirs, number(ratio), "" if said is Verdict.INFORMS else said.value


def number(value: float | None) -> str:
    """Three digits, or a whole number; a dash for none."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:.3g}"


def table(results: Sequence[Result]) -> str:
    """Every figure of every row; the load before each round tells how quiet the machine was."""
    lines = [
        "# Budgets",
        "",
        f"Made by `tests/bench --table` on {time.strftime('%Y-%m-%d')}: {_machine()}. Medians of the rounds.",
        "",
        "| row | figure | budget | Cupola | reference | ratio | |",
        "|---|---|---|---|---|---|---|",
    ]
    for result in results:
        for limit in result.row.limits:
            pair = result.pair(limit.figure)
            if pair is not None:
                lines.append(f"| {result.row.name} | {' | '.join(cells_of(limit, pair))} |")
    lines += ["", "What each row measures:", ""]
    lines += map(_measured, results)
    return "\n".join(lines) + "\n"


def _measured(result: Result) -> str:
    row, loads = result.row, ", ".join(f"{load:.1f}" for load in result.loads)
    return f"- **{row.name}**: {row.title} ({row.counted}). Load before each round: {loads}."


def _machine() -> str:
    """Processor, cores, memory, system and Python."""
    info = Path("/proc/cpuinfo")
    names = [line.partition(":")[2].strip() for line in _lines(info) if line.startswith("model name")]
    memory = [line.split()[1] for line in _lines(Path("/proc/meminfo")) if line.startswith("MemTotal")]
    size = f"{int(memory[0]) / 2**20:.0f} GiB" if memory else "memory unknown"
    processor = names[0] if names else platform.processor() or platform.machine()
    system = f"{platform.system()} {platform.release()}"
    return f"{processor}, {os.cpu_count()} cores, {size}, {system}, Python {platform.python_version()}"


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text("utf-8").splitlines()
    except OSError:
        return []
