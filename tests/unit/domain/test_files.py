"""The files of a run: with one of them replaced, what is known of all others stays as it was."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cupola.domain.facts import CheckpointFact, MarkKind, Observation, PhaseFact, TaskMarkFact, TasksFact
from cupola.domain.files import Batch, Files
from cupola.domain.tasks import tasks_of
from support.facts import count, mark, plan
from support.observations import artefact, checkpoint, phase

KINDS = (PhaseFact, CheckpointFact, TaskMarkFact, TasksFact)


def some(number: int, at: float) -> Observation:
    """An observation of one of eight files."""
    return (
        phase(at, "Scout", f"step {at}"),
        plan(*map(str, range(int(at) % 4)), at=at),
        mark("1", MarkKind.DONE, at=at),
        mark("2", MarkKind.ERROR, at=at),
        mark("2", MarkKind.LOG, at=at),
        artefact(at, "Scout", "scout-report.md"),
        count(int(at), at=at),
        checkpoint(at, "run", "Architect"),
    )[number]


FILES = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 9)), min_size=1, max_size=30)


def parts(files: Files) -> list[tuple[tuple[Observation, ...], ...]]:
    return [
        (tuple(batch), *(tuple(batch.of_kind(kind)) for kind in KINDS))
        for batch in (files.project, files.own, files.checkpoints)
    ]


@given(FILES)
def test_files_that_came_one_by_one_are_those_that_were_there_from_the_start(
    steps: list[tuple[int, int]],
) -> None:
    files = Files()
    for number, at in steps:
        files = files.with_file(some(number, at))
        anew = Files(dict(files))
        assert parts(files) == parts(anew)
        assert tasks_of(files.project) == tasks_of(anew.project)


def test_a_question_is_asked_again_only_when_a_file_of_its_kinds_is_another() -> None:
    asked: list[Batch] = []
    files = Files.of([phase(0, "Scout", "begins"), mark("1", MarkKind.DONE, at=0)])
    steps = (
        (phase(1, "Scout", "goes on"), 1),
        (phase(2, "Scout", "goes on still"), 1),
        (mark("1", MarkKind.DONE, at=3), 2),
        (phase(4, "Scout", "completed"), 2),
    )
    for seen, times in steps:
        files.project.answer(asked.append, TaskMarkFact)
        files = files.with_file(seen)
        files.project.answer(asked.append, TaskMarkFact)
        assert len(asked) == times
    assert {type(seen.fact) for batch in asked for seen in batch} == {TaskMarkFact}
