"""Prices: of the reply's day, of its context, and none for a model that nobody lists."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cupola.domain.prices import PricedModel, Rates
from cupola.domain.usage import Reply, Usage
from cupola.domain.usage_report import report
from cupola.store.prices import NAME, load_prices

MILLION = Usage(1_000_000, 1_000_000, 1_000_000, 1_000_000, 1_000_000)
SMALL = Usage(input=1_000, output=1_000)
PARTS = (1_000, 1_000, 0, 0, 0)


def at(day: str) -> float:
    return datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()


def model(tmp_path: Path, name: str) -> PricedModel:
    found = load_prices(tmp_path).find(name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("claude-opus-4-5-20251101", (5, 25, 6.25, 10, 0.5)),
        ("claude-sonnet-4-5-20250929", (3, 15, 3.75, 6, 0.3)),
        ("claude-haiku-4-5", (1, 5, 1.25, 2, 0.1)),
        ("claude-opus-4-1-20250805", (15, 75, 18.75, 30, 1.5)),
    ],
)
def test_the_list_that_is_shipped_has_the_rates_of_every_kind(
    tmp_path: Path, name: str, of: tuple[float, ...]
) -> None:
    assert model(tmp_path, name).tariffs[0].rates == Rates(*of)


def test_a_large_context_costs_more_only_as_long_as_the_list_says(tmp_path: Path) -> None:
    sonnet = model(tmp_path, "claude-sonnet-4-6")
    large = Usage(input=200_001)
    assert sonnet.cost(large, at("2026-03-12")) == pytest.approx(2 * sonnet.cost(large, at("2026-03-13")))
    assert sonnet.cost(SMALL, at("2026-03-12")) == sonnet.cost(SMALL, at("2026-03-13")) == 0.018


def test_a_model_that_nobody_lists_is_named_and_costs_nothing_known(tmp_path: Path) -> None:
    known = Reply("m", "r", "u", "claude-opus-4-6", None, "s", "", None, False, True, *PARTS)
    other = Reply("n", "r", "u", "gpt-nobody", None, "s", "", None, False, True, *PARTS)
    made = report([known, other], load_prices(tmp_path))
    assert made.models["gpt-nobody"].cost is None
    assert made.total.unpriced == {"gpt-nobody"}
    assert made.total.cost == made.models["claude-opus-4-6"].cost == pytest.approx(0.03)


def test_the_users_own_list_counts_in_place_of_the_shipped_one(tmp_path: Path) -> None:
    entry = {
        "name": "x",
        "pattern": "x.*",
        "window": None,
        "tariffs": [{"since": 0, "rates": [1, 2, 3, 4, 5]}],
    }
    document = {"date": "2026-01-01", "source": "mine", "models": [entry]}
    (tmp_path / NAME).write_text(json.dumps(document))
    prices = load_prices(tmp_path)
    assert (prices.source, prices.find("claude-opus-4-6")) == ("mine", None)
    own = prices.find("xy")
    assert own is not None
    assert own.cost(MILLION, None) == 15


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"date": "x", "source": "y", "models": [{}]}'])
def test_a_list_that_cannot_be_used_is_said_with_its_name(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text)
    with pytest.raises(ValueError, match=NAME):
        load_prices(tmp_path)
