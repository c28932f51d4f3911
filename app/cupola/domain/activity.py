"""What an accepted change is called in the list of activity: one entry for each thing that changed."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from cupola.domain.activity_words import is_told_by_content, of_files
from cupola.domain.clock import Instant
from cupola.domain.encoding import canonical
from cupola.domain.facts import (
    ArtefactFact,
    CheckpointFact,
    CompleteFact,
    Fact,
    Observation,
    PhaseFact,
    ReportFact,
    SummaryFact,
    TaskProgressFact,
)
from cupola.domain.models import ActivityEntry
from cupola.domain.standing import listed_in
from cupola.domain.text import file_name, plain
from cupola.domain.words import Verdict, phase_name, says_completed, says_failed

MOST_ENTRIES: Final = 1000
_JUST_TOLD: Final = 20
"""Entries in which what is told of tests may already stand, by another file."""
_NAME: Final = 80
_DETAIL: Final = 300

Told = Iterator[tuple[str, str]]
"""Kind and text."""


def entries(before: Fact | None, after: Observation) -> tuple[ActivityEntry, ...]:
    """What `after` changed against the fact before it (None: the first of its file), newest first.

    Nothing for an equal fact. Texts are safe to show.
    """
    if before == after.fact:
        return ()
    # Most builds are told of in the same words: one text serves them all.
    told = [ActivityEntry(after.changed_at, kind, sys.intern(text)) for kind, text in _told(before, after)]
    return tuple(reversed(told))


def is_news(entry: ActivityEntry, told: Iterable[ActivityEntry]) -> bool:
    """False for what another file has just said of tests in the same words; `told` is newest first."""
    if entry.kind != "test":
        return True
    return entry.text != next((one.text for one in islice(told, _JUST_TOLD) if one.kind == "test"), None)


def chained(digest: str, entry: ActivityEntry) -> str:
    """The digest of all entries that `digest` is of, and this one: it costs as much as this one."""
    return hashlib.sha256(digest.encode("ascii") + canonical(entry)).hexdigest()


def gone(observation: Observation, at: Instant) -> ActivityEntry:
    """That a file is no longer there."""
    return ActivityEntry(at, "file", f"{file_name(observation.path)} is gone")


def _told(before: Fact | None, after: Observation) -> Told:
    match after.fact:
        case PhaseFact() as fact:
            yield from _phase(before if isinstance(before, PhaseFact) else None, fact)
        case CheckpointFact() as fact:
            yield from _checkpoint(before if isinstance(before, CheckpointFact) else None, fact)
        case TaskProgressFact(completed, remaining):
            yield "detail", f"{completed} of {completed + remaining} tasks done"
        case SummaryFact() as fact:
            yield from _summary(before if isinstance(before, SummaryFact) else None, fact, after.path)
        case ReportFact(verdict):
            says = "is written" if verdict is Verdict.UNKNOWN else f"says {verdict.value.upper()}"
            yield "state", f"final report {says}"
        case CompleteFact():
            yield "state", "COMPLETE is written"
        case ArtefactFact():
            if not is_told_by_content(after.path):
                yield "file", f"{file_name(after.path)} is written"
        case _:
            yield from of_files(before, after)


def _phase(before: PhaseFact | None, after: PhaseFact) -> Told:
    was, name = _name(before.phase if before else None), _name(after.phase)
    moved = before is None or was != name
    if moved and name:
        yield "phase", f"{was} → {name}" if was else name
    if after.status and (before is None or moved or before.status != after.status):
        yield from _status(name, after.status, moved=moved)
    if after.test_iteration and (before is None or before.test_iteration != after.test_iteration):
        yield "test", f"Test iteration {after.test_iteration}"
    if after.detail and (before is None or before.detail != after.detail):
        yield "detail", plain(after.detail, _DETAIL)
    if before is not None and not moved and before.status == after.status:
        yield from _listed(before, after)


def _status(name: str, status: str, *, moved: bool) -> Told:
    """Completed and failed always; another status only inside a phase, on entry it goes without saying."""
    if says_completed(status):
        yield "phase", f"{name} completed".strip()
    elif says_failed(status):
        yield "phase", f"{name} failed ({plain(status, _NAME)})".strip()
    elif not moved:
        yield "phase", f"{name}: {plain(status, _NAME)}"


def _listed(before: PhaseFact, after: PhaseFact) -> Told:
    was, listed = listed_in(before), listed_in(after)
    if listed is not None and listed != was:
        names = ", ".join(plain(name, _NAME) for name in listed) or "none"
        yield "phase", plain(f"phases completed: {names}", _DETAIL)


def _checkpoint(before: CheckpointFact | None, after: CheckpointFact) -> Told:
    was, name = _name(before.phase if before else None), _name(after.phase)
    if name and was != name:
        yield "phase", f"{was} → {name}" if was else name
    if after.iterations and (before is None or before.iterations != after.iterations):
        yield "detail", f"Iteration {after.iterations}"


def _summary(before: SummaryFact | None, after: SummaryFact, path: str) -> Told:
    if after.status and (before is None or before.status != after.status):
        yield "state", f"{file_name(path)} says {plain(after.status, _NAME)}"
    else:
        yield "file", f"{file_name(path)} is written"


def _name(phase: str | None) -> str:
    return plain(phase_name(phase), _NAME) if phase else ""
