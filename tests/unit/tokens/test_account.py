"""Counting row by row gives what counting all rows at once does, in whatever order and however often."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cupola.domain.account import Account
from cupola.domain.prices import PricedModel, PriceList, Rates, Tariff
from cupola.domain.spent import Spent, Tally
from cupola.domain.usage import Reply, Usage, counted
from cupola.domain.usage_report import Report, Sum, report

DEAR = Rates(15, 75, 18.75, 30, 1.5)
CHEAP = Rates(0.8, 4, 1, 1.6, 0.08)
PRICES = PriceList(
    "2026-11-01",
    "a list",
    (
        PricedModel("dear", "claude-opus.*", 200_000, (Tariff(0, DEAR), Tariff(50, CHEAP, 1000, DEAR))),
        PricedModel("cheap", "claude-sonnet.*", 200_000, (Tariff(0, CHEAP),)),
    ),
)
MODELS = ("claude-opus-4-6", "claude-sonnet-4-5", "claude-nobody-knows")
COUNTS = st.integers(0, 3000)
TIMES = st.none() | st.integers(0, 100).map(float)


def price(reply: Reply) -> float | None:
    entry = PRICES.find(reply.model)
    return None if entry is None else entry.cost(reply.usage, reply.at)


@st.composite
def rows(draw: st.DrawFn) -> Reply:
    """One row of one of a few replies: streamed, resumed, or repeated by a subagent under another request."""
    number = draw(st.integers(0, 5))
    agent = draw(st.sampled_from(["", "", "a1", "a2"]))
    return Reply(
        message=f"msg{number}" if number else "",
        request=draw(st.sampled_from(["req", "req", "other", ""])),
        uuid=f"u{draw(st.integers(0, 3))}",
        model=MODELS[number % 3],
        at=draw(TIMES),
        session=draw(st.sampled_from(["one", "two"])),
        agent=agent,
        directory="/srv/shop",
        sidechain=bool(agent) or draw(st.booleans()),
        final=draw(st.booleans()),
        input=draw(COUNTS),
        output=draw(COUNTS),
        cache_5m=draw(COUNTS),
        cache_1h=draw(COUNTS),
        cache_read=draw(COUNTS),
    )


MANY = st.lists(rows(), max_size=25)


def taken(replies: Iterable[Reply]) -> Account:
    account = Account(price)
    for reply in replies:
        account.take(reply)
    return account


def same(spent: Spent, told: Sum) -> None:
    assert spent.usage == told.usage
    assert (spent.lower, set(spent.unpriced)) == (told.lower, told.unpriced)
    assert spent.cost == (None if told.cost is None else pytest.approx(told.cost, abs=1e-9))


def compare(account: Account, told: Report) -> None:
    same(account.total.spent(), told.total)
    models = {model: tally.spent() for model, tally in account.models.items() if tally.replies}
    assert models.keys() == told.models.keys()
    for model, spent in models.items():
        same(spent, told.models[model])
    agents = {who: tally.spent() for who, tally in account.agents.items() if tally.replies}
    parts = {(name, one): part for name, each in told.sessions.items() for one, part in each.agents.items()}
    assert agents.keys() == parts.keys()
    for who, spent in agents.items():
        same(spent, parts[who])


@settings(max_examples=300, deadline=None)
@given(MANY, st.data())
def test_row_by_row_is_counted_what_all_rows_at_once_are(replies: list[Reply], data: st.DataObject) -> None:
    again = data.draw(st.lists(st.sampled_from(replies), max_size=10)) if replies else []
    account = taken([*replies, *again])
    compare(account, report([*replies, *again], PRICES))
    compare(account, report(replies, PRICES))
    assert account.total.spent().replies == len(counted(replies))


@settings(max_examples=200, deadline=None)
@given(MANY, st.data())
def test_the_order_of_rows_changes_no_sum(replies: list[Reply], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(replies))
    first, second = taken(replies), taken(shuffled)
    assert first.total.spent() == second.total.spent()
    assert first.timeline() == second.timeline()
    for model in MODELS:
        one, other = (account.models.get(model, Tally()).spent() for account in (first, second))
        assert one == other


@settings(max_examples=200, deadline=None)
@given(MANY)
def test_a_row_that_comes_again_changes_nothing(replies: list[Reply]) -> None:
    account = taken(replies)
    total, timeline = account.total.spent(), account.timeline()
    for reply in replies:
        account.take(reply)
        assert (account.total.spent(), account.timeline()) == (total, timeline)


@settings(max_examples=200, deadline=None)
@given(MANY, st.lists(st.floats(-10, 110), max_size=6))
def test_the_pieces_of_a_timeline_add_up_to_the_whole(replies: list[Reply], cuts: list[float]) -> None:
    timeline = taken(replies).timeline()
    whole = timeline.between(-1e9, None)
    places = [-1e9, *sorted(cuts)]
    added = timeline.between(places[-1], None)
    for start, end in pairwise(places):
        added = added.plus(timeline.between(start, end))
    assert added == whole
    assert timeline.between(places[-1], places[0]) == Spent()
    timed = [reply for reply in counted(replies) if reply.at is not None]
    assert (whole.replies, whole.usage) == (len(timed), sum((one.usage for one in timed), Usage()))


@settings(max_examples=200, deadline=None)
@given(MANY, st.data())
def test_a_timeline_asked_for_in_between_is_the_same_as_one_asked_for_at_the_end(
    replies: list[Reply], data: st.DataObject
) -> None:
    account = Account(price)
    for reply in replies:
        account.take(reply)
        if data.draw(st.booleans()):
            account.timeline()
    points = list(account.timeline())
    assert points == list(taken(replies).timeline())
    assert points == sorted(points)


def reply(**more: object) -> Reply:
    whole = Reply("m", "r", "u", MODELS[0], 5.0, "one", "", None, False, True, 1, 2, 3, 4, 5)
    return whole._replace(**more)  # type: ignore[arg-type]  # any of its fields


def test_what_a_subagent_repeats_is_taken_out_when_the_parents_own_row_comes() -> None:
    account = taken([reply(request="x", agent="a1", sidechain=True, final=False)])
    assert account.total.spent().lower
    account.take(reply())
    total = account.total.spent()
    assert (total.replies, total.usage, total.lower) == (1, Usage(1, 2, 3, 4, 5), False)
    assert {who for who, tally in account.agents.items() if tally.replies} == {("one", "")}


def test_a_model_without_a_price_is_named_and_its_tokens_count() -> None:
    account = taken([reply(), reply(message="n", model=MODELS[2])])
    total = account.total.spent()
    assert (total.unpriced, total.partly_priced, total.tokens) == ((MODELS[2],), True, 30)
    assert total.cost == pytest.approx(price(reply()), abs=1e-9)
    nobody = account.models[MODELS[2]].spent()
    assert (nobody.cost, nobody.partly_priced) == (None, True)
    left = total.without(nobody)
    assert (left.tokens, left.partly_priced, left.cost) == (15, False, total.cost)


def test_nothing_spent_costs_nothing_known() -> None:
    nothing = Account(price).total.spent()
    assert (nothing.tokens, nothing.cost, nothing.partly_priced, nothing.lower) == (0, None, False, False)
    assert Account(price).timeline().between(0, None) == Spent()
