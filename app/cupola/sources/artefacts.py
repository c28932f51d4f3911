"""Files that date a run and its phases by being there; they are never opened (formats.md A1.2 to A1.8, B).

A file with a phase is what that phase leaves when it ends. Three files carry no phase: the task's
settings and the plan of the parallel builder are written while a phase goes on, and the iteration
count is rewritten in every round. They date the run's start and its signs of life, nothing else.
"""

from __future__ import annotations

from typing import Final

from cupola.domain.facts import ArtefactFact
from cupola.domain.words import (
    ARCHITECT,
    BUILDER,
    CODEBASE_ANALYSIS,
    DEPLOY,
    DOCUMENTATION,
    FEEDBACK,
    SCOUT,
    SCREENSHOT,
    TEST,
)
from cupola.sources.base import Anchor, Blob, Interest, Mode, Reading, Source, UnusableError

RUN_ONLY: Final = ""
"""The phase of an artefact that dates its run only."""

_FOLDER: Final = ".context-foundry/"
_PHASES: Final = {
    "codebase-analysis.md": CODEBASE_ANALYSIS,
    "scout-report.md": SCOUT,
    "scout_report.json": SCOUT,
    "architecture.md": ARCHITECT,
    "build-log.md": BUILDER,
    "test-results-iteration-*.md": TEST,
    "test-report.md": TEST,
    "test-report-*.md": TEST,
    "screenshot-report.md": SCREENSHOT,
    "screenshot-capture-log.md": SCREENSHOT,
    "documentation-report.md": DOCUMENTATION,
    "deploy-report.md": DEPLOY,
    "deploy-log.md": DEPLOY,
    "feedback/build-feedback-*.json": FEEDBACK,
    "task-config.json": RUN_ONLY,
    "task_config.json": RUN_ONLY,
    "build-tasks.json": RUN_ONLY,
    "test-iteration-count.txt": RUN_ONLY,
}
_STEMS: Final = {pattern.partition("*")[0]: phase for pattern, phase in _PHASES.items() if "*" in pattern}


def read(blob: Blob, previous: Reading | None) -> Reading:
    """The phase that this file ends; raises UnusableError for a file that is none of these."""
    del previous
    name = blob.path.removeprefix(_FOLDER)
    phase = _PHASES.get(name)
    if phase is None:
        phase = next((phase for stem, phase in _STEMS.items() if name.startswith(stem)), None)
    if phase is None:
        raise UnusableError("not a file that a phase leaves behind")
    return Reading((ArtefactFact(phase),))


SOURCE: Final = Source(
    "artefacts",
    tuple(Interest(Anchor.PROJECT, _FOLDER + pattern, mode=Mode.STAT) for pattern in _PHASES),
    read,
)
