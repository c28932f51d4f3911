"""What `current-phase.json` says, in the shapes that both generations write and in none of them."""

from __future__ import annotations

import json

import pytest

from cupola.domain.claims import Claim
from cupola.domain.facts import PhaseFact
from cupola.domain.words import Generation
from cupola.sources.base import Reading, TornError, UnusableError
from cupola.sources.phase import SOURCE
from support.blobs import blob, fact, reading

A1 = {
    "session_id": "shop",
    "current_phase": "Test",
    "phase_number": "4/7",
    "status": "self-healing",
    "progress_detail": "Fixing 2 tests",
    "test_iteration": 2,
    "phases_completed": ["Scout", "Architect", "Builder"],
    "started_at": "2025-01-19T14:00:00Z",
    "last_updated": "2025-01-19T14:05:00Z",
}
B_WRAPPED = {
    "PhaseInfo": {
        "sessionId": "shop",
        "currentPhase": "Scout",
        "status": "researching",
        "progressDetail": "Reading",
        "testIteration": 0,
        "timestamps": {"phaseStart": "2025-11-21T01:30:41Z", "phaseEnd": None},
        "completionTracking": {"isComplete": False, "completionPercentage": 0},
    }
}


def read(held: object) -> PhaseFact:
    found = fact(SOURCE, held)
    assert isinstance(found, PhaseFact)
    return found


def dropped(held: object) -> tuple[str, ...]:
    return reading(SOURCE, held).dropped


def test_generation_a_is_read_in_full() -> None:
    assert reading(SOURCE, A1) == Reading(
        (
            PhaseFact(
                generation=Generation.A1,
                phase="Test",
                status="self-healing",
                session_id="shop",
                detail="Fixing 2 tests",
                phase_number="4/7",
                test_iteration=2,
                phases_completed=("Scout", "Architect", "Builder"),
                claims=(
                    Claim("started_at", "2025-01-19T14:00:00Z"),
                    Claim("last_updated", "2025-01-19T14:05:00Z"),
                ),
            ),
        )
    )


def test_a_flat_file_with_a_plain_phase_number_is_generation_b() -> None:
    found = read(A1 | {"phase_number": "6", "status": "Analyzing"})
    assert (found.generation, found.phase_number, found.status) == (Generation.B, "6", "Analyzing")


def test_a_wrapped_file_is_unwrapped() -> None:
    assert reading(SOURCE, B_WRAPPED) == Reading(
        (
            PhaseFact(
                generation=Generation.B,
                phase="Scout",
                status="researching",
                session_id="shop",
                detail="Reading",
                test_iteration=0,
                claims=(Claim("phaseStart", "2025-11-21T01:30:41Z"),),
            ),
        )
    )


def test_a_field_that_the_wrapper_lacks_is_taken_from_beside_it() -> None:
    found = read({"PhaseInfo": {"currentPhase": "Scout"}, "status": "failed", "session_id": "shop"})
    assert (found.phase, found.status, found.session_id) == ("Scout", "failed", "shop")


def test_a_wrapper_that_is_no_object_is_dropped_and_the_rest_is_read() -> None:
    found = reading(SOURCE, {"PhaseInfo": [1], "status": "testing"})
    assert found.dropped == ("PhaseInfo: expected an object, found a list",)
    assert found.facts == (PhaseFact(Generation.UNKNOWN, None, "testing"),)


@pytest.mark.parametrize(
    ("detail", "text"),
    [
        ({"duration": 283.9, "unit": "seconds"}, "283.9 seconds"),
        ({"duration": "46.1s", "startTime": "2023-10-01T12:00:00Z"}, "46.1s"),
        ({"duration": 5.0}, "5"),
        ({"duration": None, "message": "All set"}, "All set"),
        ({"done": 3, "total": 5, "list": []}, "done: 3, total: 5"),
        ("  two\nlines ", "two lines"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
    ],
)
def test_a_detail_reads_as_a_person_would_write_it(detail: object, text: str) -> None:
    assert read({"currentPhase": "Scout", "progressDetail": detail}).detail == text


def test_a_sound_alias_stands_in_for_a_field_of_a_wrong_type() -> None:
    found = reading(SOURCE, {"current_phase": ["Scout"], "phase": "deployer", "status": "deploying"})
    assert found.facts == (PhaseFact(Generation.UNKNOWN, "Deploy", "deploying"),)
    assert found.dropped == ("current_phase: expected a text, found a list",)


@pytest.mark.parametrize(
    ("written", "number"),
    [(2, 2), ("3", 3), (" 4 ", 4), (1.0, 1), ("2.0", 2), (0, 0), (1000, 1000)],
)
def test_a_test_iteration_is_any_small_whole_number(written: object, number: int) -> None:
    assert read(A1 | {"test_iteration": written}).test_iteration == number


@pytest.mark.parametrize(
    ("written", "line"),
    [
        (True, "expected a number, found true"),
        ([2], "expected a number, found a list"),
        ("two", "expected a number, found a text"),
        ("\u0661", "expected a number, found a text"),
        (-1, "expected a number from 0 to 1,000, found -1"),
        (1.5, "expected a number from 0 to 1,000, found 1.5"),
        (1001, "expected a number from 0 to 1,000, found 1001"),
        (10**30, "expected a number from 0 to 1,000, found a number out of all bounds"),
        (float("nan"), "expected a number from 0 to 1,000, found a number out of all bounds"),
    ],
)
def test_a_test_iteration_of_another_kind_is_dropped_by_name(written: object, line: str) -> None:
    found = reading(SOURCE, A1 | {"test_iteration": written})
    assert found.dropped == (f"test_iteration: {line}",)
    assert isinstance(found.facts[0], PhaseFact)
    assert found.facts[0].test_iteration is None
    assert found.facts[0].phase == "Test"


def test_phases_completed_are_normalised_in_order_and_each_once() -> None:
    held = A1 | {"phases_completed": ["scout", "Deployer", "Scout", 7, "My own", None, "deploy"]}
    found = reading(SOURCE, held)
    assert isinstance(found.facts[0], PhaseFact)
    assert found.facts[0].phases_completed == ("Scout", "Deploy", "My own")
    assert found.dropped == (
        "phases_completed[3]: expected a text, found 7",
        "phases_completed[5]: expected a text, found nothing",
    )


@pytest.mark.parametrize(("held", "expected"), [({}, None), ({"phases_completed": []}, ())])
def test_no_list_of_phases_differs_from_an_empty_one(
    held: dict[str, object], expected: tuple[str, ...] | None
) -> None:
    assert read({"current_phase": "Scout"} | held).phases_completed == expected


def test_a_list_of_phases_has_a_cap_and_says_so() -> None:
    found = reading(SOURCE, A1 | {"phases_completed": [f"p{n}" for n in range(5000)]})
    assert isinstance(found.facts[0], PhaseFact)
    assert len(found.facts[0].phases_completed or ()) == 64
    assert found.dropped == ("phases_completed: 5,000 entries, only the first 64 names are kept",)


@pytest.mark.parametrize("number", [6, "6", 6.0])
def test_a_plain_phase_number_is_kept_as_a_hint(number: object) -> None:
    assert read({"current_phase": "Test", "phase_number": number}).phase_number == "6"


@pytest.mark.parametrize(
    "flags",
    [
        {"completionTracking": {"isComplete": True}},
        {"completion_tracking": {"isPhaseComplete": True}},
        {"phaseCompletionTracking": {"completed": True}},
        {"isPhaseComplete": True},
    ],
)
def test_a_flag_stands_in_for_a_missing_status(flags: dict[str, object]) -> None:
    assert read({"currentPhase": "Scout"} | flags).status == "completed"
    assert read({"currentPhase": "Scout", "status": "researching"} | flags).status == "researching"


def test_a_flag_that_is_not_true_says_nothing() -> None:
    assert read({"currentPhase": "Scout", "completionTracking": {"isComplete": "yes"}}).status is None


def test_written_times_are_kept_as_claims_under_their_own_names() -> None:
    held = {"phase": "Scout", "timestamp": 1700000000, "timestamps": {"begun\n": "noon", "end": [1]}}
    found = reading(SOURCE, held)
    assert isinstance(found.facts[0], PhaseFact)
    assert found.facts[0].claims == (Claim("timestamp", "1700000000"), Claim("begun", "noon"))
    assert found.dropped == ("end: expected a time, found a list",)


def test_an_object_that_names_itself_stands_for_a_text() -> None:
    assert read({"phase": {"name": "test loop"}, "status": {"value": "testing"}}).phase == "Test"


def test_unknown_words_are_kept_verbatim_and_safe() -> None:
    found = read({"phase": "<b>Zen</b>\u202e", "status": "\ud800"})
    assert (found.phase, found.status) == ("<b>Zen</b>\\u202e", "\\ud800")


def test_long_values_are_cut() -> None:
    found = read({"phase": "x" * 10_000, "status": "y" * 10_000, "progress_detail": "z" * 10_000})
    assert [len(found.phase or ""), len(found.status or ""), len(found.detail or "")] == [200, 200, 500]


def test_many_wrong_values_are_counted_rather_than_listed() -> None:
    lines = dropped(A1 | {"phases_completed": list(range(100))})
    assert (len(lines), lines[-1]) == (21, "and 80 more")


@pytest.mark.parametrize(
    ("held", "message"),
    [
        ([A1], "expected a JSON object, found a list"),
        ({}, "neither a phase nor a status in it"),
        (
            {"current_phase": 4, "status": " "},
            "neither a phase nor a status in it; current_phase: expected a text, found 4",
        ),
    ],
)
def test_what_is_no_phase_file_is_unusable_and_says_why(held: object, message: str) -> None:
    with pytest.raises(UnusableError) as caught:
        reading(SOURCE, held)
    assert str(caught.value) == message


@pytest.mark.parametrize("cut", range(0, len(json.dumps(A1)) - 1, 7))
def test_every_half_of_a_file_is_torn(cut: int) -> None:
    with pytest.raises(TornError):
        SOURCE.read(blob(json.dumps(A1)[:cut]), None)


def test_a_heap_of_written_times_is_cut() -> None:
    many: dict[str, object] = {f"t{n}": "noon" if n % 2 else [] for n in range(50_000)}
    found = reading(SOURCE, {"phase": "Scout", "timestamps": many})
    assert isinstance(found.facts[0], PhaseFact)
    assert len(found.facts[0].claims) == 16
    assert found.dropped[-1] == "and 12 more"
