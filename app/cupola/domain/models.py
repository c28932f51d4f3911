"""What a consumer gets of a build: frozen models that hold instants and never ages."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from cupola.domain.claims import Claim, Finding
from cupola.domain.clock import Instant
from cupola.domain.figures import Figure
from cupola.domain.problems import Problem
from cupola.domain.words import BuildState, Facet, Generation, Origin, StepState, Verdict


@dataclass(frozen=True, slots=True)
class PipelineStep:
    """One phase: `duration_s` of its ended spans, and since when it runs if it runs now.

    `loops` counts how often the phase was entered; over 1 it was repeated by self-healing.
    """

    phase: str
    state: StepState
    duration_s: Figure = field(default_factory=Figure.none)
    running_since: Instant | None = None
    loops: int = 0


@dataclass(frozen=True, slots=True)
class Elapsed:
    """Run start to end as instants; `ended_at` None means it still counts on.

    `of_start` has the start as its value, with its provenance and note; no value: unknown.
    """

    of_start: Figure = field(default_factory=Figure.none)
    ended_at: Instant | None = None


class WorkState(StrEnum):
    """What the sessions that work on a build are doing, by the last rows of their transcripts (C.8)."""

    WORKING = "working"
    WAITING = "waiting"
    STUCK = "stuck"
    LIMITED = "limited"
    ENDED = "ended"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Work:
    """What the sessions of a build are doing, in words why, and since when; NONE: no transcript says."""

    state: WorkState = WorkState.NONE
    reason: str = ""
    since: Instant | None = None


@dataclass(frozen=True, slots=True)
class BuildModel:
    """The header of a build: list row, centre and pipeline are painted from it alone."""

    id: str
    project: str
    directory: str | None
    session_id: str | None
    generation: Generation
    state: BuildState
    state_reason: str
    source: Origin
    changed_at: Instant | None
    first_seen: Instant
    phase: str | None
    phase_status: str | None
    phases_completed: tuple[str, ...]
    progress: Figure
    elapsed: Elapsed
    detail: str | None
    test_iteration: int | None
    pipeline: tuple[PipelineStep, ...] = ()
    claims: tuple[Claim, ...] = ()
    clock_gap_s: float = 0.0
    problems: tuple[Problem, ...] = ()
    work: Work = Work()


class Meaning(StrEnum):
    """Whether a token figure is a sum spent or a context in use."""

    TOTAL = "total"
    CONTEXT = "context"


class Zone(StrEnum):
    """Where a context in use lies on its gauge, or a sum spent on the user's budget."""

    SAFE = "safe"
    WARNING = "warning"
    CRITICAL = "critical"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Spending:
    """Tokens by their kind, as they are priced, and dollars; `cost` is estimated: list prices of a day."""

    input: Figure = field(default_factory=Figure.none)
    output: Figure = field(default_factory=Figure.none)
    cache_read: Figure = field(default_factory=Figure.none)
    cache_write: Figure = field(default_factory=Figure.none)
    cost: Figure = field(default_factory=Figure.none)


@dataclass(frozen=True, slots=True)
class PhaseTokens:
    """Tokens of one phase; `phase` is OUTSIDE for what was spent in the run, but in none of its phases."""

    phase: str
    used: Figure
    spending: Spending = Spending()


OUTSIDE: Final = "outside the phases"


@dataclass(frozen=True, slots=True)
class ModelTokens:
    """Tokens of one language model."""

    model: str
    used: Figure
    spending: Spending


@dataclass(frozen=True, slots=True)
class OtherSession:
    """A session in the build's directory that is not counted as its own, and why."""

    name: str
    reason: str
    used: Figure
    cost: Figure


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """The tokens used up to a call; `at` None: the file gives no time to go by, only the order counts."""

    at: Instant | None
    used: int


@dataclass(frozen=True, slots=True)
class TokensModel:
    """The Token Usage dock. `trend` has at most 60 points, oldest first.

    `used` is the context in use of `limit` with CONTEXT, a sum spent with TOTAL; `spent` is that sum in both.
    `session` names whose context it is; `rate` is tokens a minute over the 5 minutes up to the last reply.
    `prices` says whose list and of which day, `unpriced` which models are not in it. `changed_at` is when the
    transcripts changed that it is of; None: it is as old as the build. `budget` is what the user wants to be
    spent at most, and `budget_zone` where the sum spent lies on it; with TOTAL they are `limit` and `zone`.
    """

    meaning: Meaning = Meaning.TOTAL
    used: Figure = field(default_factory=Figure.none)
    limit: Figure = field(default_factory=Figure.none)
    zone: Zone = Zone.NONE
    input: Figure = field(default_factory=Figure.none)
    output: Figure = field(default_factory=Figure.none)
    by_phase: tuple[PhaseTokens, ...] = ()
    trend: tuple[TrendPoint, ...] = ()
    spent: Figure = field(default_factory=Figure.none)
    cache_read: Figure = field(default_factory=Figure.none)
    cache_write: Figure = field(default_factory=Figure.none)
    cost: Figure = field(default_factory=Figure.none)
    rate: Figure = field(default_factory=Figure.none)
    session: str | None = None
    by_model: tuple[ModelTokens, ...] = ()
    others: tuple[OtherSession, ...] = ()
    unpriced: tuple[str, ...] = ()
    prices: str = ""
    changed_at: Instant | None = None
    budget: Figure = field(default_factory=Figure.none)
    budget_zone: Zone = Zone.NONE


@dataclass(frozen=True, slots=True)
class TestIteration:
    """One round of the test loop."""

    number: int
    passed: Figure
    failed: Figure
    verdict: Verdict
    claim: str | None
    conflict: bool
    file: str


@dataclass(frozen=True, slots=True)
class TestsModel:
    """The Test Loop dock."""

    iterations: tuple[TestIteration, ...] = ()
    pass_rate: Figure = field(default_factory=Figure.none)
    repeating: tuple[str, ...] = ()


class AgentKind(StrEnum):
    """What a row of the Agent Performance dock stands for."""

    PHASE = "phase"
    TASK = "task"
    SESSION = "session"
    AGENT = "agent"


class AgentState(StrEnum):
    """What an agent is doing."""

    WAITING = "waiting"
    RUNNING = "running"
    STUCK = "stuck"
    LIMITED = "limited"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class AgentWork:
    """What the transcript of a session or an agent says of its work.

    `latency_*` are seconds from what a reply answers to the reply; `last` is its last activity, plain, capped
    and masked, `reason` why its state is what it is.
    """

    model: str | None = None
    cost: Figure = field(default_factory=Figure.none)
    tool_calls: Figure = field(default_factory=Figure.none)
    errors: Figure = field(default_factory=Figure.none)
    retries: Figure = field(default_factory=Figure.none)
    latency_median_s: Figure = field(default_factory=Figure.none)
    latency_p95_s: Figure = field(default_factory=Figure.none)
    last: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AgentRow:
    """One phase, parallel task, session or agent; `work` only where a transcript tells of it."""

    key: str
    parent: str | None
    kind: AgentKind
    name: str
    state: AgentState
    duration_seconds: Figure
    files: Figure
    tokens: Figure
    work: AgentWork | None = None


@dataclass(frozen=True, slots=True)
class AgentsModel:
    """The Agent Performance dock; `changed_at` is when transcripts changed that tell of some rows."""

    rows: tuple[AgentRow, ...] = ()
    changed_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision the build recorded."""

    phase: str | None
    text: str
    quality: Figure


@dataclass(frozen=True, slots=True)
class DecisionsModel:
    """The Decision Quality dock; `findings` come from feedback and count as no decision."""

    count: Figure = field(default_factory=Figure.none)
    rated: int = 0
    average_quality: Figure = field(default_factory=Figure.none)
    lessons: Figure = field(default_factory=Figure.none)
    regrettable: Figure = field(default_factory=Figure.none)
    items: tuple[Decision, ...] = ()
    findings: tuple[Finding, ...] = ()


PanelModel = TokensModel | TestsModel | AgentsModel | DecisionsModel


@dataclass(frozen=True, slots=True)
class ActivityEntry:
    """One thing that changed: when, what kind ("phase", "state", "test", "file", "token"), and in words."""

    at: Instant
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class ActivityModel:
    """What happened to a build, newest first, at most 1,000 entries."""

    entries: tuple[ActivityEntry, ...] = ()


class Watching(StrEnum):
    """How a root is being watched now."""

    EVENTS = "events"
    POLLING = "polling"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class RootModel:
    """One root: `note` says in words what a user should know ("not there yet", "network folder").

    `watches` are those in use in it; what lies in several roots counts in each of them.
    """

    path: str
    readable: bool
    projects: int
    watching: Watching
    note: str = ""
    watches: int = 0


@dataclass(frozen=True, slots=True)
class DiskModel:
    """One disk that roots lie on: `hangs` while a job on it takes longer than any should."""

    name: str
    watching: Watching
    hangs: bool = False


@dataclass(frozen=True, slots=True)
class HealthModel:
    """How well Cupola itself sees: roots, watches in use, and what is wrong with no build to blame."""

    roots: tuple[RootModel, ...] = ()
    watches: int = 0
    problems: tuple[Problem, ...] = ()
    unattached: tuple[str, ...] = ()
    """What metrics databases hold of no build that is known: "metrics.db: task 1234 (3 decisions)"."""
    disks: tuple[DiskModel, ...] = ()
    blinded_by: frozenset[str] = frozenset()
    """The paths of those problems because of which changes may be missed or seen late."""
    paused: bool = False
    """The user wants nothing to be watched now: everything is as it was seen last."""


@dataclass(frozen=True, slots=True)
class BuildSnapshot:
    """Everything known of one build, with the digest of each facet."""

    build: BuildModel
    tokens: TokensModel
    tests: TestsModel
    agents: AgentsModel
    decisions: DecisionsModel
    activity: ActivityModel
    digests: tuple[tuple[str, str], ...]

    def model(self, facet: Facet) -> BuildModel | PanelModel | ActivityModel:
        """The model of one facet."""
        match facet:
            case Facet.BUILD:
                return self.build
            case Facet.TOKENS:
                return self.tokens
            case Facet.TESTS:
                return self.tests
            case Facet.AGENTS:
                return self.agents
            case Facet.DECISIONS:
                return self.decisions
            case Facet.ACTIVITY:
                return self.activity
