"""Made-up but believable contents of the four docks and the log, as the feed would tell of them."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from cupola.domain.claims import Finding
from cupola.domain.figures import Figure
from cupola.domain.models import (
    AgentKind,
    AgentRow,
    AgentsModel,
    AgentState,
    Decision,
    DecisionsModel,
    Meaning,
    ModelTokens,
    OtherSession,
    PanelModel,
    PhaseTokens,
    Spending,
    TestIteration,
    TestsModel,
    TokensModel,
    TrendPoint,
    Zone,
)
from cupola.domain.words import Bound, Facet, Provenance, Verdict
from cupola.engine.feed import Change, FeedEvent
from cupola.presenters.log_files import LogFile
from cupola.presenters.log_follower import LogNews
from cupola.presenters.log_text import clean
from support.builds import NOW, batch, build, seven
from support.transcript_models import (
    forty_agents,
    live_tokens,
    lower_tokens,
    spent_tokens,
    unpriced_tokens,
    working,
    working_agents,
)

HOME = "/home/ada/homelab/weather-web/.context-foundry"
SESSION = f"{HOME}/session.jsonl"
METRICS = "/home/ada/.context-foundry/metrics.db"
TABLE = "metrics.db, table decisions"


def measured(value: float) -> Figure:
    return Figure(value, Provenance.MEASURED, note="sum of session.jsonl", file=SESSION)


def recorded(value: float, note: str = "metrics.db, table phases") -> Figure:
    return Figure(value, Provenance.RECORDED, note=note, file=METRICS)


def reported(value: float, file: str) -> Figure:
    return Figure(value, Provenance.REPORTED, note=f"from {file.rpartition('/')[2]}", file=file)


def estimated(value: float) -> Figure:
    return Figure(value, Provenance.ESTIMATED, note="minutes of each phase times a rate", file=METRICS)


none = Figure.none


def context_tokens(used: int = 128_412, zone: Zone = Zone.WARNING) -> TokensModel:
    phases = (("Codebase Analysis", 8_110), ("Scout", 19_702), ("Architect", 31_400), ("Builder", 69_200))
    return TokensModel(
        Meaning.CONTEXT,
        measured(used),
        Figure(200_000, Provenance.RECORDED, note="the model's context window"),
        zone,
        measured(41_208),
        measured(18_966),
        tuple(PhaseTokens(name, measured(count)) for name, count in phases),
        tuple(TrendPoint(NOW - 1500 + 25 * n, 20_000 + 1800 * n + 3000 * (n % 5)) for n in range(60)),
    )


def estimated_tokens() -> TokensModel:
    """A total without zones, and one phase of which only a lower bound is known."""
    lower = Figure(12_696, Provenance.RECORDED, Bound.LOWER, "only one agent's calls are recorded", METRICS)
    return TokensModel(
        used=estimated(1_284_000),
        input=none("metrics.db has no column for it"),
        output=estimated(310_000),
        by_phase=(PhaseTokens("Scout", estimated(9_615)), PhaseTokens("Architect", lower)),
    )


def iteration(
    number: int,
    passed: int | None,
    failed: int | None,
    verdict: Verdict,
    claim: str | None = None,
    *,
    conflict: bool = False,
) -> TestIteration:
    file = f"{HOME}/test-results-iteration-{number}.md"
    one, other = (
        none("the report gives no counts") if count is None else reported(count, file)
        for count in (passed, failed)
    )
    return TestIteration(number, one, other, verdict, claim, conflict, file)


def tests() -> TestsModel:
    rows = (
        iteration(1, 31, 16, Verdict.FAILED, "FAILED: 16 tests fail, most of them in the API client"),
        iteration(2, 44, 3, Verdict.PARTIAL, "Partial success, three map tests still fail"),
        iteration(3, 47, 0, Verdict.PASSED, "All tests pass"),
    )
    return TestsModel(rows, reported(1.0, f"{HOME}/test-results-iteration-3.md"))


def conflicting_tests() -> TestsModel:
    rows = (
        iteration(1, 4, 7, Verdict.PASSED, "PASSED, production ready", conflict=True),
        iteration(2, None, None, Verdict.UNKNOWN),
        iteration(3, 40, 3, Verdict.PARTIAL, "PASSED with minor issues", conflict=True),
    )
    again = ("map › renders tiles at zoom 12", "api › retries after 429")
    return TestsModel(rows, reported(40 / 43, f"{HOME}/test-results-iteration-3.md"), again)


def estimated_tests() -> TestsModel:
    """Counts that were reckoned from percentages."""
    rows = tuple(
        replace(each, passed=estimated(passed), failed=estimated(failed))
        for each, passed, failed in zip(tests().iterations, (31, 44, 47), (16, 3, 0), strict=True)
    )
    return TestsModel(rows, estimated(0.97))


def agent(
    key: str,
    name: str,
    state: AgentState,
    *counts: int | None,
    parent: str | None = None,
) -> AgentRow:
    """`counts`: seconds, files, tokens; None and what is left out are not known."""
    seconds, files, used = (*counts, None, None, None)[:3]
    return AgentRow(
        key,
        parent,
        AgentKind.TASK if parent else AgentKind.PHASE,
        name,
        state,
        none("not started")
        if seconds is None
        else Figure(seconds, Provenance.OBSERVED, note="from its marker"),
        none("no log counts its files")
        if files is None
        else reported(files, f"{HOME}/builder-logs/{key}.log"),
        none("no transcript tells") if used is None else recorded(used),
    )


def agents() -> AgentsModel:
    return AgentsModel(
        (
            agent("scout", "Scout", AgentState.DONE, 171, 1, 19_702),
            agent("architect", "Architect", AgentState.DONE, 242, 2, 31_400),
            agent("builder", "Builder", AgentState.RUNNING, 492, 9, 69_200),
            agent("task-1", "API client", AgentState.DONE, 260, 4, 38_100, parent="builder"),
            agent("task-2", "Forecast cards", AgentState.RUNNING, 400, 5, 22_900, parent="builder"),
            agent("task-3", "Map layer", AgentState.FAILED, 88, None, 8_200, parent="builder"),
            agent("task-4", "Settings page", AgentState.WAITING, parent="builder"),
            agent("test", "Test", AgentState.WAITING),
        )
    )


def many_agents(count: int = 300) -> AgentsModel:
    states, name = tuple(AgentState), "build a part of a page with a name far too long for its column"
    tasks = (
        agent(f"task-{n}", f"task-{n} {name}", states[n % 5], 7 * n, n, n * 1234, parent="builder")
        for n in range(1, count)
    )
    return AgentsModel((agent("builder", "Builder", AgentState.RUNNING, 5_000), *tasks))


def decisions() -> DecisionsModel:
    items = (
        Decision("Architect", "Serve ES modules over HTTP in dev", recorded(5, TABLE)),
        Decision("Test", "Mock the Entity base class in unit tests", recorded(4, TABLE)),
        Decision("Builder", "Pin node 20 for vite", recorded(3, TABLE)),
    )
    findings = (
        Finding("Builder spent two iterations on a missing import", "high", "Builder"),
        Finding("No screenshot was taken"),
    )
    average, lessons, regrettable = (recorded(value, TABLE) for value in (4.1, 5, 1))
    return DecisionsModel(recorded(12, TABLE), 3, average, lessons, regrettable, items, findings)


def unrated_decisions() -> DecisionsModel:
    unrated = none("every decision has 3 and 3: the writer's constant")
    items = (Decision("Scout", "Use a static site", unrated), Decision(None, "Keep one bundle", unrated))
    return DecisionsModel(recorded(2), 0, unrated, none("metrics.db has no column"), recorded(0), items)


LONG = "a-name-that-nobody-would-type-twice-but-somebody-did-" * 6
RTL = "مشروع الطقس שלום <b>bold</b> \u202egnp.exe"


def hostile() -> dict[Facet, PanelModel]:
    """Names and numbers that try to break the layout."""
    rows = agents().rows
    phases = (PhaseTokens(LONG, measured(1)), PhaseTokens(RTL, measured(99_123_456_789)))
    runs = (
        iteration(1, 999_999, 888_888, Verdict.FAILED, RTL, conflict=True),
        iteration(2, 7, 0, Verdict.PASSED, LONG),
    )
    lower = Figure(4.5, Provenance.RECORDED, Bound.LOWER)
    items = (Decision(RTL, LONG, recorded(2)), Decision(LONG, RTL, none("not rated")))
    return {
        Facet.TOKENS: replace(
            live_tokens(198_000, Zone.CRITICAL),
            by_phase=phases,
            session=LONG,
            by_model=tuple(ModelTokens(name, measured(99_123_456_789), Spending()) for name in (LONG, RTL)),
            others=(OtherSession(RTL, LONG, measured(1), none("no price")),),
            unpriced=(LONG, RTL),
            prices=LONG,
        ),
        Facet.TESTS: TestsModel(runs, reported(0.5, f"{HOME}/{LONG}.md"), (RTL, LONG)),
        Facet.AGENTS: AgentsModel(
            (
                replace(rows[0], name=RTL, work=working(LONG, 99_999.9, (99_999, 88_888, 7), last=RTL)),
                replace(rows[2], name=LONG, work=working(RTL, reason=LONG, last=LONG)),
                *rows[3:5],
            )
        ),
        Facet.DECISIONS: DecisionsModel(
            estimated(1_234_567), 1, lower, recorded(99_999), recorded(5), items, (Finding(RTL, LONG),)
        ),
    }


def three_hundred() -> dict[Facet, PanelModel]:
    runs = tuple(iteration(n, n, 300 - n, Verdict.FAILED, f"run {n}") for n in range(1, 301))
    items = tuple(Decision("Builder", f"decision {n}", none("not rated")) for n in range(300))
    return {
        Facet.TOKENS: replace(context_tokens(70_000, Zone.SAFE), trend=()),
        Facet.TESTS: TestsModel(runs, reported(0.99, SESSION)),
        Facet.AGENTS: many_agents(),
        Facet.DECISIONS: DecisionsModel(recorded(300), 0, none(""), none(""), none(""), items),
    }


DOCKS: dict[str, dict[Facet, PanelModel]] = {
    "full": {
        Facet.TOKENS: context_tokens(),
        Facet.TESTS: tests(),
        Facet.AGENTS: agents(),
        Facet.DECISIONS: decisions(),
    },
    "estimated": {
        Facet.TOKENS: estimated_tokens(),
        Facet.TESTS: estimated_tests(),
        Facet.AGENTS: many_agents(5),
        Facet.DECISIONS: unrated_decisions(),
    },
    "conflicting": {
        Facet.TOKENS: context_tokens(),
        Facet.TESTS: conflicting_tests(),
        Facet.AGENTS: agents(),
        Facet.DECISIONS: decisions(),
    },
    "measured": {Facet.TOKENS: live_tokens(), Facet.AGENTS: working_agents(), Facet.TESTS: tests()},
    "ended": {Facet.TOKENS: spent_tokens(), Facet.AGENTS: working_agents(), Facet.DECISIONS: decisions()},
    "unpriced": {Facet.TOKENS: unpriced_tokens(), Facet.AGENTS: agents(), Facet.TESTS: tests()},
    "lower": {Facet.TOKENS: lower_tokens(), Facet.AGENTS: agents(), Facet.TESTS: tests()},
    "tree": {Facet.TOKENS: live_tokens(198_000, Zone.CRITICAL), Facet.AGENTS: forty_agents()},
    "rows": three_hundred(),
    "hostile": hostile(),
    "none": {
        Facet.TOKENS: TokensModel(used=none("no file of this build tells of tokens")),
        Facet.TESTS: TestsModel(),
        Facet.AGENTS: AgentsModel(),
        Facet.DECISIONS: DecisionsModel(count=none("metrics.db has no row for this build")),
    },
}


def dock_change(build_id: str, facet: Facet, model: PanelModel, *, seen_ns: int = 0) -> Change:
    """The feed's word that a panel changed."""
    text = hashlib.sha256(repr(model).encode()).hexdigest()
    return Change(build_id, facet, 1, text, model, seen_ns)


def shown_with(case: str) -> tuple[FeedEvent, ...]:
    """Seven builds of which the top one, weather-web, has the panels of `case`."""
    first = build("weather-web", changed_at=NOW)
    others = tuple(
        replace(b, changed_at=NOW - 70) if b.project == "satoshi-chores" else b for b in seven()[1:]
    )
    return (*batch((first, *others)), *(dock_change(first.id, *item) for item in DOCKS[case].items()))


def log_news(count: int = 120) -> LogNews:
    """What a follower would say of a builder's log."""
    names = ("builder-logs/task-4.log", "build-log.md")
    files = tuple(LogFile("/p", f".context-foundry/{name}") for name in names)
    text = (
        "\x1b[32m✔\x1b[0m wrote src/part.ts\n  at Forecast (src/forecast.ts:12:7)\nkey ghp_0123456789abcdef\n"
    )
    return LogNews(0, files, files[0], clean((text * count + LONG).encode()).lines, fresh=True)
