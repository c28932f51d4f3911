"""Reads transcripts that were written to, and hands what they tell to the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cupola.domain.problems import Problem
from cupola.domain.text import plain, printable_path
from cupola.sources.base import MIB
from cupola.sources.transcripts import telling, told
from cupola.sources.values import Dropped
from cupola.store.ledger import FileState, Ledger
from cupola.watch.refusal import MissingError, RefusedError
from cupola.watch.transcript_files import Transcript
from cupola.watch.transcript_reading import Added, added

_TOGETHER_BYTES: Final = 256 * MIB
"""What is kept in one step: each step waits for the disk, and meanwhile nobody else may write."""


def read(ledger: Ledger, written: Iterable[tuple[Transcript, FileState | None]]) -> tuple[Problem, ...]:
    """Read on in each; what could not be used, file by file. Raises OSError as the ledger does."""
    problems, waiting = list[Problem](), 0
    for transcript, before in written:
        dropped = Dropped()
        try:
            for part in added(transcript, before):
                _take(ledger, transcript, part, dropped)
                waiting += part.end
                if waiting > _TOGETHER_BYTES:
                    ledger.commit()
                    waiting = 0
        except MissingError:
            continue  # deleted meanwhile: what was counted of it stays
        except RefusedError as error:
            problems.append(_problem(transcript, plain(str(error)), dropped))
            continue
        if dropped.lines():
            problems.append(_problem(transcript, "some of it could not be used", dropped))
    ledger.commit()
    return tuple(problems)


def _take(ledger: Ledger, transcript: Transcript, part: Added, dropped: Dropped) -> None:
    rows = told(telling(part.data, part.end), transcript.session, transcript.agent, dropped)
    ledger.take_told(transcript.path, part.state, rows)


def _problem(transcript: Transcript, message: str, dropped: Dropped) -> Problem:
    return Problem(printable_path(transcript.path), message, dropped.lines())
