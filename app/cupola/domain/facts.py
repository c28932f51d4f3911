"""What one source says of a build: a closed union of frozen values, and when it was said."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cupola.domain.claims import Claim, Finding
from cupola.domain.clock import Instant
from cupola.domain.sessions import SessionsFact
from cupola.domain.transcript import AgentTypeFact, TranscriptFact, TranscriptHeadFact
from cupola.domain.words import Generation, Verdict


@dataclass(frozen=True, slots=True)
class PhaseFact:
    """`current-phase.json` in any of its five shapes (formats.md A1.1 and B).

    `phases_completed` is None when the shape has no such list, which differs from an empty one.
    """

    generation: Generation
    phase: str | None
    status: str | None
    session_id: str | None = None
    detail: str | None = None
    phase_number: str | None = None
    test_iteration: int | None = None
    phases_completed: tuple[str, ...] | None = None
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckpointFact:
    """`checkpoints/ralph/<id>/state.json` (formats.md A0)."""

    session_id: str
    phase: str | None
    project: str | None = None
    task: str | None = None
    iterations: int | None = None
    working_directory: str | None = None
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskProgressFact:
    """`checkpoints/ralph/<id>/progress.json`: how many tasks are done and left."""

    completed: int
    remaining: int
    notes: str | None = None


@dataclass(frozen=True, slots=True)
class CompleteFact:
    """The zero-byte `COMPLETE` of a checkpoint exists."""


@dataclass(frozen=True, slots=True)
class SummaryFact:
    """`session-summary.json`: what is needed of it to know whether and how a run ended (A1.7 and B)."""

    generation: Generation
    status: str | None = None
    mode: str | None = None
    session_id: str | None = None
    phases_completed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportFact:
    """`test-final-report.md`: its first overall status line, as a verdict and in its own words."""

    verdict: Verdict
    claim: str | None = None


@dataclass(frozen=True, slots=True)
class ArtefactFact:
    """A file that a phase leaves behind when it ends; only its time is of use (design.md, Figures)."""

    phase: str


class ReportKind(StrEnum):
    """Which file a test report is."""

    RESULTS = "results"
    """`test-results-iteration-N.md` and `test-report-N.md`: its number is in its name."""
    REPORT = "report"
    """`test-report.md`: it states its number itself, or belongs to the highest one."""
    FINAL = "final"
    """`test-final-report.md`: it belongs to the highest number."""


@dataclass(frozen=True, slots=True)
class TestReportFact:
    """One report of the test loop: counts and words are both kept, whatever they say of each other.

    `claim` is the first overall status line of the first 40 lines, in its own words; `later_claim` is a
    later overall line that says something else. `failing` are the names of failing tests, normalised.
    """

    __test__ = False  # not a test, whatever pytest makes of the name

    kind: ReportKind
    number: int | None
    verdict: Verdict
    claim: str | None = None
    passed: int | None = None
    failed: int | None = None
    later_claim: str | None = None
    failing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TestLogFact:
    """`test-logs/<name>.log` or `.done`: one parallel test agent. `done` says which of the two it is."""

    __test__ = False

    name: str
    done: bool
    status: str | None = None
    passed: int | None = None
    failed: int | None = None


@dataclass(frozen=True, slots=True)
class IterationCountFact:
    """`test-iteration-count.txt`."""

    count: int


@dataclass(frozen=True, slots=True)
class PlannedTask:
    """One task of `build-tasks.json`."""

    id: str
    name: str
    files: int
    depends_on: tuple[str, ...] = ()
    status: str | None = None


@dataclass(frozen=True, slots=True)
class TasksFact:
    """`build-tasks.json`: what the Builder plans. `total` is what the file claims, which may differ."""

    tasks: tuple[PlannedTask, ...]
    total: int | None = None
    parallel: bool | None = None


class MarkKind(StrEnum):
    """What a file in `builder-logs/` says of its task."""

    DONE = "done"
    ERROR = "error"
    LOG = "log"


@dataclass(frozen=True, slots=True)
class TaskMarkFact:
    """`builder-logs/<name>.done`, `.error` or `.log`. The counts are those of a log that ends as JSON."""

    name: str
    kind: MarkKind
    status: str | None = None
    files: int | None = None


@dataclass(frozen=True, slots=True)
class FeedbackFact:
    """`feedback/build-feedback-*.json`."""

    findings: tuple[Finding, ...] = ()
    recommendations: int = 0
    patterns_that_worked: int = 0
    success: bool | None = None
    test_iterations: int | None = None
    duration_minutes: float | None = None


@dataclass(frozen=True, slots=True)
class PatternsFact:
    """`patterns/*.json` of a project: lessons kept for later builds. `applied` counts `auto_apply`."""

    patterns: int
    auto_applied: int = 0


@dataclass(frozen=True, slots=True)
class TokenSum:
    """Tokens of one phase or call as a file states them; `cached` apart from input and output."""

    phase: str | None
    input: int | None = None
    output: int | None = None
    cached: int | None = None
    used: int | None = None
    duration_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class SessionLogFact:
    """`logs/ralph_<id>/session.jsonl`: one sum per answered prompt, in order, at most the last 200.

    The totals count every line of the file. `context_percentage` is that of the last line.
    """

    calls: int
    total_input: int
    total_output: int
    recent: tuple[TokenSum, ...] = ()
    context_percentage: float | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True)
class ContextMetricsFact:
    """`context_metrics` of a generation B session-summary: tokens per phase, as code recorded them."""

    phases: tuple[TokenSum, ...]
    window: int | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True)
class PhaseStatus:
    """One phase of `phase-status.json`; the times are claims."""

    phase: str
    status: str
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class PhaseStatusFact:
    """`phase-status.json` (generation B)."""

    phases: tuple[PhaseStatus, ...]
    mode: str | None = None


@dataclass(frozen=True, slots=True)
class TaskConfigFact:
    """`task-config.json` or `task_config.json`: what the build was asked to do."""

    task: str | None = None
    mode: str | None = None
    max_test_iterations: int | None = None


@dataclass(frozen=True, slots=True)
class EventsFact:
    """`logs/events/<id>/events.jsonl`: iterations and tasks that the runner told of."""

    iterations: int
    tasks_completed: tuple[str, ...] = ()
    errors: int = 0
    phase: str | None = None
    context_percent: float | None = None


@dataclass(frozen=True, slots=True)
class ConversationFact:
    """`conversations/conversation-*.jsonl` (generation B): sums of its calls, without what the cache held."""

    calls: int
    input: int = 0
    output: int = 0


@dataclass(frozen=True, slots=True)
class MetricsDecision:
    """One decision row of metrics.db, de-duplicated by task, phase, type and description."""

    phase: str | None
    text: str
    quality: float | None = None
    difficulty: float | None = None
    regrettable: bool = False
    used_lessons: bool = False


@dataclass(frozen=True, slots=True)
class MetricsAgent:
    """One agent row of metrics.db (`agent_performance` or `agent_instances`)."""

    key: str
    name: str
    parent: str | None = None
    phase: str | None = None
    status: str | None = None
    duration_seconds: float | None = None
    files: int | None = None
    tokens: int | None = None


@dataclass(frozen=True, slots=True)
class MetricsIteration:
    """One test iteration row of metrics.db."""

    number: int
    passed: int | None = None
    failed: int | None = None


@dataclass(frozen=True, slots=True)
class MetricsFact:
    """What metrics.db holds of one task or build: `key` is its task_id or session_id there.

    `started` is the row's own creation in UTC wall seconds where the database set it, else None.
    `guessed_tokens` is `metrics.token_usage`: minutes times a constant, an estimate whatever it sits in.
    """

    key: str
    working_directory: str | None
    started: Instant | None = None
    recorded: tuple[TokenSum, ...] = ()
    total: TokenSum | None = None
    cost: float | None = None
    guessed_tokens: int | None = None
    iterations: tuple[MetricsIteration, ...] = ()
    agents: tuple[MetricsAgent, ...] = ()
    decisions: tuple[MetricsDecision, ...] = ()


Fact = (
    PhaseFact
    | CheckpointFact
    | TaskProgressFact
    | CompleteFact
    | SummaryFact
    | ReportFact
    | ArtefactFact
    | TestReportFact
    | TestLogFact
    | IterationCountFact
    | TasksFact
    | TaskMarkFact
    | FeedbackFact
    | PatternsFact
    | SessionLogFact
    | ContextMetricsFact
    | PhaseStatusFact
    | TaskConfigFact
    | EventsFact
    | ConversationFact
    | MetricsFact
    | TranscriptFact
    | TranscriptHeadFact
    | AgentTypeFact
    | SessionsFact
)


@dataclass(frozen=True, slots=True)
class Observation:
    """One fact with its file and its times.

    `changed_at` is the arrival for a change Cupola saw, else the mtime (never later than the first
    sight of it). `touched_at` also moves for a rewrite with equal content: a sign of life.
    """

    source: str
    path: str
    fact: Fact
    changed_at: Instant
    touched_at: Instant
    mtime: Instant
    first_sight: bool
    dropped: tuple[str, ...] = ()

    @property
    def clock_gap_s(self) -> float:
        """Seconds by which the file's mtime differs from when Cupola saw the change; 0 up to 5 s."""
        gap = self.mtime - self.changed_at
        return gap if abs(gap) > 5 else 0.0
