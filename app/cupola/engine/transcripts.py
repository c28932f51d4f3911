"""Brings the ledger up to what the transcripts say: reads on in each where it was read to before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cupola.domain.problems import Problem
from cupola.domain.text import plain, printable_path
from cupola.sources.transcripts import replies
from cupola.sources.values import Dropped
from cupola.store.ledger import FileState, Ledger
from cupola.watch.opening import MissingError, RefusedError
from cupola.watch.transcript_files import Transcript, added, find

_TOGETHER: Final = 100
"""Files that are kept in one step: each step waits for the disk."""


def bring_up(ledger: Ledger, folders: Iterable[str]) -> tuple[Problem, ...]:
    """Read what was added to all transcripts of these folders; what could not be used, file by file.

    Does file work for as long as it takes. Raises OSError if the ledger cannot be written.
    """
    known, problems = ledger.states(), list[Problem]()
    transcripts = (transcript for folder in folders for transcript in find(folder))
    for count, transcript in enumerate(transcripts, 1):
        problem = _read_on(ledger, transcript, known.get(transcript.path))
        if problem is not None:
            problems.append(problem)
        if count % _TOGETHER == 0:
            ledger.commit()
    ledger.commit()
    return tuple(problems)


def _read_on(ledger: Ledger, transcript: Transcript, before: FileState | None) -> Problem | None:
    dropped, message = Dropped(), ""
    try:
        for part in added(transcript, before):
            found = replies(part.lines, transcript.session, transcript.agent, dropped)
            ledger.take(transcript.path, part.state, found)
    except MissingError:
        return None  # deleted meanwhile: what was counted of it stays
    except RefusedError as error:
        message = str(error)
    lines = dropped.lines()
    if not message and not lines:
        return None
    return Problem(printable_path(transcript.path), plain(message) or "some of it could not be used", lines)
