"""Unrelated file changes at a given rate in the folders named on standard input, until SIGTERM.

`churn.py RATE` answers every line after the first with how many changes there were and over how many seconds.
The first line names a file with one folder per line. Of four changes three write a file and one deletes one.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

STEP_S = 0.005


class Churn:
    """Spreads its changes evenly, in steps of 5 ms."""

    def __init__(self, folders: list[str], rate: float) -> None:
        self._paths = [f"{folder}/data-{n}.txt" for folder in folders for n in range(2)]
        random.Random(7).shuffle(self._paths)
        self._rate = rate
        self.done = 0
        self.began = time.monotonic()

    def run(self) -> None:
        """Go on for ever."""
        while True:
            owed = int((time.monotonic() - self.began) * self._rate) - self.done
            for _ in range(owed):
                self._change()
            time.sleep(STEP_S)

    def _change(self) -> None:
        self.done += 1
        path = self._paths[self.done % len(self._paths)]
        if self.done % 4 == 0:
            with suppress(FileNotFoundError):
                Path(self._paths[(self.done - 3) % len(self._paths)]).unlink()
        else:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
            os.write(descriptor, b"unrelated\n")
            os.close(descriptor)


def main(rate: float) -> None:
    """Start, and answer."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    folders = Path(sys.stdin.readline().strip()).read_text("utf-8").splitlines()
    churn = Churn(folders, rate)
    threading.Thread(target=churn.run, daemon=True).start()
    for _ in sys.stdin:
        json.dump({"changes": churn.done, "seconds": time.monotonic() - churn.began}, sys.stdout)
        sys.stdout.write("\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(float(sys.argv[1]))
