"""Reads transcripts that were written to, and hands what they tell to the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from cupola.domain.problems import Problem
from cupola.domain.text import plain, printable_path
from cupola.engine.sharing import Answer, can_share, shared
from cupola.sources.base import MIB
from cupola.sources.transcripts import replies, telling
from cupola.sources.values import Dropped
from cupola.store.ledger import FileState, Ledger
from cupola.store.ledger_taking import prepared
from cupola.watch.refusal import MissingError, RefusedError
from cupola.watch.transcript_files import Transcript
from cupola.watch.transcript_reading import added

_TOGETHER_BYTES: Final = 256 * MIB
"""What is kept in one step: each step waits for the disk, and meanwhile nobody else may write."""
SHARED_BYTES: Final = 32 * MIB
"""From here on a second process pays."""

Written = tuple[Transcript, FileState | None]
"""A transcript, and how far it was read before."""


def read(ledger: Ledger, written: Sequence[Written]) -> tuple[Problem, ...]:
    """Read on in each; what could not be used, file by file. Raises OSError as the ledger does."""
    work = _Work(ledger, sorted(written, key=_size_bytes, reverse=True))  # the last ones are to be short
    if sum(map(_size_bytes, written)) >= SHARED_BYTES and can_share():
        shared(len(written), work.told, work.take)
    for number in sorted(work.left):  # all, if nothing was shared; what a child had that was killed
        for answer in work.told(number):
            work.take(answer)
    ledger.commit()
    return work.problems()


def _size_bytes(of: Written) -> int:
    transcript, before = of
    return transcript.stamp[1] - (0 if before is None else before.offset)


class _Work:
    """What is to be read, what was kept of it, and what could not be used."""

    def __init__(self, ledger: Ledger, written: Sequence[Written]) -> None:
        self._ledger = ledger
        self._written = written
        self._waiting_bytes = 0
        self._problems: dict[int, Problem] = {}
        self.left = set(range(len(written)))

    def problems(self) -> tuple[Problem, ...]:
        """File by file."""
        return tuple(sorted(self._problems.values(), key=lambda one: one.path))

    def told(self, number: int) -> Iterator[Answer]:
        """What a file tells: its number, a state and replies, part by part; at last what is wrong with it."""
        transcript, before = self._written[number]
        dropped, message = Dropped(), ""
        try:
            for part in added(transcript, before):
                rows = replies(telling(part.data, part.end), transcript.session, transcript.agent, dropped)
                state = part.state
                reached = (state.inode, state.size, state.offset, state.head, state.mtime_ns)
                yield number, part.end, reached, prepared(rows)
        except MissingError:
            dropped = Dropped()  # deleted meanwhile: what was counted of it stays
        except RefusedError as error:
            message = plain(str(error))
        yield number, message, dropped.lines()

    def take(self, answer: Answer) -> None:
        """Keep one part of a file, or that it is read and what was wrong in it."""
        match answer:
            case number, size_bytes, reached, rows:
                path = self._written[number][0].path
                self._ledger.take_prepared(path, FileState(*reached), rows)
                self._waiting_bytes += size_bytes
                if self._waiting_bytes >= _TOGETHER_BYTES:
                    self._ledger.commit()
                    self._waiting_bytes = 0
            case number, message, lines:
                self.left.discard(number)
                if message or lines:
                    path = printable_path(self._written[number][0].path)
                    said = message or "some of it could not be used"
                    self._problems[number] = Problem(path, said, tuple(lines))
