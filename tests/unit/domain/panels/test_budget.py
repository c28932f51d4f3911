"""A sum spent has a zone only where the user set a budget, and a context in use keeps its own."""

from __future__ import annotations

import pytest

from cupola.domain.alerts import AlertKind as Kind
from cupola.domain.alerts import Sight, occasion, recovered, standing
from cupola.domain.figures import Figure
from cupola.domain.models import Meaning, TokensModel, Zone
from cupola.domain.panels.zones import budgeted
from cupola.domain.words import Bound, Provenance
from support.fake_engine import build


def total(used: int | None) -> TokensModel:
    return TokensModel(used=Figure.none() if used is None else Figure(used, Provenance.RECORDED))


def context(used: int, spent: int | None) -> TokensModel:
    sum_spent = Figure.none() if spent is None else Figure(spent, Provenance.MEASURED, Bound.LOWER)
    limit, share = Figure(200_000, Provenance.RECORDED), used / 200_000
    zone = Zone.CRITICAL if share >= 0.75 else Zone.SAFE
    return TokensModel(Meaning.CONTEXT, Figure(used, Provenance.MEASURED), limit, zone, spent=sum_spent)


@pytest.mark.parametrize(
    ("used", "zone"),
    [
        (0, Zone.SAFE),
        (499, Zone.SAFE),
        (500, Zone.WARNING),
        (749, Zone.WARNING),
        (750, Zone.CRITICAL),
        (5000, Zone.CRITICAL),
    ],
)
def test_a_sum_lies_in_a_zone_of_the_budget(used: int, zone: Zone) -> None:
    model = budgeted(total(used), 1000)
    assert (model.zone, model.budget_zone) == (zone, zone)
    assert (model.limit.value, model.budget.value) == (1000, 1000)


def test_without_a_budget_or_a_sum_nothing_is_otherwise() -> None:
    for model in (total(5), total(None), context(10, 20)):
        assert budgeted(model, None) is model
    assert budgeted(total(None), 1000) == total(None)
    assert budgeted(context(10, None), 1000) == context(10, None)


def test_a_context_in_use_keeps_its_zone_beside_that_of_the_sum() -> None:
    model = budgeted(context(10, 900), 1000)
    assert (model.zone, model.limit.value) == (Zone.SAFE, 200_000)
    assert (model.budget_zone, model.budget.value) == (Zone.CRITICAL, 1000)


def test_a_spent_budget_is_worth_an_alert_that_says_so() -> None:
    for model in (budgeted(total(800), 1000), budgeted(context(10, 800), 1000)):
        sight = Sight.of(build(), model)
        assert Kind.CRITICAL in standing(sight)
        assert Kind.CRITICAL not in recovered(sight)
        words = "what was spent of the token budget is in the critical zone"
        assert occasion(Kind.CRITICAL, sight).reason == words
    full = Sight.of(build(), budgeted(context(190_000, 8), 1000))
    assert occasion(Kind.CRITICAL, full).reason == "the context in use is in the critical zone"


def test_a_small_sum_shows_no_recovery_of_a_context_that_is_not_shown() -> None:
    assert Kind.CRITICAL not in recovered(Sight.of(build(), budgeted(total(8), 1000)))
    assert Kind.CRITICAL in recovered(Sight.of(build(), budgeted(context(8, 8), 1000)))
