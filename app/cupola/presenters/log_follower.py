"""Follows one log of the shown build in a thread of its own, and only while somebody can see it."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from cupola.presenters.log_files import LogFile, LogPlace, log_files
from cupola.presenters.log_text import Cleaned, clean
from cupola.sources.base import KIB, Mode
from cupola.watch.lanes import Lane
from cupola.watch.opening import MissingError, RefusedError, read_blob

log = logging.getLogger(__name__)

TAIL_BYTES: Final = 256 * KIB
AGAIN_S: Final = 2.0
STOP_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be followed: the newest log of a place, or a chosen one."""

    place: LogPlace | None = None
    chosen: LogFile | None = None
    visible: bool = False
    number: int = 0


@dataclass(frozen=True, slots=True)
class LogNews:
    """`lines` stand for the last line so far and what follows it; `fresh`: for all there is; none: no news.

    The last line is the one that may still be written to. `note` says why there is nothing.
    """

    number: int
    files: tuple[LogFile, ...]
    file: LogFile | None = None
    lines: tuple[str, ...] = ()
    fresh: bool = False
    note: str = ""


class LogReader:
    """Where one file was read up to; belongs to the reading thread."""

    def __init__(self, file: LogFile) -> None:
        self.file = file
        self._signature: tuple[int, int, int] | None = None
        self._offset = 0
        self._in_key = False
        self._note = ""

    def read(self) -> tuple[Cleaned, bool, str] | None:
        """What is new (text, whether it stands for all, why there is none), None if nothing is."""
        seen = self._look()
        if seen == self._signature and (seen is not None or self._note):
            return None
        before, self._signature = self._signature, seen
        goes_on = before is not None and seen is not None and before[2] == seen[2]
        try:
            if goes_on and seen is not None and self._offset <= seen[1] <= self._offset + TAIL_BYTES:
                return self._append()
            return self._tail()
        except (MissingError, RefusedError) as error:
            self._offset, self._note = 0, str(error) or "it cannot be read"
            return Cleaned(()), True, self._note

    def _look(self) -> tuple[int, int, int] | None:
        """Modification time, size and inode; None if it cannot be told."""
        try:
            entry = Path(self.file.base, self.file.relative).lstat()
        except (OSError, ValueError):
            return None
        return entry.st_mtime_ns, entry.st_size, entry.st_ino

    def _append(self) -> tuple[Cleaned, bool, str]:
        blob = read_blob(self.file.base, self.file.relative, TAIL_BYTES, Mode.APPEND, offset=self._offset)
        return self._took(blob.data, self._offset, in_key=self._in_key), False, ""

    def _tail(self) -> tuple[Cleaned, bool, str]:
        blob = read_blob(self.file.base, self.file.relative, TAIL_BYTES, Mode.TAIL)
        return self._took(blob.data, blob.offset, cut=blob.offset > 0), True, ""

    def _took(self, data: bytes, offset: int, *, in_key: bool = False, cut: bool = False) -> Cleaned:
        """The last line may not be whole: it is read again with what follows it."""
        whole = data.rfind(b"\n") + 1
        self._offset, self._note = offset + whole, ""
        self._in_key = clean(data[:whole], in_key=in_key).in_key
        return clean(data, in_key=in_key, cut=cut)


class LogFollower(QObject):
    """Lives in the GUI thread; reading and listing happen in a lane, which begins when it is first needed."""

    news = Signal(object)
    """A `LogNews`; emitted in the lane's thread, so connect it to methods of QObjects only."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wish = Wish()
        self._lane: Lane | None = None
        self._reader: LogReader | None = None
        self._told: tuple[int, tuple[tuple[str, str], ...]] | None = None

    def follow(self, place: LogPlace | None) -> None:
        """From now on the newest log of `place`; the same place again changes nothing."""
        if place != self._wish.place:
            self._ask(replace(self._wish, place=place, chosen=None))

    def choose(self, file: LogFile | None) -> None:
        """Stay with one file; None: with the newest."""
        self._ask(replace(self._wish, chosen=file))

    def set_visible(self, *, visible: bool) -> None:
        """Nothing is read while nobody can see it."""
        if visible != self._wish.visible:
            self._ask(replace(self._wish, visible=visible))

    def nudge(self) -> None:
        """The build changed: look now."""
        if self._lane is not None and self._wish.visible:
            self._lane.wake()

    def stop(self) -> None:
        """End the lane; one that hangs on a disk is left behind."""
        lane, self._lane = self._lane, None
        if lane is not None:
            lane.stop()
            if not lane.join(STOP_S):
                log.warning("Reading a log hangs and is abandoned")

    def _ask(self, wish: Wish) -> None:
        self._wish = replace(wish, number=self._wish.number + 1)
        if self._lane is not None:
            self._lane.wake()
        elif wish.visible:
            self._lane = Lane("log", tick=self._tick)
            self._lane.start()

    def is_wanted(self, news: LogNews) -> bool:
        """False for what was read for a wish that is over."""
        return news.number == self._wish.number

    def _tick(self) -> float | None:
        """Runs in the lane; seconds until it wants to run again."""
        wish = self._wish
        if not wish.visible:
            return None
        news = self._look(wish)
        if news is not None:
            self.news.emit(news)
        return AGAIN_S

    def _look(self, wish: Wish) -> LogNews | None:
        files = log_files(wish.place) if wish.place is not None else ()
        told = wish.number, tuple(file.key for file in files)
        asked = self._told is None or self._told[0] != wish.number
        listed, self._told = told != self._told, told
        file = wish.chosen or next(iter(files), None)
        if file is None:
            self._reader = None
            return LogNews(wish.number, files, fresh=True, note=NOTHING) if listed else None
        if asked or self._reader is None or self._reader.file.key != file.key:
            self._reader = LogReader(file)
        got = self._reader.read()
        if got is None:
            return LogNews(wish.number, files, file) if listed else None
        text, fresh, note = got
        return LogNews(wish.number, files, file, text.lines, fresh, note)


NOTHING: Final = "No log yet. Lines appear when the build writes builder-logs, test-logs or build-log.md."
