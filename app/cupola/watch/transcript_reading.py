"""What was added to a transcript since it was read to its end (C.7)."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from cupola.sources.base import KIB, MIB
from cupola.store.ledger import FileState
from cupola.watch.opening import open_file, parts_of
from cupola.watch.refusal import RefusedError, from_os, not_a_file, shown_name
from cupola.watch.transcript_files import Transcript

CHUNK_BYTES: Final = 512 * KIB
"""Small enough to stay in the processor's cache while it is searched."""
LONGEST_LINE_BYTES: Final = 64 * MIB
"""A longer line is passed over: no reply is of that length, but snapshots of files are."""
_HEAD_BYTES: Final = 1024


@dataclass(frozen=True, slots=True)
class Added:
    """Whole lines that were added: `data` up to `end`. `state`: how far the file was read with them."""

    data: bytes
    end: int
    state: FileState


def added(transcript: Transcript, before: FileState | None) -> Iterator[Added]:
    """What was added since `before`, in parts of whole lines; the last part may have none.

    A file that is another one, or shorter, is read from its beginning. Raises MissingError, RefusedError.
    """
    name = transcript.relative.rpartition("/")[2]
    try:
        descriptor = open_file(transcript.base, parts_of(transcript.relative))
    except ValueError:
        raise RefusedError(f"{shown_name(transcript.relative)} is no usable name") from None
    try:
        yield from _read_on(descriptor, name, before)
    except OSError as error:
        raise from_os(error, name) from None
    finally:
        os.close(descriptor)


def _read_on(descriptor: int, name: str, before: FileState | None) -> Iterator[Added]:
    entry = os.fstat(descriptor)
    if not stat.S_ISREG(entry.st_mode):
        raise not_a_file(name, entry.st_mode)
    beginning = _bytes(descriptor, 0, _HEAD_BYTES)
    offset = _read_to(before, entry, beginning)
    size = CHUNK_BYTES
    while True:
        data = _bytes(descriptor, offset, size)
        end, more = data.rfind(b"\n") + 1, len(data) == size
        if more and not end and size < LONGEST_LINE_BYTES:
            size = min(4 * size, LONGEST_LINE_BYTES)
            continue
        read_to = offset + len(data)
        offset = read_to if more and not end else offset + end
        state = FileState(entry.st_ino, read_to, offset, _hashed(beginning), entry.st_mtime_ns)
        yield Added(data, end, state)
        if not more:
            return
        size = CHUNK_BYTES


def _bytes(descriptor: int, offset: int, size: int) -> bytes:
    os.lseek(descriptor, offset, os.SEEK_SET)
    return os.read(descriptor, size)


def _hashed(data: bytes) -> bytes:
    return len(data).to_bytes(2, "big") + blake2b(data, digest_size=8).digest()


def _read_to(before: FileState | None, entry: os.stat_result, beginning: bytes) -> int:
    """Where to read on: in a file that is as long at least and begins as it did, else at its beginning."""
    if before is None or before.inode != entry.st_ino or before.offset > entry.st_size:
        return 0
    known = int.from_bytes(before.head[:2], "big")
    return before.offset if before.head == _hashed(beginning[:known]) else 0
