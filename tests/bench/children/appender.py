"""Sessions of builds, as far as files go: appends rows to transcripts, in turn, and prints when each began.

`appender.py '{"claude": DIR, "directories": [...], "rows": N, "pause_ms": [LEAST, MOST], "replies": bool,
"seed": N}'` appends to one transcript of each directory; with `replies` only rows of replies, each of a new
one. Prints `[ns, ...]`, of the writes.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.transcripts import Run, growing, session_file


def main(order: dict[str, Any]) -> None:
    """Do what was ordered; pauses are kept from begin to begin, whatever a write takes."""
    runs = [Run(directory, time.time()) for directory in order["directories"]]
    files = [session_file(Path(order["claude"]), run, number) for number, run in enumerate(runs)]
    rows = [_rows(run, number, order) for number, run in enumerate(runs)]
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
    chance, began = random.Random(order["rows"]), []
    due = time.perf_counter()
    for write in range(order["rows"]):
        place = write % len(files)
        data = next(rows[place])
        began.append(time.perf_counter_ns())
        with files[place].open("ab", buffering=0) as out:
            out.write(data)
        due += chance.uniform(*order["pause_ms"]) / 1000
        time.sleep(max(0.0, due - time.perf_counter()))
    json.dump(began, sys.stdout)


def _rows(run: Run, number: int, order: dict[str, Any]) -> Iterator[bytes]:
    """All rows of a session, or the first of each reply."""
    known = b""
    for row in growing(run, number, order["seed"]):
        if not order["replies"]:
            yield row
        elif b'"type":"assistant"' in row:
            request = row.partition(b'"requestId":"')[2][:40]
            if request != known:
                known = request
                yield row


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
