"""What sessions do, in words."""

from __future__ import annotations

import pytest

from cupola.domain.models import Work, WorkState
from cupola.domain.words import BuildState
from cupola.domain.work_words import call_of, why, work_of, work_words
from support.fake_engine import build


@pytest.mark.parametrize(
    ("work", "words", "reason"),
    [
        (Work(), "", ""),
        (Work(WorkState.WORKING), "working", ""),
        (Work(WorkState.WORKING, "in Bash"), "working: in Bash", "in Bash"),
        (
            Work(WorkState.WAITING, "waiting for a permission (Bash)"),
            "waiting for a permission (Bash)",
            "for a permission (Bash)",
        ),
        (Work(WorkState.STUCK, "silent for 12 min"), "stuck: silent for 12 min", "silent for 12 min"),
        (Work(WorkState.STUCK, "stuck\x1b"), "stuck: stuck\\x1b", "stuck\\x1b"),
    ],
)
def test_a_state_is_followed_by_its_reason_and_said_once(work: Work, words: str, reason: str) -> None:
    assert (work_words(work), why(work)) == (words, reason)


def test_that_sessions_are_over_says_nothing_of_a_build_that_is_over() -> None:
    ended = Work(WorkState.ENDED, "the session is over")
    assert work_of(build(work=ended)) == ended
    assert work_of(build(state=BuildState.COMPLETED, work=ended)) == Work()


def test_a_build_that_is_over_calls_nobody() -> None:
    waiting = Work(WorkState.WAITING, "waiting for an answer")
    assert call_of(build(work=waiting)) == "waiting"
    assert call_of(build(state=BuildState.COMPLETED, work=waiting)) == ""
