"""The one list of sources. A later format is added here and nowhere else."""

from __future__ import annotations

from typing import Final

from cupola.sources import (
    artefacts,
    checkpoint,
    context_metrics,
    conversations,
    events_log,
    feedback,
    iteration_count,
    metrics,
    patterns,
    phase,
    phase_status,
    report,
    session_log,
    summary,
    task_config,
    task_marks,
    tasks,
    test_logs,
    test_reports,
)
from cupola.sources.base import Source

SOURCES: Final[tuple[Source, ...]] = (
    phase.SOURCE,
    checkpoint.SOURCE,
    summary.SOURCE,
    context_metrics.SOURCE,
    report.SOURCE,
    artefacts.SOURCE,
    test_reports.SOURCE,
    iteration_count.SOURCE,
    test_logs.SOURCE,
    tasks.SOURCE,
    task_marks.SOURCE,
    feedback.SOURCE,
    patterns.SOURCE,
    phase_status.SOURCE,
    task_config.SOURCE,
    session_log.SOURCE,
    events_log.SOURCE,
    conversations.SOURCE,
    metrics.SOURCE,
)
