"""Panels and rows made of the same as the last time are the last ones: most changes touch few of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

M = TypeVar("M")


@dataclass(slots=True)
class Kept:
    """Of one build: each panel with what it was made of."""

    _made: dict[Callable[..., object], tuple[object, Any]] = field(default_factory=dict)
    _rows: dict[Callable[..., object], dict[Hashable, tuple[object, Any]]] = field(default_factory=dict)

    def once(self, panel: Callable[..., M], *given: object, of: object, **more: object) -> M:
        """`panel(*given, **more)`, which depends on nothing that `of` does not hold."""
        known = self._made.get(panel)
        if known is not None and known[0] == of:
            model: M = known[1]
            return model
        model = panel(*given, **more)
        self._made[panel] = of, model
        return model

    def each(
        self, row: Callable[..., M], given: Iterable[tuple[Hashable, tuple[object, ...]]]
    ) -> tuple[M, ...]:
        """`row(*arguments)` for each key with its arguments, on which alone it depends."""
        known, made = self._rows.get(row, {}), dict[Hashable, tuple[object, Any]]()
        models: list[M] = []
        for key, arguments in given:
            held = known.get(key)
            if held is None or held[0] != arguments:
                held = arguments, row(*arguments)
            made[key] = held
            models.append(held[1])
        self._rows[row] = made
        return tuple(models)
