"""What the plan, the marks of builders, the logs of test agents and the small files of a build say."""

from __future__ import annotations

import json
import time

import pytest

from cupola.domain.claims import Claim, Finding
from cupola.domain.facts import (
    ContextMetricsFact,
    FeedbackFact,
    IterationCountFact,
    MarkKind,
    PatternsFact,
    PhaseStatus,
    PhaseStatusFact,
    PlannedTask,
    TaskConfigFact,
    TaskMarkFact,
    TasksFact,
    TestLogFact,
    TokenSum,
)
from cupola.sources import (
    context_metrics,
    feedback,
    iteration_count,
    patterns,
    phase_status,
    task_config,
    task_marks,
    tasks,
    test_logs,
)
from cupola.sources.base import Blob, Mode, Reading, TornError, UnusableError
from support.blobs import fact, reading

LOGS = ".context-foundry/builder-logs/"
TESTS = ".context-foundry/test-logs/"


@pytest.mark.parametrize("held", [b"31\n", b"31", b" 31 \r\n", b"\xef\xbb\xbf31"])
def test_an_iteration_count_is_a_number_with_or_without_an_end(held: bytes) -> None:
    assert fact(iteration_count.SOURCE, held) == IterationCountFact(31)


@pytest.mark.parametrize(
    ("held", "found"), [(b"31 a\n", "31 a"), (b"-1", "-1"), (b"9" * 3000, "9" * 39 + "…"), (b"two", "two")]
)
def test_another_iteration_count_is_unusable_and_shown(held: bytes, found: str) -> None:
    with pytest.raises(UnusableError) as caught:
        reading(iteration_count.SOURCE, held)
    assert str(caught.value) == f"expected a whole number from 0 to 1,000, found “{found}”"


def test_an_iteration_count_just_emptied_is_torn() -> None:
    with pytest.raises(TornError):
        reading(iteration_count.SOURCE, b"")


def test_a_plan_of_generation_a_is_read_in_full() -> None:
    held = {
        "parallel_mode": True,
        "total_tasks": 2,
        "tasks": [
            {"id": "task-1", "description": "Lay", "files": ["a", "b"], "estimated_time": "5 minutes"},
            {"id": "flow", "description": "Build", "files": [], "dependencies": ["task-1"], "level": 2},
        ],
    }  # fmt: skip
    expected = TasksFact(
        (PlannedTask("task-1", "Lay", 2), PlannedTask("flow", "Build", 0, ("task-1",))),
        total=2,
        parallel=True,
    )
    assert reading(tasks.SOURCE, held) == Reading((expected,))


def test_a_plan_of_generation_b_is_read_in_full() -> None:
    task = {"task_id": "task-1", "name": "Check", "description": "All", "files": ["a"], "status": "complete"}
    held = {"parallel_mode": False, "total_tasks": 1, "status": "already_complete", "tasks": [task]}
    expected = TasksFact((PlannedTask("task-1", "Check", 1, (), "complete"),), total=1, parallel=False)
    assert reading(tasks.SOURCE, held) == Reading((expected,))


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        ({"id": 3, "name": "x"}, PlannedTask("3", "x", 0)),
        ({"name": "x"}, PlannedTask("x", "x", 0)),
        ({"id": "a", "files": 4}, PlannedTask("a", "a", 4)),
        ({"id": "a", "files": {"x.py": 1}}, PlannedTask("a", "a", 1)),
        ({"id": "a", "dependencies": "b"}, PlannedTask("a", "a", 0, ("b",))),
        ({"id": "a", "dependencies": ["b", 2, {}, None]}, PlannedTask("a", "a", 0, ("b", "2"))),
    ],
)
def test_a_task_of_another_spelling_is_a_task(task: object, expected: PlannedTask) -> None:
    assert reading(tasks.SOURCE, {"tasks": [task]}) == Reading((TasksFact((expected,)),))


def test_tasks_under_their_ids_are_a_plan() -> None:
    found = fact(tasks.SOURCE, {"tasks": {"a": {"name": "x"}, "b": {"id": "c"}}})
    assert found == TasksFact((PlannedTask("a", "x", 0), PlannedTask("c", "c", 0)))


def test_what_is_no_task_is_named_and_the_rest_is_kept() -> None:
    held = {"total_tasks": "many", "tasks": [7, {}, {"id": "a", "files": "x"}, {"id": "a"}, {"id": "b"}]}
    found = reading(tasks.SOURCE, held)
    assert found.facts == (TasksFact((PlannedTask("a", "a", 0), PlannedTask("b", "b", 0))),)
    assert found.dropped == (
        "total_tasks: expected a number, found a text",
        "tasks[0]: expected an object, found 7",
        "tasks[1]: neither an id nor a name",
        "tasks[2].files: expected a list, found a text",
        "tasks[3]: id a is used twice",
    )


def test_what_a_plan_claims_is_kept_beside_what_it_holds() -> None:
    assert fact(tasks.SOURCE, {"total_tasks": 25}) == TasksFact((), 25)


def test_a_plan_of_thousands_is_cut_and_says_so() -> None:
    found = reading(tasks.SOURCE, {"tasks": [{"id": f"t{number}"} for number in range(3000)]})
    assert isinstance(found.facts[0], TasksFact)
    assert len(found.facts[0].tasks) == 500
    assert found.dropped == ("tasks: 3,000 entries, only the first 500 are kept",)


def test_a_plan_without_tasks_is_unusable() -> None:
    with pytest.raises(UnusableError, match="neither tasks nor their number"):
        reading(tasks.SOURCE, {"tasks": "none"})


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("task-1.done", TaskMarkFact("task-1", MarkKind.DONE)),
        ("task-task-1.error", TaskMarkFact("task-task-1", MarkKind.ERROR)),
        ("main-builder.done", TaskMarkFact("main-builder", MarkKind.DONE)),
        ("v1.2.log", TaskMarkFact("v1.2", MarkKind.LOG)),
    ],
)
def test_a_mark_says_what_it_is_by_being_there(name: str, expected: TaskMarkFact) -> None:
    assert reading(task_marks.SOURCE, b"", LOGS + name) == Reading((expected,))


def test_marks_are_never_opened_but_logs_are_from_their_end() -> None:
    modes = {each.pattern.rpartition(".")[2]: each.mode for each in task_marks.SOURCE.interests}
    assert modes == {"done": Mode.STAT, "error": Mode.STAT, "log": Mode.TAIL}


CLOSING = {
    "task_id": "task-1",
    "status": "completed",
    "files_created": ["a.py", "b.py"],
    "files_modified": ["b.py", "c.py"],
}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(CLOSING),
        "I am done.\n\n" + json.dumps(CLOSING, indent=2) + "\n",
        "Here:\n```json\n" + json.dumps(CLOSING, indent=2) + "\n```\n",
        '{"task_id": "other"}\nthen\n' + json.dumps(CLOSING),
        "{" * 50 + "\n" + json.dumps(CLOSING),
    ],
)
def test_a_log_that_ends_in_an_object_counts_each_file_once(text: str) -> None:
    assert fact(task_marks.SOURCE, text, LOGS + "a.log") == TaskMarkFact("a", MarkKind.LOG, "completed", 3)


@pytest.mark.parametrize(
    ("closing", "status", "files"),
    [
        ({"status": "completed"}, "completed", None),
        ({"status": "x", "files_created": 4, "files_modified": [{"name": "a"}]}, "x", 5),
        ({"status": ["x"], "files_created": "a.py"}, None, None),
    ],
)
def test_a_log_counts_what_it_tells(closing: object, status: str | None, files: int | None) -> None:
    found = fact(task_marks.SOURCE, closing, LOGS + "a.log")
    assert found == TaskMarkFact("a", MarkKind.LOG, status, files)


@pytest.mark.parametrize(
    "text", ["", "working\n", '{"status": "comp', '{"a": 1}\nand more', "[1]", b"\xff{\n"]
)
def test_a_log_that_ends_otherwise_is_only_there(text: object) -> None:
    assert reading(task_marks.SOURCE, text, LOGS + "a.log") == Reading((TaskMarkFact("a", MarkKind.LOG),))


def test_a_log_of_open_braces_is_given_up_in_time() -> None:
    began = time.perf_counter()
    reading(task_marks.SOURCE, '{"a":[\n' * 9000, LOGS + "a.log")
    assert time.perf_counter() - began < 2


LOG = "Test Type: unit\nStatus: FAILED\nTests Run: 12\nPassed: 10\nFailed: 2\nFailures: test_a, test_b\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (LOG, TestLogFact("unit", False, "FAILED", 10, 2)),
        (LOG + "Full Output:\n= 3 failed, 9 passed in 2s =", TestLogFact("unit", False, "FAILED", 9, 3)),
        ("collected 3\n3 passed in 0.1s\n", TestLogFact("unit", False, None, 3, 0)),
        ("1 failed in 1s\nagain\n4 passed in 2s\n", TestLogFact("unit", False, None, 4, 0)),
        ("**Status**: ✅ PASSED\n", TestLogFact("unit", False, "✅ PASSED")),
        ("running", TestLogFact("unit", False)),
        ("", TestLogFact("unit", False)),
        (b"\xff\xfe\x00", TestLogFact("unit", False)),
    ],
)  # fmt: skip
def test_a_test_agents_log_says_how_far_it_is(text: object, expected: TestLogFact) -> None:
    assert reading(test_logs.SOURCE, text, TESTS + "unit.log") == Reading((expected,))


def test_the_end_of_a_long_test_log_counts_without_its_cut_line() -> None:
    data = b"9 passed in 1s\n8 passed in 2s"
    found = test_logs.SOURCE.read(Blob(TESTS + "e2e.log", data, 10**9, 0.0, offset=10**9 - len(data)), None)
    assert found.facts == (TestLogFact("e2e", False, None, 8, 0),)


def test_a_test_agent_that_is_done_says_so_by_a_file() -> None:
    assert fact(test_logs.SOURCE, b"", TESTS + "lint.done") == TestLogFact("lint", True)


ISSUE = {"id": "cors", "issue": "Stuck\nat start", "severity": "HIGH", "detected_in_phase": "testing"}


def test_feedback_is_read_in_full() -> None:
    held = {
        "timestamp": "2025-10-18T22:30:00Z",
        "build_duration_minutes": 18.5,
        "test_iterations": 2,
        "success": True,
        "issues_found": [ISSUE],
        "successful_patterns": [{"pattern": "a", "worked_well": True}, {"worked_well": False}, "b"],
        "recommendations": [{"for_phase": "Scout"}, {"for_phase": "Test"}],
    }
    expected = FeedbackFact((Finding("Stuck at start", "HIGH", "testing"),), 2, 2, True, 2, 18.5)
    assert reading(feedback.SOURCE, held) == Reading((expected,))


@pytest.mark.parametrize(
    ("issues", "findings"),
    [
        ([], ()),
        (["one", "two"], (Finding("one"), Finding("two"))),
        ("one", (Finding("one"),)),
        ({"a": {"title": "one"}, "b": {"error_message": "two"}}, (Finding("one"), Finding("two"))),
        ([{"id": "x", "phase": "scout"}], (Finding("x", None, "Scout"),)),
    ],
)
def test_issues_in_any_form_are_findings(issues: object, findings: tuple[Finding, ...]) -> None:
    assert reading(feedback.SOURCE, {"issues_found": issues}) == Reading((FeedbackFact(findings),))


def test_feedback_of_wrong_types_keeps_what_is_sound() -> None:
    held = {
        "issues_found": [7, {"severity": "LOW"}, {"issue": "x", "severity": 3}],
        "recommendations": 4,
        "success": "yes",
        "test_iterations": "2",
        "build_duration_minutes": "27 minutes",
    }
    found = reading(feedback.SOURCE, held)
    assert found.facts == (FeedbackFact((Finding("x"),), success=True, test_iterations=2),)
    assert found.dropped == (
        "recommendations: expected a list, found 4",
        "issues_found[0]: expected an object, found 7",
        "issues_found[1]: does not say what the issue is",
        "issues_found[2].severity: expected a text, found 3",
        "build_duration_minutes: expected a number from 0 to 1,000,000, found a text",
    )


def test_feedback_in_a_wrapper_is_unwrapped() -> None:
    assert fact(feedback.SOURCE, {"feedback": {"success": False}}) == FeedbackFact(success=False)


def test_feedback_of_nothing_is_unusable() -> None:
    with pytest.raises(UnusableError, match="nothing of what feedback holds"):
        reading(feedback.SOURCE, {"hello": 1})


def test_a_heap_of_issues_is_cut_and_says_so() -> None:
    found = reading(feedback.SOURCE, {"issues_found": [ISSUE] * 5000})
    assert isinstance(found.facts[0], FeedbackFact)
    assert len(found.facts[0].findings) == 100
    assert found.dropped == ("issues_found: 5,000 entries, only the first 100 are kept",)


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ({"patterns": [{"auto_apply": True}, {"auto_apply": False}, {}]}, PatternsFact(3, 1)),
        ({"proven_patterns": [{}], "total_patterns": 5}, PatternsFact(1)),
        ({"test_strategies": [{}, {}]}, PatternsFact(2)),
        ({"research_findings": [{"auto_apply": "yes"}]}, PatternsFact(1)),
        ({"issues_found": [ISSUE], "success": True}, PatternsFact(1)),
        ({"patterns": [{}], "proven_patterns": [{}, 7, None]}, PatternsFact(2)),
        ({"patterns": {"a": {"auto_apply": True}}}, PatternsFact(1, 1)),
        ({"patterns": []}, PatternsFact(0)),
    ],
)
def test_lessons_are_counted_under_any_of_their_names(held: object, expected: PatternsFact) -> None:
    assert reading(patterns.SOURCE, held) == Reading((expected,))


def test_a_file_without_lessons_is_unusable() -> None:
    with pytest.raises(UnusableError, match="no list of patterns"):
        reading(patterns.SOURCE, {"version": "1.0"})


def test_a_phase_status_keeps_times_as_claims_even_if_they_run_backwards() -> None:
    held = {
        "execution_mode": "autonomous",
        "created_at": "2025-11-22T08:38:31",
        "phases": {
            "Scout": {"status": "waiting", "output": None},
            "Test": {
                "status": "running",
                "running_at": "2025-11-22T10:00",
                "complete_at": "2025-11-22T09:00",
            },
            "docs": "complete",
            "Deploy": None,
        },
    }
    times = (Claim("running_at", "2025-11-22T10:00"), Claim("complete_at", "2025-11-22T09:00"))
    expected = PhaseStatusFact(
        (
            PhaseStatus("Scout", "waiting"),
            PhaseStatus("Test", "running", times),
            PhaseStatus("Documentation", "complete"),
        ),
        "autonomous",
    )
    assert reading(phase_status.SOURCE, held) == Reading((expected,))


def test_phases_in_a_list_are_read_and_what_is_none_is_named() -> None:
    held = {"phases": [{"name": "scout", "status": "running"}, {"phase": "test", "status": 4}, 7]}
    found = reading(phase_status.SOURCE, held)
    assert found.facts == (PhaseStatusFact((PhaseStatus("Scout", "running"),)),)
    assert found.dropped == ("phases.Test.status: expected a text, found 4",)


def test_a_status_without_phases_is_unusable() -> None:
    with pytest.raises(UnusableError, match="no phase in it; phases: expected an object, found 3"):
        reading(phase_status.SOURCE, {"phases": 3})


def test_a_task_config_is_read_in_both_spellings() -> None:
    held = {"task": "Build", "mode": "new_project", "incremental": False, "max_test_iterations": 3}
    assert reading(task_config.SOURCE, held) == Reading((TaskConfigFact("Build", "new_project", 3),))
    assert {each.pattern.rpartition("/")[2] for each in task_config.SOURCE.interests} == {
        "task-config.json",
        "task_config.json",
    }


def test_a_task_config_of_nothing_is_unusable() -> None:
    with pytest.raises(UnusableError, match="neither a task nor a mode in it; mode: expected a text"):
        reading(task_config.SOURCE, {"mode": 4})


def test_recorded_tokens_are_in_the_order_of_their_times_and_test_rounds_apart() -> None:
    by_phase = {
        "phase_scout": {"tokens_used": 9615, "duration_seconds": 283.87, "timestamp": "2025-11-22T10:01:51"},
        "phase_architect": {"tokens_used": 12696, "timestamp": "2025-11-22T09:37:18"},
        "phase_test_iteration_2": {"tokens_used": 20, "timestamp": "2025-11-22T10:20:00"},
        "phase_test": {"tokens_used": 7, "timestamp": "2025-11-22T10:10:00"},
    }
    held = {
        "build_start": "x",
        "context_metrics": {"max_context_window": 200_000, "model": "m", "by_phase": by_phase},
    }
    expected = ContextMetricsFact(
        (
            TokenSum("Architect", used=12696),
            TokenSum("Scout", used=9615, duration_seconds=283.87),
            TokenSum("Test", used=7),
            TokenSum("Test", used=20),
        ),
        200_000,
        "m",
    )  # fmt: skip
    assert reading(context_metrics.SOURCE, held) == Reading((expected,))


@pytest.mark.parametrize("held", [{}, {"status": "completed"}, {"context_metrics": {"by_phase": {}}}])
def test_a_summary_without_metrics_gives_no_tokens(held: object) -> None:
    assert reading(context_metrics.SOURCE, held) == Reading(())


def test_tokens_of_wrong_types_are_named() -> None:
    by_phase = {"phase_scout": {"tokens_used": -4}, "phase_test": 7}
    found = reading(context_metrics.SOURCE, {"context_metrics": {"by_phase": by_phase}})
    assert found.facts == (ContextMetricsFact((TokenSum("Scout"),)),)
    assert found.dropped == (
        "by_phase.phase_scout.tokens_used: expected a number from 0 to 1,000,000,000, found -4",
        "by_phase.phase_test: expected an object, found 7",
    )


HEAP = {f"key{number}": {"status": "x", "id": "y", "tokens_used": 1} for number in range(20_000)}


@pytest.mark.parametrize(
    "held",
    [
        HEAP,
        {"tasks": HEAP},
        {"phases": HEAP},
        {"issues_found": HEAP, "successful_patterns": HEAP},
        {"patterns": HEAP},
        {"context_metrics": {"by_phase": HEAP}},
    ],
)
def test_as_many_keys_as_a_file_may_hold_are_read_in_time_and_cut(held: object) -> None:
    data = json.dumps(held)
    for source in (tasks, phase_status, feedback, patterns, context_metrics, task_config):
        began = time.perf_counter()
        try:
            found = reading(source.SOURCE, data)
        except UnusableError:
            continue
        assert len(repr(found)) < 100_000
        assert time.perf_counter() - began < 2
