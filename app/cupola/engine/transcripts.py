"""Brings the ledger up to what the transcripts say: reads on in each where it was read to before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from cupola.store.ledger import Ledger
from cupola.watch.transcript_files import find

if TYPE_CHECKING:
    from cupola.domain.problems import Problem


def bring_up(ledger: Ledger, folders: Iterable[str]) -> tuple[Problem, ...]:
    """Read what was added to all transcripts of these folders; what could not be used, file by file.

    Does file work for as long as it takes. Raises OSError if the ledger cannot be written.
    """
    known = ledger.states()
    found = ((one, known.get(one.path)) for folder in folders for one in find(folder))
    written = [(one, before) for one, before in found if not one.untouched(before)]
    if not written:
        return ()
    from cupola.engine.transcripts_read import read  # half of the time where nothing was written

    return read(ledger, written)
