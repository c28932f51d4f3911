"""Where the steps of the pipeline go, and how a phase name is made to fit under its node."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetrics

from cupola.domain.words import CODEBASE_ANALYSIS, DOCUMENTATION, GITHUB_INTEGRATION, SCREENSHOT

NODE: Final = 22
NODE_GAP: Final = 6
MOST_LINES: Final = 2
_SLOT_PAD: Final = 2

_SHORT: Final = {
    CODEBASE_ANALYSIS: "Analysis",
    DOCUMENTATION: "Docs",
    SCREENSHOT: "Screens",
    GITHUB_INTEGRATION: "GitHub",
}
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


def fit_time(time: str, loops: int, metrics: QFontMetrics, width: int) -> str:
    """A duration and its loops in `width`: without blanks, then without its smaller unit, but never cut.

    A number that lost its end would be another number.
    """
    times = f" ×{loops}" if loops > 1 else ""
    parts = time.split()
    shorter = "".join(parts[:-1]) if len(parts) > 1 and parts[-2][-1].isalpha() else "".join(parts)
    for text in (time + times, (time + times).replace(" ", ""), shorter + times.strip(), shorter):
        if metrics.horizontalAdvance(text) <= width:
            return text
    return ""


def slots(
    phases: tuple[str, ...], width: int, metrics: QFontMetrics, strong: tuple[int, QFontMetrics] | None
) -> tuple[Slot, ...]:
    """Equal slots over the whole width; `strong`: the step written bold, and its metrics."""
    if not phases:
        return ()
    each = width / len(phases)
    room = int(each) - _SLOT_PAD
    made: list[Slot] = []
    for at, phase in enumerate(phases):
        written = strong[1] if strong is not None and strong[0] == at else metrics
        node = QRectF(round((at + 0.5) * each - NODE / 2), 1, NODE, NODE)
        made.append(Slot(at * each, each, node, fit_name(phase, written, room)))
    return tuple(made)


def _wraps(name: str) -> list[tuple[str, ...]]:
    words = name.split()
    return [(name,), *((" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words)))]
