"""What outlives a session: runs and accepted facts, written by a lane of their own."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from cupola.domain.facts import Observation
from cupola.domain.prices import NO_PRICES, PriceList
from cupola.domain.record import is_journaled
from cupola.engine.messages import Loaded, Priced, Warned
from cupola.store.journal import JOURNAL_NAME, Entry, Journal
from cupola.store.prices import load_prices
from cupola.store.runs import RunRecord, RunStore
from cupola.store.settings import Settings
from cupola.store.settings_file import NAME, NewerSettingsError, save
from cupola.watch.lanes import Lane

log = logging.getLogger(__name__)

SAVE_AFTER_S: Final = 1.0
"""How long facts are gathered before they are written: a storm must not become a storm of writes."""
MOST_GATHERED: Final = 200
"""Facts that are written at once: a start accepts thousands, and each takes half a kilobyte until then."""
SHARE: Final = 0.05
"""At most this part of a core for writing: the list of runs is written as a whole, and may be long."""


class Recorder:
    """`load`, `write` and `close` run in the state lane; the rest belongs to the control thread."""

    def __init__(self, state_dir: Path, post: Callable[[Loaded | Priced | Warned], None]) -> None:
        self.runs = RunStore(state_dir / "runs.json")
        self.lane = Lane("state", failed=self._failed)
        self._journal = Journal(state_dir / JOURNAL_NAME)
        self._state_dir = state_dir
        self._post = post
        self._writes = False
        self._entries: list[Entry] = []
        self._runs_changed = False
        self._settings: Settings | None = None
        self._in_file: Settings | None = None
        """What was last read from the settings file, or written to it."""
        """What is to be written, until the state lane takes it."""
        self._unsaved = False
        """Set in the state lane: the runs could not be written, so they are with the next facts."""
        self._cost_s = 0.0
        """Processor time of the last writing; set in the state lane."""
        self._told = False
        """In the state lane: that nothing can be written is told now."""

    @property
    def waiting(self) -> bool:
        """True if something is to be written."""
        return self._runs_changed or bool(self._entries)

    @property
    def save_after_s(self) -> float:
        """How long what is accepted now may wait until it is written."""
        return max(SAVE_AFTER_S, self._cost_s / SHARE)

    def accept(self, build: str, observation: Observation) -> None:
        """Keep an accepted fact for the journal, unless it is one that is read anew at each start."""
        if is_journaled(observation.fact):
            self._entries.append(Entry(build, observation))
            if len(self._entries) >= MOST_GATHERED:
                self._hand_over(())

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

    def load_prices(self, config_dir: Path, chosen: Path | None) -> None:
        """Have the price list read; the answer is posted as `Priced`, what is wrong with it is told.

        In the place of a `chosen` one that cannot be used the usual one is.
        """
        self.lane.submit(partial(self._load_prices, config_dir, chosen))

    def flush(self) -> None:
        """Hand what is gathered to the state lane."""
        records = self.runs.records() if self._runs_changed or self._unsaved else ()
        self._runs_changed = False
        if self._entries or records:
            self._hand_over(records)

    def keep_settings(self, config_dir: Path, settings: Settings, was: Settings) -> None:
        """Have the settings written in place of `was`; of several in a row the last, and trouble is told."""
        self._in_file = self._in_file or was
        self._settings = settings
        self.lane.submit(partial(self._keep_settings, config_dir))

    def close(self) -> None:
        """Write what is left and end the lane; `lane.join` waits for it."""
        self.flush()
        self.lane.submit(self._journal.release)
        self.lane.submit(self.lane.stop)

    def _hand_over(self, records: tuple[RunRecord, ...]) -> None:
        entries, self._entries = tuple(self._entries), []
        self.lane.submit(partial(self._write, entries, records))

    def _load(self) -> None:
        """Whatever state the folder is in, the start goes on."""
        earlier: dict[str, list[bytes]] = {}
        trouble: list[str] = []
        try:
            trouble += filter(None, [self.runs.load()])
            self._claim()
            earlier = self._journal.lines(self.runs.latest_ids())
        except OSError as error:
            trouble.append(f"{error.filename or self._state_dir}: {error.strerror}")
        except Exception as error:
            log.exception("the state folder cannot be used")
            trouble.append(f"{type(error).__name__}: {error}")
        self._post(Loaded(earlier, tuple(trouble)))

    def _load_prices(self, config_dir: Path, chosen: Path | None) -> None:
        prices, trouble = _prices(config_dir, chosen)
        self._post(Priced(prices))
        self._post(Warned("prices", trouble))

    def _claim(self) -> None:
        """Become the writer of the journal; where nothing can be written, reading goes on."""
        try:
            self._writes = self._journal.claim()
        except OSError as error:
            self._told = True
            self._post(Warned(str(self._state_dir), f"cannot be written: {error.strerror or error}"))

    def _keep_settings(self, config_dir: Path) -> None:
        settings, self._settings = self._settings, None
        if settings is None:
            return
        trouble = ""
        try:
            save(config_dir, settings, self._in_file)
            self._in_file = settings
        except OSError as error:
            trouble = f"cannot be written: {error.strerror or error}"
        except NewerSettingsError:
            trouble = "was written by a newer Cupola and is left as it is"
        self._post(Warned(str(config_dir / NAME), trouble))

    def _write(self, entries: tuple[Entry, ...], records: tuple[RunRecord, ...]) -> None:
        self._unsaved |= bool(records)
        began = time.thread_time()
        try:
            # Another Cupola may have ended meanwhile: then it is this one's turn.
            self._writes = self._writes or self._journal.claim()
            if self._writes:
                self._journal.append(entries)
            if records:
                self.runs.save(records)
                self._unsaved = False
        except OSError as error:  # TimeoutError is one too
            self._told = True
            self._post(Warned(str(self._state_dir), f"cannot be written: {error.strerror or error}"))
            return
        finally:
            self._cost_s = time.thread_time() - began
        if self._told:
            self._told = False
            self._post(Warned(str(self._state_dir), ""))

    def _failed(self, text: str) -> None:
        self._told = True
        self._post(Warned(str(self._state_dir), text))


def _prices(config_dir: Path, chosen: Path | None) -> tuple[PriceList, str]:
    """The price list to use, and what is wrong, in words."""
    try:
        return load_prices(config_dir, chosen), ""
    except (OSError, ValueError) as error:
        if chosen is None:
            return NO_PRICES, f"nothing is priced: {error}"
        usual, trouble = _prices(config_dir, None)
        return usual, trouble or f"the usual price list is used: {error}"
