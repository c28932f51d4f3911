"""Token Usage from transcripts: what is measured adds up, and a gauge is shown only while it is one."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cupola.domain.facts import Observation
from cupola.domain.figures import Figure
from cupola.domain.models import OUTSIDE, AgentKind, Meaning, Spending, TokensModel, Zone
from cupola.domain.sessions import AgentUsage, Context, OtherUsage, SessionsFact
from cupola.domain.spent import Spent
from cupola.domain.transcript import Step, Turn
from cupola.domain.usage import Reply, Usage
from cupola.domain.words import Bound, Provenance
from support.facts import run_of
from support.observations import T0, artefact, phase, summary
from support.usages import (
    NOBODY,
    OPUS,
    OVER,
    SONNET,
    agent,
    context,
    in_tool,
    looked,
    sessions,
    spoke,
    transcripts,
)

BUILDING = phase(0, "Builder", "building", ("Scout", "Architect"))
PHASES = ("Scout", "Architect", "Builder", "Test", "Odd")
END = summary(900, "completed")


def tokens(*facts: Observation, at: float) -> TokensModel:
    return looked(run_of(*facts), at)[0].tokens


def of(replies: Iterable[Reply], *agents: AgentUsage, at: float = 100.0) -> TokensModel:
    return tokens(BUILDING, transcripts(sessions(replies, *agents)), at=at)


# --- sums --------------------------------------------------------------------------------------------------

MARKS = st.lists(
    st.tuples(st.integers(0, 800), st.sampled_from(PHASES), st.sampled_from(["building", "completed"])),
    min_size=1,
    max_size=6,
)
LEFT = st.lists(st.tuples(st.integers(-800, 800), st.sampled_from(PHASES)), max_size=3)
WHO = st.sampled_from([("one", ""), ("one", "a1"), ("two", ""), ("two", "a2")])
REPLIES = st.lists(
    st.builds(
        spoke,
        st.integers(0, 12),
        st.none() | st.integers(-300, 1000),
        WHO,
        st.sampled_from([OPUS, SONNET, NOBODY]),
        final=st.booleans(),
        out=st.integers(0, 900),
    ),
    min_size=1,
    max_size=15,
)


def observations(
    marks: list[tuple[int, str, str]], left: list[tuple[int, str]], fact: SessionsFact, *, ended: bool
) -> list[Observation]:
    told = [phase(at, name, status, iteration=at) for at, name, status in sorted(marks)]
    files = [artefact(at, name, f"{name}.md", first=at < 0) for at, name in left]
    return [*sorted([*told, *files], key=lambda one: one.changed_at), transcripts(fact), *([END] * ended)]


def values(figures: Iterable[Figure]) -> float:
    return sum(one.value or 0 for one in figures)


def kinds(one: Spending) -> tuple[Figure, ...]:
    return one.input, one.output, one.cache_read, one.cache_write


@settings(max_examples=200, deadline=None)
@given(MARKS, LEFT, REPLIES, st.booleans(), st.integers(900, 3000))
def test_phases_models_and_agents_each_add_up_to_the_total(
    marks: list[tuple[int, str, str]],
    left: list[tuple[int, str]],
    replies: list[Reply],
    ended: bool,
    at: int,
) -> None:
    run = run_of(*observations(marks, left, sessions(replies), ended=ended))
    whole = looked(run, at)[0]
    model = whole.tokens
    total = sessions(replies).total
    assert model.spent.value == total.tokens
    assert values((model.input, model.output, model.cache_read, model.cache_write)) == total.tokens
    assert model.cost.value == total.cost
    for parts in (model.by_phase, model.by_model):
        assert values(one.used for one in parts) == total.tokens
        assert values(figure for one in parts for figure in kinds(one.spending)) == total.tokens
        assert values(one.spending.cost for one in parts) == pytest.approx(total.cost or 0, abs=1e-9)
    rows = [row for row in whole.agents.rows if row.kind in {AgentKind.SESSION, AgentKind.AGENT}]
    assert values(row.tokens for row in rows) == total.tokens
    assert values(row.work.cost for row in rows if row.work) == pytest.approx(total.cost or 0, abs=1e-9)
    assert len({one.phase for one in model.by_phase}) == len(model.by_phase)
    assert [point.used for point in model.trend] == sorted(point.used for point in model.trend)
    assert len(model.trend) <= 60


def test_a_reply_counts_for_the_phase_that_went_on_when_it_was_made() -> None:
    files = [phase(0, "Scout", "researching"), phase(100, "Architect", "designing", ("Scout",))]
    fact = sessions([spoke(1, -50), spoke(2, 0), spoke(3, 99.9), spoke(4, 100), spoke(5, None)])
    model = tokens(*files, transcripts(fact), at=200)
    assert [(one.phase, one.used.value) for one in model.by_phase] == [
        ("Scout", 2 * 1137),
        ("Architect", 1137),
        (OUTSIDE, 2 * 1137),
    ]


def test_a_phase_that_came_again_counts_with_all_its_stays() -> None:
    files = [
        phase(0, "Test", "testing", ("Scout", "Architect", "Builder")),
        phase(100, "Builder", "self-healing", ("Scout", "Architect"), iteration=1),
        phase(200, "Test", "testing", ("Scout", "Architect", "Builder"), iteration=1),
    ]
    fact = sessions([spoke(1, 50), spoke(2, 150), spoke(3, 250)])
    model = tokens(*files, transcripts(fact), at=300)
    assert [(one.phase, one.used.value) for one in model.by_phase] == [("Builder", 1137), ("Test", 2274)]


def test_the_trend_ends_with_the_total_however_many_replies_there_were() -> None:
    trend = of([spoke(number, number) for number in range(500)], at=600).trend
    assert (trend[-1].used, trend[-1].at) == (500 * 1137, T0 + 499)
    assert 50 <= len(trend) <= 60


# --- bounds and prices -------------------------------------------------------------------------------------


def test_a_subagents_reply_without_its_last_row_makes_the_sum_a_lower_bound() -> None:
    model = of([spoke(1, 5), spoke(2, 6, ("one", "a1"), SONNET, final=False)])
    assert (model.spent.bound, model.cost.bound, model.rate.bound) == (Bound.LOWER,) * 3
    assert "it may be more" in model.spent.note
    bounds = {one.model: one.used.bound for one in model.by_model}
    assert bounds == {OPUS: Bound.EXACT, SONNET: Bound.LOWER}
    exact = of([spoke(1, 5, final=False), spoke(2, 6, ("one", "a1"))])
    assert (exact.spent.bound, exact.cost.bound, exact.rate.bound) == (Bound.EXACT,) * 3
    assert exact.spent.note == "2 replies in transcripts"
    assert (exact.spent.provenance, exact.cost.provenance) == (Provenance.MEASURED, Provenance.ESTIMATED)


def test_a_model_without_a_price_makes_the_cost_a_lower_bound_and_is_named() -> None:
    model = of([spoke(1, 5), spoke(2, 6, model=NOBODY)])
    assert (model.cost.bound, model.unpriced, model.prices) == (
        Bound.LOWER,
        (NOBODY,),
        "a list of 2026-11-01",
    )
    assert f"unpriced: {NOBODY}" in model.cost.note
    assert "a list of 2026-11-01" in model.cost.note
    costs = {one.model: one.spending.cost for one in model.by_model}
    assert (costs[NOBODY].value, costs[NOBODY].note) == (None, f"unpriced: {NOBODY}")
    assert (costs[OPUS].value, costs[OPUS].bound) == (model.cost.value, Bound.EXACT)
    (building,) = model.by_phase
    assert building.spending.cost.bound is Bound.LOWER
    assert "unpriced" in building.spending.cost.note


def test_where_no_model_has_a_price_there_is_no_cost() -> None:
    model = of([spoke(1, 5, model=NOBODY)])
    assert (model.cost.value, model.cost.provenance) == (None, Provenance.NONE)
    assert model.spent.value == 1137


def test_the_rate_is_of_new_tokens_over_the_five_minutes_up_to_the_last_reply() -> None:
    replies = [spoke(1, 0), spoke(2, 400), spoke(3, 500)]
    assert of(replies, at=600).rate.value == round(2 * 137 / 5)
    assert of(replies, at=799.9).rate.value == round(2 * 137 / 5)
    assert of(replies, at=800).rate.value is None
    assert of([spoke(1, None)], at=5).rate.value is None


# --- the gauge ---------------------------------------------------------------------------------------------


def gauged(*contexts: Context, at: float = 100.0, turn: Turn = OVER, end: bool = False) -> TokensModel:
    names = ("one", "two", "three")
    agents = [agent((name, ""), turn, 0, one) for name, one in zip(names, contexts, strict=False)]
    fact = sessions([spoke(1, -1000)], *agents)
    return tokens(BUILDING, transcripts(fact), *([END] if end else []), at=at)


def test_the_context_in_use_is_a_gauge_of_the_sessions_window() -> None:
    model = gauged(context(120_000, 90))
    assert (model.meaning, model.used.value, model.limit.value) == (Meaning.CONTEXT, 120_000, 200_000)
    assert (model.zone, model.session, model.used.provenance) == (
        Zone.WARNING,
        "session one",
        Provenance.MEASURED,
    )
    assert (model.used.file, model.spent.value) == ("/c/one/main.jsonl", 1137)


@pytest.mark.parametrize(
    ("used", "zone"), [(99_999, Zone.SAFE), (100_000, Zone.WARNING), (150_000, Zone.CRITICAL)]
)
def test_the_zone_is_that_of_its_share(used: int, zone: Zone) -> None:
    assert gauged(context(used, 90)).zone is zone


@pytest.mark.parametrize(
    ("contexts", "session"),
    [
        ([context(100_000, 90), context(150_000, 90, SONNET, 1_000_000)], "session one"),
        ([context(100_000, 90), context(900_000, 90, SONNET, 1_000_000)], "session two"),
        ([context(100_000, 90), context(190_000, -200)], "session one"),
        ([context(50_000, 90), context(150_000, 90, NOBODY, None)], "session two"),
    ],
)
def test_of_the_sessions_that_replied_lately_the_fullest_is_shown(
    contexts: list[Context], session: str
) -> None:
    assert gauged(*contexts).session == session


@pytest.mark.parametrize(
    ("window", "why"), [(None, "no list says"), (90_000, "more is in use than the 90,000")]
)
def test_a_context_without_a_known_window_has_neither_limit_nor_zone(window: int | None, why: str) -> None:
    model = gauged(context(120_000, 90, NOBODY, window))
    assert (model.meaning, model.used.value) == (Meaning.CONTEXT, 120_000)
    assert (model.limit.value, model.zone) == (None, Zone.NONE)
    assert why in model.limit.note


def test_a_gauge_is_gone_five_minutes_after_the_last_reply_and_the_instant_is_named() -> None:
    run = run_of(BUILDING, transcripts(sessions([spoke(1, -1000)], agent(context=context(120_000, 90)))))
    before, until = looked(run, 100)
    assert (before.tokens.meaning, until) == (Meaning.CONTEXT, 390)
    assert looked(run, 389.9)[0].digests == before.digests
    after, until = looked(run, 390)
    assert (after.tokens.meaning, after.tokens.zone, after.tokens.session) == (Meaning.TOTAL, Zone.NONE, None)
    assert after.tokens.used == after.tokens.spent
    assert until == 900  # the build's quiet limit


def test_an_ended_build_has_no_gauge() -> None:
    model = gauged(context(120_000, 990), at=1000, turn=in_tool(990), end=True)
    assert (model.meaning, model.zone, model.session) == (Meaning.TOTAL, Zone.NONE, None)
    assert model.used.value == 1137


# --- other sessions ----------------------------------------------------------------------------------------

SPENT = Spent((50, 5, 0, 0, 500, 2_000_000_000, 1, 0), 1)
OTHER = OtherUsage("zz", "my own\nchat", "interactive", SPENT)


def test_other_sessions_are_listed_and_counted_nowhere() -> None:
    fact = sessions([spoke(1, 5)], others=(OTHER,))
    model = tokens(BUILDING, transcripts(fact), at=100)
    ((other),) = model.others
    assert (other.name, other.reason, other.used.value, other.cost.value) == (
        "my own chat",
        "interactive",
        555,
        2.0,
    )
    assert (model.spent.value, [one.used.value for one in model.by_phase]) == (1137, [1137])


def test_where_only_others_were_at_work_other_files_still_tell_of_the_build() -> None:
    model = tokens(
        BUILDING, transcripts(SessionsFact((), (), Spent(), sessions([]).timeline, (OTHER,))), at=100
    )
    assert (model.used.provenance, len(model.others)) == (Provenance.NONE, 1)
    whole = looked(run_of(BUILDING, transcripts(sessions([], others=(OTHER,)))), 100)[0]
    assert whole.build.work.reason == ""


# --- time --------------------------------------------------------------------------------------------------

TURNS = [
    *(OVER, in_tool(0), in_tool(0, "Edit", asks=True), in_tool(0, "AskUserQuestion"), Turn()),
    *(Turn(step, T0) for step in (Step.REPLY, Step.SPOKE, Step.FAILED, Step.LIMIT)),
    *(Turn(Step.LIMIT, T0, until=T0 + after) for after in (500, 100_000)),
]
USAGES = st.lists(
    st.builds(
        agent,
        WHO,
        st.sampled_from(TURNS),
        st.integers(0, 900),
        st.none() | st.builds(context, st.integers(0, 300_000), st.integers(-400, 900)),
    ),
    max_size=4,
)


@settings(max_examples=250, deadline=None)
@given(USAGES, REPLIES, st.booleans(), st.integers(900, 4000) | st.integers(900, 300_000), st.data())
def test_until_the_instant_that_is_named_nothing_that_is_shown_changes(
    usages: list[AgentUsage], replies: list[Reply], ended: bool, at: int, data: st.DataObject
) -> None:
    fact = sessions(replies, *usages)
    run = run_of(BUILDING, transcripts(fact, 900), *([END] * ended))
    shown, until = looked(run, at)
    assert until is None or until > at
    end = at + 1e6 if until is None else until - 0.001
    later = data.draw(st.floats(at, max(end, at)))
    assert looked(run, later)[0].digests == shown.digests


def test_kinds_of_tokens_are_told_apart() -> None:
    model = of([spoke(1, 5)])
    usage = Usage(10, 7, 100, 20, 1000)
    assert [one.value for one in (model.input, model.output, model.cache_write, model.cache_read)] == [
        usage.input,
        usage.output,
        usage.cache_creation,
        usage.cache_read,
    ]
