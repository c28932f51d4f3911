"""Dirty files go to the folder that wants them, and each is read until it is whole or named."""

from __future__ import annotations

from random import Random

import pytest

from cupola.engine.dirt import Dirt
from cupola.sources.base import Anchor, Blob, Interest, Mode, Reading, Source
from cupola.watch.coalesce import GIVE_UP_AFTER_S, Coalescer
from cupola.watch.events import Dirty, Hint
from cupola.watch.patterns import Patterns
from cupola.watch.reader import FileResult, HolderRead, Trouble


def nothing(blob: Blob, previous: Reading | None) -> Reading:
    return Reading(())


SOURCE = Source(
    "any", (Interest(Anchor.PROJECT, ".cf/*.json"), Interest(Anchor.PROJECT, "runs/*/x")), nothing
)
PATTERNS = Patterns.of([SOURCE], frozenset({Anchor.PROJECT}))
FILE = ".cf/phase.json"


class Stage:
    """Dirt of two folders, one in the other, with what it has read."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self.dirt = Dirt(Coalescer(), lambda holder, relatives: self.asked.append((holder, relatives)))
        for holder in ("/r/outer", "/r/outer/inner"):
            self.dirt.add(holder, PATTERNS)

    def touch(self, path: str, now: float, seen_ns: int = 1) -> None:
        self.dirt.touched(Dirty(path, Hint.CLOSED, seen_ns), now)

    def hand_out(self, now: float) -> list[tuple[str, tuple[str, ...]]]:
        self.asked.clear()
        self.dirt.hand_out(now)
        return list(self.asked)

    def answer(
        self, now: float, outcome: Reading | Trouble, *, message: str = ""
    ) -> tuple[int, list[tuple[str, str]]]:
        result = FileResult(FILE, "any", outcome, message)
        return self.dirt.done(
            HolderRead("/r/outer", (result,), complete=False, identity=(1, 1), requested=(FILE,)), now
        )


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/r/outer/.cf/a.json", ("/r/outer", ".cf/a.json")),
        ("/r/outer/inner/.cf/a.json", ("/r/outer/inner", ".cf/a.json")),
        ("/r/outer/runs/1/x", ("/r/outer", "runs/1/x")),
        ("/r/outer/.cf/a.txt", None),
        ("/r/other/.cf/a.json", None),
        ("/.cf/a.json", None),
        ("", None),
    ],
)
def test_a_file_goes_to_the_nearest_folder_that_wants_it(
    stage: Stage, path: str, expected: tuple[str, str] | None
) -> None:
    found = stage.dirt.holder_of(path)
    assert (found[:2] if found else None) == expected


def test_dirty_files_of_one_folder_are_read_together_and_once(stage: Stage) -> None:
    for path in (
        "/r/outer/.cf/a.json",
        "/r/outer/.cf/b.json",
        "/r/outer/.cf/a.json",
        "/r/outer/inner/.cf/c.json",
    ):
        stage.touch(path, 1.0)
    asked = {holder: set(relatives) for holder, relatives in stage.hand_out(1.0)}
    assert asked == {"/r/outer": {".cf/a.json", ".cf/b.json"}, "/r/outer/inner": {".cf/c.json"}}
    assert stage.hand_out(1.0) == []


def test_what_nobody_wants_is_not_even_remembered(stage: Stage) -> None:
    for number in range(100):
        stage.touch(f"/r/outer/{number}", 1.0)
        stage.touch("/r/outer/.cf", 1.0)
    assert (stage.hand_out(1.0), stage.dirt._seen_ns) == ([], {})


def test_a_folder_that_is_gone_is_asked_for_nothing(stage: Stage) -> None:
    stage.touch(f"/r/outer/{FILE}", 1.0)
    stage.dirt.remove("/r/outer")
    assert stage.hand_out(1.0) == []
    assert "/r/outer" not in stage.dirt
    assert stage.dirt.holders == {"/r/outer/inner"}
    assert stage.dirt.wanted_in("/r/outer") is None


def test_the_trace_counts_from_the_first_event_behind_a_whole_read(stage: Stage) -> None:
    stage.touch(f"/r/outer/{FILE}", 1.0, seen_ns=50)
    stage.touch(f"/r/outer/{FILE}", 1.0, seen_ns=60)
    stage.hand_out(1.0)
    assert stage.answer(1.0, Trouble.TORN)[0] == 0
    stage.hand_out(1.1)
    assert stage.answer(1.1, Reading(()))[0] == 50
    assert stage.dirt._seen_ns == {}


def test_an_unfinished_file_is_read_again_until_it_is_named(stage: Stage) -> None:
    stage.touch(f"/r/outer/{FILE}", 0.0)
    now, reads = 0.0, 0
    while now < 2 * GIVE_UP_AFTER_S:
        for _ in stage.hand_out(now):
            reads += 1
            _, stuck = stage.answer(now, Trouble.TORN, message="half of it")
            if stuck:
                assert stuck == [(FILE, "half of it")]
                assert reads > 10
                assert stage.hand_out(now + 60) == []
                return
        now += 0.005
    pytest.fail("never named")


def test_a_file_that_a_sweep_met_unfinished_is_read_again(stage: Stage) -> None:
    result = FileResult(FILE, "any", Trouble.TORN)
    stage.dirt.done(HolderRead("/r/outer", (result,), complete=True, identity=(1, 1)), 1.0)
    assert stage.hand_out(1.1) == [("/r/outer", (FILE,))]


GROWS = Source("grows", (Interest(Anchor.PROJECT, "*.jsonl", mode=Mode.APPEND, rest_s=1.0),), nothing)
GROWING = Patterns.of([GROWS], frozenset({Anchor.PROJECT}))


class Growth:
    """Two files that go on growing, read at once by whoever is asked to, on a simulated clock."""

    def __init__(self) -> None:
        self.reads: list[tuple[float, tuple[str, ...]]] = []
        self.now = 0.0
        self.dirt = Dirt(Coalescer(), self._read)
        self.dirt.add("/t", GROWING)

    def _read(self, holder: str, relatives: tuple[str, ...]) -> None:
        self.reads.append((self.now, relatives))
        results = tuple(FileResult(name, "grows", Reading(())) for name in relatives)
        self.dirt.done(
            HolderRead(holder, results, complete=False, identity=(1, 1), requested=relatives), self.now
        )

    def grow(self, name: str, at: float) -> bool:
        """False if nobody was woken for it."""
        self.pass_until(at)
        dirty = Dirty(f"/t/{name}", Hint.CLOSED, 1)
        news = self.dirt.is_news(dirty)
        if news:
            self.dirt.touched(dirty, at)
            self.dirt.hand_out(at)
        return news

    def pass_until(self, at: float) -> None:
        while (due := self.dirt.hand_out(self.now)) is not None and due <= at:
            self.now = due
        self.now = at


def test_files_that_go_on_growing_are_read_together_once_in_their_rest() -> None:
    stage = Growth()
    for step in range(1, 200):
        stage.grow(f"{step % 2}.jsonl", 100.3 + step * 0.04)
    stage.pass_until(120.0)
    first = [at for at, _ in stage.reads[:2]]
    assert first == [pytest.approx(100.34), pytest.approx(100.38)]
    assert [at for at, _ in stage.reads[2:]] == [float(at) for at in range(101, 110)]
    assert all(len(names) == 2 for _, names in stage.reads[2:])


def test_one_that_grows_after_a_pause_is_read_at_once() -> None:
    stage = Growth()
    for at in (10.7, 11.8, 13.1):
        stage.grow("a.jsonl", at)
    assert [at for at, _ in stage.reads] == [10.7, 11.8, 13.1]


@pytest.mark.parametrize("seed", range(20))
def test_the_last_row_is_read_though_nobody_is_woken_for_it(seed: int) -> None:
    chance, stage, at, woken = Random(seed), Growth(), 5.0, 0
    for _ in range(chance.randint(2, 60)):
        at += chance.choice([0.001, chance.uniform(0, 0.3), chance.uniform(0, 2)])
        woken += stage.grow("a.jsonl", at)
    stage.pass_until(at + 1)
    assert at <= stage.reads[-1][0] <= at + 1
    assert woken <= 2 * len(stage.reads)


def test_files_grow_unseen_for_longer_while_nobody_looks() -> None:
    stage = Growth()
    stage.dirt.unseen = True
    for step in range(100):
        stage.grow("a.jsonl", 30.1 + step * 0.1)
    assert [at for at, _ in stage.reads] == [30.1, 33.0, 36.0, 39.0]


def test_a_file_that_goes_away_in_its_rest_is_news() -> None:
    stage = Growth()
    stage.grow("a.jsonl", 5.1)
    stage.grow("a.jsonl", 5.2)
    assert not stage.grow("a.jsonl", 5.3)
    assert stage.dirt.is_news(Dirty("/t/a.jsonl", Hint.LEFT, 1))
