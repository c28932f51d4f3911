"""What the three files of a checkpoint say."""

from __future__ import annotations

import pytest

from cupola.domain.claims import Claim
from cupola.domain.facts import CheckpointFact, CompleteFact, TaskProgressFact
from cupola.sources.base import Anchor, Mode, Reading, TornError, UnusableError
from cupola.sources.checkpoint import SOURCE
from support.blobs import fact, reading

FOLDER = "checkpoints/ralph/shop_20251012_083000/"
STATE = {
    "project_name": "shop",
    "task_description": "Build a shop",
    "session_id": "shop_20251012_083000",
    "start_time": "2025-10-12T08:30:00.123456",
    "iterations": 3,
    "completed_tasks": [],
    "failed_attempts": [],
    "current_phase": "builder",
    "artifacts": {"research": "x" * 30_000, "spec": "y", "plan": "y", "tasks": "y"},
    "last_iteration_time": "2025-10-12T09:01:00.000001",
    "last_phase": "architect",
}


def test_a_state_is_read_in_full() -> None:
    assert reading(SOURCE, STATE, FOLDER + "state.json") == Reading(
        (
            CheckpointFact(
                session_id="shop_20251012_083000",
                phase="Builder",
                project="shop",
                task="Build a shop",
                iterations=3,
                claims=(
                    Claim("start_time", "2025-10-12T08:30:00.123456"),
                    Claim("last_iteration_time", "2025-10-12T09:01:00.000001"),
                ),
            ),
        )
    )


def test_the_folder_names_a_session_that_does_not_name_itself() -> None:
    found = fact(SOURCE, {"current_phase": "complete", "session_id": 7}, FOLDER + "state.json")
    assert found == CheckpointFact(session_id="shop_20251012_083000", phase="Complete")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("/home/me/shop", "/home/me/shop"),
        ("C:\\work\\shop", "C:\\work\\shop"),
        ("work/shop", None),
        ("/home/me/sh\nop", None),
        ("/" + "x" * 5000, None),
        (["/home"], None),
    ],
)
def test_a_working_directory_is_a_full_path_or_dropped(written: object, kept: str | None) -> None:
    found = reading(SOURCE, STATE | {"working_directory": written}, FOLDER + "state.json")
    assert isinstance(found.facts[0], CheckpointFact)
    assert found.facts[0].working_directory == kept
    assert len(found.dropped) == (kept is None)


def test_a_state_with_nothing_to_say_is_unusable() -> None:
    with pytest.raises(UnusableError, match="neither a phase nor a project nor a session"):
        reading(SOURCE, {"iterations": -1}, FOLDER + "state.json")


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (
            {"completed": ["1: Begin"], "remaining": ["2: Go on", "3: End"], "notes": ["old", "new"]},
            TaskProgressFact(1, 2, "new"),
        ),
        ({"completed": 4, "remaining": [], "notes": "one"}, TaskProgressFact(4, 0, "one")),
        ({"remaining": ["a"], "notes": []}, TaskProgressFact(0, 1)),
        ({"completed": True, "remaining": ["a"], "notes": [{}, 3]}, TaskProgressFact(0, 1)),
    ],
)
def test_progress_is_a_count_of_tasks_and_the_newest_note(held: object, expected: TaskProgressFact) -> None:
    assert fact(SOURCE, held, FOLDER + "progress.json") == expected


def test_progress_without_any_tasks_is_unusable() -> None:
    with pytest.raises(UnusableError, match="neither completed nor remaining tasks"):
        reading(SOURCE, {"completed": "all"}, FOLDER + "progress.json")


def test_complete_says_so_by_being_there() -> None:
    assert fact(SOURCE, b"", FOLDER + "COMPLETE") == CompleteFact()


def test_a_state_just_emptied_by_its_writer_is_torn() -> None:
    with pytest.raises(TornError):
        reading(SOURCE, b"", FOLDER + "state.json")


def test_checkpoints_are_looked_for_in_roots_and_in_projects() -> None:
    wanted = {(each.anchor, each.pattern.rpartition("/")[2], each.mode) for each in SOURCE.interests}
    names = (("state.json", Mode.WHOLE), ("progress.json", Mode.WHOLE), ("COMPLETE", Mode.STAT))
    assert wanted == {(anchor, *name) for anchor in (Anchor.ROOT, Anchor.PROJECT) for name in names}
