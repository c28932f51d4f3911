"""The Token Usage dock says how much of a budget is spent, if the user set one."""

from __future__ import annotations

import pytest

from cupola.domain.figures import Figure
from cupola.domain.models import Meaning, TokensModel, Zone
from cupola.domain.panels.zones import budgeted
from cupola.domain.words import Provenance
from cupola.presenters.tokens_sheet import tokens_lines


def total(used: int) -> TokensModel:
    return TokensModel(used=Figure(used, Provenance.RECORDED))


def context(used: int, spent: int) -> TokensModel:
    limit = Figure(200_000, Provenance.RECORDED)
    sum_spent = Figure(spent, Provenance.MEASURED)
    return TokensModel(Meaning.CONTEXT, Figure(used, Provenance.MEASURED), limit, Zone.SAFE, spent=sum_spent)


def head(model: TokensModel) -> tuple[str, str | None, float | None]:
    lines = {line.key: line for line in tokens_lines(model)}
    tag = lines["used"].tag
    return lines["used"].text, tag.text if tag else None, lines["gauge"].share if "gauge" in lines else None


def test_the_dock_says_how_much_of_the_budget_is_spent() -> None:
    assert head(total(600)) == ("tokens in all", None, None)
    assert head(budgeted(total(600), 1000)) == ("60.0% of the budget", "warning", 0.6)
    over = ("250.0% of the budget", "critical", 1.0)
    assert head(budgeted(total(2500), 1000)) == over


@pytest.mark.parametrize(
    ("spent", "under"),
    [
        (400, "40.0% of a budget of 1,000"),
        (600, "60.0% of a budget of 1,000, warning"),
        (1200, "120.0% of a budget of 1,000, critical"),
    ],
)
def test_beside_a_context_in_use_the_budget_stands_below_the_sum(spent: int, under: str) -> None:
    model = budgeted(context(10, spent), 1000)
    assert head(model)[1:] == ("safe", 10 / 200_000)
    (line,) = (line for line in tokens_lines(model) if line.key == "spent")
    assert line.under == under
    (plain,) = (line for line in tokens_lines(context(10, spent)) if line.key == "spent")
    assert plain.under == ""
