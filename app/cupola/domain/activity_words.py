"""What a change of the other files of a build is called: tests, tasks, feedback (formats.md A1.2 to A1.7)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cupola.domain.facts import (
    EventsFact,
    Fact,
    FeedbackFact,
    IterationCountFact,
    MarkKind,
    Observation,
    PatternsFact,
    ReportKind,
    TaskConfigFact,
    TaskMarkFact,
    TasksFact,
    TestLogFact,
    TestReportFact,
)
from cupola.domain.text import file_name, plain
from cupola.domain.words import Verdict

Told = Iterator[tuple[str, str]]
"""Kind and text."""

_NAME: Final = 80
_MOST_EVENTS: Final = 5
_READ: Final = re.compile(
    r"(?:build-tasks|task[-_]config)\.json|test-iteration-count\.txt"
    r"|test-(?:results-iteration-|report-).*\.md|test-report\.md|build-feedback-.*\.json"
)


def is_told_by_content(path: str) -> bool:
    """True for a file that is read as well: what it says is the entry, not that it is there."""
    return _READ.fullmatch(path.rpartition("/")[2]) is not None


def of_files(before: Fact | None, after: Observation) -> Told:
    """Kind and text of what `after` changed. Session logs, token counts and databases say nothing here."""
    match after.fact:
        case TestReportFact() as fact:
            yield from _report(fact, after.path)
        case TestLogFact() as fact:
            yield from _test_log(before if isinstance(before, TestLogFact) else None, fact)
        case IterationCountFact(count):
            yield "test", f"Test iteration {count}"
        case TasksFact() as fact:
            yield from _plan(before if isinstance(before, TasksFact) else None, fact)
        case TaskMarkFact() as fact:
            yield from _mark(fact)
        case FeedbackFact(findings):
            yield "file", f"feedback: {_count(len(findings), 'finding')}"
        case PatternsFact(patterns):
            yield "file", f"{file_name(after.path)}: {_count(patterns, 'pattern')}"
        case TaskConfigFact(task, mode):
            yield "detail", plain(" · ".join(filter(None, (mode, task))) or "task is set", 300)
        case EventsFact() as fact:
            yield from _events(before if isinstance(before, EventsFact) else None, fact)


def _report(fact: TestReportFact, path: str) -> Told:
    """Of a final report the end marker tells (`ReportFact`)."""
    if fact.kind is ReportKind.FINAL:
        return
    of = f"Test iteration {fact.number}" if fact.number is not None else file_name(path)
    counts = [
        f"{n:,} {word}" for n, word in ((fact.passed, "passed"), (fact.failed, "failed")) if n is not None
    ]
    says = fact.verdict.value.upper() if fact.verdict is not Verdict.UNKNOWN else "is reported"
    yield "test", f"{of}: {', '.join(counts)}" if counts else f"{of} {says}"


def _test_log(before: TestLogFact | None, fact: TestLogFact) -> Told:
    name = plain(fact.name, _NAME)
    if fact.done:
        if before is None:
            yield "test", f"{name} tests done"
    elif fact.passed is not None or fact.failed is not None:
        yield "test", f"{name} tests: {fact.passed or 0:,} passed, {fact.failed or 0:,} failed"


def _plan(before: TasksFact | None, fact: TasksFact) -> Told:
    if before is None or len(before.tasks) != len(fact.tasks):
        yield "detail", f"plan: {_count(len(fact.tasks), 'task')}"
    else:
        yield "detail", "the plan has changed"


def _mark(fact: TaskMarkFact) -> Told:
    """A log says nothing: it is there from start to end and does not tell which of them it is."""
    if fact.kind is not MarkKind.LOG:
        yield "detail", f"{plain(fact.name, _NAME)} {'done' if fact.kind is MarkKind.DONE else 'failed'}"


def _events(before: EventsFact | None, fact: EventsFact) -> Told:
    known = len(before.tasks_completed) if before else 0
    for task in fact.tasks_completed[known:][-_MOST_EVENTS:]:
        yield "detail", f"{plain(task, _NAME)} done"


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
