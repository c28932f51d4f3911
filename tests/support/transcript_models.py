"""Made-up but believable contents of the docks of a build whose transcripts are read."""

from __future__ import annotations

from dataclasses import replace

from cupola.domain.figures import Figure
from cupola.domain.models import (
    OUTSIDE,
    AgentKind,
    AgentRow,
    AgentsModel,
    AgentState,
    AgentWork,
    Meaning,
    ModelTokens,
    OtherSession,
    PhaseTokens,
    Spending,
    TokensModel,
    TrendPoint,
    Zone,
)
from cupola.domain.words import Bound, Provenance
from support.builds import NOW

TRANSCRIPT = "/home/ada/.claude/projects/-home-ada-homelab-weather-web/1a2b3c4d.jsonl"
PRICED = "measured tokens at list prices of 2026-11-20"
OPUS, SONNET, NEW = "claude-opus-4-6-20250929", "claude-sonnet-4-5-20250929", "house-model-of-our-own-v2"
none = Figure.none


def measured(value: float, bound: Bound = Bound.EXACT) -> Figure:
    return Figure(value, Provenance.MEASURED, bound, "sum of the transcripts' replies", TRANSCRIPT)


def cost(dollars: float, bound: Bound = Bound.EXACT) -> Figure:
    return Figure(dollars, Provenance.ESTIMATED, bound, PRICED, TRANSCRIPT)


def spending(dollars: Figure) -> Spending:
    return Spending(measured(900), measured(800), measured(70_000), measured(6_000), dollars)


def phase(name: str, used: int, dollars: float) -> PhaseTokens:
    return PhaseTokens(name, measured(used), spending(cost(dollars)))


def spent_tokens() -> TokensModel:
    """A build that is over: no session is at work, so that no context is in use."""
    phases = (
        phase("Codebase Analysis", 210_400, 0.91),
        phase("Scout", 402_118, 1.87),
        phase("Architect", 611_090, 2.64),
        phase("Builder", 1_402_877, 6.72),
        phase(OUTSIDE, 18_204, 0.004),
    )
    models = (
        ModelTokens(OPUS, measured(2_204_417), spending(cost(11.02))),
        ModelTokens(SONNET, measured(440_272), spending(cost(1.124))),
    )
    others = (
        OtherSession("9f8e7d6c", "began before this run", measured(1_204_551), cost(5.31)),
        OtherSession("77aa01bc", "interactive, not started by the build", measured(38_200), cost(0.21)),
    )
    return TokensModel(
        used=measured(2_644_689),
        input=measured(41_208),
        output=measured(118_966),
        by_phase=phases,
        trend=tuple(TrendPoint(NOW - 1500 + 25 * n, 20_000 + 44_000 * n + 9000 * (n % 5)) for n in range(60)),
        spent=measured(2_644_689),
        cache_read=measured(2_370_511),
        cache_write=measured(114_004),
        cost=cost(12.144),
        rate=none("no session is at work"),
        by_model=models,
        others=others,
        prices="genai-prices, 2026-11-20",
    )


def live_tokens(used: int = 128_412, zone: Zone = Zone.WARNING) -> TokensModel:
    """A main session is at work: its context is on the gauge."""
    return replace(
        spent_tokens(),
        meaning=Meaning.CONTEXT,
        used=measured(used),
        limit=Figure(200_000, Provenance.RECORDED, note="the model's context window"),
        zone=zone,
        session="1a2b3c4d",
        rate=measured(23_118.4),
    )


def unpriced_tokens() -> TokensModel:
    """One of three models is in no price list, so that the sum is the least that it can be."""
    made = live_tokens(61_000, Zone.SAFE)
    nothing = spending(none("no price is known for it"))
    least = cost(12.144, Bound.LOWER)
    models = (*made.by_model, ModelTokens(NEW, measured(90_112), nothing))
    builder = PhaseTokens("Builder", measured(1_492_989), spending(cost(6.72, Bound.LOWER)))
    return replace(
        made,
        by_phase=(*made.by_phase[:3], builder, made.by_phase[4]),
        by_model=models,
        cost=least,
        unpriced=(NEW,),
        others=(),
    )


def lower_tokens() -> TokensModel:
    """Replies of which nobody said that they ended: all sums are lower bounds."""
    made, least = spent_tokens(), Bound.LOWER
    phases = tuple(
        replace(
            row,
            used=replace(row.used, bound=least),
            spending=replace(row.spending, cost=replace(row.spending.cost, bound=least)),
        )
        for row in made.by_phase
    )
    return replace(
        made,
        used=replace(made.used, value=184_644_689, bound=least),
        spent=replace(made.spent, value=184_644_689, bound=least),
        output=replace(made.output, bound=least),
        cache_read=replace(made.cache_read, value=1_182_370_511, bound=least),
        cost=cost(1_212.144, least),
        by_phase=phases,
        by_model=(ModelTokens(OPUS, measured(182_204_417, least), spending(cost(1_211.02, least))),),
        others=(),
    )


def unpriced_alone() -> TokensModel:
    """Not one model has a price, and two of them have no row of their own."""
    return replace(
        spent_tokens(),
        by_phase=(),
        by_model=(),
        cost=none("no model of this build has a price"),
        unpriced=(NEW, "another-model"),
        others=(),
        trend=(),
    )


LAST = "Bash npm run test -- --reporter=dot src/forecast && npm run lint, the output of which went to a file"
STUCK_WHY = "silent for 12 min in one tool call"


def working(
    model: str = OPUS,
    dollars: float = 1.234,
    counts: tuple[int, int, int] = (42, 0, 0),
    latency: tuple[float, float] = (3.14, 9.8),
    *,
    last: str = LAST,
    reason: str = "",
) -> AgentWork:
    """`counts`: tool calls, errors, retries; `latency`: median and 95th percentile in seconds."""
    calls, errors, retries = (measured(each) for each in counts)
    median, p95 = (measured(each) for each in latency)
    return AgentWork(model, cost(dollars), calls, errors, retries, median, p95, last, reason)


def worker(
    key: str,
    name: str,
    state: AgentState,
    numbers: tuple[float | None, int],
    parent: str | None = None,
    *,
    kind: AgentKind = AgentKind.AGENT,
    work: AgentWork | None = None,
) -> AgentRow:
    """`numbers`: seconds and tokens; without `work` no transcript tells of it."""
    seconds, used = numbers
    took = none("not started") if seconds is None else Figure(seconds, Provenance.OBSERVED)
    files = none("no log counts its files")
    tokens = measured(used) if used else none("no transcript tells")
    return AgentRow(key, parent, kind, name, state, took, files, tokens, work)


def session(key: str, state: AgentState, parent: str, work: AgentWork) -> AgentRow:
    return worker(key, f"session {key}", state, (492, 428_100), parent, kind=AgentKind.SESSION, work=work)


def phase_row(key: str, name: str, state: AgentState, numbers: tuple[float | None, int]) -> AgentRow:
    return worker(key, name, state, numbers, kind=AgentKind.PHASE)


def working_agents() -> AgentsModel:
    """Phases with their sessions, and agents below these, in every state."""
    run, done = AgentState.RUNNING, AgentState.DONE
    task = worker("task-1", "API client", run, (400, 612_000), "builder", kind=AgentKind.TASK)
    stuck = working(SONNET, 0.31, (17, 1, 0), (8.4, 61.2), reason=STUCK_WHY)
    limited = working(SONNET, 0.004, (3, 0, 4), (0.8, 2.2), reason="usage limit until 16:00")
    failed = working(SONNET, 0.12, (9, 6, 1), (2.0, 4.1), reason="the last reply was an error")
    return AgentsModel(
        (
            phase_row("scout", "Scout", done, (171, 402_118)),
            session("0d1e2f3a", done, "scout", working(SONNET, 1.87, (31, 0, 0), (2.2, 6.0))),
            phase_row("builder", "Builder", run, (492, 1_402_877)),
            task,
            session("1a2b3c4d", run, "task-1", working(counts=(142, 1, 2))),
            worker("explore", "Explore: find the API", done, (61, 88_210), "1a2b3c4d", work=working(SONNET)),
            worker("review", "code-reviewer", AgentState.STUCK, (730, 40_110), "1a2b3c4d", work=stuck),
            worker("docs", "Write the docs", AgentState.LIMITED, (88, 9_100), "1a2b3c4d", work=limited),
            worker("map", "Map layer", AgentState.FAILED, (70, 8_200), "1a2b3c4d", work=failed),
            phase_row("test", "Test", AgentState.WAITING, (None, 0)),
        )
    )


def forty_agents() -> AgentsModel:
    """Four sessions of the Builder with nine agents each, some of which have agents of their own."""
    rows = [phase_row("builder", "Builder", AgentState.RUNNING, (5_000, 9_402_877))]
    for at in range(4):
        key = f"{at}a2b3c4d"
        rows.append(session(key, AgentState.RUNNING, "builder", working(dollars=3.1 * at)))
        rows += [_ninth(key, n, tuple(AgentState)[(n + at) % len(AgentState)]) for n in range(9)]
    return AgentsModel(tuple(rows))


def _ninth(session_key: str, n: int, state: AgentState) -> AgentRow:
    below = f"{session_key}-{n - 1}" if n % 4 == 3 else session_key
    name = f"Part {n}: build a part of a page with a name far too long for its column"
    work = working((OPUS, SONNET)[n % 2], 0.4 * n, (n * 7, n % 3, n % 2), (n + 0.5, n * 9.0))
    return worker(f"{session_key}-{n}", name, state, (70 * n, 9_123 * n), below, work=work)
