"""Which files of Claude Code's `projects` folder may tell of a build (transcripts.md C.1 and C.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Final

from cupola.domain.clock import Instant
from cupola.domain.slugs import LONGEST, beginning, slug
from cupola.domain.transcript import AgentTypeFact
from cupola.sources import transcript_rows
from cupola.sources.base import KIB, MIB, Anchor, Blob, Interest, LaneKind, Mode, Portable, Reading, Source
from cupola.sources.json_text import json_object
from cupola.sources.values import Dropped, Fields

PROJECTS: Final = "projects"
ROWS: Final = "transcript"
TYPES: Final = "agent type"
_BACKLOG_BYTES: Final = 64 * 1024 * MIB
_REST_S: Final = 1.0
"""A session writes several rows a second, and nobody reads numbers that fast."""
_MUCH_BYTES: Final = 8 * MIB
"""It takes a tenth of a second to read."""
_PORTABLE: Final = Portable(transcript_rows.thin, transcript_rows.joined)
_BELOW: Final = ("*.jsonl", "*/subagents/agent-*.jsonl", "*/subagents/workflows/*/agent-*.jsonl")
_TYPES_BELOW: Final = ("*/subagents/agent-*.meta.json",)


def sources(directories: Mapping[str, Instant]) -> tuple[Source, ...]:
    """Readers of what may have been written for these directories, each since its own time.

    Folders are named after directories without being sure of them, so each row has to confirm its own.
    """
    rows, types = [], []
    for directory, since in directories.items():
        for folder in _folders(directory):
            rows += [_interest(f"{folder}/{name}", since, Mode.APPEND) for name in _BELOW]
            types += [_interest(f"{folder}/{name}", since, Mode.WHOLE) for name in _TYPES_BELOW]
    return Source(ROWS, tuple(rows), transcript_rows.read, portable=_PORTABLE), Source(
        TYPES, tuple(types), read_type
    )


def read_type(blob: Blob, _previous: Reading | None) -> Reading:
    """The type of a subagent, from the file beside its transcript. Raises TornError, UnusableError."""
    dropped = Dropped()
    fields = Fields(json_object(blob.data), dropped=dropped)
    agent = PurePosixPath(blob.path).name.removeprefix("agent-").removesuffix(".meta.json")
    return Reading((AgentTypeFact(agent, fields.text("agentType")),), dropped.lines())


def _folders(directory: str) -> Iterator[str]:
    """The directory's own folder, and those that may be of directories in it."""
    name = slug(directory)
    if len(name) > LONGEST:
        yield f"{beginning(directory)}*"
        return
    yield name
    yield f"{name}-*"


def _interest(pattern: str, since: Instant, mode: Mode) -> Interest:
    cap = transcript_rows.LONGEST_BYTES if mode is Mode.APPEND else 64 * KIB
    return Interest(
        Anchor.TRANSCRIPTS,
        pattern,
        LaneKind.BULK,
        mode,
        cap,
        since=since,
        backlog_bytes=_BACKLOG_BYTES,
        much_bytes=_MUCH_BYTES,
        rest_s=_REST_S if mode is Mode.APPEND else 0.0,
    )
