"""Made-up but believable builds, as the feed would tell of them."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from cupola.domain.figures import Figure
from cupola.domain.models import (
    ActivityEntry,
    ActivityModel,
    BuildModel,
    Elapsed,
    HealthModel,
    PipelineStep,
    RootModel,
    Watching,
    Work,
    WorkState,
)
from cupola.domain.problems import Problem
from cupola.domain.words import PHASES, BuildState, Facet, Generation, Origin, Provenance, StepState
from cupola.engine.feed import Change, Checked, FeedEvent, HealthChange, Ready

NOW = 1_795_424_400.0
"""The wall clock of every picture and test: 2026-11-23 09:00 UTC."""
CONTINUOUS = 5_000.0

EIGHT = tuple(p for p in PHASES if p not in {"Screenshot", "GitHub Integration"})


def estimated(value: float, note: str = "from the times of files") -> Figure:
    return Figure(value, Provenance.ESTIMATED, note=note)


def observed(value: float) -> Figure:
    return Figure(value, Provenance.OBSERVED)


def steps(
    phases: tuple[str, ...],
    done: int,
    *,
    state: StepState = StepState.CURRENT,
    since: float = 492.0,
    loops: int = 0,
) -> tuple[PipelineStep, ...]:
    """`done` phases completed, the next in `state`, the rest waiting."""
    spent = (64.0, 171.0, 242.0, 611.0, 95.0, 42.0, 120.0, 31.0, 77.0, 50.0)
    made: list[PipelineStep] = []
    for at, phase in enumerate(phases):
        if at < done:
            figure = estimated(spent[at % 10]) if at == 0 else observed(spent[at % 10])
            made.append(
                PipelineStep(
                    phase, StepState.DONE, figure, loops=loops if phase in {"Builder", "Test"} else 1
                )
            )
        elif at == done:
            running = NOW - since if state is StepState.CURRENT else None
            figure = Figure.none() if state is StepState.CURRENT else observed(since)
            made.append(PipelineStep(phase, state, figure, running, max(loops, 1)))
        else:
            made.append(PipelineStep(phase, StepState.WAITING))
    return tuple(made)


def build(name: str, state: BuildState = BuildState.RUNNING, **changes: object) -> BuildModel:
    """A build in the middle of its Builder phase, 24 minutes old, changed 2 s ago."""
    made = BuildModel(
        id=hashlib.sha256(name.encode()).hexdigest()[:12],
        project=name,
        directory=f"/home/ada/homelab/{name}",
        session_id="cf_20261123_083541",
        generation=Generation.A1,
        state=state,
        state_reason="current-phase.json says Builder, in progress (rule 5)",
        source=Origin.LIVE,
        changed_at=NOW - 2.4,
        first_seen=NOW - 1458,
        phase="Builder",
        phase_status="in_progress",
        phases_completed=("Codebase Analysis", "Scout", "Architect"),
        progress=estimated(0.44, "3 phases and 4 of 9 tasks of 8 phases"),
        elapsed=Elapsed(observed(NOW - 1458)),
        detail="Implementing forecast cards and the API client (task 4 of 9)",
        test_iteration=None,
        pipeline=steps(EIGHT, 3),
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # names and types are checked by the tests that use it


def seven() -> tuple[BuildModel, ...]:
    """One of each kind, as on a usual morning."""
    ended = Elapsed(observed(NOW - 7200 - 2460), NOW - 7200)
    return (
        build("weather-web"),
        build(
            "satoshi-chores",
            detail="Iteration 2, fixing 3 failures",
            phase="Test",
            changed_at=NOW - 11,
            test_iteration=2,
            progress=estimated(0.62),
            pipeline=steps(EIGHT, 4, since=65, loops=2),
        ),
        build(
            "todo-cli",
            BuildState.QUIET,
            phase="Deploy",
            detail="Pushing to GitHub",
            changed_at=NOW - 1020,
            state_reason="nothing changed for 17 m (quiet after 15 m)",
            progress=estimated(0.86),
            pipeline=steps(EIGHT, 6, since=1020),
        ),
        build(
            "tennis-scoring",
            BuildState.COMPLETED,
            phase="Feedback",
            detail=None,
            changed_at=NOW - 7200,
            phases_completed=EIGHT,
            state_reason="session-summary.json says completed (rule 1)",
            progress=Figure(1.0, Provenance.OBSERVED),
            elapsed=ended,
            pipeline=steps(EIGHT, 8),
            source=Origin.ARTIFACTS,
        ),
        build(
            "space-invaders",
            BuildState.FAILED,
            phase="Test",
            detail="2 of 47 tests still fail",
            changed_at=NOW - 18000,
            test_iteration=5,
            state_reason="current-phase.json says tests_failed_max_iterations (rule 2)",
            progress=estimated(0.55),
            elapsed=Elapsed(estimated(NOW - 21700), NOW - 18000),
            pipeline=steps(EIGHT, 4, state=StepState.FAILED, since=1892, loops=5),
            problems=(
                Problem(
                    "space-invaders/.context-foundry/test-results-iteration-3.md", "not UTF-8", ("line 4",)
                ),
            ),
        ),
        build(
            "bedrock-agent",
            BuildState.COMPLETED,
            phase="GitHub Integration",
            changed_at=NOW - 90000,
            phases_completed=PHASES,
            progress=Figure(1.0, Provenance.OBSERVED),
            elapsed=Elapsed(observed(NOW - 94320), NOW - 90000),
            pipeline=steps(PHASES, 10),
        ),
        build(
            "context-foundry",
            BuildState.UNKNOWN,
            phase="Deploy",
            detail=None,
            changed_at=NOW - 260000,
            state_reason="no end seen, silent for 3 d",
            source=Origin.CHECKPOINT,
            progress=Figure.none("the mode of this build is not known"),
            elapsed=Elapsed(Figure.none("no start seen")),
            pipeline=steps(EIGHT, 6, state=StepState.SKIPPED),
        ),
    )


def at_work() -> tuple[BuildModel, ...]:
    """A build for each thing that its sessions can do; the first of them waits."""
    waiting = "waiting for a permission (Bash)"
    stuck = "silent for over 12 min in one tool call (WebFetch)"
    problem = Problem("weather-web/.context-foundry/tasks.json", "no JSON")
    works = (
        ("weather-web", Work(WorkState.WAITING, waiting, NOW - 90), ()),
        ("satoshi-chores", Work(WorkState.STUCK, stuck, NOW - 800), ()),
        ("todo-cli", Work(WorkState.LIMITED, "usage limit until 16:00", NOW - 3_000), (problem,)),
        ("tennis-scoring", Work(WorkState.ENDED, "the session is over", NOW - 100), ()),
        ("bedrock-agent", Work(WorkState.WORKING, "in Bash", NOW - 3), (problem,)),
    )
    return tuple(
        build(name, changed_at=NOW - 2 - 70 * at, work=work, problems=problems)
        for at, (name, work, problems) in enumerate(works)
    )


def activity() -> ActivityModel:
    """A few lines, the oldest from the day before."""
    lines = (
        (2, "phase", "Builder  implementing · task 4 of 9"),
        (51, "detail", "Implementing forecast cards and the API client (task 4 of 9)"),
        (94, "file", ".context-foundry/current-phase.json  live"),
        (95, "detail", "Implementing the map layer (task 3 of 9)"),
        (258, "test", "iteration 1: 31 passed, 16 failed"),
        (492, "phase", "Architect → Builder  4m 02s"),
        (734, "phase", "Scout → Architect  2m 51s"),
        (905, "phase", "Codebase Analysis → Scout  1m 04s"),
        (50_000, "state", "quiet → running"),
    )
    return ActivityModel(tuple(ActivityEntry(NOW - age, kind, text) for age, kind, text in lines))


def health(*, note: str = "") -> HealthModel:
    roots = (
        RootModel("/home/ada/homelab", readable=True, projects=180, watching=Watching.EVENTS),
        RootModel(
            "/srv/builds", readable=True, projects=32, watching=Watching.POLLING, note="network folder"
        ),
        RootModel(
            "/home/ada/work",
            readable=not note,
            projects=0,
            watching=Watching.OFF,
            note=note or "not there yet",
        ),
    )
    return HealthModel(roots, watches=431)


def change(model: BuildModel, *, digest: str = "", seen_ns: int = 0) -> Change:
    """The feed's word that a build's header changed."""
    text = digest or hashlib.sha256(repr(model).encode()).hexdigest()
    return Change(model.id, Facet.BUILD, 1, text, model, seen_ns)


def activity_change(build_id: str, model: ActivityModel, *, seen_ns: int = 0) -> Change:
    text = hashlib.sha256(repr(model).encode()).hexdigest()
    return Change(build_id, Facet.ACTIVITY, 1, text, model, seen_ns)


def batch(builds: tuple[BuildModel, ...], of_health: HealthModel | None = None) -> tuple[FeedEvent, ...]:
    """What the feed says when it begins."""
    return (
        *(change(model) for model in builds),
        *(activity_change(model.id, activity()) for model in builds[:3]),
        HealthChange(of_health or health()),
        Checked(frozenset(model.id for model in builds), CONTINUOUS - 1),
        Ready(NOW),
    )


def strange() -> tuple[BuildModel, ...]:
    """Names and words that try to break the layout."""
    hostile = "<b>bold</b> <img src=x onerror=alert(1)> & \u202egnp.exe"
    phases = (
        "Codebase Analysis",
        "Recherche préliminaire détaillée",
        *EIGHT[1:7],
        "署名とリリース",
        "Feedback",
        "GitHub Integration",
    )
    return (
        build(
            "مشروع-الطقس שלום a-very-long-project-name-that-nobody-would-type-twice-but-somebody-did",
            detail="x" * 10_000,
            phase="Recherche préliminaire détaillée",
            pipeline=steps(phases, 4),
            changed_at=NOW,
        ),
        build(hostile, detail=hostile, phase="<i>Builder</i>", changed_at=NOW - 5),
        build(
            "プロジェクト天気予報",
            detail="予報カードとAPIクライアントを実装しています（9件中4件目）",
            changed_at=NOW - 59,
        ),
        build("line\nbreak\ttab\x1b[31mred", detail="a\nb\x00c", changed_at=NOW - 61),
        build(
            "no-change-time", changed_at=None, detail=None, phase=None, progress=Figure.none(), pipeline=()
        ),
    )


def many() -> tuple[BuildModel, ...]:
    """500 builds of all states."""
    states = (
        BuildState.COMPLETED,
        BuildState.COMPLETED,
        BuildState.FAILED,
        BuildState.UNKNOWN,
        BuildState.COMPLETED,
    )
    old = tuple(
        replace(build(f"project-{n:03}", states[n % 5]), changed_at=NOW - 3600 * n, detail=f"task {n}")
        for n in range(1, 494)
    )
    return (*seven(), *old)


def endless() -> tuple[BuildModel, ...]:
    """Names, words and phases far longer than their room."""
    name = "a-very-long-project-name-that-nobody-would-type-twice-but-somebody-did"
    words = "Implementing the forecast cards, the API client and everything that anybody ever asked for " * 20
    phases = tuple(f"{phase} and all that has to be done before it" for phase in PHASES)
    chosen = build(
        name,
        detail=words,
        phase=phases[4],
        state_reason=f"current-phase.json says {phases[4]}, in progress (rule 5), and {words}",
        pipeline=steps(phases, 4, loops=12),
        elapsed=Elapsed(observed(NOW - 123 * 86_400)),
        changed_at=NOW,
    )
    unbroken = build("x" * 300, detail="y" * 10_000, phase="Z" * 200, changed_at=NOW - 5)
    return (chosen, unbroken, build(name.upper(), BuildState.QUIET, detail=words, changed_at=NOW - 1020))


def mirrored() -> tuple[BuildModel, ...]:
    """Names and words in scripts that are written from right to left, alone and mixed."""
    arabic = ("تحليل الشيفرة", "استكشاف", "تصميم", "بناء", "اختبار", "توثيق", "نشر", "ملاحظات")
    return (
        build(
            "مشروع-الطقس",
            detail="تنفيذ بطاقات التوقعات وعميل الواجهة (المهمة 4 من 9)",
            phase="بناء",
            pipeline=steps(arabic, 3),
            changed_at=NOW,
        ),
        build("תחזית-מזג-אוויר v2", detail="בדיקה iteration 2, 3 failures", changed_at=NOW - 5),
        build("weather-الطقس-web", detail="fixing שלום.ts (task 4 of 9)", changed_at=NOW - 59),
    )
