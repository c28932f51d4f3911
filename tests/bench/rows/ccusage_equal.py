"""Whether Cupola and ccusage count the same, but for the two rules in which they differ on purpose."""

from __future__ import annotations

import os
import warnings
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from hypothesis import HealthCheck, Phase, given, seed, settings

from bench.as_ccusage import KINDS, compared, expected
from bench.ccusage import VERSION, ccusage, counted
from bench.figures import Limit, Measured, Pair, Row
from bench.setup import Setup
from cupola.domain.prices import PriceList
from cupola.domain.usage_report import report
from cupola.engine.transcripts import bring_up
from cupola.store.ledger import NAME, Ledger
from support.claude_folders import Folder, folders

_FOLDERS: Final = 200
_QUICK_FOLDERS: Final = 10
_NO_PRICES: Final = PriceList("", "", ())
_THEIRS: Final = ("inputTokens", "outputTokens", "cacheCreationTokens", "cacheReadTokens")

Models = dict[str, Counter[str]]


def ccusage_equal(setup: Setup) -> Measured:
    """Plants and counts folder by folder; prints the seed and every difference with the rule behind it."""
    wanted = int(setup.scaled(_FOLDERS, _QUICK_FOLDERS))
    if ccusage() is None:
        return {"folders": Pair(0)}
    number = int(os.environ.get("CUPOLA_BENCH_SEED") or int.from_bytes(os.urandom(4), "big"))
    print(f"\nccusage-equal: {wanted} folders, CUPOLA_BENCH_SEED={number}")
    explained = unexplained = 0
    for index, made in enumerate(_made_up(wanted, number)):
        folder = setup.new_folder("equal")
        made.plant(folder)
        known, unknown = _differences(folder, dict(setup.environment()))
        for line in (*known, *(f"{line}: NO RULE EXPLAINS IT" for line in unknown)):
            print(f"  folder {index}: {line}")
        explained, unexplained = explained + len(known), unexplained + len(unknown)
    return {
        "folders": Pair(wanted),
        "explained": Pair(explained),
        "unexplained": Pair(unexplained),
    }


def _made_up(count: int, number: int) -> list[Folder]:
    made: list[Folder] = []

    @seed(number)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(folders(whole_replays=False))
    def take(folder: Folder) -> None:
        made.append(folder)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        take()
    return made


def _differences(folder: Path, environment: dict[str, str]) -> tuple[list[str], list[str]]:
    """Those that the two rules explain, and those that they do not."""
    should = expected(folder)
    said = _theirs(counted(folder, environment))
    sides = (("ccusage", should.theirs, said), ("Cupola", should.ours, _ours(folder)))
    unknown = [
        f"{name}, {model}: {line}"
        for name, by_rule, told in sides
        for model in sorted({*by_rule, *told})
        for line in compared(by_rule.get(model, Counter()), told.get(model, Counter()), ("rules", "told"))
    ]
    return should.differences, unknown


def _theirs(said: Any) -> Models:
    models: Models = {}
    for session in said["sessions"]:
        for one in session["modelBreakdowns"]:
            tokens = zip(KINDS, (one[name] for name in _THEIRS), strict=True)
            models.setdefault(one["modelName"], Counter()).update(dict(tokens))
    return models


def _ours(folder: Path) -> Models:
    with closing(Ledger(folder / NAME)) as ledger:
        bring_up(ledger, [str(folder)])
        made = report(ledger.replies(), _NO_PRICES)
    models = made.models.items()
    return {model: Counter({kind: getattr(one.usage, kind) for kind in KINDS}) for model, one in models}


CCUSAGE_EQUAL: Final = Row(
    "ccusage-equal",
    "random folders of transcripts, counted as ccusage counts them",
    f"tokens by model beside ccusage {VERSION}; explained: lines above that an element-wise maximum and rows"
    " without ids account for, to the token; unexplained: all others, and one is a failure",
    (
        Limit("folders", ""),
        Limit("explained", "lines"),
        Limit("unexplained", "lines", at_most=0, always=True),
    ),
    ccusage_equal,
)
