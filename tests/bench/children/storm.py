"""Phase files of many builds written as fast as asked for a while, and the last number of each printed.

`storm.py RATE SECONDS FILES` (a file that names the phase files, one per line) prints
`{"changes", "seconds", "last": {file: number}}`.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from bench.content import numbered, phase_text

STEP_S = 0.002


def main(rate: float, lasts_s: float, list_file: str) -> None:
    """Write."""
    files = Path(list_file).read_text("utf-8").splitlines()
    head, tail = phase_text(numbered(0)).split(numbered(0))
    last: dict[str, int] = {}
    began, done = time.monotonic(), 0
    while (spent := time.monotonic() - began) < lasts_s:
        for _ in range(int(spent * rate) - done):
            done += 1
            file = files[done % len(files)]
            _write(file, f"{head}{numbered(done)}{tail}".encode())
            last[file] = done
        time.sleep(STEP_S)
    json.dump({"changes": done, "seconds": time.monotonic() - began, "last": last}, sys.stdout)


def _write(file: str, data: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.write(descriptor, data)
    os.close(descriptor)


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]), sys.argv[3])
