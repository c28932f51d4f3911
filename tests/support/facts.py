"""Short ways to say what the other files of a build say, and to see what is shown of them."""

from __future__ import annotations

from cupola.domain.facts import (
    Fact,
    IterationCountFact,
    MarkKind,
    MetricsFact,
    Observation,
    PlannedTask,
    ReportKind,
    TaskMarkFact,
    TasksFact,
    TestLogFact,
    TestReportFact,
)
from cupola.domain.models import BuildSnapshot
from cupola.domain.record import Run
from cupola.domain.run import accept, open_run
from cupola.domain.snapshot import present
from cupola.domain.state import Policy
from cupola.domain.words import Verdict
from support.observations import T0, seen

FOLDER = ".context-foundry/"


def told(fact: Fact, name: str, at: float = 0.0, *, first: bool = False) -> Observation:
    """A fact of the file `name` in the project's folder."""
    return seen(type(fact).__name__, f"{FOLDER}{name}", fact, at, first=first)


def results(
    number: int,
    verdict: Verdict = Verdict.UNKNOWN,
    passed: int | None = None,
    failed: int | None = None,
    *,
    at: float = 0.0,
    claim: str | None = None,
    later: str | None = None,
    failing: tuple[str, ...] = (),
) -> Observation:
    """`test-results-iteration-N.md`."""
    fact = TestReportFact(ReportKind.RESULTS, number, verdict, claim, passed, failed, later, failing)
    return told(fact, f"test-results-iteration-{number}.md", at)


def report(
    verdict: Verdict,
    passed: int | None = None,
    failed: int | None = None,
    *,
    number: int | None = None,
    at: float = 0.0,
) -> Observation:
    """`test-report.md`, which states its number or does not."""
    fact = TestReportFact(ReportKind.REPORT, number, verdict, verdict.value.upper(), passed, failed)
    return told(fact, "test-report.md", at)


def final(
    verdict: Verdict, passed: int | None = None, failed: int | None = None, *, at: float = 0.0
) -> Observation:
    """`test-final-report.md` as a report of tests."""
    fact = TestReportFact(ReportKind.FINAL, None, verdict, verdict.value.upper(), passed, failed)
    return told(fact, "test-final-report.md", at)


def count(number: int, at: float = 0.0) -> Observation:
    """`test-iteration-count.txt`."""
    return told(IterationCountFact(number), "test-iteration-count.txt", at)


def log(
    name: str, passed: int | None = None, failed: int | None = None, *, at: float = 0.0, done: bool = False
) -> Observation:
    """`test-logs/<name>.log`, or its `.done`."""
    fact = TestLogFact(name, done, None, passed, failed)
    return told(fact, f"test-logs/{name}.{'done' if done else 'log'}", at)


def plan(*ids: str, at: float = 0.0, status: str | None = None, files: int = 2) -> Observation:
    """`build-tasks.json` with tasks of these ids."""
    planned = tuple(PlannedTask(one, f"Make {one}", files, status=status) for one in ids)
    return told(TasksFact(planned, len(ids), parallel=True), "build-tasks.json", at)


def mark(
    name: str,
    kind: MarkKind = MarkKind.DONE,
    *,
    at: float = 0.0,
    status: str | None = None,
    files: int | None = None,
) -> Observation:
    """`builder-logs/<name>.done`, `.error` or `.log`."""
    return told(TaskMarkFact(name, kind, status, files), f"builder-logs/{name}.{kind.value}", at)


def metrics(fact: MetricsFact, at: float = 0.0) -> Observation:
    """What metrics.db holds of one key."""
    return seen(f"metrics:{fact.key}", "/home/x/.context-foundry/metrics.db", fact, at)


def run_of(*observations: Observation) -> Run:
    """A run that saw each observation arrive, one after another."""
    first, *rest = observations
    run = open_run([first], first.touched_at)
    for one in rest:
        run = accept(run, one, one.touched_at)
    return run


def shown(*observations: Observation, at: float | None = None) -> BuildSnapshot:
    """What is shown of such a run, right after the last observation or at `at`."""
    now = max(one.touched_at for one in observations) if at is None else T0 + at
    return snapshot(run_of(*observations), now)


def snapshot(run: Run, now: float) -> BuildSnapshot:
    """What is shown of a run at `now`."""
    return present(run, "abc", "demo", "/p/demo", T0, (), now, Policy())[0]
