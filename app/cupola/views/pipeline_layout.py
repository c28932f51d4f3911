"""Where the steps of the pipeline go, and how a phase name is made to fit under its node."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetrics

from cupola.domain.words import CODEBASE_ANALYSIS, DOCUMENTATION, GITHUB_INTEGRATION

NODE: Final = 22
NODE_GAP: Final = 6
MOST_LINES: Final = 2
_SLOT_PAD: Final = 4

_SHORT: Final = {CODEBASE_ANALYSIS: "Analysis", DOCUMENTATION: "Docs", GITHUB_INTEGRATION: "GitHub"}
"""Names that read as well when there is no room for the long one."""


@dataclass(frozen=True, slots=True)
class Slot:
    """The room of one step: its node and the lines of its name."""

    left: float
    width: float
    node: QRectF
    lines: tuple[str, ...]


def fit_name(phase: str, metrics: QFontMetrics, width: int) -> tuple[str, ...]:
    """A phase name in one or two lines no wider than `width`: wrapped, else its short form, else elided."""
    for name in (phase, _SHORT.get(phase, phase)):
        for lines in _wraps(name):
            if all(metrics.horizontalAdvance(line) <= width for line in lines):
                return lines
    name = _SHORT.get(phase, phase)
    return (metrics.elidedText(name, Qt.TextElideMode.ElideRight, width),)


def slots(phases: tuple[str, ...], width: int, metrics: QFontMetrics) -> tuple[Slot, ...]:
    """Equal slots over the whole width, nodes in their middle."""
    if not phases:
        return ()
    each = width / len(phases)
    room = int(each) - _SLOT_PAD
    return tuple(
        Slot(
            i * each,
            each,
            QRectF(round((i + 0.5) * each - NODE / 2), 1, NODE, NODE),
            fit_name(p, metrics, room),
        )
        for i, p in enumerate(phases)
    )


def _wraps(name: str) -> list[tuple[str, ...]]:
    words = name.split()
    return [(name,), *((" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words)))]
