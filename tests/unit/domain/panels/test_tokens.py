"""Token Usage: the first source that says; else an estimate; else a dash with its reason."""

from __future__ import annotations

import pytest

from cupola.domain.facts import (
    ContextMetricsFact,
    ConversationFact,
    EventsFact,
    Fact,
    MetricsAgent,
    MetricsFact,
    Observation,
    SessionLogFact,
    TokenSum,
)
from cupola.domain.models import Meaning, TokensModel, Zone
from cupola.domain.words import Bound, Facet, Provenance
from support.facts import metrics, run_of, shown, snapshot, told
from support.observations import artefact, checkpoint, phase, seen

BUILDING = phase(0, "Builder", "building", ("Scout", "Architect"))
REC, EST, NONE = Provenance.RECORDED, Provenance.ESTIMATED, Provenance.NONE


def log_of(
    name: str, *calls: tuple[int, int], total: int | None = None, percent: float | None = None
) -> Observation:
    recent = tuple(TokenSum(None, into, out) for into, out in calls)
    into, out = sum(one for one, _ in calls), sum(one for _, one in calls)
    fact = SessionLogFact(total or len(calls), into, out, recent, percent)
    return seen("session log", f"/r/logs/ralph_{name}/session.jsonl", fact, 1)


def events(percent: float | None, name: str = "x_1") -> Observation:
    return seen(
        "events log", f"/r/logs/events/{name}/events.jsonl", EventsFact(1, context_percent=percent), 1
    )


def context(*rows: TokenSum) -> Observation:
    return told(ContextMetricsFact(rows, 200_000), "session-summary.json", 1)


def tokens(*observations: Observation) -> TokensModel:
    return shown(BUILDING, *observations).tokens


SESSION = log_of("x_1", (10, 5), (20, 5))
BUILD = metrics(MetricsFact("k", None, total=TokenSum(None, 100, 50, 900)))
PHASES = metrics(MetricsFact("k", None, recorded=(TokenSum("test", 10, 1), TokenSum("scout", 20, 2))))
AGENTS = metrics(MetricsFact("k", None, agents=(MetricsAgent("a", "a", tokens=7), MetricsAgent("b", "b"))))
CONTEXT = context(TokenSum("Scout", used=9615), TokenSum("Architect", used=12696))
TALK = told(ConversationFact(3, 20, 900), "conversations/conversation-7.jsonl", 1)
GUESS = metrics(MetricsFact("g", None, guessed_tokens=4000))

ORDER = [
    ("nothing", [], None, NONE, Bound.EXACT),
    ("the session log first", [SESSION, BUILD, CONTEXT, GUESS], 40, REC, Bound.EXACT),
    ("then metrics.db", [BUILD, CONTEXT, GUESS, events(5)], 150, REC, Bound.EXACT),
    ("its phases", [PHASES, CONTEXT], 33, REC, Bound.EXACT),
    ("its agents", [AGENTS, CONTEXT], 7, REC, Bound.LOWER),
    ("then context metrics", [CONTEXT, GUESS, events(5)], 22311, REC, Bound.EXACT),
    ("conversations after them", [CONTEXT, TALK], 22311, REC, Bound.EXACT),
    ("conversations before a context", [TALK, GUESS, events(40)], 920, REC, Bound.LOWER),
    ("then the context in use", [GUESS, events(40)], 80_000, EST, Bound.EXACT),
    ("then what metrics.db guessed", [GUESS], 4000, EST, Bound.EXACT),
    ("a log without calls", [log_of("x_1"), GUESS], 4000, EST, Bound.EXACT),
    (
        "metrics.db with zeros",
        [metrics(MetricsFact("k", None, total=TokenSum(None, 0, 0))), CONTEXT],
        22311,
        REC,
        Bound.EXACT,
    ),
    ("context metrics without tokens", [context(TokenSum("Scout"))], None, NONE, Bound.EXACT),
]


@pytest.mark.parametrize(
    ("observations", "used", "provenance", "bound"), [pytest.param(*case[1:], id=case[0]) for case in ORDER]
)
def test_the_first_source_that_says_is_shown(
    observations: list[Observation], used: int | None, provenance: Provenance, bound: Bound
) -> None:
    model = tokens(*observations)
    assert (model.used.value, model.used.provenance, model.used.bound) == (used, provenance, bound)
    assert model.used.note


@pytest.mark.parametrize("observation", [SESSION, BUILD, PHASES, AGENTS, CONTEXT, GUESS])
def test_a_sum_spent_has_neither_limit_nor_zone(observation: Observation) -> None:
    model = tokens(observation)
    assert (model.meaning, model.zone, model.limit.value) == (Meaning.TOTAL, Zone.NONE, None)


@pytest.mark.parametrize(
    ("percent", "zone"),
    [(0, Zone.SAFE), (49.9, Zone.SAFE), (50, Zone.WARNING), (75, Zone.CRITICAL), (120, Zone.CRITICAL)],
)
def test_a_context_in_use_has_a_zone_and_an_assumed_limit(percent: float, zone: Zone) -> None:
    model = tokens(events(percent))
    assert (model.meaning, model.zone) == (Meaning.CONTEXT, zone)
    assert (model.limit.value, model.limit.provenance) == (200_000, Provenance.ESTIMATED)


def test_the_larger_of_a_build_and_its_phases_counts() -> None:
    rows = (TokenSum("scout", 80, 20),)
    early = MetricsFact("k", None, recorded=rows, total=TokenSum(None, 0, 0))
    assert tokens(metrics(early)).used.value == 100
    ended = MetricsFact("k", None, recorded=rows, total=TokenSum(None, 300, 20, 5000))
    model = tokens(metrics(ended))
    assert (model.used.value, model.input.value, model.output.value) == (320, 300, 20)
    assert model.used.note == "from metrics.db; 5,000 cached tokens are not in it"


def test_phases_come_in_the_order_of_the_pipeline_and_each_once() -> None:
    rows = [("tester", 1), ("Warm-up", 2), ("scout", 3), ("Test", 4), (None, 5)]
    model = tokens(context(*(TokenSum(name, used=used) for name, used in rows)))
    assert [(row.phase, row.used.value) for row in model.by_phase] == [
        ("Scout", 3),
        ("Test", 5),
        ("Warm-up", 2),
    ]
    assert model.used.value == 15


def test_the_trend_counts_up_to_the_total_in_at_most_60_points() -> None:
    calls = SessionLogFact(500, 4000, 1000, tuple(TokenSum(None, 8, 2) for _ in range(200)))
    trend = tokens(seen("session log", "/r/logs/ralph_x_1/session.jsonl", calls, 1)).trend
    used = [point.used for point in trend]
    assert len(used) <= 60
    assert (used[-1], used) == (5000, sorted(used))
    assert used[0] >= 3010
    assert [point.used for point in tokens(SESSION).trend] == [15, 40]


def test_of_two_session_logs_that_of_the_runs_checkpoint_counts() -> None:
    state = checkpoint(0, "x_1", "Builder")
    assert shown(state, SESSION, log_of("x_0", (900, 900))).tokens.used.value == 40


WATCHED = [
    phase(0, "Scout", "researching"),
    phase(150, "Architect", "designing", ("Scout",)),
    phase(205, "Builder", "building", ("Scout", "Architect")),
]


def test_running_time_that_was_seen_is_an_estimate_by_phase() -> None:
    last = phase(400, "Builder", "building", ("Scout", "Architect"), detail="half")
    model = shown(*WATCHED, last).tokens
    assert [(row.phase, row.used.value) for row in model.by_phase] == [("Scout", 1000), ("Builder", 2400)]
    assert (model.used.value, model.used.provenance) == (3400, Provenance.ESTIMATED)
    assert "Scout 500, Builder 800" in model.used.note


def test_an_estimate_stands_still_between_readings() -> None:
    run = run_of(*WATCHED)
    digests = [dict(snapshot(run, WATCHED[-1].changed_at + later).digests) for later in (0, 600, 5000)]
    assert len({one[Facet.TOKENS] for one in digests}) == 1


def test_time_that_nobody_saw_is_no_estimate() -> None:
    there = phase(0, "Test", "testing", ("Scout", "Architect", "Builder"), first=True)
    model = shown(artefact(-900, "Scout", "scout-report.md"), there).tokens
    assert (model.used.value, model.by_phase) == (None, ())
    assert model.used.note.startswith("no file of this build counts tokens")


@pytest.mark.parametrize("fact", [SESSION.fact, BUILD.fact, CONTEXT.fact])
def test_every_figure_names_its_file(fact: Fact) -> None:
    model = tokens(told(fact, "ralph_x/some.file"))
    assert model.used.file == ".context-foundry/ralph_x/some.file"
