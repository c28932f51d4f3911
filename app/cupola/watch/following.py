"""Reading on in a file that only grows: each whole line is read once (formats.md rule 7)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from cupola.sources.base import Blob, Interest, Mode, Reading, Source
from cupola.watch.opening import read_blob
from cupola.watch.refusal import too_large

STEPS: Final = 4
"""Reads of `cap_bytes` that one pass may take for one file; what is left waits for the next."""

_SEAM: Final = 64


@dataclass(frozen=True, slots=True)
class Place:
    """How far a file was read and what came of it. `seam` are the last bytes before `offset`."""

    offset: int = 0
    seam: bytes = b""
    reading: Reading | None = None


def follow(
    base: str, relative: str, source: Source, interest: Interest, place: Place
) -> tuple[Blob, Place, bool]:
    """Read on from `place`: the last blob, the new place, and whether it is the end of the last whole line.

    A line without its end is left for the next time; one longer than a step is handed on in pieces. A file
    that was cut or replaced is read from its start. Raises what `read_blob` and `source.read` raise.
    """
    steps = 0
    while True:
        blob, place = _next(base, relative, interest.cap_bytes, place)
        if blob.size_bytes - place.offset > interest.backlog_bytes:
            backlog_bytes = blob.size_bytes - place.offset
            raise too_large(relative.rpartition("/")[2], backlog_bytes, interest.backlog_bytes)
        at_end = len(blob.data) < interest.cap_bytes
        end = blob.data.rfind(b"\n") + 1 or (0 if at_end else len(blob.data))
        if end or place.reading is None:
            place = _taken(place, source, replace(blob, data=blob.data[:end]))
        steps += 1
        if at_end or steps == STEPS:
            return blob, place, at_end


def _taken(place: Place, source: Source, blob: Blob) -> Place:
    seam = (place.seam + blob.data)[-_SEAM:]
    return Place(place.offset + len(blob.data), seam, source.read(blob, place.reading))


def _next(base: str, relative: str, cap_bytes: int, place: Place) -> tuple[Blob, Place]:
    """What follows `place`, which is the start of the file if what lies before it is not what it was."""
    start = place.offset - len(place.seam)
    blob = read_blob(base, relative, cap_bytes + len(place.seam), Mode.APPEND, offset=start)
    if not blob.data.startswith(place.seam):
        return _next(base, relative, cap_bytes, Place())
    return replace(blob, data=blob.data[len(place.seam) :], offset=place.offset), place
