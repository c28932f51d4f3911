"""The budgets again, where every project has all the files that a build leaves."""

from __future__ import annotations

from typing import Final

from bench.figures import Measured, Row
from bench.rows.idle import IDLE, rest_in
from bench.rows.latency import ISOLATED, latency_in
from bench.rows.size import MEMORY, PROJECTS, armed_in, memory_in
from bench.setup import Setup
from bench.trees import TreeSpec

_WANTED: Final = (ISOLATED, IDLE, MEMORY, PROJECTS)


def full(setup: Setup) -> Measured:
    """One after another, in the same tree: 3 builds are active as in `idle`, 1 is written to."""
    tree = setup.tree(TreeSpec(300, 6000, active=3, full=True))
    return {
        **latency_in(setup, tree),
        **rest_in(setup, tree),
        **memory_in(setup, tree),
        **armed_in(setup, tree),
    }


FULL: Final = Row(
    "full",
    "300 projects of 30 files each",
    "latency, idle, memory and projects as in their own rows",
    tuple(limit for row in _WANTED for limit in row.limits),
    full,
)
