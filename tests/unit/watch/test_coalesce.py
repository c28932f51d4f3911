"""Coalescing on a simulated clock: no thread, no file, no waiting."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import pairwise

import pytest

from cupola.watch.coalesce import Coalescer
from cupola.watch.events import Hint

PATH = "/p/phase.json"
READ_S = 0.0004


@dataclass
class Write:
    """Truncates at `at`, is whole again `torn_s` later."""

    at: float
    torn_s: float
    closes: bool = True


@dataclass
class Reads:
    """What a simulated reader got: times and write numbers of the whole reads, and all starts."""

    whole: list[tuple[float, int]] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    problems: list[float] = field(default_factory=list)

    def longest_gap(self) -> float:
        """The longest time between two whole reads."""
        times = [at for at, _ in self.whole]
        return max((b - a for a, b in pairwise(times)), default=0.0)

    def most_in_a_second(self) -> int:
        """The most whole reads within any one second."""
        times = [at for at, _ in self.whole]
        return max(sum(1 for t in times if at <= t < at + 1) for at in times)


def simulate(writes: list[Write], *, closes_are_seen: bool = True, seed: int = 0) -> Reads:
    """Run a coalescer and a reader against writes, with an engine that wakes up to 1 ms late."""
    chance, reads = random.Random(seed), Reads()
    coalescer = Coalescer(closes_are_seen=closes_are_seen)
    agenda: list[tuple[float, int, str, Hint | None]] = []
    for number, write in enumerate(writes):
        heappush(agenda, (write.at, 2 * number, "touch", Hint.MODIFIED))
        end = Hint.CLOSED if write.closes and closes_are_seen else Hint.MODIFIED
        heappush(agenda, (write.at + write.torn_s, 2 * number + 1, "touch", end))
    ticket = 2 * len(writes)
    while agenda:
        now, _, what, hint = heappop(agenda)
        if what == "touch" and hint is not None:
            coalescer.touched(PATH, hint, now)
        elif what == "done":
            is_whole, number = content(writes, now - READ_S)
            if is_whole:
                reads.whole.append((now - READ_S, number))
            if coalescer.done(PATH, whole=is_whole, now=now):
                reads.problems.append(now)
        for _path in coalescer.due(now):
            reads.starts.append(now)
            heappush(agenda, (now + READ_S, ticket := ticket + 1, "done", None))
        next_due = coalescer.next_due()
        if next_due is not None:
            late = max(now, next_due) + chance.uniform(0, 0.001)
            heappush(agenda, (late, ticket := ticket + 1, "wake", None))
    return reads


def content(writes: list[Write], at: float) -> tuple[bool, int]:
    """Whether the file is whole at a moment, and which write it shows."""
    number = max((n for n, write in enumerate(writes) if write.at <= at), default=-1)
    return number < 0 or at >= writes[number].at + writes[number].torn_s, number


def writer(every_s: float, torn_s: float, jitter_s: float, *, closes: bool, seed: int) -> list[Write]:
    """Ten seconds of writes."""
    chance = random.Random(seed)
    count = int(10 / every_s)
    return [Write(1 + n * every_s + chance.uniform(0, jitter_s), torn_s, closes) for n in range(count)]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("closes", [True, False], ids=["closing", "held-open"])
@pytest.mark.parametrize("jitter_ms", [0, 2])
@pytest.mark.parametrize("torn_ms", [0.2, 1, 3])
@pytest.mark.parametrize("every_ms", [10, 50, 100])
@pytest.mark.parametrize("closes_are_seen", [True, False], ids=["linux", "elsewhere"])
def test_that_a_steady_writer_is_shown_often_enough_and_not_more_often(
    closes_are_seen: bool, every_ms: int, torn_ms: float, jitter_ms: int, closes: bool, seed: int
) -> None:
    writes = writer(every_ms / 1000, torn_ms / 1000, jitter_ms / 1000, closes=closes, seed=seed)
    reads = simulate(writes, closes_are_seen=closes_are_seen, seed=seed)
    assert reads.longest_gap() <= 0.160
    assert reads.most_in_a_second() <= 11
    assert reads.whole[-1][1] == len(writes) - 1
    assert reads.problems == []


@pytest.mark.parametrize("closes_are_seen", [True, False], ids=["linux", "elsewhere"])
@pytest.mark.parametrize("seed", range(40))
def test_that_the_last_of_random_writes_is_never_lost(seed: int, closes_are_seen: bool) -> None:
    chance, at, writes = random.Random(seed), 1.0, []
    for _ in range(chance.randint(1, 60)):
        torn_s = chance.uniform(0, 0.02)
        writes.append(Write(at, torn_s, chance.random() < 0.7))
        at += torn_s + chance.choice([0.0001, chance.uniform(0, 0.3)])
    reads = simulate(writes, closes_are_seen=closes_are_seen, seed=seed)
    shown_at, number = reads.whole[-1]
    assert number == len(writes) - 1
    assert shown_at - (writes[-1].at + writes[-1].torn_s) <= 0.16
    assert reads.most_in_a_second() <= 11


def test_that_a_lone_close_is_read_at_once() -> None:
    coalescer = Coalescer()
    coalescer.touched(PATH, Hint.CLOSED, 5.0)
    assert coalescer.due(5.0) == [PATH]
    assert coalescer.next_due() is None


@pytest.mark.parametrize("hint", [hint for hint in Hint if hint is not Hint.MODIFIED])
def test_that_all_but_modified_is_read_at_once(hint: Hint) -> None:
    coalescer = Coalescer()
    coalescer.touched(PATH, hint, 0.0)
    assert coalescer.due(0.0) == [PATH]


def test_that_modified_waits_for_its_writer_and_later_ones_do_not_postpone_it() -> None:
    coalescer = Coalescer()
    for at in (1.0, 1.003, 1.006, 1.009):
        coalescer.touched(PATH, Hint.MODIFIED, at)
        assert coalescer.due(at) == []
    assert coalescer.next_due() == pytest.approx(1.01)
    assert coalescer.due(1.01) == [PATH]


def test_that_modified_within_a_window_waits_for_its_end() -> None:
    coalescer = Coalescer()
    coalescer.touched(PATH, Hint.CLOSED, 1.0)
    coalescer.due(1.0)
    coalescer.touched(PATH, Hint.MODIFIED, 1.0005)
    coalescer.done(PATH, whole=True, now=1.001)
    coalescer.touched(PATH, Hint.MODIFIED, 1.05)
    assert coalescer.next_due() == pytest.approx(1.1)


def test_that_without_closes_modified_after_quiet_is_read_at_once_and_the_next_waits() -> None:
    coalescer = Coalescer(closes_are_seen=False)
    coalescer.touched(PATH, Hint.MODIFIED, 1.0)
    assert coalescer.due(1.0) == [PATH]
    coalescer.done(PATH, whole=True, now=1.001)
    coalescer.touched(PATH, Hint.MODIFIED, 1.01)
    assert coalescer.next_due() == pytest.approx(1.1)
    assert coalescer.due(1.1) == [PATH]
    coalescer.done(PATH, whole=True, now=1.101)
    coalescer.touched(PATH, Hint.MODIFIED, 1.3)
    assert coalescer.due(1.3) == [PATH]


def test_that_a_second_close_waits_for_the_end_of_the_window() -> None:
    coalescer = Coalescer()
    coalescer.touched(PATH, Hint.CLOSED, 1.0)
    coalescer.due(1.0)
    coalescer.done(PATH, whole=True, now=1.001)
    coalescer.touched(PATH, Hint.CLOSED, 1.02)
    assert coalescer.due(1.09) == []
    assert coalescer.due(1.1) == [PATH]


def test_that_what_is_created_after_a_look_at_nothing_is_read_almost_at_once() -> None:
    coalescer = Coalescer()
    coalescer.touched(PATH, Hint.LEFT, 10.0)
    assert coalescer.due(10.0) == [PATH]
    coalescer.done(PATH, whole=True, now=10.0, missing=True)
    coalescer.touched(PATH, Hint.ARRIVED, 10.002)
    assert coalescer.next_due() == pytest.approx(10.01)


def test_that_a_path_in_flight_is_read_again_only_afterwards() -> None:
    coalescer = Coalescer()
    coalescer.touched(PATH, Hint.CLOSED, 1.0)
    coalescer.due(1.0)
    coalescer.touched(PATH, Hint.CLOSED, 1.2)
    assert coalescer.due(3.0) == []
    assert coalescer.next_due() is None
    coalescer.done(PATH, whole=True, now=3.0)
    assert coalescer.due(3.0) == [PATH]


def test_that_a_torn_read_is_retried_soon_and_then_slower_until_it_is_given_up() -> None:
    coalescer, starts, now, gave_up = Coalescer(), [0.0], 0.0, False
    coalescer.touched(PATH, Hint.CLOSED, now)
    coalescer.due(now)
    while not (gave_up := coalescer.done(PATH, whole=False, now=now)):
        due = coalescer.next_due()
        assert due is not None
        now = due
        assert coalescer.due(now) == [PATH]
        starts.append(now)
    gaps = [round(b - a, 3) for a, b in pairwise(starts)]
    assert gave_up
    assert gaps[:4] == [0.01, 0.007, 0.01, 0.007]
    assert set(gaps[:28]) == {0.01, 0.007}
    assert set(gaps[31:]) == {0.05}
    assert 2.0 <= now < 2.06
    assert coalescer.next_due() is None


def test_that_a_given_up_path_is_read_at_once_when_touched() -> None:
    coalescer = Coalescer()
    coalescer.touched(PATH, Hint.CLOSED, 0.0)
    coalescer.due(0.0)
    coalescer.done(PATH, whole=False, now=0.0)
    coalescer.due(0.01)
    assert coalescer.done(PATH, whole=False, now=2.5)
    coalescer.touched(PATH, Hint.CLOSED, 9.0)
    assert coalescer.due(9.0) == [PATH]
    assert not coalescer.done(PATH, whole=False, now=9.0)


def test_that_a_close_right_after_a_torn_read_does_not_wait_for_the_retry() -> None:
    coalescer = Coalescer()
    coalescer.touched(PATH, Hint.ARRIVED, 1.0)
    coalescer.due(1.0)
    coalescer.done(PATH, whole=False, now=1.0005)
    coalescer.touched(PATH, Hint.CLOSED, 1.001)
    assert coalescer.due(1.001) == [PATH]


def test_that_closes_of_an_ever_torn_file_cause_no_read_storm() -> None:
    writes = [Write(1 + n * 0.001, 5.0) for n in range(1000)]
    coalescer, reads = Coalescer(), 0
    for write in writes:
        coalescer.touched(PATH, Hint.CLOSED, write.at)
        for path in coalescer.due(write.at):
            reads += 1
            coalescer.done(path, whole=False, now=write.at)
    assert reads <= 230


def test_that_a_forgotten_path_is_not_read_and_its_late_result_is_ignored() -> None:
    coalescer = Coalescer()
    coalescer.touched(PATH, Hint.MODIFIED, 1.0)
    coalescer.touched("/other", Hint.CLOSED, 1.0)
    assert coalescer.due(1.0) == ["/other"]
    coalescer.forget(PATH)
    coalescer.forget("/other")
    assert coalescer.next_due() is None
    assert not coalescer.done("/other", whole=False, now=1.1)
    assert coalescer.next_due() is None


def test_that_a_folder_of_ever_new_names_does_not_grow_the_coalescer() -> None:
    coalescer = Coalescer()
    for number in range(20_000):
        now = number * 0.01
        coalescer.touched(f"/p/{number}", Hint.CLOSED, now)
        for path in coalescer.due(now):
            coalescer.done(path, whole=True, now=now)
    assert len(coalescer._paths) <= 2048


def test_that_thousands_of_paths_come_out_in_order_of_their_time() -> None:
    coalescer, chance = Coalescer(), random.Random(1)
    times = {f"/p/{n}": 1 + n / 10_000 for n in range(5000)}
    for path, at in sorted(times.items(), key=lambda item: item[1]):
        for offset in sorted(chance.uniform(0, 0.05) for _ in range(3)):
            coalescer.touched(path, Hint.MODIFIED, at + offset if offset > 0.01 else at)
    out: list[str] = []
    while (due := coalescer.next_due()) is not None:
        out += coalescer.due(due)
    assert sorted(out) == sorted(times)
