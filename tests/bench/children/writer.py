"""A build, as far as files go: writes numbered phase files with pauses, and prints when each write began.

`writer.py '{"files": [...], "writes": N, "pause_ms": [LEAST, MOST], "first": N, "change": bool}'` prints
`[[ns, ...] for each file]`. The files are written in turn.
"""

from __future__ import annotations

import json
import random
import sys
import time
from pathlib import Path
from typing import Any

from bench.content import numbered, phase_text


def main(order: dict[str, Any]) -> None:
    """Do what was ordered."""
    files = [Path(file) for file in order["files"]]
    least, most = order["pause_ms"]
    chance = random.Random(order["first"])
    began: list[list[int]] = [[] for _ in files]
    for write in range(order["first"], order["first"] + order["writes"]):
        data = phase_text(numbered(write if order["change"] else order["first"])).encode()
        for file, times in zip(files, began, strict=True):
            times.append(time.perf_counter_ns())
            file.write_bytes(data)
            time.sleep(chance.uniform(least, most) / 1000)
    json.dump(began, sys.stdout)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
