"""Whatever a file holds, a source answers with capped facts or with one of its two errors."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cupola.domain.facts import Fact
from cupola.sources.base import Blob, Mode, Reading, Source, TornError, UnusableError
from cupola.sources.registry import SOURCES

KEYS = [
    "PhaseInfo",
    "session_id",
    "sessionId",
    "current_phase",
    "currentPhase",
    "phase",
    "phase_number",
    "status",
    "progress_detail",
    "progressDetail",
    "test_iteration",
    "testIteration",
    "phases_completed",
    "timestamps",
    "started_at",
    "last_updated",
    "completionTracking",
    "isComplete",
    "duration",
    "unit",
    "name",
    "completed",
    "remaining",
    "notes",
    "project_name",
    "iterations",
    "working_directory",
    "build_start",
    "phases",
    "timestamp",
    "phase_scout",
    "phase_test_iteration_1",
    "mode",
    "tasks",
    "id",
    "files",
    "dependencies",
    "total_tasks",
    "task",
    "task_id",
    "files_created",
    "files_modified",
    "issues_found",
    "issue",
    "recommendations",
    "successful_patterns",
    "build_duration_minutes",
    "test_iterations",
    "success",
    "patterns",
    "auto_apply",
    "context_metrics",
    "by_phase",
    "tokens_used",
    "duration_seconds",
    "metadata",
    "input_tokens",
    "output_tokens",
    "context_percentage",
    "type",
    "data",
    "iteration",
    "percent",
    "running_at",
]
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["Scout", "completed", "3", "\ud800", "x" * 3000, 10**40, -1, 1e300])
)
NAMES = st.sampled_from(KEYS) | st.text(max_size=5)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(NAMES, inner, max_size=8),
    max_leaves=25,
)
OBJECTS = st.dictionaries(NAMES, VALUES, max_size=12)
OPENED = {
    (source.id, interest.pattern): source
    for source in SOURCES
    for interest in source.interests
    if interest.mode in {Mode.WHOLE, Mode.APPEND, Mode.TAIL}
}
PATTERNS = [
    pytest.param(source, pattern.replace("*", "2"), id=f"{name} {pattern}")
    for (name, pattern), source in OPENED.items()
]
MOST_ENTRIES = 500
MOST = 10**12
QUIET = settings(deadline=None, max_examples=60)


def read(source: Source, path: str, data: bytes) -> Reading | None:
    try:
        return source.read(Blob(path, data, len(data), 0.0), None)
    except (TornError, UnusableError) as error:
        said = str(error)
    assert 0 < len(said.encode()) < 2000
    return None


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for part in dataclasses.fields(value):
            yield from texts(getattr(value, part.name))


def within_caps(fact: Fact) -> bool:
    for part in dataclasses.fields(fact):
        value = getattr(fact, part.name)
        if isinstance(value, tuple) and len(value) > MOST_ENTRIES:
            return False
        if isinstance(value, (int, float)) and not isinstance(value, bool) and not 0 <= value <= MOST:
            return False
    return True


def check(reading: Reading | None) -> None:
    if reading is None:
        return
    assert len(reading.dropped) <= 21
    for text in (*texts(reading.facts), *reading.dropped):
        text.encode()
        assert len(text) <= 500
        assert "\n" not in text
        assert "\x1b" not in text
    assert all(within_caps(fact) for fact in reading.facts)


@pytest.mark.parametrize(("source", "path"), PATTERNS)
@QUIET
@given(held=OBJECTS)
def test_any_object_gives_facts_within_caps_or_a_reason(source: Source, path: str, held: object) -> None:
    check(read(source, path, json.dumps(held).encode()))


@pytest.mark.parametrize(("source", "path"), PATTERNS)
@QUIET
@given(
    data=st.binary(max_size=200)
    | st.text(max_size=200).map(str.encode)
    | VALUES.map(json.dumps).map(str.encode)
)
def test_any_bytes_give_facts_within_caps_or_a_reason(source: Source, path: str, data: bytes) -> None:
    check(read(source, path, data))


WORDS = st.sampled_from(
    [
        "Status", "**", ":", "|", "overall ", "PASS", "fail", "Tests ", "passed", "failed", "5", "/",
        "12", "(", ")", "%", "# ", "Total", "in 3s", "❌ ", "✗ ", "a.py::t", "FAILED", "=", "- ",
        "Iteration", "---", "\x1b[31m", "twelve", "```", "\n", " ", ", ",
    ]
)  # fmt: skip


@QUIET
@given(data=st.lists(WORDS, max_size=60).map("".join))
def test_any_report_gives_a_verdict_or_a_reason(data: str) -> None:
    for source in SOURCES:
        if source.id in {"report", "test reports"}:
            check(read(source, ".context-foundry/test-final-report.md", data.encode()))
        if source.id == "test logs":
            check(read(source, ".context-foundry/test-logs/unit.log", data.encode()))


LINES = st.lists(OBJECTS.map(json.dumps) | st.text(max_size=20), max_size=10)


@QUIET
@given(held=LINES, more=LINES)
def test_any_log_that_grows_gives_the_same_in_one_reading_as_in_two(held: list[str], more: list[str]) -> None:
    first = "".join(line + "\n" for line in held).encode()
    both = first + "".join(line + "\n" for line in more).encode()
    for source in SOURCES:
        if source.id in {"session log", "events log"}:
            reading = source.read(Blob("", first, len(first), 0.0), None)
            reading = source.read(Blob("", both[len(first) :], len(both), 0.0, len(first)), reading)
            check(reading)
            assert reading.facts == source.read(Blob("", both, len(both), 0.0), None).facts
