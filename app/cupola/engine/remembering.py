"""What the ledger remembers of transcripts that are gone, and what it has to be told before they go."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Final

from cupola.domain.sessions import LATE_S, RunTime
from cupola.engine.messages import Recalled
from cupola.program import this_program
from cupola.watch.lanes import Lane

log = logging.getLogger(__name__)

_NICENESS: Final = 10


class Remembering:
    """Belongs to the control thread, but for what its lane does: nobody waits for a ledger.

    The ledger is written by `cupola tokens`, as a process of its own, when a build comes to rest.
    """

    def __init__(
        self, state_dir: Path, claude_dirs: Sequence[Path], post: Callable[[Recalled], None]
    ) -> None:
        self.lane = Lane("ledger")
        self._state_dir = state_dir
        self._claude_dirs = claude_dirs
        self._post = post
        self._lock = threading.Lock()
        self._writer: subprocess.Popen[bytes] | None = None
        self._stopping = False

    def recall(self, home: str, run: RunTime) -> None:
        """Ask what the ledger has of a run; answered by `Recalled`."""
        self.lane.submit(partial(self._recall, home, run))

    def keep(self) -> None:
        """Have the ledger brought up to what the transcripts say now."""
        self.lane.submit(self._keep)

    def stop(self) -> None:
        """End, whatever it is at; what is not kept yet is kept the next time."""
        with self._lock:
            self._stopping = True
            if self._writer is not None:
                self._writer.kill()
        self.lane.stop()

    def _recall(self, home: str, run: RunTime) -> None:
        from cupola.store.ledger import NAME, Ledger  # most sessions need none

        path = self._state_dir / NAME
        if not path.exists():
            return
        end = None if run.ended_at is None else run.ended_at + LATE_S
        try:
            with closing(Ledger(path)) as ledger:
                replies = [
                    reply for folder in run.folders for reply in ledger.replies_in(folder, run.earliest, end)
                ]
        except OSError as error:
            log.info("the ledger tells nothing: %s", error)
            return
        if replies:
            self._post(Recalled(home, tuple(replies)))

    def _keep(self) -> None:
        there = [str(folder) for folder in self._claude_dirs if folder.is_dir()]
        if not there:
            return
        folders = [part for folder in there for part in ("--config-dir", folder)]
        command = [*this_program(), "tokens", "--json", "--state-dir", str(self._state_dir), *folders]
        quiet = subprocess.DEVNULL
        with self._lock:
            if self._stopping:
                return
            self._writer = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet)
        if sys.platform != "win32":
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self._writer.pid, _NICENESS)
        code = self._writer.wait()
        if code and not self._stopping:
            log.info("the ledger could not be brought up to date: exit code %s", code)
