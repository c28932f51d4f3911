"""The three zones of a context in use."""

from __future__ import annotations

from typing import Final

from cupola.domain.models import Zone

WARNING_PERCENT: Final = 50.0
CRITICAL_PERCENT: Final = 75.0


def zone_of(percent: float) -> Zone:
    """Where a context in use lies: marks at 50 and 75 %."""
    if percent >= CRITICAL_PERCENT:
        return Zone.CRITICAL
    return Zone.WARNING if percent >= WARNING_PERCENT else Zone.SAFE
