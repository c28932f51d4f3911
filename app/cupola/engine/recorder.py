"""What outlives a session: runs and accepted facts, written by a lane of their own."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

from cupola.domain.facts import Observation
from cupola.engine.messages import Loaded, Warned
from cupola.store.journal import Entry, Journal
from cupola.store.runs import RunRecord, RunStore
from cupola.watch.lanes import Lane

log = logging.getLogger(__name__)

SAVE_AFTER_S: Final = 1.0
"""How long facts are gathered before they are written: a storm must not become a storm of writes."""


class Recorder:
    """`load`, `write` and `close` run in the state lane; the rest belongs to the control thread."""

    def __init__(self, state_dir: Path, post: Callable[[Loaded | Warned], None]) -> None:
        self.runs = RunStore(state_dir / "runs.json")
        self.lane = Lane("state", failed=self._failed)
        self._journal = Journal(state_dir / "journal.jsonl")
        self._state_dir = state_dir
        self._post = post
        self._writes = False
        self._entries: list[Entry] = []
        self._runs_changed = False

    @property
    def waiting(self) -> bool:
        """True if something is to be written."""
        return self._runs_changed or bool(self._entries)

    def accept(self, build: str, observation: Observation) -> None:
        """Keep an accepted fact for the journal."""
        self._entries.append(Entry(build, observation))

    def remember(self, record: RunRecord) -> None:
        """Keep a run."""
        self._runs_changed |= self.runs.remember(record)

    def changed(self) -> None:
        """Some run was changed in the store itself."""
        self._runs_changed = True

    def start(self) -> None:
        """Read the state folder; the answer is posted as `Loaded`."""
        self.lane.start()
        self.lane.submit(self._load)

    def flush(self) -> None:
        """Hand what is gathered to the state lane."""
        entries, self._entries = tuple(self._entries), []
        rows = self.runs.rows() if self._runs_changed else []
        self._runs_changed = False
        if entries or rows:
            self.lane.submit(partial(self._write, entries, rows))

    def close(self) -> None:
        """Write what is left and end the lane; `lane.join` waits for it."""
        self.flush()
        self.lane.submit(self._journal.release)
        self.lane.submit(self.lane.stop)

    def _load(self) -> None:
        try:
            self._writes = self._journal.claim()
            trouble = self.runs.load()
            entries = tuple(self._journal.replay())
        except OSError as error:
            trouble, entries = f"{error.filename or self._state_dir}: {error.strerror}", ()
        self._post(Loaded(entries, (trouble,) if trouble else ()))

    def _write(self, entries: tuple[Entry, ...], rows: list[dict[str, Any]]) -> None:
        try:
            if self._writes:
                self._journal.append(entries)
            if rows:
                self.runs.save(rows)
        except OSError as error:  # TimeoutError is one too
            self._post(Warned(str(self._state_dir), f"cannot be written: {error.strerror or error}"))

    def _failed(self, text: str) -> None:
        self._post(Warned(str(self._state_dir), text))
