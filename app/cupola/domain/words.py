"""The field's own words as closed sets, and how written names become them (formats.md A1.1)."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import Final


class BuildState(StrEnum):
    """What a build is doing; derived by `domain.state`, never copied from a phase's `status`."""

    RUNNING = "running"
    QUIET = "quiet"
    COMPLETED = "completed"
    FAILED = "failed"
    UNKNOWN = "unknown"

    @property
    def ended(self) -> bool:
        """True for the two states in which nothing more is expected."""
        return self in {BuildState.COMPLETED, BuildState.FAILED}


AT_WORK: Final = frozenset({BuildState.RUNNING, BuildState.QUIET})
"""States in which more is expected."""


class Origin(StrEnum):
    """Where a build's state comes from now; printed as `source`."""

    LIVE = "live"
    CHECKPOINT = "checkpoint"
    ARTIFACTS = "artifacts"


class Generation(StrEnum):
    """Which orchestrator wrote the files (formats.md, "Generations at a glance")."""

    A0 = "A0"
    A1 = "A1"
    B = "B"
    UNKNOWN = "unknown"


class Provenance(StrEnum):
    """How sure a number is, from surest to none."""

    MEASURED = "measured"
    OBSERVED = "observed"
    RECORDED = "recorded"
    REPORTED = "reported"
    ESTIMATED = "estimated"
    NONE = "none"


class Bound(StrEnum):
    """Whether a number is the value itself or a lower bound of it."""

    EXACT = "exact"
    LOWER = "lower"


class Verdict(StrEnum):
    """What a test report says in words."""

    PASSED = "passed"
    PARTIAL = "partial"
    FAILED = "failed"
    UNKNOWN = "unknown"


class StepState(StrEnum):
    """How far one phase of the pipeline is."""

    DONE = "done"
    CURRENT = "current"
    FAILED = "failed"
    SKIPPED = "skipped"
    WAITING = "waiting"


class Facet(StrEnum):
    """The parts of a build that change, are digested and are painted on their own."""

    BUILD = "build"
    TOKENS = "tokens"
    TESTS = "tests"
    AGENTS = "agents"
    DECISIONS = "decisions"
    ACTIVITY = "activity"


PANELS: Final = (Facet.TOKENS, Facet.TESTS, Facet.AGENTS, Facet.DECISIONS)

CODEBASE_ANALYSIS: Final = "Codebase Analysis"
SCOUT: Final = "Scout"
ARCHITECT: Final = "Architect"
BUILDER: Final = "Builder"
TEST: Final = "Test"
SCREENSHOT: Final = "Screenshot"
DOCUMENTATION: Final = "Documentation"
DEPLOY: Final = "Deploy"
FEEDBACK: Final = "Feedback"
GITHUB_INTEGRATION: Final = "GitHub Integration"
COMPLETE: Final = "Complete"

PHASES: Final = (
    CODEBASE_ANALYSIS,
    SCOUT,
    ARCHITECT,
    BUILDER,
    TEST,
    SCREENSHOT,
    DOCUMENTATION,
    DEPLOY,
    FEEDBACK,
    GITHUB_INTEGRATION,
)

_ALIASES: Final = {
    "codebaseanalysis": CODEBASE_ANALYSIS,
    "scout": SCOUT,
    "architect": ARCHITECT,
    "builder": BUILDER,
    "test": TEST,
    "tester": TEST,
    "testloop": TEST,
    "screenshot": SCREENSHOT,
    "documentation": DOCUMENTATION,
    "docs": DOCUMENTATION,
    "deploy": DEPLOY,
    "deployer": DEPLOY,
    "deployment": DEPLOY,
    "feedback": FEEDBACK,
    "feedbackanalyzer": FEEDBACK,
    "github": GITHUB_INTEGRATION,
    "githubintegration": GITHUB_INTEGRATION,
    "complete": COMPLETE,
}


@lru_cache(maxsize=1024)
def phase_name(written: str) -> str:
    """The phase a written name means: case and punctuation do not count; an unknown name verbatim."""
    key = "".join(ch for ch in written.casefold() if ch.isalpha())
    return _ALIASES.get(key, written.strip())


def phase_rank(phase: str) -> int | None:
    """Position of a known phase in the usual order (0..9), None for a name of somebody's own."""
    return PHASES.index(phase) if phase in PHASES else None


COMPLETED_WORDS: Final = frozenset({"completed", "complete", "success", "succeeded", "done"})
FAILED_WORDS: Final = frozenset({"failed", "timeout", "timedout", "testsfailedmaxiterations"})


@lru_cache(maxsize=1024)
def status_word(written: str | None) -> str:
    """A status stripped to its letters in lower case, for comparing; "" for none."""
    return "".join(ch for ch in (written or "").casefold() if ch.isalpha())


def says_completed(written: str | None) -> bool:
    """True if a written status means that what it describes is completed."""
    return status_word(written) in COMPLETED_WORDS


def says_failed(written: str | None) -> bool:
    """True if a written status means failure (design.md, State, rule 2)."""
    return status_word(written) in FAILED_WORDS
