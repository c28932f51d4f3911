"""`.context-foundry/patterns/*.json`: lessons that a project keeps for later builds (formats.md A1.4)."""

from __future__ import annotations

from typing import Final

from cupola.domain.facts import PatternsFact
from cupola.sources.base import Anchor, Blob, Interest, Reading, Source, UnusableError
from cupola.sources.feedback import entries
from cupola.sources.json_text import json_object
from cupola.sources.values import Fields

_ARRAYS: Final = ("patterns", "proven_patterns", "test_strategies", "research_findings", "issues_found")
_MOST: Final = 100_000


def read(blob: Blob, previous: Reading | None) -> Reading:
    """How many lessons a file keeps, under whatever name; raises TornError and UnusableError."""
    del previous
    whole = json_object(blob.data)
    fields = Fields(whole)
    if not any(name in whole for name in _ARRAYS):
        raise UnusableError("no list of patterns in it")
    lists = (fields.pick((name,), entries, "a list") for name in _ARRAYS)
    lessons = [lesson for each in lists if each for lesson in each if isinstance(lesson, (dict, str))]
    applied = sum(isinstance(lesson, dict) and lesson.get("auto_apply") is True for lesson in lessons)
    return Reading((PatternsFact(min(len(lessons), _MOST), min(applied, _MOST)),), fields.dropped.lines())


SOURCE: Final = Source("patterns", (Interest(Anchor.PROJECT, ".context-foundry/patterns/*.json"),), read)
