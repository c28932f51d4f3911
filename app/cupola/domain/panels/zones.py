"""The three zones: of a context in use, and of a sum spent where the user set a budget."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from cupola.domain.figures import Figure
from cupola.domain.models import Meaning, TokensModel, Zone
from cupola.domain.words import Provenance

WARNING_PERCENT: Final = 50.0
CRITICAL_PERCENT: Final = 75.0


def zone_of(percent: float) -> Zone:
    """Where something lies that is so full: marks at 50 and 75 %."""
    if percent >= CRITICAL_PERCENT:
        return Zone.CRITICAL
    return Zone.WARNING if percent >= WARNING_PERCENT else Zone.SAFE


def budgeted(model: TokensModel, budget: int | None) -> TokensModel:
    """The same with a zone for the sum spent, if the user set a budget (tokens) and the sum is known.

    While a context in use is shown, its own limit and zone stay.
    """
    spent = model.used if model.meaning is Meaning.TOTAL else model.spent
    if budget is None or spent.value is None:
        return model
    limit = Figure(budget, Provenance.RECORDED, note="the token budget in the settings")
    zone = zone_of(100 * spent.value / budget)
    if model.meaning is Meaning.TOTAL:
        model = replace(model, limit=limit, zone=zone)
    return replace(model, budget=limit, budget_zone=zone)
