"""Panels made of the same as the last time are the last ones: most changes of a build touch none of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

M = TypeVar("M")


@dataclass(slots=True)
class Kept:
    """Of one build: each panel with what it was made of."""

    _made: dict[Callable[..., object], tuple[object, Any]] = field(default_factory=dict)

    def once(self, panel: Callable[..., M], *given: object, of: object, **more: object) -> M:
        """`panel(*given, **more)`, which depends on nothing that `of` does not hold."""
        known = self._made.get(panel)
        if known is not None and known[0] == of:
            model: M = known[1]
            return model
        model = panel(*given, **more)
        self._made[panel] = of, model
        return model
