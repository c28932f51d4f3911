"""Bytes for sources, written down as what they hold."""

from __future__ import annotations

import json

from cupola.domain.facts import Fact
from cupola.sources.base import Blob, Reading, Source


def blob(held: object, path: str = ".context-foundry/current-phase.json") -> Blob:
    """A blob of bytes as they are, of text as UTF-8, of anything else as JSON."""
    if not isinstance(held, bytes):
        held = (held if isinstance(held, str) else json.dumps(held)).encode()
    return Blob(path, held, len(held), 1_700_000_000.0)


def reading(source: Source, held: object, path: str = "") -> Reading:
    """What a source reads in `held`."""
    return source.read(blob(held, path), None)


def fact(source: Source, held: object, path: str = "") -> Fact:
    """The one fact a source reads in `held`."""
    (only,) = reading(source, held, path).facts
    return only
