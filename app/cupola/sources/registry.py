"""The one list of sources. A later format is added here and nowhere else."""

from __future__ import annotations

from typing import Final

from cupola.sources import artefacts, checkpoint, phase, report, summary
from cupola.sources.base import Source

SOURCES: Final[tuple[Source, ...]] = (
    phase.SOURCE,
    checkpoint.SOURCE,
    summary.SOURCE,
    report.SOURCE,
    artefacts.SOURCE,
)
