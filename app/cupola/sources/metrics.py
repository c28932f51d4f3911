"""`metrics.db` in Foundry's home: two schemas, any part of each, together or apart (formats.md A3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final, TypeVar

from cupola.domain.clock import Instant
from cupola.domain.facts import MetricsAgent, MetricsDecision, MetricsFact, MetricsIteration, TokenSum
from cupola.sources import values
from cupola.sources.base import MIB, Anchor, Blob, Interest, LaneKind, Mode, Reading, Source
from cupola.sources.sqlite_image import Image, Notes, Row, opened
from cupola.sources.values import DETAIL_LIMIT, MAX_ITERATION

MOST_FACTS: Final = 2000
MOST_DECISIONS: Final = 1000
MOST_AGENTS: Final = 300
MOST_ITERATIONS: Final = 100
MOST_PHASES: Final = 64

_DECISION_KEY: Final = ("task_id", "phase", "decision_type", "decision_description")
_DECISION: Final = (
    *_DECISION_KEY,
    "quality_rating",
    "difficulty_rating",
    "is_regrettable",
    "used_lessons_learned",
)
_PERFORMANCE: Final = (
    *("id", "task_id", "agent_type", "phase", "end_time", "duration_seconds", "success"),
    *("files_created", "files_modified", "tokens_used"),
)
_INSTANCE: Final = (
    *("session_id", "agent_id", "agent_type", "agent_name", "status", "phase", "tokens_used"),
    *("duration_seconds", "parent_agent_id", "created_at"),
)
_BUILD: Final = (
    *("id", "session_id", "total_tokens_input", "total_tokens_output", "total_tokens_cached", "total_cost"),
    *("duration_seconds", "working_directory", "created_at"),
)
_TOKENS: Final = ("tokens_input", "tokens_output", "tokens_cached")
_PHASE: Final = ("id", "build_id", "phase_name", *_TOKENS, "duration_seconds")


@dataclass(slots=True)
class _Part:
    """What has come together of one task or build."""

    directory: str | None = None
    started: Instant | None = None
    recorded: dict[str | None, TokenSum] = field(default_factory=dict)
    total: TokenSum | None = None
    cost: float | None = None
    guessed: int | None = None
    iterations: dict[int, MetricsIteration] = field(default_factory=dict)
    agents: list[MetricsAgent] = field(default_factory=list)
    decisions: list[MetricsDecision] = field(default_factory=list)

    def fact(self, key: str) -> MetricsFact:
        """The newest of everything, up to its cap."""
        rounds = sorted(self.iterations.values(), key=lambda one: one.number)
        return MetricsFact(
            key=key,
            working_directory=self.directory,
            started=self.started,
            recorded=tuple(self.recorded.values())[:MOST_PHASES],
            total=self.total,
            cost=self.cost,
            guessed_tokens=self.guessed,
            iterations=tuple(rounds)[-MOST_ITERATIONS:],
            agents=tuple(self.agents)[-MOST_AGENTS:],
            decisions=tuple(self.decisions)[-MOST_DECISIONS:],
        )

    def begins(self, started: Instant | None) -> None:
        """Keep the earliest time at which a row of it was created."""
        if started is not None:
            self.started = min(started, self.started or started)


N = TypeVar("N", int, float)

Parts = defaultdict[str, _Part]


def read(blob: Blob, previous: Reading | None) -> Reading:
    """One fact for each task and build; raises TornError and UnusableError. `started` is the only clock."""
    del previous
    notes, parts = Notes(), Parts(_Part)
    with opened(blob.data, notes) as image:
        for take in (_tasks, _guesses, _decisions, _performance, _iterations, _instances):
            take(image, parts)
        _builds(image, parts)
    return Reading(tuple(_facts(parts, notes)), notes.lines())


def _facts(parts: Parts, notes: Notes) -> Iterator[MetricsFact]:
    """Those of the newest tasks and builds, oldest first; of those without a time the last ones."""
    newest = sorted(parts.items(), key=lambda item: item[1].started or 0.0)[-MOST_FACTS:]
    if len(newest) < len(parts):
        notes.note(f"{len(parts):,} tasks and builds, only the newest {MOST_FACTS:,} are kept")
    for key, part in newest:
        yield part.fact(key)


def _tasks(image: Image, parts: Parts) -> None:
    for row in image.rows("tasks", ("task_id", "working_directory", "created_at"), ("task_id",)):
        key = row.text("task_id")
        if key is not None:
            parts[key].directory = values.full_path(row.raw("working_directory"))
            parts[key].begins(_utc(row))


def _guesses(image: Image, parts: Parts) -> None:
    """The highest guess: it falls when the rate of another phase is taken times the same minutes."""
    for row in image.highest("metrics", "task_id", "token_usage"):
        key = row.text("task_id")
        if key is not None:
            parts[key].guessed = row.whole("token_usage")


def _decisions(image: Image, parts: Parts) -> None:
    for row in image.rows("decisions", _DECISION, _DECISION_KEY):
        key = row.text("task_id")
        text = row.text("decision_description", DETAIL_LIMIT) or row.text("decision_type")
        if key is not None and text is not None:
            decision = MetricsDecision(
                phase=row.phase("phase"),
                text=text,
                quality=row.number("quality_rating", 1, 5),
                difficulty=row.number("difficulty_rating", 1, 5),
                regrettable=row.flag("is_regrettable"),
                used_lessons=row.flag("used_lessons_learned"),
            )
            parts[key].decisions.append(decision)


def _performance(image: Image, parts: Parts) -> None:
    for row in image.rows("agent_performance", _PERFORMANCE):
        key, name = row.text("task_id"), row.text("agent_type")
        if key is not None:
            agent = MetricsAgent(
                key=f"performance {row.text('id') or name}",
                name=name or "agent",
                phase=row.phase("phase"),
                status=_success(row),
                duration_seconds=row.number("duration_seconds"),
                files=_added(row.whole("files_created"), row.whole("files_modified")),
                tokens=row.whole("tokens_used"),
            )
            parts[key].agents.append(agent)


def _success(row: Row) -> str | None:
    """`success` says something only of an agent that ended."""
    if row.raw("success") is None or row.raw("end_time") is None:
        return None
    return "completed" if row.flag("success") else "failed"


def _iterations(image: Image, parts: Parts) -> None:
    columns = ("task_id", "iteration_number", "tests_passed", "tests_failed")
    for row in image.rows("test_iterations", columns, ("task_id", "iteration_number")):
        key, number = row.text("task_id"), row.whole("iteration_number")
        if key is not None and number is not None and number <= MAX_ITERATION:
            passed, failed = row.whole("tests_passed"), row.whole("tests_failed")
            parts[key].iterations[number] = MetricsIteration(number, passed, failed)


def _instances(image: Image, parts: Parts) -> None:
    for row in image.rows("agent_instances", _INSTANCE, ("session_id", "agent_id")):
        key, agent_id = row.text("session_id"), row.text("agent_id")
        if key is not None and agent_id is not None:
            agent = MetricsAgent(
                key=agent_id,
                name=row.text("agent_name") or row.text("agent_type") or agent_id,
                parent=row.text("parent_agent_id"),
                phase=row.phase("phase"),
                status=row.text("status"),
                duration_seconds=row.number("duration_seconds"),
                tokens=row.whole("tokens_used"),
            )
            parts[key].agents.append(agent)
            parts[key].begins(_utc(row))


def _builds(image: Image, parts: Parts) -> None:
    keys: dict[str, str] = {}
    for row in image.rows("builds", _BUILD):
        number = row.text("id")
        key = row.text("session_id") or f"build {number}"
        keys[number or key] = key
        part = parts[key]
        part.directory = values.full_path(row.raw("working_directory")) or part.directory
        part.begins(_utc(row))
        part.total, part.cost = _total(row), row.number("total_cost")
    _phases(image, parts, keys)


def _total(row: Row) -> TokenSum | None:
    given, made = row.whole("total_tokens_input"), row.whole("total_tokens_output")
    if given is None and made is None:
        return None
    cached, seconds = row.whole("total_tokens_cached"), row.number("duration_seconds")
    return TokenSum(None, given, made, cached, duration_seconds=seconds)


def _phases(image: Image, parts: Parts, keys: dict[str, str]) -> None:
    """What phases recorded; for those that recorded nothing, what their calls did."""
    sums = image.sums("api_calls", "phase_id", _TOKENS)
    calls = {row.text("phase_id") or "unknown": _tokens(row, None) for row in sums}
    for row in image.rows("phases", _PHASE):
        name, number = row.phase("phase_name"), row.text("build_id")
        recorded = replace(_tokens(row, name), duration_seconds=row.number("duration_seconds"))
        called = calls.pop(row.text("id") or "", None)
        if called is not None and not (recorded.input or recorded.output):
            recorded = replace(recorded, input=called.input, output=called.output, cached=called.cached)
        _record(parts[keys.get(number or "", f"build {number}")], recorded)
    for phase, called in calls.items():
        _record(parts[f"phase {phase}"], called)


def _tokens(row: Row, phase: str | None) -> TokenSum:
    return TokenSum(phase, *(row.whole(name) for name in _TOKENS))


def _record(part: _Part, new: TokenSum) -> None:
    """A phase that is repeated counts with all its rows."""
    old = part.recorded.get(new.phase, TokenSum(new.phase))
    part.recorded[new.phase] = TokenSum(
        new.phase,
        _added(old.input, new.input),
        _added(old.output, new.output),
        _added(old.cached, new.cached),
        duration_seconds=_added(old.duration_seconds, new.duration_seconds),
    )


def _added(*numbers: N | None) -> N | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


def _utc(row: Row) -> Instant | None:
    """When the database itself says that the row was made, which is in UTC without saying so."""
    written = row.text("created_at")
    if written is None:
        return None
    try:
        made = datetime.fromisoformat(written)
    except ValueError:
        return None
    return (made if made.tzinfo else made.replace(tzinfo=UTC)).timestamp()


SOURCE: Final = Source(
    "metrics",
    (Interest(Anchor.FOUNDRY_HOME, "metrics.db", LaneKind.BULK, Mode.SQLITE, 64 * MIB),),
    read,
)
